extension Stage {
  /// A stage that trains on the selected photographs.
  ///
  /// Its lines are `Views`, layers of which the last is the head and the others the encoder, a loss
  /// (any `ContrastiveLoss`, or `CrossEntropy`), `Optimize` and, to score a classifier, `Evaluate`.
  public init(
    _ name: String, on selection: Selection, after earlier: (any StageRecipe)? = nil,
    @StageBuilder _ components: () -> [any StageComponent]
  ) {
    self.init(name, reading: selection, after: earlier, components: components())
  }
}
