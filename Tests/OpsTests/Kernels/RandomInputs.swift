import Autodiff
import TestSupport

/// A value for each input of a graph, drawn from -1 to 1, the same each time.
func randomInputs<T: Real>(of graph: GraphBuilder, as type: T.Type) -> [String: Value<T>] {
  var generator = CounterGenerator(seed: 11)
  return Dictionary(
    uniqueKeysWithValues: graph.inputs.map { input in
      let shape = graph.nodes[input.node].type.shape
      return (input.name, .real((0..<shape.count).map { _ in T(generator.uniform(-1...1)) }, shape))
    })
}
