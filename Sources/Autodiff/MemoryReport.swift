import Foundation

/// A printable list of the tensors in a program's memory during the call at which they take the most bytes.
///
///     print(try ProgramPlan(step.graph, outputs: [step.loss]).memory)
public struct MemoryReport: Sendable, CustomStringConvertible {
  /// One tensor with memory of its own, or a call's scratch memory.
  public struct Tensor: Sendable {
    /// The path of its layer.
    public let path: String
    /// The operation that computes it, with its type.
    public let value: String
    /// Whether it is stored in bfloat16.
    public let isRounded: Bool
    /// The number of calls before the fullest one during which it is needed.
    public let before: Int
    /// The number of calls after the fullest one during which it is needed.
    public let after: Int
    /// Its size in bytes.
    public let bytes: Int
  }

  /// The operation and the algorithm of the call.
  public let call: String
  /// The tensors, the largest first.
  public let tensors: [Tensor]

  /// The size of all tensors in bytes: less than that of the arena, in which tensors that are needed at
  /// other times leave gaps.
  public var bytes: Int { tensors.reduce(0) { $0 + $1.bytes } }

  init(_ compilation: Compilation) {
    let (plan, schedule, nodes) = (compilation.plan, compilation.schedule, compilation.graph.nodes)
    let (fullest, buffers) = plan.fullest
    call = schedule.calls.indices.contains(fullest) ? schedule.calls[fullest].plan.summary : ""
    tensors = buffers.map { buffer, bytes in
      let lifetime = plan.lifetimes[buffer] ?? fullest...fullest
      let isScratch = buffer >= nodes.count
      return Tensor(
        path: isScratch ? "" : nodes[buffer].path,
        value: isScratch ? "scratch" : "\(nodes[buffer].operation.name) \(nodes[buffer].type)",
        isRounded: !isScratch && schedule.buffers[buffer]?.storage == .bfloat16,
        before: fullest - lifetime.lowerBound, after: lifetime.upperBound - fullest, bytes: bytes)
    }
  }

  /// One line per tensor, then their total.
  public var description: String {
    let lines = tensors.map { tensor in
      String(format: "%9.3f MB  %4d %4d  ", Double(tensor.bytes) * 1e-6, tensor.before, tensor.after)
        + tensor.value + (tensor.isRounded ? " in bfloat16" : "") + "  " + tensor.path
    }
    let total = String(format: "%9.3f MB in %d tensors during ", Double(bytes) * 1e-6, tensors.count)
    return (lines + [total + call]).joined(separator: "\n")
  }
}
