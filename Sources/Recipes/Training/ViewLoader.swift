import Ops

/// Draws the views of the next batch while a step runs: helper threads draw while a kernel has no task for
/// them, and all threads draw the rest before the next step.
///
/// It holds the batch being drawn; the batch being trained on is in the program. Views are keyed by
/// photograph and number, so they do not depend on threads or timing.
package final class ViewLoader: BatchLoader {
  private let views: ViewList
  private let dataset: Dataset
  private let selection: Selection
  private let size: Int
  private let seed: UInt64
  private let stage: Int
  private let workers: Workers
  // The buffer being drawn, and those of earlier batches with other shapes, for reuse.
  private var rows: BatchBuffer?
  private var others: [BatchBuffer] = []
  private var work: BackgroundWork?

  /// Creates a loader of views `[size, size, C]`, or of the sizes of their lines, of the selected
  /// photographs, for the stage with the given key.
  package init(
    _ views: ViewList, of dataset: Dataset, _ selection: Selection, size: Int, seed: UInt64, stage: Int,
    workers: Workers = .shared
  ) {
    self.views = views
    self.dataset = dataset
    self.selection = selection
    self.size = size
    self.seed = seed
    self.stage = stage
    self.workers = workers
  }

  /// Starts drawing a batch of an epoch, with views of one size. The previous batch must be finished.
  package func begin(_ batch: [ViewKey], epoch: Int) {
    contract(work == nil, "a batch is begun while another one is under way")
    let size = batch.first.map { self.views.size(of: $0.view, in: self.size) } ?? self.size
    let rows = rows(batch.count, elements: size * size * dataset.channels)
    // A task is all views of a photograph, as it may have to be read from a file.
    let photographs = Dictionary(grouping: batch.indices) { batch[$0].photograph }.sorted {
      $0.value[0] < $1.value[0]
    }
    let (views, dataset, selection, seed, stage) = (views, dataset, selection, seed, stage)
    let work = BackgroundWork(count: photographs.count) { task in
      let (photograph, places) = photographs[task]
      do {
        let image = try dataset.imageOrSubstitute(at: photograph, for: selection)
        for row in places {
          let number = batch[row].view
          let view = views.line(of: number).draw(
            image, size: size, seed: seed, stage: stage, epoch: epoch, sample: photograph, view: number)
          rows.set(row, to: view)
        }
      } catch {
        rows.fail(places[0], error)
      }
    }
    self.work = work
    workers.begin(work)
  }

  private func rows(_ count: Int, elements: Int) -> BatchBuffer {
    func fits(_ rows: BatchBuffer) -> Bool { rows.count == count && rows.elements == elements }
    if let rows, fits(rows) { return rows }
    let next =
      others.firstIndex(where: fits).map { others.remove(at: $0) }
      ?? BatchBuffer(count: count, elements: elements)
    if let rows { others.append(rows) }
    rows = next
    return next
  }

  /// Waits until the batch is drawn, and writes it to `images`, `[N, size, size, C]`.
  ///
  /// - Throws: `DataError` for the first row with neither its photograph nor a substitute.
  package func finish(into images: UnsafeMutableBufferPointer<Float>) throws {
    guard let rows, let work else { fatalError("no batch has been begun") }
    workers.finish(work)
    self.work = nil
    try rows.copy(to: images)
  }
}
