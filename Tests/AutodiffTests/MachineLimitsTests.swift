import Autodiff
import Ops
import Recipes
import Testing

@Suite struct MachineLimitsTests {
  /// The roof of a call is its products or its passing over memory, whichever takes a machine longer; by
  /// Winograd's algorithm there are fewer products.
  @Test func saysHowNearItsCallsAreToTheMachinesLimits() throws {
    func call(_ shape: Shape, kernel: Shape) throws -> ScheduleReport.Call {
      let graph = GraphBuilder()
      let y = conv2d(graph.input("x", shape), graph.input("w", kernel), padding: kernel[0] / 2)
      return try ProgramPlan(graph, outputs: [y]).schedule.calls[0]
    }
    let limits = MachineLimits(operations: 1e9, pairOperations: 2e9, bytes: 1e9)
    let product = try call([2, 8, 8, 64], kernel: [1, 1, 64, 64]).bound(by: limits)
    #expect(product.isOfProducts)
    #expect(abs(product.seconds - 1.048576e-3) < 1e-9)
    let memory = try call([2, 8, 8, 64], kernel: [1, 1, 64, 1]).bound(by: limits)
    #expect(!memory.isOfProducts)
    #expect(abs(memory.seconds - 33.536e-6) < 1e-9)
    let winograd = try call([4, 16, 16, 64], kernel: [3, 3, 64, 64])
    #expect(winograd.summary.contains("winograd4"))
    let directly = Double(winograd.floatingPointOperations) * 1e-9
    #expect(abs(winograd.bound(by: limits).seconds / directly - 0.25) < 1e-9)

    let graph = GraphBuilder()
    let y = matmul(graph.input("x", [512, 512]), graph.input("w", [512, 512]))
    let program = try Program(graph, outputs: [y])
    var timed = program.timedRuns(3)
    #expect(!"\(timed)".contains("% of products"))
    let measured = try MachineLimits.measured()
    timed.limits = measured
    #expect("\(timed)".contains("% of products"))
    // Far from exact, also the fastest of several, as others use the machine too.
    let seconds = (0..<5).compactMap { _ in program.timedRuns(3).seconds?[0] }.min()
    let share = timed.calls[0].bound(by: measured).seconds / (seconds ?? 0)
    #expect(0.05 < share && share < 3)
  }
}
