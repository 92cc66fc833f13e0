/// One stage of a pipeline: what it reads, whose weights it starts from, and what it does.
///
///     Stage("simclr", on: .unlabelled) {
///       Views(2) { RandomResizedCrop(area: 0.08...1); RandomFlip(); ColorJitter(strength: 1) }
///       encoder
///       ProjectionHead(hidden: [512], output: 128)
///       NTXent(temperature: 0.1)
///       Optimize(LARS(learningRate: 0.3), schedule: .cosine(warmup: 0.1), batch: 64, epochs: 40)
///     }
///
/// A stage is a value: two that are equal are the same stage, and a pipeline runs it once. The earlier stage
/// is part of it, so there can be no cycle and no name that means nothing.
public struct Stage: Checkable, Hashable {
  /// What it is called in reports and files.
  public let name: String
  /// The data it reads.
  public let input: any StageInput
  /// Its lines, in order.
  public let lines: [StageLine]
  /// Which repetition it is, from 0: each draws other random numbers.
  public let repetition: Int
  /// Where it was written, or the recipe that writes it.
  public let location: SourceLocation?
  private let earlier: [Stage]

  /// A stage that reads `input` and starts from the weights of `earlier`, or from random ones.
  ///
  /// - Parameter location: Where it was written; a recipe gives the place where it was called. Problems of
  ///   lines that are in another file, such as the recipe's, are shown there.
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

  /// What its lines are.
  public var components: [any StageComponent] { lines.map(\.component) }

  /// Its name, and from the second on which repetition it is: `simclr #2`.
  public var title: String { repetition == 0 ? name : "\(name) #\(repetition &+ 1)" }

  /// What does not work of the settings in it, a sentence each.
  package var settingProblems: [String] {
    settingErrors().map { error in
      "The stage \"\(title)\"" + (error.location.map { " (\($0))" } ?? "") + ": \(error)"
    }
  }

  /// The stage whose weights it starts from.
  public var predecessor: Stage? { earlier.first }

  /// The layers among its lines.
  public var layers: [any Layer] { components.compactMap { ($0 as? LayerComponent)?.layer } }

  /// The only line of a kind, if there is one.
  public func component<Component>(_ kind: Component.Type = Component.self) -> Component? {
    components.lazy.compactMap { $0 as? Component }.first
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

/// Something that stands for a stage in a pipeline: a stage, or a recipe such as `SimCLR` that writes one.
public protocol StageRecipe: Sendable {
  /// The stage it stands for.
  var stage: Stage { get }
}

extension Stage: StageRecipe {
  public var stage: Stage { self }
}
