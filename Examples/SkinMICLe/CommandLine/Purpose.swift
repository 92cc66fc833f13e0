extension Flag {
  /// The condition under which a flag has an effect.
  enum Purpose: Sendable {
    case photographs, patients, weights
    /// All repetitions.
    case repetitions
    /// A pretraining among the branches, or one of MICLe or as long.
    case pretraining, micle
    /// Training, which an audit by an earlier encoder does without.
    case training
    /// A ResNet, or a vision transformer.
    case resNet, transformer
    /// The description of a run: of one on several machines, or on photographs that are not there.
    case description, machines, counts

    /// Whether it is there.
    func isServed(by arguments: Arguments) -> Bool {
      switch self {
      case .photographs: arguments.data != nil
      case .patients: arguments.data == nil
      case .weights: arguments.weights != nil
      case .repetitions: arguments.repetition == nil
      case .training: arguments.encoder == nil
      case .resNet: arguments.networkInEffect.family == .resNet
      case .transformer: arguments.networkInEffect.family == .transformer
      case .description: arguments.describes
      case .machines: arguments.machines != nil
      case .counts: arguments.describes && arguments.data == nil
      case .pretraining:
        arguments.encoder == nil && arguments.branchesInEffect.contains { $0 != .none }
      case .micle: arguments.branchesInEffect.contains { $0 != .none && $0 != .simclr }
      }
    }

    /// Returns the refusal of a flag that has no effect, after its name; nil if it is merely noted.
    ///
    /// - Parameters:
    ///   - key: The flag's key. In a file of settings some flags are what the command line counts more than.
    ///   - arguments: The arguments.
    func refusal(of key: String, for arguments: Arguments) -> String? {
      let training = "is about training an encoder; leave it out, or leave out --encoder."
      return switch self {
      case .training: training
      case .pretraining: arguments.encoder == nil ? nil : training
      case .photographs: "is about photographs of one's own; add --data."
      case .patients: "is about made-up patients; leave it out, or leave out --data."
      case .weights: "is about weights to start from; add --weights."
      case .repetitions:
        arguments.given.contains(key)
          ? "is about all repetitions; leave it out, or leave out --repetition." : nil
      case .resNet:
        arguments.given.contains(key) || !arguments.given.contains("network")
          ? "is about ResNets; leave it out, or name one by --network." : nil
      case .transformer:
        arguments.given.contains(key) || !arguments.given.contains("network")
          ? "is about vision transformers; leave it out, or name one by --network." : nil
      case .description: "is about describing a run; add --describe."
      case .machines: "is about several machines; add --machines."
      case .counts:
        arguments.describes
          ? "stands for photographs that are not there; leave it out, or leave out --data."
          : "is about describing a run; add --describe."
      case .micle: nil
      }
    }
  }
}
