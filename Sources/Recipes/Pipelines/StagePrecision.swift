/// The precision of a stage's training as one of its lines.
///
///     Stage("simclr", on: .unlabelled) {
///       Precision.mixed
///       …
///     }
///
/// It decides how a step is computed. Weights are kept, written and evaluated in single precision.
extension Precision: StageComponent {
  public var summary: String { "Precision.\(rawValue)" }
}

extension StageRecipe {
  /// Returns the stage, trained in a precision of its own instead of that of the pipeline.
  ///
  ///     let simclr = SimCLR(encoder, epochs: 40).precision(.mixed)
  ///
  /// - Parameters:
  ///   - precision: The precision in which its steps are computed.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public func precision(
    _ precision: Precision, file: StaticString = #fileID, line: Int = #line
  ) -> Stage {
    stage.replacing(precision, at: SourceLocation(file: file, line: line))
  }
}
