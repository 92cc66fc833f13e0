import Autodiff
import TestSupport
import Testing

/// Three layers, of which the middle one is tested: its operands and results are tensors between layers, which a
/// program of mixed precision stores rounded.
struct MixedChain: Sendable, CustomTestStringConvertible {
  /// What becomes of the middle layer's operand as it reads it.
  enum Prologue: String, Sendable {
    case none
    /// Scaled, shifted and rectified.
    case affine
    /// Normalized by the moments of the batch, scaled, shifted and rectified; shifted so far that rounding
    /// changes no sign.
    case normalized
  }

  /// The images `[N, H, W, C]` of the middle layer; of the rows `[N, C]` if it is a product of matrices.
  let image: Shape
  /// The channels of its result.
  let channels: Int
  var kernel = (1, 1)
  var stride = 1, padding = 0, dilation = (1, 1), groups = 1
  var prologue = Prologue.none
  /// Whether a bias is added to the result, which is rectified.
  var hasEpilogue = false
  var algorithm: ConvolutionAlgorithm?
  /// Whether the gradients of the weights are computed.
  var hasWeightGradients = true
  /// What the summary of the middle layer's calls contains.
  let summary: String
  /// Whether its calls multiply pairs, and convert what they read and write.
  var isInPairs = true
  var converts = true

  var testDescription: String {
    "\(summary) of \(image) to \(channels), prologue \(prologue), epilogue \(hasEpilogue), dilation \(dilation), "
      + "groups \(groups)"
  }

  var options: CompilerOptions {
    CompilerOptions(choices: KernelChoices(convolution: algorithm), precision: .mixed)
  }

  private var isMatrix: Bool { image.rank == 2 }
  private var edge: Int { isMatrix ? image[1] : 4 }

  /// Adds the layers to a graph, and returns the result and the gradients.
  func build(_ graph: GraphBuilder) -> [Tensor] {
    let tape = Tape(graph)
    let x = graph.input("x", Shape(image.dimensions.dropLast() + [edge]))
    var weights: [Tensor] = []
    func weight(_ name: String, _ shape: Shape) -> Tensor {
      weights.append(graph.variable(name, shape, role: .weight, initializer: .zeros))
      return weights[weights.count - 1]
    }
    func layer(_ x: Tensor, _ name: String, to channels: Int) -> Tensor {
      let shape: Shape = [x.shape.channels, channels]
      return isMatrix
        ? matmul(x, weight(name, shape)) : conv2d(x, weight(name, Shape([1, 1] + shape.dimensions)))
    }
    let before = layer(x, "first", to: image.channels)
    let (scale, shift) = (graph.input("scale", [image.channels]), graph.input("shift", [image.channels]))
    let operand: Tensor
    switch prologue {
    case .none: operand = before
    case .affine: operand = relu(before * scale + shift)
    case .normalized:
      let (mean, variance) = before.moments(axes: Array(0..<image.rank - 1))
      operand = relu((before - mean) * rsqrt(variance + 0.1) * scale + shift)
    }
    var result =
      isMatrix
      ? layer(operand, "weights", to: channels)
      : conv2d(
        operand, weight("weights", [kernel.0, kernel.1, image.channels / groups, channels]),
        stride: (stride, stride), padding: (padding, padding), groups: groups, dilation: dilation)
    if hasEpilogue { result = relu(result + weight("bias", [channels])) }
    let last = layer(result, "last", to: edge)
    let sources = [x] + (prologue == .none ? [] : [scale, shift])
    return [last]
      + tape.gradients(
        of: last, upstream: graph.input("upstream", last.shape),
        for: sources + (hasWeightGradients ? weights : []))
  }
}
