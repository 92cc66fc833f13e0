/// Collects the lines of a stage, with `if`, `switch` and `for`.
@resultBuilder
public enum StageBuilder {
  public static func buildExpression(_ component: any StageComponent) -> [any StageComponent] { [component] }
  public static func buildExpression(_ components: [any StageComponent]) -> [any StageComponent] {
    components
  }
  public static func buildExpression(_ layer: any Layer) -> [any StageComponent] { [LayerComponent(layer)] }
  public static func buildBlock(_ parts: [any StageComponent]...) -> [any StageComponent] {
    parts.flatMap { $0 }
  }
  public static func buildOptional(_ part: [any StageComponent]?) -> [any StageComponent] { part ?? [] }
  public static func buildEither(first part: [any StageComponent]) -> [any StageComponent] { part }
  public static func buildEither(second part: [any StageComponent]) -> [any StageComponent] { part }
  public static func buildArray(_ parts: [[any StageComponent]]) -> [any StageComponent] {
    parts.flatMap { $0 }
  }
}

/// Collects the stages of a pipeline, with `let`, `if`, `switch` and `for`.
@resultBuilder
public enum PipelineBuilder {
  public static func buildExpression(_ recipe: any StageRecipe) -> [Stage] { [recipe.stage] }
  public static func buildBlock(_ parts: [Stage]...) -> [Stage] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [Stage]?) -> [Stage] { part ?? [] }
  public static func buildEither(first part: [Stage]) -> [Stage] { part }
  public static func buildEither(second part: [Stage]) -> [Stage] { part }
  public static func buildArray(_ parts: [[Stage]]) -> [Stage] { parts.flatMap { $0 } }
}
