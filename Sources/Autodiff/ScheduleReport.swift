import Foundation

/// A printable schedule of a program: for each fused call its operations, algorithm and cost, and why the
/// tensors it reads from memory were not fused.
public struct ScheduleReport: Sendable, CustomStringConvertible {
  /// One fused call.
  public struct Call: Sendable {
    /// The path of the first layer it belongs to.
    public let path: String
    /// The operation and the algorithm.
    public let summary: String
    /// The tiling.
    public let tile: String
    /// The operations whose results it stores.
    public let operations: [String]
    /// The multiplications and additions of products, counted for the direct algorithm.
    public let floatingPointOperations: Int
    /// The multiplications that it takes over those: less than 1 by Winograd's algorithm.
    package let multiplicationShare: Double
    /// Whether its products are of pairs of bfloat16, in mixed precision.
    package let isInPairs: Bool
    /// The elements of the weights of its products, or of their gradients, which it arranges once for all
    /// rows.
    package let weights: Int
    /// The bytes of the tensors read and written.
    public let bytes: Int
    /// The part of an interrupted run to which it belongs.
    package let segment: Segment
    /// Whether it runs an operation's reference definition, for lack of a kernel.
    public let isReference: Bool
    /// A sentence for each large tensor that it reads although another call computes it.
    public let unfused: [String]
  }

  /// The calls in order.
  public let calls: [Call]
  /// The median time of each call in seconds, if measured.
  public let seconds: [Double]?
  /// The limits of the machine, if the report is to say how near to them each measured call is.
  public var limits: MachineLimits?
  /// In mixed precision, a sentence on the tensors that are stored in bfloat16, and one for each large tensor
  /// of a layer that is not.
  public let rounding: [String]

  init(_ compilation: Compilation, seconds: [Double]? = nil) {
    self.seconds = seconds
    let nodes = compilation.graph.nodes
    rounding = ScheduleReport.rounding(compilation)
    calls = compilation.calls.map { placed in
      let call = placed.call
      var (products, weights) = (0, 0)
      for node in call.nodes.map({ nodes[$0] }) {
        let operands = node.operands.map { nodes[$0].type }
        let count = node.operation.multiplyAdds(operands, result: node.type)
        if count > 0 { weights += ScheduleReport.weights(among: operands + [node.type]) }
        products += count
      }
      let buffers = Set((call.plan.reads + call.plan.writes).map(\.buffer))
      return Call(
        path: call.nodes.first.map { nodes[$0].path } ?? "", summary: call.plan.summary,
        tile: call.plan.tile, operations: call.nodes.map { nodes[$0].operation.name },
        floatingPointOperations: 2 * products, multiplicationShare: call.plan.multiplicationShare,
        isInPairs: call.plan.isInPairs, weights: weights,
        bytes: buffers.reduce(0) { $0 + (compilation.schedule.buffers[$1]?.byteCount ?? 0) },
        segment: placed.segment, isReference: call.plan.isReference,
        unfused: call.unfused.map { tensor, reason in
          "reads \(nodes[tensor].operation.name) \(nodes[tensor].type)"
            + (nodes[tensor].path.isEmpty ? "" : " of \(nodes[tensor].path)") + ": \(reason)"
        })
    }
  }

  private static func rounding(_ compilation: Compilation) -> [String] {
    let (schedule, nodes) = (compilation.schedule, compilation.graph.nodes)
    let rounded = schedule.buffers.compactMap { $0 }.filter { $0.storage == .bfloat16 }
    guard !rounded.isEmpty || !schedule.unrounded.isEmpty else { return [] }
    let bytes = Double(rounded.reduce(0) { $0 + $1.byteCount })
    let sentence = String(format: "%d tensors, %.3f MB, are stored in bfloat16.", rounded.count, bytes * 1e-6)
    return [sentence]
      + schedule.unrounded.inKeyOrder.map { buffer, call in
        "\(nodes[buffer].operation.name) \(nodes[buffer].type)"
          + (nodes[buffer].path.isEmpty ? "" : " of \(nodes[buffer].path)")
          + " is stored in single precision: \(call) does not convert it."
      }
  }

  // Of the operands and the result of a product, two have the axis of samples or rows first.
  private static func weights(among types: [TensorType]) -> Int {
    let shapes = types.map(\.shape)
    let others = shapes.filter { shape in
      shapes.count { $0.dimensions.first == shape.dimensions.first } == 1
    }
    return (others.count == 1 ? others : shapes).map(\.count).min() ?? 0
  }

  /// A sentence for each call that runs a reference definition on large tensors: single-threaded, element by
  /// element, about a hundred times slower than a loop.
  public var slowCalls: [String] {
    calls.filter { $0.isReference && $0.bytes >= ScheduleReport.fewestSlowBytes }.map { call in
      "\(call.operations.joined(separator: " "))\(call.path.isEmpty ? "" : " of \(call.path)") is done by its "
        + "reference kernel, on one thread: \(call.summary)."
    }
  }

  // Smaller calls take at most a millisecond.
  private static let fewestSlowBytes = 65_536

  /// One line per call, with its measured time and the share of it that the machine would need by its limits,
  /// and one for each tensor it reads that was not fused; then those on rounding.
  public var description: String {
    let total = seconds.map { $0.reduce(0, +) }
    var lines: [String] = []
    for (index, call) in calls.enumerated() {
      var line = ""
      if let seconds, let total {
        let time = max(seconds[index], 1e-9)
        line += String(
          format: "%9.3f ms %5.1f %% %7.1f GFLOP/s %6.1f GB/s ", time * 1e3, 100 * time / max(total, 1e-9),
          Double(call.floatingPointOperations) / time * 1e-9, Double(call.bytes) / time * 1e-9)
        if let limits {
          let bound = call.bound(by: limits)
          line += String(
            format: "%4.0f %% of %@ ", 100 * bound.seconds / time,
            bound.isOfProducts ? "products" : "memory  ")
        }
      }
      line += String(
        format: "%9.2f MFLOP %8.3f MB  ", Double(call.floatingPointOperations) * 1e-6,
        Double(call.bytes) * 1e-6)
      line += call.summary
      if !call.tile.isEmpty { line += " [\(call.tile)]" }
      line += "  \(call.operations.count) kept: \(call.operations.joined(separator: " "))"
      if !call.path.isEmpty { line += "  \(call.path)" }
      lines.append(line)
      lines += call.unfused.map { "          \($0)" }
    }
    lines += rounding
    if let total { lines.append(String(format: "%9.3f ms in \(calls.count) calls", total * 1e3)) }
    return lines.joined(separator: "\n")
  }
}

extension ScheduleReport.Call {
  /// Returns the seconds that a machine takes at least, for the products or for passing over memory,
  /// whichever is more.
  ///
  /// - Parameter limits: The limits of the machine, in single precision.
  public func bound(by limits: MachineLimits) -> (seconds: Double, isOfProducts: Bool) {
    let products =
      Double(floatingPointOperations) * multiplicationShare
      / (isInPairs ? limits.pairOperations : limits.operations)
    let memory = Double(bytes) / limits.bytes
    return (max(products, memory), products > memory)
  }
}
