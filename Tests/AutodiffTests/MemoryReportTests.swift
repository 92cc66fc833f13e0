import Autodiff
import TestSupport
import Testing

@Suite struct MemoryReportTests {
  /// A chain of products is largest at one of them: its operand, its result, and the input, which persists.
  @Test func theFullestCallOfAChain() throws {
    let graph = GraphBuilder()
    let x = graph.input("x", [128, 128])
    let first = matmul(x, x)
    let wide = matmul(first, graph.variable("w", [128, 512], role: .weight, initializer: .zeros))
    let plan = try ProgramPlan(graph, outputs: [wide], workers: .single)
    let report = plan.memory

    #expect(report.call.contains("128x512x128"), "\(report)")
    let tensors = report.tensors.filter { $0.value != "scratch" }
    let sizes = [128 * 512, 128 * 512, 128 * 128, 128 * 128].map { $0 * 4 }
    #expect(tensors.prefix(4).map(\.bytes) == sizes, "\(report)")
    let kinds = Set(tensors.prefix(4).map { String($0.value.prefix { $0 != " " }) })
    #expect(kinds == ["VariableRead", "MatMul", "Input"])
    #expect(report.bytes == report.tensors.reduce(0) { $0 + $1.bytes })
    #expect(report.bytes <= plan.arenaBytes)
    #expect(tensors.allSatisfy { $0.before >= 0 && $0.after >= 0 && !$0.isRounded })
    // The line of each tensor, and that of the sum.
    #expect(report.description.split(separator: "\n").count == report.tensors.count + 1)
  }

  /// In mixed precision the activations between layers take half as many bytes.
  @Test func roundedTensorsAreMarked() throws {
    func report(_ precision: Precision) throws -> MemoryReport {
      let graph = GraphBuilder(precision: .float32)
      func weight(_ name: String) -> Tensor {
        graph.variable(name, [128, 128], role: .weight, initializer: .zeros)
      }
      let hidden = matmul(graph.input("x", [256, 128]), weight("first"))
      return try ProgramPlan(
        graph, outputs: [matmul(relu(hidden), weight("second"))], workers: .single,
        options: CompilerOptions(precision: precision)
      ).memory
    }
    let (single, mixed) = (try report(.single), try report(.mixed))
    #expect(single.tensors.allSatisfy { !$0.isRounded })
    #expect(mixed.tensors.contains { $0.isRounded && $0.bytes == 2 * 256 * 128 }, "\(mixed)")
    #expect(mixed.description.contains(" in bfloat16"))
  }
}
