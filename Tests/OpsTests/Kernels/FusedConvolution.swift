import Autodiff
import TestSupport

/// A convolution of what a prologue computes, with an epilogue.
struct FusedConvolution {
  let graph: GraphBuilder
  let y: Tensor
  private let tape: Tape
  private let operands: [Tensor]

  /// Of an image `[N, H, W, C]` to some channels.
  init<T: Real>(
    of image: Shape, to channels: Int, kernel: (Int, Int), stride: Int, padding: Int, groups: Int = 1,
    as type: T.Type
  ) {
    graph = GraphBuilder(precision: T.element)
    let x = graph.input("x", image)
    let scale = graph.input("scale", [image.channels])
    let w = graph.input("w", [kernel.0, kernel.1, image.channels / groups, channels])
    tape = Tape(graph)
    y = relu(conv2d(relu(x * scale + 0.5), w, stride: stride, padding: padding, groups: groups))
    operands = [x, scale, w]
  }

  /// Those of the image, its scale and the kernel.
  func gradients(of loss: Tensor) -> [Tensor] { tape.gradients(of: loss, for: operands) }
}
