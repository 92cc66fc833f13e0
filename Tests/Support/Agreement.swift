import Autodiff
import Testing

/// Runs a graph compiled and interpreted and expects the same values, with every pass on and with each switched
/// off, and the same bits with one thread and with two.
public func expectAgreement<T: Real>(
  _ graph: Graph, outputs: [Tensor], inputs: [String: Value<T>], variables: [String: Value<T>] = [:],
  tolerance: Double, sourceLocation: Testing.SourceLocation = #_sourceLocation
) throws {
  try graph.verify()
  let interpreter = Interpreter<T>(graph, inputs: inputs, variables: variables)
  let passes = CompilerOptions.Pass.allCases
  let options =
    [CompilerOptions(), CompilerOptions(disabled: Set(passes))] + passes.map { CompilerOptions(disabled: [$0]) }
  for option in options {
    let values = try [Workers.single, Workers.pair].map { workers in
      let program = try Program(graph, outputs: outputs, workers: workers, options: option)
      set(program, inputs, variables)
      program.run()
      return outputs.map { program.value(of: $0, as: T.self) }
        + graph.updates.map { program.variable($0.variable.path, as: T.self) }
    }
    #expect(values[0] == values[1] || hasNaN(values[0]), "threads change bits", sourceLocation: sourceLocation)
    let expected =
      outputs.map { interpreter[$0] } + graph.updates.map { interpreter.values[$0.value].reals }
    let names = outputs.map { "%\($0.id)" } + graph.updates.map(\.variable.path)
    for (name, (found, expected)) in zip(names, zip(values[0], expected)) {
      let error = largestError(found, expected)
      #expect(
        error <= tolerance, "\(name) without \(option.disabled): \(found.prefix(8)) for \(expected.prefix(8))",
        sourceLocation: sourceLocation)
    }
  }
}

private func set<T: Real>(
  _ program: Program, _ inputs: [String: Value<T>], _ variables: [String: Value<T>]
) {
  for (name, value) in inputs {
    switch value {
    case .real(let values, _): program.setInput(name, to: values)
    case .index(let values, _): program.setInput(name, to: values)
    }
  }
  for (path, value) in variables { program.setVariable(path, to: value.reals) }
}

private func hasNaN<T: Real>(_ values: [[T]]) -> Bool { values.contains { $0.contains { $0.isNaN } } }

/// The largest difference as a part of the largest magnitude, or of a thousandth where all cancel.
private func largestError<T: Real>(_ found: [T], _ expected: [T]) -> Double {
  guard found.count == expected.count else { return .infinity }
  let scale = Swift.max(expected.reduce(0) { Swift.max($0, Double(Swift.abs($1))) }, 1e-3)
  return zip(found, expected).reduce(0) { worst, pair in
    if pair.0 == pair.1 || (pair.0.isNaN && pair.1.isNaN) { return worst }
    let error = Double(Swift.abs(pair.0 - pair.1)) / scale
    return error.isNaN ? .infinity : Swift.max(worst, error)
  }
}

extension Workers {
  /// One thread.
  public static let single = Workers(count: 1)
  /// Two threads.
  public static let pair = Workers(count: 2)
}
