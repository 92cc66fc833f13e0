/// A program before memory is laid out: calls in order, each naming its buffers by the node they hold.
struct Schedule {
  struct Call {
    let plan: any KernelPlan
    /// The nodes computed in it.
    let nodes: [Int]
    /// Results that may lie where a leaf lies, if nobody reads the leaf later: `(result, leaves)`.
    let inPlace: [(result: Int, leaves: [Int])]
    /// Large tensors that it reads from memory where another call has put them, and why.
    let unfused: [(tensor: Int, reason: Refusal)]
  }
  /// What computes each node, in order; a buffer is known by its node's index.
  var calls: [Call] = []
  /// Size of each buffer in bytes; 0 for nodes without one.
  var bufferBytes: [Int]
  /// The buffer that holds a node's value, for those that have one.
  var places: [Int: Place]
  /// Buffers that live from run to run: inputs, variables, constants.
  var persistent: Set<Int>
  /// Literals to be written once: buffer and values.
  var literals: [(buffer: Int, literal: Literal)]
}
