import Recipes
import Testing

@testable import Autodiff

@Suite struct CompilationTests {
  /// A graph of thousands of nodes takes a fraction of a second; what is quadratic in them would take
  /// minutes.
  @Test func aLargeStepCompilesQuickly() throws {
    let clock = ContinuousClock()
    let start = clock.now
    let step = try TrainingStep(
      LayerSequence([ResNet(.resNet152), ProjectionHead()]), image: [64, 64, 3], pairs: Pairs(4),
      loss: NTXent(),
      optimizer: LARS(learningRate: 1))
    let compiled = Compilation(try step.graph.build(outputs: [step.loss]), options: CompilerOptions())
    #expect(clock.now - start < .seconds(10))
    #expect(step.graph.nodes.count > 10_000)
    #expect(compiled.calls.count < step.graph.nodes.count / 4)
  }

  @Test func isTheSameEveryTime() throws {
    func summary() throws -> [String] {
      let step = try TrainingSteps.simCLR(ResNet(.tiny), optimizer: LARS(learningRate: 1))
      let compiled = Compilation(try step.graph.build(outputs: [step.loss]), options: CompilerOptions())
      return compiled.calls.map(\.call.plan.summary) + compiled.plan.offsets.map(String.init)
    }
    #expect(try summary() == summary())
  }

  @Test func passesAreKnownByTheirNames() {
    #expect(
      CompilerOptions.Pass.allCases.map(\.rawValue) == [
        "rematerialization", "constant-folding", "algebra", "common-subexpressions", "dead-code", "fusion",
        "epilogues", "prologues", "in-place", "reuse",
      ])
  }
}
