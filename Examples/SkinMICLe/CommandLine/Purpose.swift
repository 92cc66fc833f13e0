extension Flag {
  /// The condition under which a flag has an effect.
  enum Purpose: Sendable {
    case photographs, patients, weights
    /// A pretraining among the branches, or one of MICLe or as long.
    case pretraining, micle

    /// Whether it is there.
    func isServed(by arguments: Arguments) -> Bool {
      switch self {
      case .photographs: arguments.data != nil
      case .patients: arguments.data == nil
      case .weights: arguments.weights != nil
      case .pretraining: arguments.branchesInEffect.contains { $0 != .none }
      case .micle: arguments.branchesInEffect.contains { $0 != .none && $0 != .simclr }
      }
    }

    /// The refusal of a flag that has no effect, after its name; nil if it is merely noted.
    var refusal: String? {
      switch self {
      case .photographs: "is about photographs of one's own; add --data."
      case .patients: "is about made-up patients; leave it out, or leave out --data."
      case .weights: "is about weights to start from; add --weights."
      case .pretraining, .micle: nil
      }
    }
  }
}
