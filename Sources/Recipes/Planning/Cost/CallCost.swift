import Ops

/// The work of a call, from which the rates of a machine give its time.
struct CallCost {
  /// The resource that limits a call besides memory.
  enum Kind: CaseIterable {
    /// Products by the direct algorithm.
    case direct
    /// Products by Winograd's algorithm, whose operations are counted as those of the direct one.
    case winograd
    /// Products of pairs of bfloat16, in mixed precision.
    case pairs
    /// None: everything else passes over memory.
    case memory
  }

  let kind: Kind
  /// The multiplications and additions of products.
  let operations: Double
  /// The elements of the weights that products arrange before they begin.
  let weights: Double
  /// The bytes of the tensors read and written.
  let bytes: Double
}

extension CallCost {
  init(_ call: ScheduleReport.Call) {
    operations = Double(call.floatingPointOperations)
    weights = Double(call.weights)
    bytes = Double(call.bytes)
    kind =
      operations == 0 ? .memory : call.multiplicationShare < 1 ? .winograd : call.isInPairs ? .pairs : .direct
  }
}

extension ProgramPlan {
  /// Returns the work of the calls of a run, or of some of its segments.
  func costs(in isCounted: (Segment) -> Bool = { _ in true }) -> [CallCost] {
    schedule.calls.filter { isCounted($0.segment) }.map(CallCost.init)
  }
}
