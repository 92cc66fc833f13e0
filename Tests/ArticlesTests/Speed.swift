import Recipes
import Testing

/// What a program of one product says of itself.
private func schedule() throws -> [String] {
  var printed: [String] = []
  func print(_ items: Any...) { printed.append(items.map { "\($0)" }.joined(separator: " ")) }
  let graph = GraphBuilder()
  let y = relu(matmul(graph.input("x", [4, 3]), graph.input("w", [3, 5])))
  let program = try Program(graph, outputs: [y])
  for call in program.schedule.calls { print(call.summary, call.operations) }
  print(program.timedRuns(10))
  for call in program.schedule.slowCalls { print(call) }
  return printed
}

/// An operation with nothing but its definition.
private struct Doubled: TensorOperation {
  func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try requireReals(operands)
    return operands[0]
  }

  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [upstream * 2] }

  func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] { operands[0].map { $0 * 2 } }
}

private func mixed(_ encoder: any ImageEncoder) -> Pipeline {
  let skin = Pipeline("skin", precision: .mixed) {
    let simclr = SimCLR(encoder, epochs: 40)
    Classifier(encoder, classes: 26, named: "SimCLR", after: simclr).precision(.single)
  }
  return skin
}

struct SpeedTests {
  @Test func aReluIsNoCallOfItsOwn() throws {
    let printed = try schedule()
    let first = """
      matmul 4x5x3 + epilogue ["MatMul", "Relu"]
      """
    #expect(printed.count == 2)
    #expect(printed[0] == first)
    #expect(printed[1].contains("GFLOP/s") && printed[1].contains("ms in 1 calls"))
  }

  @Test func aStageHasThePipelinesPrecisionOrItsOwn() throws {
    let skin = mixed(ResNet(.resNet18, stem: .small))
    try skin.validate()
    #expect(skin.stages.map(skin.precision(of:)) == [.mixed, .single])
  }

  @Test func aDefinitionAloneIsSlow() throws {
    let graph = GraphBuilder()
    let y = graph.apply(Doubled(), to: [graph.input("x", [256, 256])])
    let slow = try ProgramPlan(graph, outputs: [y]).schedule.slowCalls
    #expect(slow.count == 1)
    #expect(slow.first?.hasPrefix("Doubled is done by its reference kernel, on one thread") == true)
  }
}
