extension Stage {
  /// A stage that trains on the selected photographs.
  ///
  /// Its lines are one or more `Views`, layers of which the last is the head and the others the encoder, a
  /// loss (any ``TrainingObjective``), `Optimize` and, for a classifier, `Search`, `EarlyStopping` and
  /// `Evaluate`.
  ///
  /// - Parameters:
  ///   - repetition: Which repetition of the stage it is, from 0: each draws other random numbers.
  ///   - file: The file in which it was written, or the recipe that writes it was called.
  ///   - line: The line there.
  public init(
    _ name: String, on selection: Selection, after earlier: (any StageRecipe)? = nil, repetition: Int = 0,
    file: StaticString = #fileID, line: Int = #line, @StageBuilder _ lines: () -> [StageLine]
  ) {
    self.init(
      name, reading: selection, after: earlier, repetition: repetition,
      at: SourceLocation(file: file, line: line), lines: lines())
  }
}
