import Recipes
import Testing
import TestSupport

@testable import Autodiff

@Suite struct FusionTests {
  @Test(arguments: FusionCase.all)
  func makesTheseCalls(_ row: FusionCase) throws {
    let graph = GraphBuilder()
    let outputs = row.build(graph)
    try graph.verify()
    let calls = Compilation(try graph.build(outputs: outputs), options: CompilerOptions()).calls.map(\.call)
    #expect(calls.map { kind(of: $0) } == row.calls)
  }

  /// In training the moments are taken in the convolution's tiles, and normalizing is one loop with what
  /// follows.
  @Test func batchNormRidesOnItsConvolution() throws {
    let graph = GraphBuilder()
    let y = conv2d(graph.input("x", [2, 8, 8, 6]), graph.input("w", [3, 3, 6, 6]), padding: 1)
    let result = relu(BatchNorm().atRoot(y))
    let compiled = Compilation(try graph.build(outputs: [result]), options: CompilerOptions())
    let large = compiled.calls.map(\.call).filter { call in
      call.plan.reads.contains { compiled.graph.nodes[$0.buffer].type.shape.count >= y.shape.count }
    }
    let kept = large.map { call in call.nodes.map { compiled.graph.nodes[$0].operation.name } }
    #expect(kept == [["Convolution2D", "Moments"], ["Relu"]])
  }

  /// Normalized and rectified, it is computed as the next convolution reads it, and has no memory.
  @Test func batchNormAndReLURideOnTheNextConvolution() throws {
    let graph = GraphBuilder()
    let (w, v) = (graph.input("w", [3, 3, 6, 6]), graph.input("v", [3, 3, 6, 4]))
    let first = conv2d(graph.input("x", [2, 8, 8, 6]), w, padding: 1)
    let second = conv2d(relu(BatchNorm().atRoot(first)), v, padding: 1)
    func kept(_ options: CompilerOptions) throws -> [String] {
      let compiled = Compilation(try graph.build(outputs: [second]), options: options)
      return compiled.calls.map(\.call).flatMap { call in
        call.nodes.map { compiled.graph.nodes[$0].operation.name }
      }
    }
    #expect(try !kept(CompilerOptions()).contains("Relu"))
    #expect(try kept(CompilerOptions(disabled: [.prologues])).contains("Relu"))
  }

  @Test(arguments: [
    (
      ResNet.Architecture.resNet18, 262,
      [
        "convolution + epilogue": 20, "input gradient + epilogue": 16, "input gradient": 3,
        "weight gradient": 20, "matmul + epilogue": 8, "matmul": 1, "max pool": 1, "maxGradient pool": 1,
        "loop": 183, "copy": 9,
      ]
    ),
    (
      ResNet.Architecture.resNet50, 654,
      [
        "convolution + epilogue": 53, "input gradient + epilogue": 48, "input gradient": 4,
        "weight gradient": 53, "matmul + epilogue": 8, "matmul": 1, "max pool": 1, "maxGradient pool": 1,
        "loop": 451, "copy": 34,
      ]
    ),
  ])
  func aStepInThisManyCalls(architecture: ResNet.Architecture, count: Int, kinds: [String: Int]) throws {
    let step = try TrainingStep(
      LayerSequence([ResNet(architecture), ProjectionHead()]), image: [64, 64, 3], pairs: Pairs(4),
      loss: NTXent(),
      optimizer: SGD(learningRate: 0.1, weightDecay: 1e-6))
    let outputs = [step.loss, step.output]
    let calls = Compilation(try step.graph.build(outputs: outputs), options: CompilerOptions()).calls.map(
      \.call)
    #expect(Dictionary(grouping: calls.map { kind(of: $0) }, by: { $0 }).mapValues(\.count) == kinds)
    #expect(calls.count == count)
  }
}

// A call's summary without its numbers.
private func kind(of call: Autodiff.CallSchedule.Call) -> String {
  let name = call.plan.summary.split(separator: " ").prefix { !$0.contains(where: \.isNumber) }
  return name.joined(separator: " ") + (call.plan.summary.hasSuffix(" + epilogue") ? " + epilogue" : "")
}

/// A graph and the calls it comes down to.
struct FusionCase: Sendable, CustomTestStringConvertible {
  let name: String
  let calls: [String]
  let build: @Sendable (GraphBuilder) -> [Tensor]

  init(_ name: String, _ calls: [String], _ build: @escaping @Sendable (GraphBuilder) -> [Tensor]) {
    self.name = name
    self.calls = calls
    self.build = build
  }

  var testDescription: String { name }

  static let all: [FusionCase] = [
    FusionCase("a chain", ["loop"]) { graph in
      let x = graph.input("x", [8, 16])
      return [tanh(x * 2 + 1) - x / 3]
    },
    FusionCase("a chain with its sums", ["loop"]) { graph in
      let x = graph.input("x", [8, 16])
      return [(x * x + 1).sum(axes: [0]), (x * x + 1).sum()]
    },
    FusionCase("matrix product, bias and ReLU", ["matmul + epilogue"]) { graph in
      [relu(matmul(graph.input("x", [8, 4]), graph.input("w", [4, 6])) + graph.input("b", [6]))]
    },
    FusionCase("convolution, bias and ReLU", ["convolution + epilogue"]) { graph in
      let y = conv2d(graph.input("x", [2, 8, 8, 4]), graph.input("w", [3, 3, 4, 6]), padding: 1)
      return [relu(y + graph.input("b", [6]))]
    },
    FusionCase("linear layer on tokens, GELU, and a sum of tokens", ["matmul + epilogue", "loop"]) { graph in
      [gelu(Linear(6).atRoot(graph.input("x", [2, 5, 4]))).sum(axes: [1])]
    },
    FusionCase("linear layer on tokens, added to its input, and moments", ["matmul + epilogue"]) { graph in
      let x = graph.input("x", [2, 5, 4])
      return [(x + Linear(4).atRoot(x)).moments(axes: [-1]).mean]
    },
    FusionCase("tokens that also have positions", ["matmul + epilogue", "loop"]) { graph in
      [Linear(6).atRoot(graph.input("x", [2, 5, 4])) + graph.input("positions", [1, 5, 6])]
    },
    FusionCase("an optimizer's two updates", ["loop"]) { graph in
      let w = graph.variable("w", [6, 4], role: .weight, initializer: .zeros)
      let rate = graph.input("rate", [])
      let next = SGD(learningRate: 0.1, weightDecay: 0.1).update(
        graph.variables[0], value: w, gradient: graph.input("g", [6, 4]), learningRate: rate)
      graph.update(w, to: next)
      return []
    },
    FusionCase("softmax", ["softmax"]) { graph in
      [softmax(graph.input("x", [8, 16]))]
    },
    FusionCase("softmax of masked similarities", ["matmul", "softmax"]) { graph in
      let (q, k) = (graph.input("q", [3, 8, 4]), graph.input("k", [3, 8, 4]))
      return [softmax(matmul(q, k, transposeB: true) * 0.5 + graph.input("mask", [8, 8]))]
    },
    FusionCase("layer norm", ["loop"]) { graph in
      [LayerNorm().atRoot(graph.input("x", [8, 4, 16]))]
    },
    FusionCase("layer norm of rows too long for a block", ["loop", "loop", "loop"]) { graph in
      [LayerNorm().atRoot(graph.input("x", [8, 2049]))]
    },
    FusionCase("layer norm's gradients", ["loop", "loop"]) { graph in
      let tape = Tape(graph)
      let (x, upstream) = (graph.input("x", [8, 4, 16]), graph.input("upstream", [8, 4, 16]))
      let (weight, bias) = (graph.input("weight", [16]), graph.input("bias", [16]))
      let (mean, variance) = x.moments(axes: [-1])
      let normalized = (x - mean) * rsqrt(variance + 1e-5) * weight + bias
      return tape.gradients(of: (normalized * upstream).sum(), for: [x, weight, bias])
    },
    FusionCase("linear layer on tokens, added to its input, and layer norm", ["matmul + epilogue"]) { graph in
      let x = graph.input("x", [2, 5, 4])
      let sum = x + Linear(4).atRoot(x)
      let (mean, variance) = sum.moments(axes: [-1])
      return [(sum - mean) * rsqrt(variance + 1e-5)]
    },
    FusionCase("L2 normalization", ["loop"]) { graph in
      [graph.input("x", [8, 16]).l2Normalized()]
    },
    FusionCase("softmax's gradient", ["softmax", "loop"]) { graph in
      let tape = Tape(graph)
      let x = graph.input("x", [8, 16])
      let loss = (softmax(x) * graph.input("weights", [8, 16])).sum()
      return tape.gradients(of: loss, for: [x])
    },
    FusionCase("matrix product and log-sum-exp", ["matmul + epilogue"]) { graph in
      [(matmul(graph.input("x", [8, 4]), graph.input("w", [4, 6])) / 0.1).logSumExp(axes: [1])]
    },
    FusionCase("a view of a view", ["loop"]) { graph in
      [graph.input("x", [4, 6, 5]).entry(2).entry(-1) * 2]
    },
    FusionCase("views", []) { graph in
      let x = graph.input("x", [4, 6])
      return [x.reshaped(to: [24]).sliced(6..<12, axis: 0).reshaped(to: [2, 3])]
    },
  ]
}
