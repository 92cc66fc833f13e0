extension Stage {
  /// A stage that trains on the selected photographs.
  ///
  /// Its lines are `Views`, layers of which the last is the head and the others the encoder, a loss
  /// (any `EmbeddingLoss`, or `CrossEntropy`), `Optimize` and, for a classifier, `Search`, `EarlyStopping` and
  /// `Evaluate`.
  ///
  /// - Parameter repetition: Which repetition of the stage it is, from 0: each draws other random numbers.
  public init(
    _ name: String, on selection: Selection, after earlier: (any StageRecipe)? = nil, repetition: Int = 0,
    @StageBuilder _ components: () -> [any StageComponent]
  ) {
    self.init(
      name, reading: selection, after: earlier, repetition: repetition, components: components())
  }
}
