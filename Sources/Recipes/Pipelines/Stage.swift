/// One stage of a pipeline: its data, the stage it starts from, and its lines.
///
///     Stage("simclr", on: .unlabelled) {
///       Views(2) { RandomResizedCrop(area: 0.08...1); RandomFlip(); ColorJitter(strength: 1) }
///       encoder
///       ProjectionHead(hidden: [512], output: 128)
///       NTXent(temperature: 0.1)
///       Optimize(LARS(learningRate: 0.3), schedule: .cosine(warmup: 0.1), batch: 64, epochs: 40)
///     }
///
/// A stage is a value: equal stages are the same stage, which a pipeline runs once. The earlier stage is part
/// of it, so there are no cycles and no undefined names.
public struct Stage: Checkable, Hashable {
  /// The name in reports and files.
  public let name: String
  /// The data it reads.
  public let input: any StageInput
  /// Its lines, in order.
  public private(set) var lines: [StageLine]
  /// The repetition's index, starting at 0; each uses different random numbers.
  public let repetition: Int
  /// The source location of the stage, or of its recipe's call.
  public let location: SourceLocation?
  private let earlier: [Stage]

  /// Creates a stage that reads `input` and starts from the weights of `earlier`, or from random ones.
  ///
  /// - Parameters:
  ///   - name: The name in reports and files.
  ///   - input: The data it reads.
  ///   - earlier: The stage whose weights this one starts from; random weights if nil.
  ///   - repetition: The repetition's index, starting at 0; each uses different random numbers.
  ///   - location: The source location; for a recipe that of its call. Problems with lines in another file,
  ///     such as the recipe's, are reported there.
  ///   - lines: Its lines, in order.
  public init(
    _ name: String, reading input: any StageInput, after earlier: (any StageRecipe)? = nil,
    repetition: Int = 0, at location: SourceLocation, lines: [StageLine]
  ) {
    self.name = name
    self.repetition = repetition
    self.input = input
    self.lines = lines.map { line in
      line.location?.file == location.file ? line : StageLine(line.component, at: location)
    }
    self.location = location
    self.earlier = earlier.map { [$0.stage] } ?? []
  }

  public var problems: [SettingProblem] { Check.count("repetition", repetition, atLeast: 0) }

  public var parts: [any Checkable] { [input] + lines }

  /// The components of its lines.
  public var components: [any StageComponent] { lines.map(\.component) }

  /// The name, with the number of the repetition from the second one on: `simclr #2`.
  public var title: String { Stage.title(name, repetition) }

  static func title(_ name: String, _ repetition: Int) -> String {
    repetition == 0 ? name : "\(name) #\(repetition &+ 1)"
  }

  /// The problems of its settings, a sentence each.
  package var settingProblems: [String] {
    settingErrors().map { error in
      "The stage \"\(title)\"" + (error.location.map { " (\($0))" } ?? "") + ": \(error)"
    }
  }

  /// The stage whose weights it starts from.
  public var predecessor: Stage? { earlier.first }

  /// The layers among its lines.
  public var layers: [any Layer] { components.compactMap { ($0 as? LayerComponent)?.layer } }

  /// Returns the only line of a type, if there is one.
  ///
  /// - Parameter kind: The type of the line.
  public func component<Component>(_ kind: Component.Type = Component.self) -> Component? {
    components.lazy.compactMap { $0 as? Component }.first
  }

  /// Returns the stage with a line in place of those of its type.
  func replacing<Component: StageComponent>(_ component: Component, at place: SourceLocation) -> Stage {
    var stage = self
    stage.lines.removeAll { $0.component is Component }
    stage.lines.append(StageLine(component, at: place))
    return stage
  }

  public static func == (a: Stage, b: Stage) -> Bool {
    a.name == b.name && a.repetition == b.repetition && areEqual(a.input, b.input) && a.lines == b.lines
      && a.earlier == b.earlier
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(repetition)
    hasher.combine(input)
    hasher.combine(lines)
    hasher.combine(earlier)
  }
}

/// A type that provides a stage of a pipeline: a stage, or a recipe such as `SimCLR` that creates one.
public protocol StageRecipe: Sendable {
  /// The stage.
  var stage: Stage { get }
}

extension Stage: StageRecipe {
  public var stage: Stage { self }
}
