import Testing

@testable import Recipes

/// What is recorded and shown of trainings that go on at the same time.
struct WaveLogTests {
  private static let points = [0.1, 0.2].map {
    ReadyTraining(index: 1, point: Search.Point(learningRate: $0, weightDecay: nil), isTrial: true)
  }
  private static let other = ReadyTraining(index: 2, point: nil, isTrial: false)

  private func began(_ training: ReadyTraining) -> RunEvent {
    .stageBegan(
      StageBeginning(
        stage: "stage \(training.index)", choice: training.point?.description, index: training.index,
        stages: 3, epochs: 2, finished: 0, steps: 1))
  }

  private func epoch(_ epoch: Int, of training: ReadyTraining, loss: Double) -> RunEvent {
    .epoch(
      EpochRecord(
        stage: "stage \(training.index)", epoch: epoch, epochs: 2, loss: loss, collapse: nil, spread: nil,
        neighbors: nil, validation: nil, rate: 0.1, images: 1, seconds: 1))
  }

  private func losses(of history: RunHistory, choosing choice: String?) -> [Double]? {
    var history = history
    history.add(.stageEnded(stage: "stage 1", choice: choice, seconds: 1, isReused: false))
    return history.epochs["stage 1"]?.map(\.loss)
  }

  /// The history of each point is its own, although their epochs alternate.
  @Test func epochsOfPointsAreToldApart() {
    var history = RunHistory()
    let log = WaveLog(show: { _ in }, record: { history.add($0) })
    let (own, theirs) = (WaveLogTests.points[0], WaveLogTests.points[1])
    log.begin()
    log.report(began(own), of: own)
    log.take([began(theirs), epoch(1, of: theirs, loss: 21)].map { $0.json() }, of: theirs)
    log.report(epoch(1, of: own, loss: 11), of: own)
    log.take([epoch(2, of: theirs, loss: 22).json()], of: theirs)
    log.report(epoch(2, of: own, loss: 12), of: own)
    log.end()
    #expect(losses(of: history, choosing: "\(own.point?.description ?? "")") == [11, 12])
    #expect(losses(of: history, choosing: "\(theirs.point?.description ?? "")") == [21, 22])
  }

  /// Those of another group wait for the end of its training, and of the one that is being shown.
  @Test func trainingsAreShownOneAfterAnother() {
    var shown: [RunEvent] = []
    let log = WaveLog(show: { shown.append($0) }, record: { _ in })
    let (own, theirs) = (WaveLogTests.points[0], WaveLogTests.other)
    log.begin()
    log.report(began(own), of: own)
    log.take([began(theirs).json()], of: theirs)
    log.end(theirs)
    log.report(epoch(1, of: own, loss: 1), of: own)
    #expect(shown == [began(own), epoch(1, of: own, loss: 1)])
    log.end()
    #expect(shown.last == began(theirs))
    log.take([epoch(1, of: theirs, loss: 2).json()], of: theirs)
    #expect(shown.count == 3)
    log.end(theirs)
    #expect(shown.last == epoch(1, of: theirs, loss: 2))
  }
}
