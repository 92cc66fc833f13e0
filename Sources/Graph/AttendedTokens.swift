/// The mask and the context of the attention in a layer.
package struct AttendedTokens {
  /// 0 for those of the layer's tokens, `[N, T]`, that take no part as keys; nil if all do.
  package var mask: Tensor?
  /// The tokens that cross-attention has its keys and values from, `[N, K, C]`.
  package var context: Tensor?
  /// 0 for the tokens of the context, `[N, K]`, that take no part; nil if all do.
  package var contextMask: Tensor?
}
