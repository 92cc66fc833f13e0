import Autodiff

/// One application of an operation: a row of the table that its values, its derivatives and its speed are
/// taken from.
public struct OperationCase: Sendable, CustomStringConvertible {
  /// What is applied.
  public let name: String
  /// What it is applied to.
  public let inputs: [CheckInput]
  /// Whether the function has all its derivatives wherever the inputs may be drawn.
  public let smooth: Bool
  /// The application.
  public let function: @Sendable ([Tensor]) -> Tensor

  init(
    _ name: String, _ inputs: CheckInput..., smooth: Bool = true,
    _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.init(name, inputs, smooth: smooth, function)
  }

  init(
    _ name: String, _ inputs: [CheckInput], smooth: Bool = true,
    _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.name = name
    self.inputs = inputs
    self.smooth = smooth
    self.function = function
  }

  public var description: String { name }

  static func x(
    _ shape: Shape, _ name: String = "x", in range: ClosedRange<Double> = -1...1
  ) -> CheckInput {
    .uniform(name, shape, in: range)
  }

  /// A function of one tensor, element by element.
  static func each(
    _ name: String, in range: ClosedRange<Double> = -1...1, smooth: Bool = true,
    _ function: @escaping @Sendable (Tensor) -> Tensor
  ) -> [OperationCase] {
    let shapes: [Shape] = [[], [1], [17], [2, 1, 3, 5]]
    return shapes.map { shape in
      OperationCase("\(name) \(shape)", x(shape, in: range), smooth: smooth) { function($0[0]) }
    }
  }

  /// A function of two tensors, element by element, with every way to broadcast.
  static func pair(
    _ name: String, in range: ClosedRange<Double> = -1...1, smooth: Bool = true,
    _ function: @escaping @Sendable (Tensor, Tensor) -> Tensor
  ) -> [OperationCase] {
    let shapes: [(Shape, Shape)] = [
      ([7], [7]), ([], []), ([3, 5], []), ([1], [2, 3]), ([2, 3, 17], [17]), ([2, 1, 3], [5, 1]),
      ([2, 1, 1, 5], [2, 3, 2, 5]),
    ]
    return shapes.map { a, b in
      OperationCase("\(name) \(a) \(b)", x(a, in: range), x(b, "y", in: range), smooth: smooth) {
        function($0[0], $0[1])
      }
    }
  }

  /// A reduction of a tensor over axes, which are kept or left out.
  static func reducing(
    _ name: String, smooth: Bool = true,
    _ function: @escaping @Sendable (Tensor, [Int]?, Bool) -> Tensor
  ) -> [OperationCase] {
    let shapes: [(Shape, [Int]?, Bool)] = [
      ([17], [0], false), ([3, 5], nil, false), ([3, 5], [1], true), ([5, 3], [0], false), ([], [], false),
      ([2, 3, 1, 5], [0, 1, 2], false), ([2, 3, 4], [0, -1], true), ([4, 1, 3], [1], false),
    ]
    return shapes.map { shape, axes, keeping in
      let over = axes.map { "\($0)" } ?? "all"
      return OperationCase("\(name) \(shape) over \(over)", x(shape), smooth: smooth) {
        function($0[0], axes, keeping)
      }
    }
  }

  /// A matrix product, with either operand stored transposed.
  static func product(_ name: String, _ a: Shape, _ b: Shape) -> [OperationCase] {
    func turned(_ shape: Shape, _ turn: Bool) -> Shape {
      turn ? Shape(shape.dimensions.dropLast(2) + [shape[-1], shape[-2]]) : shape
    }
    return [(false, false), (true, false), (false, true), (true, true)].map { turnA, turnB in
      let (a, b) = (turned(a, turnA), turned(b, turnB))
      return OperationCase("matmul \(name) \(a) \(b)", x(a, "a"), x(b, "b")) {
        matmul($0[0], $0[1], transposeA: turnA, transposeB: turnB)
      }
    }
  }

  /// A convolution and its two adjoints, each as an operation in its own right.
  static func convolution(
    _ name: String, _ image: Shape, _ kernel: Shape, stride: Int = 1, padding: Int = 0, groups: Int = 1,
    dilation: Int = 1
  ) -> [OperationCase] {
    func extent(_ axis: Int) -> Int {
      (image[axis + 1] + 2 * padding - (kernel[axis] - 1) * dilation - 1) / stride + 1
    }
    let result: Shape = [image[0], extent(0), extent(1), kernel[3]]
    let convolved: @Sendable (Tensor, Tensor) -> Tensor = {
      conv2d($0, $1, stride: stride, padding: padding, groups: groups, dilation: dilation)
    }
    return [
      OperationCase("conv2d \(name)", x(image), x(kernel, "w")) { convolved($0[0], $0[1]) },
      OperationCase("conv2d \(name), to its images", x(result, "u"), x(kernel, "w")) { operands in
        adjoint(of: image, upstream: operands[0]) { convolved($0, operands[1]) }
      },
      OperationCase("conv2d \(name), to its kernels", x(image), x(result, "u")) { operands in
        adjoint(of: kernel, upstream: operands[1]) { convolved(operands[0], $0) }
      },
    ]
  }

  /// The adjoint of a linear function, applied to `upstream`.
  static func adjoint(of shape: Shape, upstream: Tensor, _ function: (Tensor) -> Tensor) -> Tensor {
    let tape = Tape(upstream.graph)
    let zeros = upstream.graph.constant(0, shape)
    return tape.gradients(of: function(zeros), upstream: upstream, for: [zeros])[0]
  }

  /// Both ways to pool.
  static func pool(_ name: String, _ shape: Shape, _ window: Window) -> [OperationCase] {
    [
      OperationCase("maxPool2d \(name)", x(shape), smooth: false) { maxPool2d($0[0], window) },
      OperationCase("averagePool2d \(name)", x(shape)) { averagePool2d($0[0], window) },
    ]
  }
}
