import Autodiff
import Testing

/// Winograd's filtering against direct sums in Float64. Its error is that of Float32 times the growth of its
/// transforms: relative to the largest result, about 1e-5 for F(4x4) and 2e-6 for F(2x2). Of a map that is
/// a single tile of 2x2 the filtering is another, with fewer products.
@Suite struct WinogradTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let images: Int, height: Int, width: Int, channels: Int, outputs: Int, padding: Int
    let algorithm: String
    var testDescription: String { "\(images)x\(height)x\(width)x\(channels) to \(outputs), \(algorithm)" }
  }

  static let cases = [
    Case(images: 2, height: 16, width: 16, channels: 16, outputs: 32, padding: 1, algorithm: "winograd4"),
    Case(images: 3, height: 8, width: 12, channels: 32, outputs: 16, padding: 1, algorithm: "winograd4"),
    Case(images: 2, height: 13, width: 11, channels: 48, outputs: 16, padding: 1, algorithm: "winograd4"),
    Case(images: 2, height: 14, width: 10, channels: 16, outputs: 16, padding: 0, algorithm: "winograd4"),
    Case(images: 2, height: 6, width: 10, channels: 16, outputs: 16, padding: 2, algorithm: "winograd4"),
    Case(images: 64, height: 3, width: 2, channels: 64, outputs: 48, padding: 1, algorithm: "winograd2"),
    Case(images: 64, height: 2, width: 2, channels: 64, outputs: 48, padding: 1, algorithm: "winograd2"),
    Case(images: 72, height: 2, width: 2, channels: 192, outputs: 176, padding: 1, algorithm: "winograd2"),
    Case(images: 5, height: 7, width: 9, channels: 80, outputs: 64, padding: 1, algorithm: "winograd4"),
    Case(images: 40, height: 10, width: 8, channels: 192, outputs: 176, padding: 1, algorithm: "winograd4"),
  ]

  @Test(arguments: cases)
  func agreesWithDirectSums(_ row: Case) throws {
    let single = try values(of: row, as: Float.self)
    let reference = try values(of: row, as: Double.self)
    #expect(single.schedule.contains(row.algorithm), "\(single.schedule)")
    #expect(!reference.schedule.contains("winograd"), "Float64 goes the direct way")
    let bound = row.algorithm == "winograd4" ? 2e-5 : 4e-6
    for (name, (found, expected)) in zip(["result", "input", "weight"], zip(single.values, reference.values))
    {
      let scale = expected.map(abs).max() ?? 0
      let error = zip(found, expected).map { abs($0 - $1) / scale }.max() ?? .infinity
      #expect(error < bound, "\(name)")
    }
  }

  /// The result of a convolution and both its gradients, compiled.
  private func values<T: Real>(
    of row: Case, as type: T.Type
  ) throws -> (values: [[Double]], schedule: String) {
    let graph = GraphBuilder(precision: T.element)
    let tape = Tape(graph)
    let x = graph.input("x", [row.images, row.height, row.width, row.channels])
    let w = graph.input("w", [3, 3, row.channels, row.outputs])
    let y = conv2d(x, w, padding: row.padding)
    let upstream = graph.input("upstream", y.shape)
    let gradients = tape.gradients(of: y, upstream: upstream, for: [x, w])
    let program = try Program(graph, outputs: [y] + gradients)
    for tensor in [("x", x), ("w", w), ("upstream", upstream)] {
      var generator = CounterGenerator(seed: 3, name: tensor.0)
      let drawn = (0..<tensor.1.shape.count).map { _ in T(Float(generator.uniform(-1...1))) }
      program.setInput(tensor.0, to: drawn)
    }
    program.run()
    let results = ([y] + gradients).map { program.value(of: $0, as: T.self).map { Double($0) } }
    return (results, "\(program.schedule)")
  }
}
