import Foundation
import Recipes

/// Returns the loss of rows `[2N][D]` as in its paper, with plain loops: the reference for the tensor
/// version.
func plainLoop(_ z: [[Double]], temperature: Double, hardness: Double) -> Double {
  func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
  var sum = 0.0
  for i in z.indices {
    let partner = (i + z.count / 2) % z.count
    func similarity(_ j: Int) -> Double {
      dot(z[i], z[j]) / (dot(z[i], z[i]) * dot(z[j], z[j])).squareRoot() / temperature
    }
    let negatives = z.indices.filter { $0 != i && $0 != partner }.map(similarity)
    let weights = negatives.map { exp(hardness * $0) }
    let weighted = zip(weights, negatives).reduce(0) { $0 + $1.0 * exp($1.1) } / weights.reduce(0, +)
    let positive = exp(similarity(partner))
    sum -= log(positive / (positive + Double(negatives.count) * weighted))
  }
  return sum / Double(z.count)
}

/// Returns the value of a loss, compiled, for rows `[2N][D]`.
func value(of loss: some ContrastiveLoss, _ z: [[Double]]) throws -> Double {
  let graph = GraphBuilder(precision: .float64)
  let result = loss(graph.input("z", [z.count, z[0].count]), Pairs(z.count / 2))
  let program = try Program(graph, outputs: [result])
  program.setInput("z", to: z.flatMap { $0 })
  program.run()
  return program.value(of: result)[0]
}
