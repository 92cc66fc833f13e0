import OpenBLAS

/// Returns the singular values of a row-major matrix, ascending: the square roots of the eigenvalues of its
/// smaller Gram matrix. Values within the rounding error of the largest are set to 0.
///
/// - Returns: As many values as the smaller of rows and columns; nil if the matrix has non-finite values or
///   values that overflow when squared, or if LAPACK does not converge.
package func singularValues(of matrix: [Double], rows: Int, columns: Int) -> [Double]? {
  contract(
    rows > 0 && columns > 0 && matrix.count == rows * columns,
    "\(matrix.count) numbers are no matrix of \(rows) by \(columns)")
  let (side, length) = (min(rows, columns), max(rows, columns))
  var gram = [Double](repeating: 0, count: side * side)
  cblas_dsyrk(
    CblasRowMajor, CblasUpper, rows <= columns ? CblasNoTrans : CblasTrans, Int32(side), Int32(length), 1,
    matrix, Int32(columns), 0, &gram, Int32(side))
  // The diagonal contains the square of every value.
  guard gram.allSatisfy(\.isFinite) else { return nil }

  var values = [Double](repeating: 0, count: side)
  var order = Int32(side)
  // Workspace for blocks of 64 columns.
  var workCount = Int32(66 * side)
  var work = [Double](repeating: 0, count: 66 * side)
  var info: Int32 = 0
  // The upper triangle in row-major order is the lower one in column-major order.
  dsyev_("N", "L", &order, &gram, &order, &values, &work, &workCount, &info, 1, 1)
  guard info == 0, let largest = values.last else { return nil }
  let rounding = Double(length) * Double.ulpOfOne * largest
  return values.map { $0 > rounding ? $0.squareRoot() : 0 }
}
