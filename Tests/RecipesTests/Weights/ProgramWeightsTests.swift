import Foundation
import Testing

@testable import Recipes

/// Programs that are compiled by hand, with the weights of a file.
struct ProgramWeightsTests {
  let scratch: ScratchFolder
  let encoder = SmallClinic.encoder

  init() throws { scratch = try ScratchFolder() }

  private var path: String { scratch.url.appending(path: "weights.safetensors").path }

  private func write(prefix: String = "", _ change: ([NamedTensor]) -> [NamedTensor] = { $0 }) throws {
    let (graph, _) = graph(of: encoder, on: [1, 16, 16, 3], mode: .inference)
    let tensors = graph.variables.map(FormulaTensors.weight).map {
      NamedTensor(prefix + $0.name, shape: $0.shape, $0.values)
    }
    try SafeTensors.write(change(tensors), to: URL(filePath: path))
  }

  private func program(of layer: some Layer) throws -> Program {
    let (graph, features) = graph(of: layer, on: [1, 16, 16, 3], mode: .inference)
    return try Program(graph, outputs: [features])
  }

  private func expectTheFile(_ program: Program) {
    #expect(program.variables.count == 30)
    for variable in program.variables {
      #expect(
        TorchLayout(of: variable).toTorch(program.variable(variable.path))
          == FormulaTensors.weight(variable).floats, "\(variable.path)")
    }
  }

  @Test func pretrainedLayersAreInitializedByTheFile() throws {
    try write()
    expectTheFile(try program(of: encoder.pretrained(path, normalization: .identity)))
  }

  @Test(arguments: ["", "module."]) func loads(prefix: String) throws {
    try write(prefix: prefix)
    let program = try program(of: encoder)
    let notes = try program.load(path)
    expectTheFile(program)
    #expect(notes.last == "30 tensors are from \(path).")
    #expect(notes.count == (prefix.isEmpty ? 1 : 2))
  }

  @Test func anotherNetworkIsRefusedWithoutAChange() throws {
    try write { Array($0.dropLast()) }
    let program = try program(of: encoder)
    let before = program.variables.map { program.variable($0.path, as: Float.self) }
    let error = try #require(throws: WeightsError.self) { try program.load(path) }
    #expect("\(error)".hasPrefix("\(path) does not fit the network: check that it is of the same network"))
    #expect("\(error)".contains("1 missing: "))
    #expect(program.variables.map { program.variable($0.path, as: Float.self) } == before)
  }

  @Test func aFileThatIsNotThereIsRefused() throws {
    let program = try program(of: encoder)
    #expect(throws: WeightsError.self) { try program.load("no such file") }
  }
}
