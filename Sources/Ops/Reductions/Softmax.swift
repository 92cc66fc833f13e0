/// Positive numbers that sum to 1 along an axis: e^x over the sum of e^x.
public func softmax(_ x: Tensor, over axis: Int = -1) -> Tensor { softmax(x, over: [axis]) }

/// Positive numbers that sum to 1 over several axes together.
public func softmax(_ x: Tensor, over axes: [Int]) -> Tensor { exp(logSoftmax(x, over: axes)) }

/// The logarithm of `softmax`, without the loss of digits of taking it afterwards.
public func logSoftmax(_ x: Tensor, over axis: Int = -1) -> Tensor { logSoftmax(x, over: [axis]) }

/// The logarithm of `softmax` over several axes together.
public func logSoftmax(_ x: Tensor, over axes: [Int]) -> Tensor {
  x - x.logSumExp(over: axes, keeping: true)
}
