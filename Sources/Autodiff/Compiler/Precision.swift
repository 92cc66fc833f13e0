/// The precision in which a graph in single precision is computed.
///
///     let options = CompilerOptions(precision: .mixed)
///     let program = try Program(ProgramPlan(graph, outputs: [loss], options: options))
public enum Precision: String, CaseIterable, Sendable, Codable {
  /// Single precision throughout.
  case single
  /// The activations of layers and their gradients are stored and multiplied in bfloat16 (8 bits of
  /// precision, the range of single precision, so that losses need no scaling). Sums, statistics, losses,
  /// the optimizer and the weights are in single precision.
  case mixed
}
