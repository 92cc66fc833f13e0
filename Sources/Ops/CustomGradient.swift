/// Applies a function with a custom gradient, such as one that clips, or a numerically more accurate one.
///
///     func clippingItsGradient(_ x: Tensor) -> Tensor {
///       customGradient(for: [x]) { x in
///         x[0]
///       } gradient: { upstream, _, _ in
///         [minimum(maximum(upstream, -1), 1)]
///       }
///     }
///
/// The function's nodes are part of the graph and compiled as usual, but a tape does not walk into them:
/// tensors it reads other than the operands get no gradient through it. Second derivatives are those of the
/// custom gradient.
///
/// - Parameters:
///   - operands: The tensors to differentiate by.
///   - function: Returns the result for the operands.
///   - gradient: Returns the gradient of each operand, given that of the result; nil for an operand without
///     one. It may use the result and the operands. Intermediate values that it recomputes are merged with
///     the function's by common-subexpression elimination.
public func customGradient(
  for operands: [Tensor], of function: ([Tensor]) -> Tensor,
  gradient: @escaping @Sendable (_ upstream: Tensor, _ result: Tensor, _ operands: [Tensor]) -> [Tensor?]
) -> Tensor {
  let result = function(operands)
  return result.graph.apply(CustomGradient(rule: GradientRule(gradient)), to: [result] + operands)
}

/// The first operand, without a gradient; the other operands, from which it was computed, get theirs by a
/// custom rule.
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

/// A user-defined gradient; compared by identity, as functions are not comparable.
package final class GradientRule: Hashable, Sendable {
  let gradient: @Sendable (Tensor, Tensor, [Tensor]) -> [Tensor?]

  init(_ gradient: @escaping @Sendable (Tensor, Tensor, [Tensor]) -> [Tensor?]) { self.gradient = gradient }

  package static func == (a: GradientRule, b: GradientRule) -> Bool { a === b }

  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
