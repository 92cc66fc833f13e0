import Recipes
import Testing

struct SGDTests {
  // Three steps of torch.optim on w^2 [1, 2, -0.5] + w [0.1, 0.2, 0.3] from [0.5, -1, 2].
  @Test(arguments: [
    (SGD(learningRate: 0.1, momentum: 0), [0.2316, -0.2552, 2.5627]),
    (
      SGD(learningRate: 0.1, weightDecay: 0.01),
      [-0.017758910500000016, 0.4653263810000001, 3.023960168]
    ),
    (
      SGD(learningRate: 0.1, nesterov: true, weightDecay: 0.01),
      [-0.11113157171950003, 0.362008728479, 3.594843665912]
    ),
  ])
  func asPyTorch(optimizer: SGD, expected: [Double]) throws {
    #expect(try agree(Descent.steps(3, optimizer), expected))
  }

  @Test func biasesDoNotDecayUnlessAsked() throws {
    let plain = try Descent.steps(2, SGD(learningRate: 0.1), role: .bias)
    let decaying = SGD(learningRate: 0.1, weightDecay: 0.1)
    #expect(try Descent.steps(2, decaying, role: .bias) == plain)
    #expect(try Descent.steps(2, decaying, role: .normalization) == plain)
    let asked = SGD(learningRate: 0.1, weightDecay: 0.1, decaying: [.weight, .bias])
    #expect(try Descent.steps(2, asked, role: .bias) != plain)
  }
}
