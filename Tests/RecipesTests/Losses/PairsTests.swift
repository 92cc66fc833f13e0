import Recipes
import Testing

struct PairsTests {
  @Test func rowsArePairedByHalves() {
    let pairs = Pairs(3)
    #expect(pairs.rows == 6)
    #expect((0..<6).map(pairs.partner) == [3, 4, 5, 0, 1, 2])
  }

  @Test func constants() throws {
    let graph = GraphBuilder(precision: .float64)
    let pairs = Pairs(2)
    let tensors = [pairs.selfMask(in: graph), pairs.partnerMask(in: graph)]
    let partners = pairs.partners(in: graph)
    let interpreter = Interpreter<Double>(try graph.build())
    #expect(interpreter[tensors[0]] == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
    #expect(interpreter[tensors[1]] == [0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0])
    #expect(interpreter.values[partners.id].indices == [2, 3, 0, 1])
  }
}
