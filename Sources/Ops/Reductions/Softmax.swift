/// Positive numbers that sum to 1 along an axis: e^x over the sum of e^x.
public func softmax(_ x: Tensor, over axis: Int = -1) -> Tensor { exp(logSoftmax(x, over: axis)) }

/// The logarithm of `softmax`, without the loss of digits of taking it afterwards.
public func logSoftmax(_ x: Tensor, over axis: Int = -1) -> Tensor {
  x - x.logSumExp(over: [axis], keeping: true)
}
