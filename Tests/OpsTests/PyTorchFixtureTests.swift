import Autodiff
import Recipes
import Testing

@Suite struct PyTorchFixtureTests {
  /// Operations of the file that are tested beside the code that computes them.
  static let coveredElsewhere: Set = ["ntXent"]

  static let cases = Result { try PyTorchFixture.read() }
  static let here = ((try? cases.get()) ?? []).filter { !coveredElsewhere.contains($0.operation) }

  @Test func findsEveryCase() throws {
    let cases = try Self.cases.get()
    #expect(cases.count == 312)
    #expect(Self.here.count == 294)
    #expect(Self.coveredElsewhere.isSubset(of: cases.map(\.operation)))
  }

  /// Value and gradients, to 1e-10 of the largest element of each; where a gradient is what is left after all
  /// of it cancelled, to a few roundings of what reached the output.
  @Test(arguments: here)
  func agreesWithPyTorch(_ fixture: PyTorchFixture) throws {
    let graph = GraphBuilder(precision: .float64)
    let names = fixture.inputs.indices.map { "input\($0)" }
    let inputs = try fixture.inputs.map(Self.value)
    let tensors = zip(names, inputs).map { name, value in
      graph.input(name, value.shape, value.isIndex ? .int32 : .float64)
    }
    let tape = Tape(graph)
    let output = try fixture.apply(to: tensors)
    let upstream = graph.input("upstream", Shape(fixture.upstream.shape))
    let varying = tensors.indices.filter { fixture.gradients[$0] != nil }
    let gradients = tape.gradients(of: output, upstream: upstream, for: varying.map { tensors[$0] })
    try graph.verify()

    var given = Dictionary(uniqueKeysWithValues: zip(names, inputs))
    given["upstream"] = try Self.value(fixture.upstream)
    let interpreter = Interpreter<Double>(try graph.build(), inputs: given)
    let rounding = 1e-14 * interpreter[upstream].reduce(0) { Swift.max($0, Swift.abs($1)) }
    try compare(interpreter[output], output.shape, with: fixture.output)
    for (input, gradient) in zip(varying, gradients) {
      try compare(
        interpreter[gradient], gradient.shape, with: #require(fixture.gradients[input]), rounding: rounding)
    }
  }

  private func compare(_ found: [Double], _ shape: Shape, with expected: NamedTensor, rounding: Double = 0)
    throws
  {
    #expect(shape.dimensions == expected.shape, "\(expected.name)")
    let values = try Self.value(expected).reals
    let largest = values.reduce(0) { Swift.max($0, Swift.abs($1)) }
    let bound = Swift.max(1e-10 * largest, rounding)
    let apart = zip(found, values).map { Swift.abs($0 - $1) }
    let agrees = apart.allSatisfy { $0 <= bound }  // NaN does not
    #expect(found.count == values.count)
    #expect(agrees, "\(expected.name), up to \(largest), differs by \(apart)")
  }

  private static func value(_ tensor: NamedTensor) throws -> Value<Double> {
    switch tensor.values {
    case .float64(let values): return .real(values, Shape(tensor.shape))
    case .int32(let values): return .index(values, Shape(tensor.shape))
    default: throw UnknownFixture(description: "\(tensor.name) holds neither F64 nor I32")
    }
  }
}

/// Something in the file that the test has no answer to.
struct UnknownFixture: Error, CustomStringConvertible {
  let description: String
}

extension Value {
  fileprivate var isIndex: Bool {
    if case .index = self { return true }
    return false
  }
}

extension PyTorchFixture {
  /// The operation in our words.
  fileprivate func apply(to x: [Tensor]) throws -> Tensor {
    switch operation {
    case "add": return x[0] + x[1]
    case "subtract": return x[0] - x[1]
    case "multiply": return x[0] * x[1]
    case "divide": return x[0] / x[1]
    case "maximum": return maximum(x[0], x[1])
    case "minimum": return minimum(x[0], x[1])
    case "negate": return -x[0]
    case "exp": return exp(x[0])
    case "log": return log(x[0])
    case "sqrt": return sqrt(x[0])
    case "rsqrt": return rsqrt(x[0])
    case "tanh": return tanh(x[0])
    case "sigmoid": return sigmoid(x[0])
    case "relu": return relu(x[0])
    case "gelu": return gelu(x[0])
    case "silu": return silu(x[0])
    case "erf": return erf(x[0])
    case "abs": return abs(x[0])
    case "power": return try pow(x[0], setting(\.exponent))
    case "select": return try selected(x)
    case "sum": return try x[0].sum(axes: setting(\.axes))
    case "mean": return try x[0].mean(axes: setting(\.axes))
    case "max": return try x[0].max(axes: setting(\.axes))
    case "min": return try x[0].min(axes: setting(\.axes))
    case "logsumexp": return try x[0].logSumExp(axes: setting(\.axes))
    case "softmax": return try softmax(x[0], axes: setting(\.axes))
    case "logSoftmax": return try logSoftmax(x[0], axes: setting(\.axes))
    case "moments": return try stackedMoments(x[0])
    case "matmul":
      return try matmul(
        x[0], x[1], transposeA: setting(\.transposeA), transposeB: setting(\.transposeB))
    case "conv2d":
      return try conv2d(
        x[0], x[1], stride: pair(\.stride), padding: pair(\.padding),
        groups: setting(\.groups), dilation: attributes.dilation == nil ? (1, 1) : pair(\.dilation))
    case "attention":
      let rest = Array(x[3...])
      return try attention(
        x[0], x[1], x[2], heads: setting(\.heads), bias: setting(\.biased) ? rest.first : nil,
        mask: setting(\.masked) ? rest.last : nil)
    case "selfAttention":
      return try selfAttention(x[0], heads: setting(\.heads), mask: setting(\.masked) ? x[1] : nil)
    case "maxpool": return try maxPool2d(x[0], window())
    case "avgpool": return try averagePool2d(x[0], window())
    case "globalAveragePool": return globalAveragePool(x[0])
    case "reshape": return try x[0].reshaped(to: Shape(setting(\.shape)))
    case "transpose": return try x[0].transposed(setting(\.permutation))
    case "slice": return try sliced(x[0])
    case "concatenate": return try concatenate(x, axis: setting(\.axis))
    case "pad": return try x[0].padded(low: setting(\.low), high: setting(\.high))
    case "gather":
      try #require(setting(\.axis) == 0)
      return x[0].gathered(x[1])
    case "batchNormTraining":
      let (mean, variance) = x[0].moments(axes: Array(0..<x[0].shape.rank - 1))
      return try (x[0] - mean) * rsqrt(variance + setting(\.epsilon)) * x[1] + x[2]
    case "batchNormInference":
      return try (x[0] - x[3]) * rsqrt(x[4] + setting(\.epsilon)) * x[1] + x[2]
    case "l2Normalize":
      return try x[0].l2Normalized(axis: setting(\.axis), epsilon: setting(\.epsilon))
    case "crossEntropy": return crossEntropy(x[0], labels: x[1])
    case "crossEntropySmoothed":
      return try crossEntropy(x[0], labels: x[1], smoothing: setting(\.smoothing))
    case "crossEntropyWeighted":
      return try crossEntropy(
        x[0], labels: x[1], smoothing: setting(\.smoothing), weights: setting(\.weights))
    case "crossEntropySoft": return crossEntropy(x[0], targets: x[1])
    default: throw UnknownFixture(description: "no operation here is called \(operation)")
    }
  }

  private func selected(_ x: [Tensor]) throws -> Tensor {
    switch attributes.comparison {
    case "greater": return select(x[0] .> x[1], x[2], x[3])
    case "greaterOrEqual": return select(x[0] .>= x[1], x[2], x[3])
    case "less": return select(x[0] .< x[1], x[2], x[3])
    case "lessOrEqual": return select(x[0] .<= x[1], x[2], x[3])
    case "equal": return select(x[0] .== x[1], x[2], x[3])
    case "notEqual": return select(x[0] .== x[1], x[3], x[2])
    default: throw UnknownFixture(description: "no comparison is called \(attributes.comparison ?? "nil")")
    }
  }

  private func stackedMoments(_ x: Tensor) throws -> Tensor {
    let (mean, variance) = try x.moments(axes: setting(\.axes))
    let row: Shape = [1, mean.shape.count]
    return concatenate([mean.reshaped(to: row), variance.reshaped(to: row)])
  }

  private func sliced(_ x: Tensor) throws -> Tensor {
    let ranges = try zip(setting(\.start), setting(\.end))
    return ranges.enumerated().reduce(x) { $0.sliced($1.element.0..<$1.element.1, axis: $1.offset) }
  }

  private func window() throws -> Window {
    try Window(
      kernel: pair(\.window), stride: pair(\.stride), padding: pair(\.padding))
  }

  private func pair(_ path: KeyPath<Attributes, [Int]?>) throws -> (Int, Int) {
    let pair = try setting(path)
    try #require(pair.count == 2)
    return (pair[0], pair[1])
  }

  private func setting<Setting>(_ path: KeyPath<Attributes, Setting?>) throws -> Setting {
    guard let setting = attributes[keyPath: path] else {
      throw UnknownFixture(description: "\(name) lacks \(path)")
    }
    return setting
  }
}
