import TestSupport
import Testing

@testable import Autodiff
@testable import Ops

/// Loops, reductions and pools of tensors that are stored rounded.
@Suite struct MixedLoopTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    /// How a call that is not the product of the tensor reads it.
    let access: LoopProgram.Access
    let build: @Sendable (GraphBuilder) -> [Tensor]
    var testDescription: String { name }

    init(
      _ name: String, _ access: LoopProgram.Access, _ build: @escaping @Sendable (GraphBuilder) -> [Tensor]
    ) {
      (self.name, self.access, self.build) = (name, access, build)
    }
  }

  /// A product with weights, `[rows, columns]`, which is stored rounded.
  private static func product(_ graph: GraphBuilder, _ rows: Int, _ columns: Int) -> Tensor {
    let w = graph.variable("w", [8, columns], role: .weight, initializer: .zeros)
    return matmul(graph.input("x", [rows, 8]), w)
  }

  static let cases: [Case] = [
    Case("contiguous", .contiguous) { graph in
      let h = product(graph, 250, 70)
      return [h + h.sum(axes: [0], keepingDimensions: true)]
    },
    Case("contiguous, of rows of several blocks", .contiguous) { graph in
      let h = product(graph, 5, 4100)
      return [h + h.sum(axes: [0], keepingDimensions: true)]
    },
    Case("copied", .contiguous) { graph in
      // One of them is stored as it is read.
      let h = product(graph, 260, 64).sliced(2..<259, axis: 0)
      return [h + graph.input("a", [257, 64]), h.sum(axes: [1])]
    },
    Case("a row for all rows", .row) { graph in
      [product(graph, 1, 16_400) + graph.input("a", [3, 16_400])]
    },
    Case("a column", .column) { graph in [product(graph, 16_400, 1) * graph.input("a", [16_400, 3])] },
    Case("a column of rows of several blocks", .column) { graph in
      [product(graph, 16_400, 1).sliced(11..<16, axis: 0) * graph.input("a", [5, 2100])]
    },
    Case("one of its elements", .scalar) { graph in
      [product(graph, 16_400, 1).sliced(13..<14, axis: 0) * graph.input("a", [5, 7])]
    },
    Case("rows that repeat", .general) { graph in
      [product(graph, 128, 130).reshaped(to: [128, 1, 130]) + graph.input("a", [128, 5, 130])]
    },
    Case("long rows that repeat", .general) { graph in
      [product(graph, 8, 2100).reshaped(to: [8, 1, 2100]) + graph.input("a", [8, 3, 2100])]
    },
    Case("rows of an inner axis", .general) { graph in
      let h = product(graph, 3 * 128, 60).sliced(128..<256, axis: 0)
      return [h.reshaped(to: [1, 128, 1, 60]) + graph.input("a", [2, 128, 2, 60])]
    },
    Case("elements that repeat", .general) { graph in
      [product(graph, 128, 130).reshaped(to: [128, 1, 130, 1]) + graph.input("a", [128, 2, 130, 3])]
    },
    Case("reductions over rows, columns and both", .contiguous) { graph in
      let h = product(graph, 300, 65).sliced(3..<290, axis: 0)
      return [h.sum(axes: [0]), h.sum(axes: [1]), h.sum(), h.max(axes: [0]), h.min(axes: [1]), h.max()]
    },
    Case("reductions of rows of several blocks", .contiguous) { graph in
      let h = product(graph, 8, 5000).sliced(2..<7, axis: 0)
      return [
        h.sum(axes: [0]), h.sum(axes: [1]), h.sum(), h.max(axes: [1]),
      ]
    },
  ]

  @Test(arguments: cases) func areExactOfWholeNumbers(_ row: Case) throws {
    let run = try MixedRun(of: CompilerOptions(precision: .mixed), inputs: .whole, row.build)
    try expectRead(row, run)
    run.expectExact()
  }

  @Test(arguments: cases.filter { !$0.name.contains("reductions") })
  func roundWithinTheirBounds(_ row: Case) throws {
    let run = try MixedRun(of: CompilerOptions(precision: .mixed), inputs: .real, row.build)
    try expectRead(row, run)
    run.expectWithinBounds()
  }

  private func expectRead(_ row: Case, _ run: MixedRun) throws {
    let loops = run.compilation.calls.compactMap { ($0.call.plan as? FusedLoopPlan)?.loop }
    let accesses = loops.flatMap { loop in
      loop.leaves.filter { $0.place.storage == .bfloat16 }.map { LoopProgram.access(loop, $0) }
    }
    #expect(accesses.contains(row.access), "\(accesses), \(run.compilation.calls.map(\.call.plan.summary))")
  }

  /// A loop writes its result over the tensor that it reads, and so does an epilogue, row by row.
  @Test(arguments: [false, true]) func writesOverWhatItReads(isEpilogue: Bool) throws {
    let build: (GraphBuilder) -> [Tensor] = { graph in
      var number = 0
      func layer(_ x: Tensor) -> Tensor {
        number += 1
        let shape: Shape = [x.shape[1], 72]
        return matmul(x, graph.variable("w\(number)", shape, role: .weight, initializer: .zeros))
      }
      let h = layer(graph.input("x", [260, 72]))
      if isEpilogue { return [layer(layer(layer(h)) + h)] }
      return [layer(h + h.sum(axes: [0], keepingDimensions: true))]
    }
    for numbers in [MixedRun.Numbers.whole, .real] {
      let run = try MixedRun(of: CompilerOptions(precision: .mixed), inputs: numbers, build)
      let plan = run.compilation.plan
      #expect(run.rounded.contains { plan.root($0) != $0 && run.rounded.contains(plan.root($0)) })
      if numbers == .real { run.expectWithinBounds() } else { run.expectExact() }
    }
  }

  /// Pools of what a product stores rounded, and of what a prologue computes from it.
  @Test(arguments: [16, 17], [(false, false), (false, true), (true, false), (true, true)])
  func pools(channels: Int, kind: (isMax: Bool, hasPrologue: Bool)) throws {
    let (isMax, hasPrologue) = kind
    let build: (GraphBuilder) -> [Tensor] = { graph in
      let tape = Tape(graph)
      let w = graph.variable("w", [1, 1, 4, channels], role: .weight, initializer: .zeros)
      let h = conv2d(graph.input("x", [2, 23, 23, 4]), w)
      let scaled =
        hasPrologue ? relu(h * graph.input("scale", [channels]) + graph.input("shift", [channels])) : h
      let pooled =
        isMax
        ? maxPool2d(scaled, window: 3, stride: 2, padding: 1) : averagePool2d(scaled, window: 2, stride: 2)
      return [pooled] + tape.gradients(of: pooled, upstream: graph.input("upstream", pooled.shape), for: [w])
    }
    let run = try MixedRun(of: CompilerOptions(precision: .mixed), inputs: .whole, build)
    let pools = run.compilation.calls.map(\.call.plan).filter { $0.summary.contains("pool") }
    let reading = pools.filter { $0.reads.contains { $0.storage == .bfloat16 } }
    #expect(reading.count == (isMax ? 2 : 1), "\(run.compilation.calls.map(\.call.plan.summary))")
    run.expectExact()
    if !isMax {
      try MixedRun(of: CompilerOptions(precision: .mixed), inputs: .real, build).expectWithinBounds()
    }
  }
}
