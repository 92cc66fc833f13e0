/// Tells in a run's log which photographs could not be read, before the next line of progress: a few by name,
/// then how many; and why none are kept, if the dataset's cache keeps none.
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

  /// Tells what has not been told.
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
