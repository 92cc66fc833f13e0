import Recipes
import Testing

struct AdamWTests {
  // Three steps of torch.optim on the function of `Descent`.
  @Test(arguments: [
    (AdamW(learningRate: 0.1), [0.20294762710302217, -0.6990375698121357, 2.2940920112820082]),
    (
      AdamW(learningRate: 0.05, betas: (0.8, 0.95), epsilon: 1e-3, weightDecay: 0.2),
      [0.3379021342688223, -0.8224529341532761, 2.089144216493575]
    ),
  ])
  func asPyTorch(optimizer: AdamW, expected: [Double]) throws {
    #expect(try agree(Descent.steps(3, optimizer), expected))
  }

  @Test func biasesDoNotDecay() throws {
    let decaying = AdamW(learningRate: 0.1, weightDecay: 0.5)
    let plain = AdamW(learningRate: 0.1, weightDecay: 0)
    #expect(try Descent.steps(2, decaying, role: .bias) == Descent.steps(2, plain, role: .bias))
  }
}
