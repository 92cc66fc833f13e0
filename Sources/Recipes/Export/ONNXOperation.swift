import Ops

/// An operation with a translation to ONNX.
protocol ONNXOperation {
  /// Adds the nodes that compute it to the translator's graph.
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result
}

/// An application of an operation in a network.
struct ONNXCall {
  /// The node.
  let id: NodeID
  let node: Node

  var operands: [NodeID] { node.operands }

  /// The error of an operation that has no translation as it is used.
  var untranslatable: ExportError { .untranslatable(operation: node.operation.name, layer: node.path) }

  /// The error of an operation over the images of a batch.
  var mixesImages: ExportError { .mixesImages(operation: node.operation.name, layer: node.path) }
}

/// An operation that gives its first operand on: what concerns gradients, the compiler or other processes.
protocol ONNXIdentity: ONNXOperation {}

extension ONNXIdentity {
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    guard let result = translator.result(call.operands[0]) else { throw call.untranslatable }
    return result
  }
}

extension StopGradient: ONNXIdentity {}
extension CustomGradient: ONNXIdentity {}
extension OptimizationBarrier: ONNXIdentity {}
extension Updated: ONNXIdentity {}
extension CrossReplicaSum: ONNXIdentity {}
extension CrossReplicaMoments: ONNXIdentity {}
