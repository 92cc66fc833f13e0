import Autodiff
import Foundation
import Testing

/// Runs a graph compiled and interpreted and expects equal values, with every pass on and with each turned
/// off, and equal bits with one thread and with two.
///
/// - Parameters:
///   - steps: The number of runs, each with the variables of the previous one.
///   - tolerance: The largest difference allowed, relative to the largest magnitude of a tensor.
///   - options: The passes to run; by default all, none, and all but each.
public func expectAgreement<T: Real>(
  _ graph: GraphBuilder, outputs: [Tensor], inputs: [String: Value<T>], variables: [String: Value<T>] = [:],
  steps: Int = 1, tolerance: Double, options: [CompilerOptions] = CompilerOptions.everyCombination,
  sourceLocation: Testing.SourceLocation = #_sourceLocation
) throws {
  try graph.verify()
  let expected = try interpreted(graph, outputs, inputs, variables, steps)
  let names =
    outputs.map { "%\($0.id) \(graph.nodes[$0.id].operation.name)" } + graph.updates.map(\.variable.path)
  for option in options {
    let found = try [Workers.single, Workers.pair].map { workers in
      let program = try Program(graph, outputs: outputs, workers: workers, options: option)
      program.set(inputs: inputs, variables: variables)
      return (0..<steps).map { _ in
        program.run()
        return outputs.map { program.value(of: $0, as: T.self) }
          + graph.updates.map { program.variable($0.variable.path, as: T.self) }
      }
    }
    let isSame = zip(found[0].joined(), found[1].joined()).allSatisfy { hasSameBits($0, $1) }
    #expect(isSame, "threads change bits", sourceLocation: sourceLocation)
    for step in 0..<steps {
      for (name, (found, expected)) in zip(names, zip(found[0][step], expected[step])) {
        let error = largestError(found, expected)
        #expect(
          error <= tolerance,
          """
          \(name) without \(option.disabled.map(\.rawValue)) in step \(step): off by \(error), \
          \(found.prefix(8)) for \(expected.prefix(8))
          """,
          sourceLocation: sourceLocation)
      }
    }
  }
}

private func interpreted<T: Real>(
  _ graph: GraphBuilder, _ outputs: [Tensor], _ inputs: [String: Value<T>], _ variables: [String: Value<T>],
  _ steps: Int
) throws -> [[[T]]] {
  var variables = variables
  return try (0..<steps).map { _ in
    let interpreter = Interpreter<T>(try graph.build(), inputs: inputs, variables: variables)
    for update in graph.updates { variables[update.variable.path] = interpreter.values[update.value] }
    return outputs.map { interpreter[$0] } + graph.updates.map { interpreter.values[$0.value].reals }
  }
}

/// Returns whether all numbers are equal bit by bit, including signs of zeros and payloads of NaNs.
public func hasSameBits<T: Real>(_ a: [T], _ b: [T]) -> Bool {
  a.withUnsafeBytes { a in
    b.withUnsafeBytes { b in
      guard let first = a.baseAddress, let second = b.baseAddress, a.count == b.count else {
        return a.count == b.count
      }
      return memcmp(first, second, a.count) == 0
    }
  }
}

/// Returns the largest difference relative to the largest magnitude, or to a thousandth if all cancel.
@_specialize(where T == Float)
@_specialize(where T == Double)
public func largestError<T: Real>(_ found: [T], _ expected: [T]) -> Double {
  guard found.count == expected.count else { return .infinity }
  var (scale, worst) = (1e-3, 0.0)
  for index in expected.indices where expected[index].isFinite {
    scale = Swift.max(scale, Double(Swift.abs(expected[index])))
  }
  for index in expected.indices {
    let (a, b) = (found[index], expected[index])
    if a == b || (a.isNaN && b.isNaN) { continue }
    let error = Double(Swift.abs(a - b)) / scale
    worst = error.isNaN ? .infinity : Swift.max(worst, error)
  }
  return worst
}

/// Returns the number of single-precision elements that differ from double precision by more than a fraction
/// of the largest magnitude.
public func differences(_ found: [Float], _ expected: [Double], tolerance: Double) -> Int {
  guard found.count == expected.count else { return .max }
  let bound = tolerance * expected.reduce(1e-3) { Swift.max($0, Swift.abs($1)) }
  return expected.indices.reduce(0) { count, index in
    Swift.abs(Double(found[index]) - expected[index]) <= bound ? count : count + 1
  }
}

extension CompilerOptions {
  /// All passes turned off.
  public static let noPass = CompilerOptions(disabled: Set(Pass.allCases))

  /// Every pass; none; every pass but one.
  public static let everyCombination =
    [CompilerOptions(), noPass]
    + Pass.allCases.map { CompilerOptions(disabled: [$0]) }
}

extension Workers {
  /// One thread.
  public static let single = Workers(count: 1)
  /// Two threads.
  public static let pair = Workers(count: 2)
}
