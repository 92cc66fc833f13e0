extension TrainingBatch {
  /// Returns the numbers of each row's photograph in some columns of the manifest, `[V * N, columns]`; 0 if
  /// unknown. The objective names the columns in its needs.
  ///
  /// - Parameter columns: The names of the columns.
  public func values(of columns: [String]) -> Tensor { read(TrainingBatch.valuesInput, columns) }

  /// Returns 1 for each known number of a row's photograph and 0 for unknown ones, `[V * N, columns]`.
  ///
  /// - Parameter columns: The names of the columns.
  public func isKnown(of columns: [String]) -> Tensor { read(TrainingBatch.isKnownInput, columns) }

  /// Returns the model's output, `[V * N, columns]`, with one number for each of some columns; any other
  /// width is reported as an error.
  ///
  /// - Parameter columns: The names of the columns.
  public func output(for columns: [String]) -> Tensor {
    let shape: Shape = [form.rows, columns.count]
    if !output.isKnown || output.shape == shape { return output }
    return graph.report(
      ShapeError(
        "The head does not have an output for each column of \(columns.quoted).",
        expected: "\(shape)", found: "\(output.shape)", assuming: TensorType(shape, graph.precision)))
  }

  /// Returns the mean of a number for each row and column, `[V * N, columns]`, over known values; 0
  /// if none is.
  ///
  /// - Parameters:
  ///   - entries: The number for each row and column, `[V * N, columns]`.
  ///   - columns: The names of the columns.
  public func knownMean(of entries: Tensor, _ columns: [String]) -> Tensor {
    let isKnown = isKnown(of: columns)
    return (entries * isKnown).sum() / maximum(isKnown.sum(), 1)
  }

  private func read(_ input: String, _ columns: [String]) -> Tensor {
    let places = columns.compactMap { form.values.firstIndex(of: $0) }
    guard !columns.isEmpty, places.count == columns.count else {
      return missing(
        "columns", TensorType([form.rows, columns.count], graph.precision), need: "values: \(columns)")
    }
    let all = graph.sharedInput(input, [form.rows, form.values.count])
    if places == Array(form.values.indices) { return all }
    return concatenate(places.map { all.sliced($0..<$0 + 1, axis: 1) }, axis: 1)
  }
}

extension CheckInput {
  /// Returns random values for a gradient check of an objective that reads columns: 0 or 1, of
  /// which a quarter are not known.
  static func values(of columns: Int, rows: Int, seed: UInt64) -> [CheckInput] {
    if columns == 0 { return [] }
    let count = rows * columns
    var generator = CounterGenerator(seed: seed, name: TrainingBatch.valuesInput)
    var isKnown = [Double](repeating: 1, count: count)
    for entry in (0..<count).shuffled(using: &generator).prefix(count / 4) { isKnown[entry] = 0 }
    let values = isKnown.map { generator.chance(0.5) ? $0 : 0 }
    return [
      .given(TrainingBatch.valuesInput, [rows, columns], values, differentiated: false),
      .given(TrainingBatch.isKnownInput, [rows, columns], isKnown, differentiated: false),
    ]
  }
}
