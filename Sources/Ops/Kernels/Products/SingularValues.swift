import OpenBLAS

/// The singular values of a row-major matrix, ascending: the roots of the eigenvalues of its smaller Gram
/// matrix, those that are rounding beside the largest being 0.
///
/// - Returns: As many as the matrix has rows or columns, whichever are fewer; nil if it has numbers that are
///   not finite or too large to be squared, or if LAPACK does not converge.
package func singularValues(of matrix: [Double], rows: Int, columns: Int) -> [Double]? {
  contract(
    rows > 0 && columns > 0 && matrix.count == rows * columns,
    "\(matrix.count) numbers are no matrix of \(rows) by \(columns)")
  let (side, length) = (min(rows, columns), max(rows, columns))
  var gram = [Double](repeating: 0, count: side * side)
  cblas_dsyrk(
    CblasRowMajor, CblasUpper, rows <= columns ? CblasNoTrans : CblasTrans, Int32(side), Int32(length), 1,
    matrix, Int32(columns), 0, &gram, Int32(side))
  // The diagonal has the square of every number.
  guard gram.allSatisfy(\.isFinite) else { return nil }

  var values = [Double](repeating: 0, count: side)
  var order = Int32(side)
  // Room to work on 64 columns at a time.
  var workCount = Int32(66 * side)
  var work = [Double](repeating: 0, count: 66 * side)
  var info: Int32 = 0
  // What is the upper triangle by rows is the lower one by columns.
  dsyev_("N", "L", &order, &gram, &order, &values, &work, &workCount, &info, 1, 1)
  guard info == 0, let largest = values.last else { return nil }
  let rounding = Double(length) * Double.ulpOfOne * largest
  return values.map { $0 > rounding ? $0.squareRoot() : 0 }
}
