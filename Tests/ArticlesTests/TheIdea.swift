import Foundation
import Recipes
import Testing

private struct Encoder: Layer {
  var body: some Layer {
    Linear(4)
    ReLU()
  }
}

private struct Closer: ContrastiveLoss {
  func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    let difference = pairs.first(of: z) - pairs.second(of: z)
    return (difference * difference).mean()
  }
}

private let pipeline = Pipeline("closer") {
  Stage("closer", on: .unlabelled) {
    Views(2) {
      RandomResizedCrop(area: 0.08...1); RandomFlip()
    }
    Flatten()
    Encoder()
    Closer()
    Optimize(SGD(learningRate: 0.1, momentum: 0), batch: 64, epochs: 10)
  }
}

struct TheIdeaTests {
  @Test func theRecipeIsAGraph() throws {
    let step = try TrainingStep(
      Encoder(), image: [6], pairs: Pairs(3), loss: Closer(), optimizer: SGD(learningRate: 0.1, momentum: 0))
    try step.graph.verify()
    #expect(step.loss.id == 13)
    #expect(
      "\(step.graph)" == """
        %0: f32[6,6] = input images
        %1: f32[6,4] = read fc1.weight
        %2: f32[6,4] = MatMul(transposeA: false, transposeB: false)(%0, %1)
        %3: f32[4] = read fc1.bias
        %4: f32[6,4] = Add(%2, %3)
        %5: f32[6,4] = Relu(%4)
        %6: f32[6,4] = StopGradient(%5)
        %7: f32[3,4] = Slice(axis: 0, lower: 0, upper: 3)(%5)
        %8: f32[3,4] = Slice(axis: 0, lower: 3, upper: 6)(%5)
        %9: f32[3,4] = Subtract(%7, %8)
        %10: f32[3,4] = Multiply(%9, %9)
        %11: f32[] = Sum(axes: [0, 1])(%10)
        %12: f32[] = constant [12.0]
        %13: f32[] = Divide(%11, %12)
        %14: f32[] = constant [1.0]
        %15: f32[] = Divide(%14, %12)
        %16: f32[] = Multiply(%15, %13)
        %17: f32[] = Negate(%16)
        %18: f32[1,1] = Reshape(shape: [1, 1])(%15)
        %19: f32[3,4] = Broadcast(shape: [3, 4])(%18)
        %20: f32[3,4] = Multiply(%19, %9)
        %21: f32[3,4] = Multiply(%19, %9)
        %22: f32[3,4] = Add(%20, %21)
        %23: f32[3,4] = Negate(%22)
        %24: f32[6,4] = Pad(low: [3, 0], high: [0, 0])(%23)
        %25: f32[6,4] = Pad(low: [0, 0], high: [3, 0])(%22)
        %26: f32[6,4] = Add(%24, %25)
        %27: f32[] = constant [0.0]
        %28: f32[6,4] = Compare(kind: Ops.Compare.Kind.less)(%27, %5)
        %29: f32[6,4] = Select(%28, %26, %27)
        %30: f32[4] = Sum(axes: [0])(%29)
        %31: f32[6,6] = MatMul(transposeA: false, transposeB: true)(%29, %1)
        %32: f32[6,4] = MatMul(transposeA: true, transposeB: false)(%0, %29)
        %33: f32[] = input learningRate
        %34: f32[6,4] = Multiply(%32, %33)
        %35: f32[6,4] = Subtract(%1, %34)
        %36: f32[4] = Multiply(%30, %33)
        %37: f32[4] = Subtract(%3, %36)
        fc1.weight <- %35
        fc1.bias <- %37
        """)
  }

  // The listing is that of all passes.
  @Test(.enabled(if: CompilerOptions.environment == CompilerOptions()))
  func theGraphIsAProgram() throws {
    let step = try TrainingStep(
      Encoder(), image: [6], pairs: Pairs(3), loss: Closer(), optimizer: SGD(learningRate: 0.1, momentum: 0))
    let program = try Program(step.graph, outputs: [step.loss], seed: 1)
    let calls = program.schedule.calls.map { "\($0.summary): \($0.operations.joined(separator: ", "))" }
    #expect(step.graph.nodes.count == 38)
    #expect(
      calls.joined(separator: "\n") == """
        matmul 6x4x6 + epilogue: MatMul, Relu
        loop 1x12, 8 steps: Add, Negate, Sum
        loop 1x1, 3 steps: Divide
        pad [6, 4]: Pad
        pad [6, 4]: Pad
        loop 6x4, 7 steps: Select, Sum
        matmul 6x4x6 + epilogue: MatMul, Subtract
        loop 1x4, 5 steps: Subtract
        """)
  }

  @Test func theProgramRunsAndAgreesWithTheInterpreter() throws {
    let step = try TrainingStep(
      Encoder(), image: [6], pairs: Pairs(3), loss: Closer(), optimizer: SGD(learningRate: 0.1, momentum: 0))
    let program = try Program(step.graph, outputs: [step.loss], seed: 1)
    var generator = CounterGenerator(seed: 2)
    let images = (0..<6 * 6).map { _ in Float(generator.normal()) }
    program.setInput("images", to: images)
    program.setInput("learningRate", to: [Float(0.1)])
    let losses = (0..<5).map { _ in
      program.run()
      return program.value(of: step.loss)[0] as Float
    }
    #expect(
      losses.map { String(format: "%.2f", $0) }.joined(separator: " ") == """
        0.44 0.22 0.13 0.08 0.05
        """)

    let variables = try step.graph.variables.map { variable -> (String, Value<Float>) in
      (variable.path, .real(try variable.initialValues(seed: 1), variable.type.shape))
    }
    let interpreter = Interpreter<Float>(
      try step.graph.build(), inputs: ["images": .real(images, [6, 6]), "learningRate": .real([0.1], [])],
      variables: Dictionary(uniqueKeysWithValues: variables))
    #expect(abs(interpreter[step.loss][0] - losses[0]) < 1e-6)
  }

  @Test func itIsAStageAndItsGradientIsRight() throws {
    try pipeline.validate()
    try gradientCheck(Closer(), on: .random(8, 16)).verify()
  }
}
