import Ops

extension Graph {
  /// The metadata of a weight file about this network that the names and shapes of its weights do not tell.
  var architectureNotes: [String: String] {
    get throws {
      let notes = try TransformerNotes(self).metadata
      return nodes.needsSamePadding ? notes.merging(SamePadding.metadata) { $1 } : notes
    }
  }

  /// Returns whether this network computes what the metadata of a weight file state.
  func computes(asStatedIn metadata: [String: String]) -> Bool {
    let (own, stated) = (TransformerNotes(self), TransformerNotes(metadata))
    return nodes.isPadded(asStatedIn: metadata) && own.otherHeads(than: stated).isEmpty
      && (own.pooling == nil || stated.pooling == nil || own.pooling == stated.pooling)
  }
}

extension StageWeights {
  /// Reads the weights of a network that a stage trained; nil if the file has other layers', or states that
  /// they compute something else.
  ///
  /// - Parameters:
  ///   - stored: The stage's file.
  ///   - graph: The network.
  /// - Throws: `WeightsError` if they cannot be read.
  init?(_ stored: SafeTensors, of graph: Graph) throws(WeightsError) {
    guard graph.computes(asStatedIn: stored.metadata) else { return nil }
    try self.init(stored, for: graph.variables)
  }
}
