/// A result builder for the lines of a stage, with `if`, `switch` and `for`, which records their source
/// locations.
@resultBuilder
public enum StageBuilder {
  public static func buildExpression(
    _ component: any StageComponent, file: StaticString = #fileID, line: Int = #line
  ) -> [StageLine] {
    [StageLine(component, at: SourceLocation(file: file, line: line))]
  }
  public static func buildExpression(
    _ components: [any StageComponent], file: StaticString = #fileID, line: Int = #line
  ) -> [StageLine] {
    components.map { StageLine($0, at: SourceLocation(file: file, line: line)) }
  }
  public static func buildExpression(
    _ layer: any Layer, file: StaticString = #fileID, line: Int = #line
  ) -> [StageLine] {
    buildExpression(LayerComponent(layer), file: file, line: line)
  }
  public static func buildBlock(_ parts: [StageLine]...) -> [StageLine] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [StageLine]?) -> [StageLine] { part ?? [] }
  public static func buildEither(first part: [StageLine]) -> [StageLine] { part }
  public static func buildEither(second part: [StageLine]) -> [StageLine] { part }
  public static func buildArray(_ parts: [[StageLine]]) -> [StageLine] { parts.flatMap { $0 } }
}

/// A result builder for the stages of a pipeline, with `let`, `if`, `switch` and `for`.
@resultBuilder
public enum PipelineBuilder {
  public static func buildExpression(_ recipe: any StageRecipe) -> [Stage] { [recipe.stage] }
  public static func buildBlock(_ parts: [Stage]...) -> [Stage] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [Stage]?) -> [Stage] { part ?? [] }
  public static func buildEither(first part: [Stage]) -> [Stage] { part }
  public static func buildEither(second part: [Stage]) -> [Stage] { part }
  public static func buildArray(_ parts: [[Stage]]) -> [Stage] { parts.flatMap { $0 } }
}
