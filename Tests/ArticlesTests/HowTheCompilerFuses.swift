import Recipes
import Testing

private func calls(_ outputs: Tensor..., options: CompilerOptions = CompilerOptions()) throws -> String {
  let plan = try ProgramPlan(
    outputs[0].graph, outputs: outputs, updatingVariables: false, options: options)
  let lines = plan.schedule.calls.flatMap { call in
    ["\(call.summary): \(call.operations.joined(separator: ", "))"] + call.unfused.map { "  \($0)" }
  }
  return lines.joined(separator: "\n")
}

private struct Block: Layer {
  var body: some Layer {
    Conv2D(8, kernel: 3); BatchNorm(); ReLU()
    Conv2D(8, kernel: 3)
  }
}

private struct Smooth: Layer {
  var body: some Layer {
    Conv2D(8, kernel: 3); GELU()
    Conv2D(8, kernel: 3)
  }
}

private struct Encoder: Layer {
  var body: some Layer {
    Block(); GlobalAveragePool()
    Linear(8)
  }
}

struct HowTheCompilerFusesTests {
  @Test func aChainIsALoop() throws {
    let x = GraphBuilder().input("x", [128, 64])
    let chain = try calls(tanh(x * 2 + 1) - x / 3)
    #expect(
      chain == """
        loop 8x1024, 9 steps: Subtract
        """)
  }

  @Test func reductionsRideOnIt() throws {
    let x = GraphBuilder().input("x", [128, 64])
    let y = tanh(x * 2 + 1)
    let withSums = try calls(y, y.sum(axes: [0]), y.sum())
    #expect(
      withSums == """
        loop 128x64, 6 steps: Tanh, Sum, Sum
        """)
    let centered = try calls(x - x.mean(axes: [0]))
    #expect(
      centered == """
        loop 128x64, 1 steps: Sum
        loop 1x64, 3 steps: Divide
        loop 128x64, 3 steps: Subtract
        """)
    let byRow = try calls(x - x.mean(axes: [1], keepingDimensions: true))
    #expect(
      byRow == """
        loop 128x64, 5 steps: Divide, Subtract, Sum
        """)
  }

  @Test func whatFollowsAProductIsItsEpilogue() throws {
    let graph = GraphBuilder()
    let x = graph.input("x", [128, 64])
    let hidden = relu(matmul(x, graph.input("w", [64, 64])) + graph.input("b", [64]))
    let perceptron = try calls(matmul(hidden, graph.input("v", [64, 10])))
    #expect(
      perceptron == """
        matmul 128x64x64 + epilogue: MatMul, Relu
        matmul 128x10x64: MatMul
          reads Relu f32[128,64]: MatMul reads it as it lies in memory
        """)
  }

  @Test func batchNormIsSplit() throws {
    let x = GraphBuilder().input("x", [4, 16, 16, 8])
    let block = try calls(Block().atRoot(x))
    #expect(
      block == """
        convolution 3x3/1 8->8 @16x16x4 + epilogue: Convolution2D, Moments
        loop 1x8, 6 steps: Multiply
        convolution 3x3/1 8->8 @16x16x4: Convolution2D
          reads Convolution2D f32[4,16,16,8] of conv1: a product is done before the next one begins
        """)
  }

  @Test func withoutProloguesATensorMoreIsKept() throws {
    let x = GraphBuilder().input("x", [4, 16, 16, 8])
    let withoutPrologues = try calls(Block().atRoot(x), options: CompilerOptions(disabled: [.prologues]))
    #expect(
      withoutPrologues == """
        convolution 3x3/1 8->8 @16x16x4 + epilogue: Convolution2D, Moments
        loop 1x8, 6 steps: Multiply
        loop 1024x8, 8 steps: Relu
          reads Convolution2D f32[4,16,16,8] of conv1: another operand is made only after that call
        convolution 3x3/1 8->8 @16x16x4: Convolution2D
          reads Relu f32[4,16,16,8] of relu1: the pass that would do it is switched off
        """)
  }

  @Test func whatIsCostlyIsKept() throws {
    let x = GraphBuilder().input("x", [4, 16, 16, 8])
    let smooth = try calls(Smooth().atRoot(x))
    #expect(
      smooth == """
        convolution 3x3/1 8->8 @16x16x4 + epilogue: Convolution2D, Gelu
        convolution 3x3/1 8->8 @16x16x4: Convolution2D
          reads Gelu f32[4,16,16,8] of gelu1: it is costly to compute each time that it is read
        """)
  }

  @Test func aStepTakesFewerCallsAndLessMemory() throws {
    let step = try TrainingStep(
      Encoder(), image: [16, 16, 3], pairs: Pairs(4), loss: NTXent(), optimizer: SGD(learningRate: 0.1))
    func plan(without passes: CompilerOptions.Pass...) throws -> ProgramPlan {
      try ProgramPlan(step.graph, outputs: [step.loss], options: CompilerOptions(disabled: Set(passes)))
    }
    let every = CompilerOptions(disabled: Set(CompilerOptions.Pass.allCases))
    let none = try ProgramPlan(step.graph, outputs: [step.loss], options: every)
    let counts = try [plan(), plan(without: .fusion), none].map { $0.schedule.calls.count }
    #expect(
      counts.map { "\($0) calls" }.joined(separator: "\n") == """
        28 calls
        115 calls
        158 calls
        """)
    #expect(try !plan().schedule.calls.contains { $0.operations.contains("Relu") })
    #expect(try plan().arenaBytes < plan(without: .inPlace).arenaBytes)
    #expect(try plan(without: .inPlace).arenaBytes < plan(without: .reuse).arenaBytes)
  }

  @Test func winogradIsAChoice() throws {
    let x = GraphBuilder().input("x", [4, 16, 16, 64])
    let y = Conv2D(64, kernel: 3).atRoot(x)
    let direct = CompilerOptions(choices: KernelChoices(convolution: .im2col))
    let both = try [calls(y), calls(y, options: direct)]
    #expect(
      both.joined(separator: "\n") == """
        convolution 3x3/1 64->64 @16x16x4 winograd4: Convolution2D
        convolution 3x3/1 64->64 @16x16x4: Convolution2D
        """)
  }
}
