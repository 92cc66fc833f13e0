import Autodiff
import Foundation
import Testing
import TestSupport

/// Every reduction over leading, trailing, middle and all axes, as a fused loop: against the interpreter, and
/// against sums in double precision written out.
@Suite struct ReductionTests {
  @Test(arguments: ReductionCase.all)
  func agreesWithTheInterpreter(_ row: ReductionCase) throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", row.shape)
    try expectAgreement(
      graph, outputs: row.outputs(x), inputs: ["x": .real(row.values, row.shape)], tolerance: 1e-13,
      options: [CompilerOptions(), .noPass])
  }

  @Test(arguments: ReductionCase.all)
  func agreesWithDirectSums(_ row: ReductionCase) throws {
    let graph = GraphBuilder()
    let outputs = row.outputs(graph.input("x", row.shape))
    let program = try Program(graph, outputs: outputs)
    let values = row.values.map { Float($0) }
    program.setInput("x", to: values)
    program.run()
    for (output, (name, formula)) in zip(outputs, ReductionCase.formulas) {
      let found = program.value(of: output, as: Float.self)
      let expected = row.groups(values.map { Double($0) }).map(formula)
      #expect(
        differences(found, expected, tolerance: 3e-6) == 0,
        "\(name) is \(found.prefix(4)) for \(expected.prefix(4))")
    }
    #expect(program.schedule.slowCalls.isEmpty)
    #expect(program.schedule.calls.allSatisfy { !$0.isReference })
  }

  /// Axes that are not adjacent have no loop without the pass that brings them together; the schedule says
  /// so, if it matters.
  @Test func whatHasNoKernelIsNamed() throws {
    func slow(_ shape: Shape) throws -> [String] {
      let graph = GraphBuilder()
      let outputs = [graph.input("x", shape).max(axes: [0, 2])]
      let options = CompilerOptions(disabled: [.adjacentAxes])
      return try ProgramPlan(graph, outputs: outputs, options: options).schedule.slowCalls
    }
    let (large, small) = (try slow([64, 8, 64]), try slow([4, 8, 4]))
    #expect(large == ["Max is done by its reference kernel, on one thread: reference Max [8]."])
    #expect(small.isEmpty)
  }

  @Test func theFirstOfEqualElementsIsTheLargest() throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [40])
    var values = [Double](repeating: -.infinity, count: 40)
    let largest = x.argMax()
    let program = try Program(graph, outputs: [largest])
    func place() -> Double {
      program.setInput("x", to: values)
      program.run()
      return program.value(of: largest, as: Double.self)[0]
    }
    #expect(place() == 0)
    for index in [39, 21, 5] {
      values[index] = 2
      #expect(place() == Double(index))
    }
    for index in [38, 20, 17] {
      values[index] = .nan
      #expect(place() == Double(index))
    }
  }

  @Test func aSoftmaxDoesNotOverflow() throws {
    let graph = GraphBuilder()
    let y = softmax(graph.input("x", [3, 20]))
    let program = try Program(graph, outputs: [y])
    var values = [Float](repeating: -.infinity, count: 60)
    for index in 0..<20 { values[index] = Float(index % 3) * 5000 }
    for index in 20..<40 { values[index] = Float(index % 5) * -1e30 }
    values[59] = -1e30
    program.setInput("x", to: values)
    program.run()
    let found = program.value(of: y, as: Float.self)
    for row in 0..<3 {
      let total: Float = found[row * 20..<(row + 1) * 20].reduce(0, +)
      #expect(Swift.abs(total - 1) < 1e-6)
    }
    #expect(found[40..<59].allSatisfy { $0 == 0 } && found[59] == 1)
  }
}

struct ReductionCase: Sendable, CustomTestStringConvertible {
  let shape: Shape
  let axes: [Int]

  var testDescription: String { "\(shape) over \(axes)" }

  /// Few and many rows, rows cut in blocks, sixteen columns and others, several segments.
  static let all: [ReductionCase] = [
    ReductionCase(shape: [700, 33], axes: [0]), ReductionCase(shape: [700, 33], axes: [1]),
    ReductionCase(shape: [700, 33], axes: [0, 1]), ReductionCase(shape: [3, 5003], axes: [0]),
    ReductionCase(shape: [3, 5003], axes: [1]), ReductionCase(shape: [3, 5003], axes: [0, 1]),
    ReductionCase(shape: [6, 50, 16], axes: [1]), ReductionCase(shape: [6, 50, 16], axes: [0, 1]),
    ReductionCase(shape: [6, 50, 16], axes: [1, 2]), ReductionCase(shape: [2, 3, 40, 35], axes: [1, 2]),
    ReductionCase(shape: [7, 40, 33], axes: [0, 2]), ReductionCase(shape: [3, 5, 40, 16], axes: [0, 2]),
    ReductionCase(shape: [3, 5, 4, 20, 2], axes: [0, 2, 4]),
    ReductionCase(shape: [9, 6, 5, 1], axes: [0, 2]),
    ReductionCase(shape: [20_011], axes: [0]), ReductionCase(shape: [5, 1, 7], axes: [2]),
  ]

  /// Each on a group of elements that come to one result, in order.
  static let formulas: [(name: String, formula: @Sendable ([Double]) -> Double)] = [
    ("sum", { $0.reduce(0, +) }),
    ("max", { $0.max() ?? -.infinity }),
    ("argMax", { group in Double(group.firstIndex(of: group.max() ?? 0) ?? 0) }),
    ("logSumExp", logSumExp),
    ("mean", mean),
    ("variance", variance),
  ]

  private static func logSumExp(_ group: [Double]) -> Double {
    var sum = 0.0
    for x in group { sum += exp(x) }
    return log(sum)
  }

  private static func mean(_ group: [Double]) -> Double { group.reduce(0, +) / Double(group.count) }

  private static func variance(_ group: [Double]) -> Double {
    let center = mean(group)
    return mean(group.map { ($0 - center) * ($0 - center) })
  }

  func outputs(_ x: Tensor) -> [Tensor] {
    let (mean, variance) = x.moments(axes: axes)
    return [
      x.sum(axes: axes), x.max(axes: axes), x.argMax(axes: axes), x.logSumExp(axes: axes), mean, variance,
    ]
  }

  /// Numbers that are the same in either precision, with a mean far from 0.
  var values: [Double] {
    (0..<shape.count).map { index in
      let wave = sin(Double(index) * 12.9898)
      return Double(Float(3 + wave + Double(index % 7) / 5))
    }
  }

  /// The elements that come to each result.
  func groups(_ values: [Double]) -> [[Double]] {
    var groups = [[Double]](repeating: [], count: shape.reduced(axes: axes, keepingDimensions: false).count)
    for (index, value) in values.enumerated() {
      var (rest, place, stride) = (index, 0, 1)
      for axis in (0..<shape.rank).reversed() {
        if !axes.contains(axis) {
          place += rest % shape[axis] * stride
          stride *= shape[axis]
        }
        rest /= shape[axis]
      }
      groups[place].append(value)
    }
    return groups
  }
}
