/// A function with a gradient that is not what its operations would give: clipped, or computed in a way that
/// loses fewer digits.
///
///     func clippingItsGradient(_ x: Tensor) -> Tensor {
///       customGradient(for: [x]) { x in
///         x[0]
///       } gradient: { upstream, _, _ in
///         [minimum(maximum(upstream, -1), 1)]
///       }
///     }
///
/// The function is part of the graph like any other arithmetic, and compiled like it. Only the tape does not
/// go into it: whatever it reads besides the operands has no gradient through it. Second derivatives are
/// those of the gradient as it was given.
///
/// - Parameters:
///   - operands: What the result is differentiated by.
///   - function: The result, of the operands.
///   - gradient: The gradient of each operand, given that of the result; nil for an operand that has none. It
///     may use the result and the operands. What it needs of the function's values it computes again: the
///     compiler finds that it has them already.
public func customGradient(
  for operands: [Tensor], of function: ([Tensor]) -> Tensor,
  gradient: @escaping @Sendable (_ upstream: Tensor, _ result: Tensor, _ operands: [Tensor]) -> [Tensor?]
) -> Tensor {
  let result = function(operands)
  return result.graph.apply(CustomGradient(rule: GradientRule(gradient)), to: [result] + operands)
}

/// The first operand; the others, of which it was computed, get a gradient by a rule of their own, and it
/// gets none.
package struct CustomGradient: TensorOperation, CustomStringConvertible {
  let rule: GradientRule

  package var description: String { "\(name)()" }

  package func resultType(of operands: [TensorType]) -> TensorType { operands[0] }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let operands = Array(operands.dropFirst())
    let gradients = rule.gradient(upstream, result, operands)
    guard gradients.count == operands.count else {
      fatalError("A custom gradient gave \(gradients.count) gradients for \(operands.count) operands.")
    }
    return [nil]
      + zip(gradients, operands).map { gradient, operand in
        guard let gradient, gradient.isKnown, gradient.type != operand.type else { return gradient }
        return upstream.graph.report(
          ShapeError(
            "A custom gradient has another shape than its operand.", expected: "\(operand.type)",
            found: "\(gradient.type)", assuming: operand.type))
      }
  }

  package func isDetached(operand: Int) -> Bool { operand == 0 }

  package func lowering(_ operands: [TensorType]) -> Lowering { .marker }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] { operands[0] }
}

/// A gradient that somebody has written; equal to itself alone, as functions cannot be compared.
package final class GradientRule: Hashable, Sendable {
  let gradient: @Sendable (Tensor, Tensor, [Tensor]) -> [Tensor?]

  init(_ gradient: @escaping @Sendable (Tensor, Tensor, [Tensor]) -> [Tensor?]) { self.gradient = gradient }

  package static func == (a: GradientRule, b: GradientRule) -> Bool { a === b }

  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
