import Foundation
import OperationCases
import Recipes

/// Timings of the operation tests with the sizes of real networks, on one thread: value and gradients, each
/// with a reference.
enum OperationTable {
  /// Prints the table next to a baseline's ratios, and records it as a baseline.
  ///
  /// - Parameter name: What the names of the operations contain; nil for all.
  static func run(named name: String?, baseline path: String?, record: String?) throws {
    let baseline = path.map(OperationBaseline.read)
    let workers = Workers(count: 1)
    print(
      """
      The median time of each operation on one thread, and its ratio to a yardstick's, timed in turn with it:
      as many multiply-adds in one cblas_sgemm for products, a copy of as many bytes for the rest. Less is faster.
      Measured on \(OperationBaseline.thisMachine)\(baseline.map { "; the baseline, on \($0.machine)" } ?? "").
      """)
    print(columns("ms", "rate           ", "ratio", "baseline", "operation"))
    var ratios: [String: Double] = [:]
    for row in OperationCase.large where name.map(row.name.contains) ?? true {
      let applied = row.applied(.float32)
      let shapes = row.inputs.map { "\($0.shape)" }.joined(separator: " ")
      for (what, outputs) in [("", [applied.result]), (", gradients", applied.gradients)] {
        let name = "\(row.name)\(what) \(shapes)"
        let timed = try TimedOperation(applied, outputs: outputs, workers: workers)
        ratios[name] = timed.ratio
        print(
          columns(
            String(format: "%.3f", timed.seconds * 1e3), timed.yardstick.rate(timed.seconds),
            String(format: "%.2f", timed.ratio),
            baseline?.ratios[name].map { String(format: "%.2f", $0) } ?? "-", name))
      }
    }
    if let record { try OperationBaseline(ratios).write(record) }
  }

  private static func columns(
    _ time: String, _ rate: String, _ ratio: String, _ baseline: String, _ name: String
  ) -> String {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return "\(right(time, 8))  \(right(rate, 15))  \(right(ratio, 6))  \(right(baseline, 8))  \(name)"
  }
}

/// A program timed alternately with its reference.
struct TimedOperation {
  /// The median time of a run in seconds.
  let seconds: Double
  /// The median ratio of a run's time to that of the reference: lower is faster.
  let ratio: Double
  /// The reference.
  let yardstick: Yardstick

  init(_ applied: AppliedOperation, outputs: [Tensor], workers: Workers) throws {
    let program = try applied.compiled(outputs, as: Float.self, workers: workers)
    yardstick = Yardstick(applied.graph, outputs)
    let beside = yardstick.timer()
    _ = (StepBenchmark.seconds(program.run), beside())
    var (times, ratios) = ([Double](), [Double]())
    let start = MonotonicClock.seconds
    while times.count < 9 || times.count < 201 && MonotonicClock.seconds - start < 0.15 {
      let (before, time, after) = (beside(), StepBenchmark.seconds(program.run), beside())
      times.append(time)
      ratios.append(2 * time / (before + after))
    }
    (seconds, ratio) = (times.sorted()[times.count / 2], ratios.sorted()[ratios.count / 2])
  }
}

extension Yardstick {
  /// Times a program that computes `outputs`, relative to its multiply-adds or, without any, to the bytes of
  /// inputs and outputs.
  init(_ graph: GraphBuilder, _ outputs: [Tensor]) {
    var needed = Set<NodeID>(), next = outputs.map(\.id), multiplyAdds = 0
    var bytes = outputs.reduce(0) { $0 + $1.type.byteCount }
    while let id = next.popLast() {
      guard needed.insert(id).inserted else { continue }
      let node = graph.nodes[id]
      let types = node.operands.map { graph.nodes[$0].type }
      multiplyAdds += node.operation.multiplyAdds(types, result: node.type)
      if graph.inputs.contains(where: { $0.node == id }) { bytes += node.type.byteCount }
      next += node.operands
    }
    self = multiplyAdds > 0 ? .product(multiplyAdds: multiplyAdds) : .copy(bytes: bytes)
  }
}
