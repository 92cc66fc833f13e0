/// Returns the attention of queries to keys and values, `[N, heads, T, D]`: `softmax(q k^T / sqrt(D)) v`
/// (Vaswani et al. 2017).
///
/// - Parameters:
///   - queries: The queries, `[N, heads, T, D]`.
///   - keys: The keys, `[N, heads, S, D]`.
///   - values: The values, `[N, heads, S, E]`.
public func attention(_ queries: Tensor, _ keys: Tensor, _ values: Tensor) -> Tensor {
  guard queries.isKnown else { return queries }
  let scale = 1 / Double(queries.shape.channels).squareRoot()
  return matmul(softmax(matmul(queries * scale, keys, transposeB: true)), values)
}
