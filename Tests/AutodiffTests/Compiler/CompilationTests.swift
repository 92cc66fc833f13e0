import Recipes
import TestSupport
import Testing

@testable import Autodiff

@Suite struct CompilationTests {
  /// Compiling takes a time in proportion to the nodes: what is quadratic in them would take eight times as
  /// long for each of eight times as many.
  @Test func aLargeStepCompilesAsQuicklyAsASmallOne() throws {
    let (small, large) = (ResNet(.custom(blocks: [1, 1, 1, 1], bottleneck: true)), ResNet(.resNet152))
    var (fewest, most) = (Double.infinity, Double.infinity)
    var nodes = (few: 0, many: 0)
    for _ in 0..<3 {
      let (few, many) = (try compiled(small), try compiled(large))
      (fewest, most) = (min(fewest, few.seconds), min(most, many.seconds))
      nodes = (few.nodes, many.nodes)
      #expect(many.calls < many.nodes / 4)
    }
    #expect(nodes.many > 10_000 && nodes.many > 6 * nodes.few)
    let (a, b) = (fewest / Double(nodes.few), most / Double(nodes.many))
    #expect(b < 2 * a, "\(most) s for \(nodes.many) nodes, \(fewest) s for \(nodes.few)")
  }

  /// How many nodes and calls a step of a network has, and how many seconds of this thread's processor time
  /// it takes to build and compile it.
  private func compiled(_ network: ResNet) throws -> (nodes: Int, calls: Int, seconds: Double) {
    let start = threadSeconds()
    let step = try TrainingStep(
      LayerSequence([network, ProjectionHead()]), image: [64, 64, 3], pairs: Pairs(4), loss: NTXent(),
      optimizer: LARS(learningRate: 1))
    let compiled = Compilation(try step.graph.build(outputs: [step.loss]), options: CompilerOptions())
    let seconds = threadSeconds() - start
    return (step.graph.nodes.count, compiled.calls.count, seconds)
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
        "rematerialization", "constant-folding", "algebra", "matrix-rows", "adjacent-axes",
        "common-subexpressions", "dead-code", "fusion", "epilogues", "prologues",
        "early-updates", "in-place", "bf16", "reuse",
      ])
  }
}
