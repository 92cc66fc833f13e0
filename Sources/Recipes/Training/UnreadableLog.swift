/// Reports unreadable photographs of a run, before the next event: a few by name, then their number; and the
/// reason, if the dataset's cache stores nothing.
final class UnreadableLog {
  private static let mostNamed = 5
  private let dataset: Dataset
  private let report: (RunEvent) -> Void
  private var named: Set<String> = []
  private var counted = 0
  private var hasToldLimitation = false

  init(of dataset: Dataset, report: @escaping (RunEvent) -> Void) {
    self.dataset = dataset
    self.report = report
  }

  /// Passes an event on.
  func pass(_ event: RunEvent) {
    tellWhatIsNew()
    report(event)
  }

  /// Reports what has not been reported.
  func finish() {
    tellWhatIsNew()
    let unnamed = dataset.damaged.count - named.count
    if unnamed > 0 {
      note("photographs that cannot be read and are passed over besides: \(unnamed); the report lists them")
    }
  }

  private func tellWhatIsNew() {
    if !hasToldLimitation, let limitation = dataset.cache?.limitation {
      hasToldLimitation = true
      note(limitation)
    }
    let count = dataset.damaged.count
    guard count > counted, named.count < UnreadableLog.mostNamed else { return }
    counted = count
    let new = dataset.damaged.photographs.filter { !named.contains($0.id) }
    for photograph in new.prefix(UnreadableLog.mostNamed - named.count) {
      named.insert(photograph.id)
      note("passed over: \(photograph.error)")
    }
  }

  private func note(_ sentence: String) { report(.note(stage: nil, sentence)) }
}
