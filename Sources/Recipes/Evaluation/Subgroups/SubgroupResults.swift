/// The results of a classifier by subgroups: the values of one column of the manifest, such as skin type or
/// age.
///
///     let groups = SubgroupResults(of: branch.repetitions, by: "age", in: photographs)?.groups ?? []
///     for group in groups { print(group.name, group.patients, group[.balanced]?.interval) }
///
/// A group of few patients has a wide interval, and differences between groups may be chance.
public struct SubgroupResults: Sendable, Equatable {
  /// The results of one group.
  public struct Group: Sendable, Equatable {
    /// The value of the column, the range of its numbers, or `unknown`.
    public let name: String
    /// The number of photographs.
    public let photographs: Int
    /// The number of patients.
    public let patients: Int
    /// Whether the group has fewer than ``SubgroupResults/fewPatients`` patients.
    public var isSmall: Bool { patients < SubgroupResults.fewPatients }
    private let scores: [MetricKind: Score]

    /// Evaluates the samples of a group.
    fileprivate init(
      _ name: String, _ repetitions: [Predictions], patients: [String], metrics: [MetricKind],
      by bootstrap: Bootstrap
    ) {
      self.name = name
      photographs = patients.count
      self.patients = Set(patients).count
      scores = Dictionary(
        metrics.map { kind in
          let own = repetitions.map(kind.metric)
          let interval = bootstrap.interval(of: MeanMetric(own), patients: patients)
          return (kind, Score(interval: interval, repetitions: own.map(\.value)))
        }
      ) { first, _ in first }
    }

    /// Returns the score of a metric; nil if it was not asked for.
    ///
    /// - Parameter metric: The metric.
    public subscript(metric: MetricKind) -> Score? { scores[metric] }
  }

  /// The number of patients below which a group is small.
  public static let fewPatients = 20

  /// The name of the column, as the manifest spells it.
  public let column: String
  /// The groups with photographs: numbers in ascending order, or values from the most photographs to the
  /// fewest; then the photographs without a value.
  public let groups: [Group]

  /// Evaluates the photographs of each group.
  ///
  /// The result is nil if there is no repetition, or no such column. With more than 6 different numbers and
  /// nothing else, a column is divided at its quartiles. Of other columns the 12 values with the most
  /// photographs are groups, without regard to capitals, and the rest is one group, `others`.
  ///
  /// - Parameters:
  ///   - repetitions: The scores of each repetition of a classifier, on the same photographs.
  ///   - column: The name of the column, without regard to capitals.
  ///   - table: The photographs of the run.
  ///   - metrics: The metrics of each group.
  ///   - cuts: The numbers at which a column of numbers is divided; each begins a group.
  ///   - bootstrap: The resamples for intervals.
  public init?(
    of repetitions: [ScoredPhotographs], by column: String, in table: PhotographTable,
    metrics: [MetricKind] = [.top1, .balanced, .auc], cuts: [Double]? = nil, bootstrap: Bootstrap
  ) {
    guard let first = repetitions.first, let column = Set(table.attributes).column(column),
      repetitions.allSatisfy({ $0.photographs == first.photographs })
    else { return nil }
    let attributes = Dictionary(
      table.rows.map { ($0.photograph, $0.attributes[column] ?? "") }
    ) { first, _ in first }
    let values = first.photographs.map { attributes[$0] ?? "" }
    self.column = column
    groups = Subgroups(of: values, cuts: cuts).groups.map { name, samples in
      Group(
        name, repetitions.compactMap { $0.part(samples)?.predictions },
        patients: samples.map { first.predictions.patients[$0] }, metrics: metrics, by: bootstrap)
    }
  }
}
