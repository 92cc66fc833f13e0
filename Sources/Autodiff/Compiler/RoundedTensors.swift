/// The decision which tensors a program of mixed precision stores rounded to bfloat16: large ones that
/// layers' products read or write, if every call that touches them converts them.
///
/// Inputs, variables, outputs, statistics, losses and what optimizers compute stay in single precision.
struct RoundedTensors {
  /// The buffers of the tensors.
  let buffers: Set<Int>
  /// Activations that could be rounded, but for a call that reads or writes them as they lie.
  let exceptions: [Int: String]

  // Smaller tensors take little time and memory.
  private static let fewestElements = 1 << 14

  init(_ schedule: CallSchedule, _ groups: FusionGroups, of products: LayerProducts) {
    let classes = groups.materialization.classes
    let kept = schedule.persistent.union(classes.roots.map { classes.place($0).buffer })
    let ofLayers = schedule.calls.filter { $0.nodes.contains(where: products.nodes.contains) }
    let rounded = Set(ofLayers.flatMap { $0.plan.reads + $0.plan.writes }.map(\.buffer)).filter { buffer in
      guard let memory = schedule.buffers[buffer], !kept.contains(buffer) else { return false }
      return memory.storage == .float32 && memory.count >= RoundedTensors.fewestElements
        && classes.kinds[buffer] != .reduction && !products.isOfWeights[buffer]
    }
    var exceptions: [Int: String] = [:]
    for call in schedule.calls {
      func counts(_ slices: [BufferSlice]) -> [Int: Int] {
        Dictionary(slices.map { ($0.buffer, 1) }, uniquingKeysWith: +)
      }
      let converted = counts(call.plan.converted)
      for (buffer, count) in counts(call.plan.reads + call.plan.writes)
      where rounded.contains(buffer) && exceptions[buffer] == nil && converted[buffer] ?? 0 < count {
        exceptions[buffer] = call.plan.summary
      }
    }
    buffers = rounded.subtracting(exceptions.keys)
    self.exceptions = exceptions
  }
}
