import Ops

extension EmbeddingLoss {
  /// The loss of embeddings that are all the same, which a collapsed run sticks at.
  ///
  /// There is none for a loss that remembers earlier steps, as it changes with what is remembered; nor for one that
  /// only attracts, and is the same for any embeddings whose views agree: a good run ends there too.
  func valueOfEqualEmbeddings(_ pairs: Pairs, columns: Int, _ workers: Workers = .shared) -> Double? {
    let few = Pairs(min(pairs.count, 8))
    let agreeing = (0..<few.rows).flatMap { row in
      var generator = CounterGenerator(seed: 0, row % few.count)
      return (0..<columns).map { _ in 2 * generator.uniform() - 1 }
    }
    guard let same = value(of: [Double](repeating: 1, count: few.rows * columns), few, workers),
      let spread = value(of: agreeing, few, workers), abs(same - spread) > 1e-6
    else { return nil }
    return value(of: [Double](repeating: 1, count: pairs.rows * columns), pairs, workers)
  }

  // The loss of embeddings, row-major; nil if it has variables, or is not a number. Compiled, as a batch of thousands has
  // millions of similarities.
  private func value(of embeddings: [Double], _ pairs: Pairs, _ workers: Workers) -> Double? {
    let graph = Graph(precision: .float64)
    let z = graph.input("z", [pairs.rows, embeddings.count / pairs.rows])
    let loss = self(Embeddings(online: z, pairs: pairs))
    guard graph.variables.isEmpty, let program = try? Program(graph, outputs: [loss], workers: workers)
    else { return nil }
    program.setInput("z", to: embeddings)
    program.run()
    let value: Double = program.value(of: loss)[0]
    return value.isFinite ? value : nil
  }
}
