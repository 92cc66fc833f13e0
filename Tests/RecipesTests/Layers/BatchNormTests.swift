import Recipes
import Testing

struct BatchNormTests {
  @Test(arguments: ["image", "matrix", "point", "single", "offset"], [false, true])
  func trainsAsPyTorch(name: String, isSynchronized: Bool) throws {
    let tensors = try Fixtures.tensors("ops.safetensors")
    let key = "batchNormTraining/\(name)/"
    let result = try Evaluation(
      of: BatchNorm(synchronized: isSynchronized), on: tensors.doubles(key + "input0"),
      Shape(tensors.tensor(named: key + "input0").shape),
      variables: ["weight": tensors.doubles(key + "input1"), "bias": tensors.doubles(key + "input2")])
    #expect(try agree(result.output, tensors.doubles(key + "output")))
    #expect(try agree(result.updates["running_mean"] ?? [], tensors.doubles(key + "runningMean")))
    #expect(try agree(result.updates["running_var"] ?? [], tensors.doubles(key + "runningVariance")))
  }

  @Test(arguments: ["image", "matrix", "point", "single"])
  func infersAsPyTorch(name: String) throws {
    let tensors = try Fixtures.tensors("ops.safetensors")
    let key = "batchNormInference/\(name)/"
    let names = ["weight", "bias", "running_mean", "running_var"]
    let variables = try names.enumerated().map { ($1, try tensors.doubles(key + "input\($0 + 1)")) }
    let result = try Evaluation(
      of: BatchNorm(), on: tensors.doubles(key + "input0"),
      Shape(tensors.tensor(named: key + "input0").shape), mode: .inference,
      variables: Dictionary(uniqueKeysWithValues: variables))
    #expect(try agree(result.output, tensors.doubles(key + "output")))
    #expect(result.updates.isEmpty)
  }

  @Test func variables() {
    let (graph, _) = graph(of: BatchNorm(scale: .zeros), on: [4, 2, 2, 3])
    #expect(graph.variables.map(\.path) == ["weight", "bias", "running_mean", "running_var"])
    #expect(graph.variables.map(\.role) == [.normalization, .normalization, .statistic, .statistic])
    #expect(graph.variables.map(\.initializer) == [.zeros, .zeros, .zeros, .ones])
  }

  @Test func withoutShift() throws {
    let result = try Evaluation(of: BatchNorm(shift: false, epsilon: 1e-30), on: [1, 3], [2, 1])
    #expect(result.output == [-1, 1])
    #expect(result.updates.keys.sorted() == ["running_mean", "running_var"])
  }

  @Test func momentumIsTheShareReplaced() throws {
    let result = try Evaluation(of: BatchNorm(momentum: 0.5), on: [1, 3, 5], [3, 1])
    #expect(result.updates == ["running_mean": [1.5], "running_var": [2.5]])
  }

  @Test func oneValueHasNoVariance() {
    let (graph, _) = graph(of: BatchNorm(), on: [1, 1, 1, 3])
    #expect(
      graph.diagnostics.map(\.error) == [
        "Batch normalization needs more than one value per channel to train on."
      ])
    let (inference, _) = RecipesTests.graph(of: BatchNorm(), on: [1, 1, 1, 3], mode: .inference)
    #expect(inference.diagnostics.isEmpty)
  }

  /// Its running statistics move once for each time, as in PyTorch: of 1 and 3 the mean is 2 and the variance
  /// 2, of twice as much 4 and 8.
  @Test(arguments: [false, true]) func appliedTwiceItMovesTwice(checkpointed: Bool) throws {
    let layer = checkpointed ? LayerSequence([Checkpoint { Shared() }]) : LayerSequence([Shared()])
    let result = try Evaluation(of: layer, on: [1, 3], [2, 1])
    #expect(agree(result.updates["shared1.bn.running_mean"] ?? [], [0.9 * 0.2 + 0.1 * 4]))
    #expect(agree(result.updates["shared1.bn.running_var"] ?? [], [0.9 * (0.9 + 0.1 * 2) + 0.1 * 8]))
  }
}

private struct Shared: Layer {
  let location: Recipes.SourceLocation? = Recipes.SourceLocation(file: #fileID, line: #line)

  func apply(to x: Tensor) -> Tensor {
    let bn = BatchNorm().named("bn")
    return bn(x) + bn(x * 2)
  }
}
