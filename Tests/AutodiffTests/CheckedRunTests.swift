@testable import Autodiff
import Recipes
import Testing
import TestSupport

/// The first number that is not finite is traced to where it was made.
@Suite struct CheckedRunTests {
  private static let checked = CompilerOptions(checksNumerics: true)

  // A step's graph compiled with and without the check; what the check finds.
  private func fault(
    _ precision: ElementType = .float32, on x: [Double], _ layer: some Layer
  ) throws -> NonFiniteValue? {
    let graph = GraphBuilder(precision: precision)
    let loss = layer.atRoot(graph.input("x", [x.count])).sum()
    return fault(try Program(graph, outputs: [loss], options: Self.checked), on: x)
  }

  private func fault(_ program: Program, on x: [Double]) -> NonFiniteValue? {
    if program.precision == .float64 {
      program.setInput("x", to: x)
    } else {
      program.setInput("x", to: x.map { Float($0) })
    }
    do { try program.checkedRun() } catch { return error }
    return nil
  }

  @Test func theLogarithmOfANegativeNumber() throws {
    let logarithm = Function { log($0 - 1) }
    let model = Sequential {
      Function { $0 * 2 }
      Sequential { logarithm }
      ReLU()
    }
    let found = try fault(on: [2, 0.25, 1.5, 3], model)
    let fault = try #require(found)
    #expect(fault.origin.operation == "Log")
    #expect(fault.origin.path == "1.0")
    #expect(fault.origin.location == logarithm.location)
    #expect(fault.result.notNumbers == 1 && fault.result.infinities == 0)
    #expect(
      fault.description == """
        Log f32[4] at 1.0 (AutodiffTests/CheckedRunTests.swift:\(logarithm.location?.line ?? 0)) made 1 NaN of 4 \
        numbers, the logarithm of a number below 0, from Subtract f32[4] in -0.5...5.0.
        """)
  }

  @Test func nothingOverNothing() throws {
    let fault = try #require(try fault(on: [2, 0, -1], Function { $0 / ($0 * 2) }))
    #expect(fault.origin.operation == "Divide")
    #expect(fault.result.notNumbers == 1)
    #expect(
      fault.description.hasSuffix(
        "made 1 NaN of 3 numbers, a division by 0, from the input x in -1.0...2.0 and Multiply f32[3] in -2.0...4.0."
      ))
  }

  /// The exponential is the first to overflow, though a quotient of two makes the NaN.
  @Test(arguments: [(ElementType.float32, 100.0), (.float64, 1000)])
  func anExponentialOverflows(_ precision: ElementType, x: Double) throws {
    let fault = try #require(try fault(precision, on: [1, x], Function { exp($0) / exp($0).sum() }))
    #expect(fault.origin.operation == "Exp")
    #expect(fault.reason == "too large for \(precision.rawValue)")
    #expect(try self.fault(precision, on: [1, 2], Function { exp($0) / exp($0).sum() }) == nil)
  }

  /// The backward pass is told from the forward one.
  @Test func theGradientOfTheRootOf0() throws {
    let graph = GraphBuilder()
    let x = graph.input("x", [2])
    let tape = Tape(graph)
    let gradient = tape.gradients(of: Function { sqrt($0) }(x).sum(), for: [x])[0]
    let found = fault(try Program(graph, outputs: [gradient], options: Self.checked), on: [4, 0])
    let fault = try #require(found)
    #expect(fault.origin.gradientOf == "Sqrt")
    #expect(fault.description.contains(" in the gradient of Sqrt at function1 ("), "\(fault)")
  }

  @Test func whatTheInputsHoldIsNamed() throws {
    let fault = try #require(try fault(on: [1, .nan, 3], Function { log($0) }))
    #expect(fault.description == "Before the step the input x already held 1 NaN of 3 numbers.")
  }

  @Test func whatAVariableHoldsIsNamed() throws {
    let graph = GraphBuilder()
    let y = Linear(2)(graph.input("x", [1, 2]))
    let program = try Program(graph, outputs: [y], options: Self.checked)
    let weight = graph.variables[0].path
    program.setVariable(weight, to: [1, .infinity, .nan, 1] as [Float])
    let found = fault(program, on: [0, 0])
    let fault = try #require(found)
    #expect(
      fault.description
        == "Before the step the variable \(weight) already held 1 NaN and 1 infinite of 4 numbers.")
  }

  /// What a mask leaves out did no harm.
  @Test func aLogarithmOf0BehindAMaskIsFine() throws {
    #expect(try fault(on: [0, 1], Function { select($0 .> 0, log($0), $0.graph.constant(0)) }) == nil)
    // Beside one that did, it is not the first.
    let fault = try fault(
      on: [0, 1], Function { select($0 .> 0, log($0), $0.graph.constant(0)) + sqrt($0 - 0.5) })
    #expect(fault?.origin.operation == "Sqrt")
  }

  /// Nothing has changed when the fault is thrown.
  @Test func variablesStayAsTheyWere() throws {
    let graph = GraphBuilder()
    let w = graph.variable("w", [2], role: .weight, initializer: .ones)
    graph.update(w, to: w + log(graph.input("x", [2])))
    let program = try Program(graph, outputs: [], options: Self.checked)
    program.setVariable("w", to: [1, 2] as [Float])
    #expect(fault(program, on: [1, -1]) != nil)
    #expect(program.variable("w", as: Float.self) == [1, 2])
    #expect(fault(program, on: [1, 1]) == nil)
    #expect(program.variable("w", as: Float.self) == [1, 2])
  }

  /// With nothing to find, a checked step is the step without any pass of the compiler.
  @Test func aCheckedStepIsAStep() throws {
    let step = try TrainingSteps.simCLR(ResNet(.tiny, stem: .small), optimizer: LARS(learningRate: 0.1))
    let (inputs, variables) = try TrainingSteps.values(for: step, as: Float.self)
    let losses = try [Self.checked, .noPass].map { options in
      let program = try Program(step.graph, outputs: [step.loss], options: options)
      program.set(inputs: inputs, variables: variables)
      return try (0..<2).map { _ -> Float in
        try program.checkedRun()
        return program.value(of: step.loss)[0]
      }
    }
    #expect(losses[0] == losses[1])
  }

  @Test func isOffUnlessAskedFor() throws {
    #expect(!CompilerOptions.reading([:]).checksNumerics)
    #expect(!CompilerOptions.reading(["LOUPE_CHECK": "numeric"]).checksNumerics)
    #expect(CompilerOptions.reading(["LOUPE_CHECK": "numerics"]).checksNumerics)
    let graph = GraphBuilder()
    let program = try Program(graph, outputs: [log(graph.input("x", [1]))])
    #expect(!program.checksNumerics)
    program.setInput("x", to: [-1] as [Float])
    try program.checkedRun()
  }
}

/// A function as a layer.
private struct Function: Layer {
  let location: Autodiff.SourceLocation?
  private let function: @Sendable (Tensor) -> Tensor

  init(file: StaticString = #fileID, line: Int = #line, _ function: @escaping @Sendable (Tensor) -> Tensor) {
    location = .init(file: file, line: line)
    self.function = function
  }

  func apply(to x: Tensor) -> Tensor { function(x) }

  static func == (a: Function, b: Function) -> Bool { a.location == b.location }

  func hash(into hasher: inout Hasher) { hasher.combine(location) }
}
