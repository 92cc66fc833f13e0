/// The decision which tensors a program of mixed precision stores rounded to bfloat16: large ones that
/// layers' products read or write, if every call that touches them converts them.
///
/// Variables, inputs, outputs, statistics and losses stay in single precision.
struct RoundedTensors {
  /// The reason that a large tensor of a layer stays in single precision.
  enum Exception: Hashable, CustomStringConvertible {
    /// It is an input, a variable or an output of the program.
    case isKept
    /// A call reads or writes it as it lies.
    case touched(by: String)

    var description: String {
      switch self {
      case .isKept: "it is an input, a variable or an output"
      case .touched(let call): "\(call) does not convert it"
      }
    }
  }

  /// The buffers of the tensors.
  let buffers: Set<Int>
  /// The others that layers' products touch.
  let exceptions: [Int: Exception]

  // Smaller tensors take little time and memory.
  private static let fewestElements = 1 << 14

  init(_ schedule: CallSchedule, _ groups: FusionGroups, of products: LayerProducts) {
    let classes = groups.materialization.classes
    let kept = schedule.persistent.union(classes.roots.map { classes.place($0).buffer })
    var (rounded, exceptions, ofLayers) = (Set<Int>(), [Int: Exception](), Set<Int>())
    for call in schedule.calls where call.nodes.contains(where: products.nodes.contains) {
      ofLayers.formUnion((call.plan.reads + call.plan.writes).map(\.buffer))
    }
    rounded = ofLayers.filter { buffer in
      guard let memory = schedule.buffers[buffer] else { return false }
      return memory.storage == .float32 && memory.count >= RoundedTensors.fewestElements
    }
    for buffer in rounded.intersection(kept) { exceptions[buffer] = .isKept }
    for call in schedule.calls {
      func counts(_ slices: [BufferSlice]) -> [Int: Int] {
        Dictionary(slices.map { ($0.buffer, 1) }, uniquingKeysWith: +)
      }
      let converted = counts(call.plan.converted)
      for (buffer, count) in counts(call.plan.reads + call.plan.writes)
      where rounded.contains(buffer) && exceptions[buffer] == nil && converted[buffer] ?? 0 < count {
        exceptions[buffer] = .touched(by: call.plan.summary)
      }
    }
    buffers = rounded.subtracting(exceptions.keys)
    self.exceptions = exceptions
  }
}
