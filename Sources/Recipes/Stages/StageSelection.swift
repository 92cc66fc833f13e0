extension Stage {
  /// Creates a stage that trains on the selected photographs.
  ///
  /// Its lines are one or more `Views`, layers, of which the last is the head and the others the encoder, a
  /// loss (any ``TrainingObjective``), `Optimize` and, for a classifier, `Search`, `EarlyStopping` and
  /// `Evaluate`.
  ///
  /// - Parameters:
  ///   - name: The name in reports and files.
  ///   - selection: The photographs to train on.
  ///   - earlier: The stage whose weights this one starts from; random weights if nil.
  ///   - repetition: The repetition's index, starting at 0; each uses different random numbers.
  ///   - file: The file of the stage, or of the call of its recipe.
  ///   - line: The line in that file.
  ///   - lines: Its lines, in order.
  public init(
    _ name: String, on selection: Selection, after earlier: (any StageRecipe)? = nil, repetition: Int = 0,
    file: StaticString = #fileID, line: Int = #line, @StageBuilder _ lines: () -> [StageLine]
  ) {
    self.init(
      name, reading: selection, after: earlier, repetition: repetition,
      at: SourceLocation(file: file, line: line), lines: lines())
  }
}
