import Foundation
import Recipes
import Testing

struct NTXentTests {
  private func value(of loss: NTXent, _ z: [Double], rows: Int) throws -> (Double, gradient: [Double]) {
    let graph = GraphBuilder(precision: .float64)
    let tape = Tape(graph)
    let shape: Shape = [rows, z.count / rows]
    let input = graph.input("z", shape)
    let result = loss(input, Pairs(rows / 2))
    let gradient = tape.gradients(of: result, for: [input])[0]
    let interpreter = Interpreter<Double>(try graph.build(), inputs: ["z": .real(z, shape)])
    return (interpreter[result][0], interpreter[gradient])
  }

  @Test func ofTheKnownExample() throws {
    let (loss, _) = try value(of: NTXent(temperature: 0.5), [1, 0, 0, 1, 1, 0, 0, 1], rows: 4)
    #expect(abs(loss - 0.23954476622) < 1e-11)
    #expect(abs(loss - log(1 + 2 * exp(-2))) < 1e-15)
  }

  @Test(arguments: [(8, 2.708050201), (256, 6.236369590)])
  func ofACollapsedNetwork(pairs: Int, expected: Double) throws {
    #expect(abs(NTXent.collapse(Pairs(pairs)) - expected) < 1e-9)
    let rows = 2 * pairs
    let (loss, _) = try value(of: NTXent(), [Double](repeating: 0.3, count: 2 * rows), rows: rows)
    #expect(abs(loss - NTXent.collapse(Pairs(pairs))) < 1e-12)
  }

  @Test(arguments: [
    "halves1At0.1", "halves1At0.5", "halves4At0.1", "halves4At0.5", "halves8At0.1", "halves8At0.5",
    "halves4At0.01", "halves8Collapsed", "halvesKnown",
  ])
  func asPyTorch(name: String) throws {
    let tensors = try Fixtures.tensors("ops.safetensors")
    let z = try tensors.tensor(named: "ntXent/\(name)/input0")
    let temperature = name.hasSuffix("0.01") ? 0.01 : name.hasSuffix("0.1") || name.hasSuffix("d") ? 0.1 : 0.5
    let (loss, gradient) = try value(
      of: NTXent(temperature: .constant(name == "halvesKnown" ? 0.5 : temperature)),
      tensors.doubles("ntXent/\(name)/input0"), rows: z.shape[0])
    let upstream = try tensors.doubles("ntXent/\(name)/upstream")[0]
    #expect(try agree([loss], tensors.doubles("ntXent/\(name)/output")))
    #expect(try agree(gradient.map { $0 * upstream }, tensors.doubles("ntXent/\(name)/gradient0"), to: 1e-10))
  }

  @Test func summaryHoldsTheSettings() {
    #expect(NTXent(temperature: 0.2).summary == "NTXent(temperature: 0.2)")
  }
}
