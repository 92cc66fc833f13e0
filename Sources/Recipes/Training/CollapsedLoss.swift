import Foundation
import Ops

extension TrainingObjective {
  /// Returns the loss of identical embeddings, at which a collapsed run stays.
  ///
  /// It is nil for a loss of no embeddings, or one that reads more than the network outputs; for one with
  /// state from earlier steps, as it changes with the state; for one that only attracts, and is the same for
  /// any embeddings with agreeing views, where a good run ends too; and for one that depends on the groups,
  /// which change from batch to batch.
  func valueOfEqualEmbeddings(_ form: BatchForm, columns: Int, _ workers: Workers = .shared) -> Double? {
    if predicts != .nothing || needs.labels || needs.features { return nil }
    let few = form.of(min(form.samples, 8), groups: .none)
    let agreeing = (0..<few.rows).flatMap { row in
      var generator = CounterGenerator(seed: 0, row % few.samples)
      return (0..<columns).map { _ in 2 * generator.uniform() - 1 }
    }
    guard let same = value(of: [Double](repeating: 1, count: few.rows * columns), few, workers),
      let spread = value(of: agreeing, few, workers), abs(same - spread) > 1e-6
    else { return nil }
    if form.groups != .none, dependsOnGroups(few, same, columns, workers) { return nil }
    return valueOfOnes(form, columns, workers)
  }

  /// The largest number of samples it is computed for: a matrix of similarities takes 8 MiB.
  private static var mostSamples: Int { 512 }

  // For more samples it is extrapolated from fewer. Identical embeddings have equal similarities, so the loss
  // depends on the number of samples by a + b log N + c / N + d / N^2, up to terms of N^-3. A loss of another
  // form, which a fifth number of samples reveals, has no value.
  private func valueOfOnes(_ form: BatchForm, _ columns: Int, _ workers: Workers) -> Double? {
    func computed(_ samples: Int) -> Double? {
      let form = form.of(samples, groups: .none)
      return value(of: [Double](repeating: 1, count: form.rows * columns), form, workers)
    }
    let most = Self.mostSamples
    if form.samples <= most { return computed(form.samples) }
    let known = [most / 16, most / 8, most / 4, most / 2]
    let values = known.compactMap(computed)
    guard values.count == known.count, let check = computed(most) else { return nil }
    func terms(_ count: Int) -> [Double] {
      let share = Double(most) / Double(count)
      return [1, Foundation.log(share), share, share * share]
    }
    let coefficients = solution(of: known.map(terms), values)
    func followed(_ count: Int) -> Double { zip(coefficients, terms(count)).reduce(0) { $0 + $1.0 * $1.1 } }
    guard abs(followed(most) - check) < 1e-5 * max(1, abs(check)) else { return nil }
    return followed(form.samples)
  }

  // Gauss-Jordan elimination; the powers and the logarithm of different counts are independent.
  private func solution(of rows: [[Double]], _ values: [Double]) -> [Double] {
    var rows = zip(rows, values).map { $0 + [$1] }
    for column in rows.indices {
      let pivot = rows[column...].indices.max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      rows.swapAt(column, pivot)
      for other in rows.indices where other != column {
        let factor = rows[other][column] / rows[column][column]
        for place in rows[other].indices { rows[other][place] -= factor * rows[column][place] }
      }
    }
    return rows.indices.map { rows[$0][rows.count] / rows[$0][$0] }
  }

  // Returns whether the value changes with groups of two samples, or a single group.
  private func dependsOnGroups(
    _ few: BatchForm, _ value: Double, _ columns: Int, _ workers: Workers
  ) -> Bool {
    [2, few.samples].contains { size in
      let grouped = few.of(few.samples, groups: .given((0..<few.samples).map { $0 / size }))
      let other = self.value(of: [Double](repeating: 1, count: few.rows * columns), grouped, workers)
      return other.map { abs($0 - value) > 1e-6 } ?? true
    }
  }

  // Returns the loss of embeddings, row-major; nil if it has variables or other inputs, or is NaN. Compiled,
  // as a batch of thousands has millions of similarities.
  private func value(of embeddings: [Double], _ form: BatchForm, _ workers: Workers) -> Double? {
    let graph = GraphBuilder(precision: .float64)
    let z = graph.input("z", [form.rows, embeddings.count / form.rows])
    let loss = loss(of: TrainingBatch(form, output: z))
    let isGiven = graph.inputs.allSatisfy { $0.node == z.id || graph.nodes[$0.node].initialValue != nil }
    guard graph.variables.isEmpty, isGiven,
      let program = try? Program(graph, outputs: [loss], workers: workers)
    else { return nil }
    program.setInput("z", to: embeddings)
    program.run()
    let value: Double = program.value(of: loss)[0]
    return value.isFinite ? value : nil
  }
}
