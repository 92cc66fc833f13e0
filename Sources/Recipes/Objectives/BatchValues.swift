extension TrainingBatch {
  /// The numbers of each row's photograph in some columns of its manifest, `[V * N, columns]`; 0 where one is
  /// not known. For an objective that names the columns among its needs.
  public func values(of columns: [String]) -> Tensor { read(TrainingBatch.valuesInput, columns) }

  /// 1 where the number of a row's photograph in a column is known, else 0, `[V * N, columns]`.
  public func isKnown(of columns: [String]) -> Tensor { read(TrainingBatch.isKnownInput, columns) }

  /// The model's output, `[V * N, columns]`, if it has a number for each of some columns; else that is noted
  /// as a mistake of the stage.
  public func output(for columns: [String]) -> Tensor {
    let shape: Shape = [form.rows, columns.count]
    if !output.isKnown || output.shape == shape { return output }
    return graph.report(
      ShapeError(
        "The head does not have an output for each column of \(CSVError.quoted(columns)).",
        expected: "\(shape)", found: "\(output.shape)", assuming: TensorType(shape, graph.precision)))
  }

  /// Returns the mean of a number for each row and column, `[V * N, columns]`, over known values; 0
  /// if none is.
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
