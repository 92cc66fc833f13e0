import Recipes
import Testing

@testable import Autodiff

/// Each step from a graph to calls, by itself.
@Suite struct FusionStagesTests {
  @Test func classifiesNodes() throws {
    let builder = GraphBuilder()
    let x = builder.input("x", [2, 3, 4])
    let w = builder.variable("w", [4, 4], role: .weight, initializer: .zeros)
    builder.update(w, to: w * 0.5)
    let rows: [(tensor: Tensor, kind: Classification.Kind)] = [
      (x, .leaf), (w, .leaf), (builder.constant([1, 2], [2]), .constant), (x.reshaped(to: [6, 4]), .view),
      (x.sliced(0..<1, axis: 0), .view), (x.sliced(0..<2, axis: 2), .call), (exp(x), .elementwise),
      (x.sum(axes: [0, 1]), .reduction), (x.sum(axes: [2]), .reduction),
      (matmul(x.reshaped(to: [6, 4]), w), .product),
      (x.logSumExp(axes: [2]), .reduction), (softmax(x), .call),
    ]
    let graph = try builder.build(outputs: rows.map(\.tensor)).withCopies()
    let classes = Classification(graph)
    for (tensor, kind) in rows { #expect(classes.kinds[tensor.id] == kind, "%\(tensor.id)") }
    #expect(classes.kinds.last == .assignment)
    #expect(classes.place(graph.nodes.count - 1) == BufferSlice(w.id, .float32))
  }

  @Test func aLeadingSliceLiesInItsOperand() throws {
    let builder = GraphBuilder()
    let x = builder.input("x", [5, 8])
    let rows = x.sliced(2..<4, axis: 0).reshaped(to: [16])
    let classes = Classification(try builder.build(outputs: [rows]))
    #expect(classes.place(rows.id) == BufferSlice(x.id, offset: 16, .float32))
  }

  @Test func materializesWhatIsNotReadInALoop() throws {
    let builder = GraphBuilder()
    let x = builder.input("x", [4, 8])
    let (inLoop, transposed, output) = (x + 1, x * 2, exp(x))
    let graph = try builder.build(outputs: [tanh(inLoop), transposed.transposed, output])
    let materialization = Materialization(Classification(graph), options: CompilerOptions())
    #expect(materialization.isInlined(inLoop.id))
    #expect(materialization.reasons[transposed.id]?.description == "Transpose reads it as it lies in memory")
    #expect(materialization.reasons[output.id] == .isOutput)
    #expect(materialization.leaves(of: graph.outputs[0]) == [x.id])
    let unfused = Materialization(Classification(graph), options: CompilerOptions(disabled: [.fusion]))
    #expect(unfused.reasons[inLoop.id] == .switchedOff)
  }

  @Test func groupsSinksThatShareAnOperand() throws {
    let builder = GraphBuilder()
    let (x, y) = (builder.input("x", [4, 8]), builder.input("y", [4, 8]))
    let (a, b, sum, other) = (exp(x), tanh(x), x.sum(axes: [0]), exp(y))
    let centered = x - sum
    let graph = try builder.build(outputs: [a, b, sum, other, centered])
    let groups = FusionGroups(
      Materialization(Classification(graph), options: CompilerOptions()), sides: graph.sides(after: 0),
      options: CompilerOptions())
    #expect(groups.groups.count == 3)
    #expect(groups.position[a.id] == groups.position[b.id])
    #expect(groups.position[a.id] == groups.position[sum.id])
    #expect(groups.position[other.id] != groups.position[a.id])
    #expect(groups.position[centered.id] > groups.position[sum.id])
  }

  @Test func aLoopOverAProductJoinsItsCall() throws {
    let builder = GraphBuilder()
    let product = matmul(builder.input("x", [8, 4]), builder.input("w", [4, 6]))
    let result = relu(product)
    let graph = try builder.build(outputs: [result])
    func groups(_ options: CompilerOptions) -> FusionGroups {
      FusionGroups(
        Materialization(Classification(graph), options: options), sides: graph.sides(after: 0),
        options: options)
    }
    let fused = groups(CompilerOptions())
    #expect(fused.groups.count == 1 && fused.groups[0].product == product.id)
    #expect(fused.groups[0].stores == [result.id])
    let apart = groups(CompilerOptions(disabled: [.epilogues]))
    #expect(apart.groups.count == 2)
    #expect(apart.refusals[result.id] == [0: .switchedOff])
  }

  /// Values on the two sides of an interruption are not computed by one call; what may be on either side is.
  @Test func sinksOnTwoSidesOfAnInterruptionAreApart() throws {
    let builder = GraphBuilder()
    let (x, later) = (builder.input("x", [4, 8]), builder.input("later", [4, 8]))
    let (first, either, last) = (exp(x), tanh(x), exp(x) * later)
    let graph = try builder.build(outputs: [first, last, either])
    let groups = FusionGroups(
      Materialization(Classification(graph), options: CompilerOptions()), sides: graph.sides(after: 1),
      options: CompilerOptions())
    #expect(groups.position[first.id] == groups.position[either.id])
    #expect(groups.position[last.id] > groups.position[first.id])
    #expect(groups.refusals[last.id]?.values.contains(.otherSegment) == true)
  }
}
