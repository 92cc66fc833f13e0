/// Reports unreadable photographs in a run's log, before the next progress line: a few by name, then their
/// number; and the reason, if the dataset's cache stores nothing.
final class UnreadableLog {
  private static let mostNamed = 5
  private let dataset: Dataset
  private let log: (String) -> Void
  private var named: Set<String> = []
  private var counted = 0
  private var hasToldLimitation = false

  init(of dataset: Dataset, log: @escaping (String) -> Void) {
    self.dataset = dataset
    self.log = log
  }

  /// Logs a line of progress.
  func line(_ line: String) {
    tellWhatIsNew()
    log(line)
  }

  /// Reports what has not been reported.
  func finish() {
    tellWhatIsNew()
    let unnamed = dataset.damaged.count - named.count
    if unnamed > 0 {
      log("photographs that cannot be read and are passed over besides: \(unnamed); the report lists them")
    }
  }

  private func tellWhatIsNew() {
    if !hasToldLimitation, let limitation = dataset.cache?.limitation {
      hasToldLimitation = true
      log(limitation)
    }
    let count = dataset.damaged.count
    guard count > counted, named.count < UnreadableLog.mostNamed else { return }
    counted = count
    let new = dataset.damaged.photographs.filter { !named.contains($0.id) }
    for photograph in new.prefix(UnreadableLog.mostNamed - named.count) {
      named.insert(photograph.id)
      log("passed over: \(photograph.error)")
    }
  }
}
