/// The rows of a block of a `VectorFormula`, some of whose operands have one value for each row, or one row
/// for all.
struct ElementRows {
  /// The memory layout of an operand.
  enum Layout {
    /// A value for every element, row by row.
    case elements
    /// One row, the same for all rows.
    case row
    /// A value for each row.
    case column
  }
  /// The largest number of operands of a `VectorFormula`.
  static var mostOperands: Int { 5 }

  let count: Int
  let columns: Int
  /// The layout of each operand.
  let layouts: UnsafePointer<Layout>
}
