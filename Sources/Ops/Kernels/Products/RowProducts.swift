import OpenBLAS

/// Returns the scalar products of some rows of a matrix with all rows of another: `[rows, others]`.
///
/// - Parameters:
///   - rows: The rows.
///   - matrix: The matrix of the rows, `[N, columns]`.
///   - others: The other matrix, `[M, columns]`.
package func rowProducts(
  of rows: Range<Int>, in matrix: [Float], with others: [Float], columns: Int
) -> [Float] {
  contract(
    columns > 0 && rows.lowerBound >= 0 && rows.upperBound * columns <= matrix.count
      && others.count.isMultiple(of: columns),
    "there are no rows \(rows) of \(columns) columns in \(matrix.count) numbers")
  let count = others.count / columns
  guard !rows.isEmpty, count > 0 else { return [] }
  return [Float](unsafeUninitializedCapacity: rows.count * count) { products, filled in
    matrix.withUnsafeBufferPointer { matrix in
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows.count), Int32(count), Int32(columns), 1,
        UnsafeBufferPointer(rebasing: matrix[(rows.lowerBound * columns)...]).baseAddress, Int32(columns),
        others, Int32(columns), 0, products.baseAddress, Int32(count))
    }
    filled = rows.count * count
  }
}
