@testable import Autodiff
import Recipes
import Testing

@Suite struct LayerGradientCheckTests {
  @Test(arguments: [GraphBuilder.Mode.training, .inference])
  func aBlockPasses(_ mode: GraphBuilder.Mode) throws {
    let report = try gradientCheck(
      BasicBlock(channels: 2, stride: 2), on: .uniform("x", [2, 5, 5, 3]), mode: mode)
    #expect(report.passes, "\(report)")
    #expect(report.name == "BasicBlock")
    #expect(report.nodes.isEmpty)
    // The images, three kernels, three scales and three shifts: all elements of each.
    #expect(report.compared + report.kinks.count == 150 + 54 + 36 + 6 + 6 * 2)
  }

  @Test func aSynchronizedBlockPasses() throws {
    let report = try gradientCheck(
      BasicBlock(channels: 2, stride: 2).synchronized(), on: .uniform("x", [2, 5, 5, 3]))
    #expect(report.passes, "\(report)")
    #expect(report.compared + report.kinks.count == 150 + 54 + 36 + 6 + 6 * 2)
  }

  /// Only what is trained is checked.
  @Test func frozenParametersAreConstants() throws {
    let report = try gradientCheck(Linear(2).frozen(), on: .uniform("x", [3, 4]))
    #expect(report.passes, "\(report)")
    #expect(report.compared == 12)
  }

  /// A wrong gradient in the middle of a network is found by differences, and the operation, layer and line
  /// named.
  @Test func namesTheOperationAndItsLine() throws {
    let crooked = Crooked()
    let report = try gradientCheck(
      Sequential {
        Conv2D(2, kernel: 3)
        Residual {
          crooked; BatchNorm(scale: .zeros)
        }
        GlobalAveragePool()
        Linear(3)
      }, on: .uniform("x", [2, 4, 4, 3]))
    #expect(!report.passes)
    #expect(report.nodes.count > 10)
    #expect(report.mistakenNodes.count == 1)
    let node = try #require(report.mistakenNodes.first)
    #expect(node.origin.operation == "Cubed")
    #expect(node.origin.path == "1")
    #expect(node.origin.location == crooked.location)
    #expect(node.mistake?.place.input == "operand 1")
    #expect(abs((node.mistake?.error ?? 0) - 0.01 / 3) < 1e-3)
    let line = crooked.location?.line ?? 0
    let place = "at 1 (AutodiffTests/LayerGradientCheckTests.swift:\(line))"
    let sentence = "The gradient of Cubed f64[2,4,4,2] \(place) is wrong: operand 1["
    #expect(report.description.contains(sentence), "\(report)")
  }

  /// Two mistakes are two.
  @Test func namesEachOperationThatIsWrong() throws {
    let report = try gradientCheck(
      Sequential {
        Crooked(); Linear(3); Crooked()
      }, on: .uniform("x", [2, 4], in: 0.5...1))
    #expect(report.mistakenNodes.map(\.origin.path).sorted() == ["0", "2"], "\(report)")
  }

  /// A custom gradient is compared with its function, not with the copy that the operation is.
  @Test func aCustomGradientIsCheckedWithItsFunction() throws {
    func cubed(_ x: Tensor, times factor: Double) -> Tensor {
      customGradient(for: [x]) {
        $0[0] * $0[0] * $0[0]
      } gradient: {
        [$0 * $2[0] * $2[0] * factor]
      }
    }
    let x = CheckInput.uniform("x", [3], in: 0.5...1)
    #expect(try gradientCheck("right", on: [x]) { cubed(tanh($0[0]), times: 3) }.passes)
    let wrong = try gradientCheck("wrong", on: [x]) { cubed(tanh($0[0]), times: 3.1) }
    #expect(wrong.mistakenNodes.map(\.origin.operation) == ["CustomGradient"], "\(wrong)")
    #expect(wrong.mistakenNodes.first?.mistake?.place.input == "operand 2")
    // Beside another mistake one that is right is not blamed.
    let other = try gradientCheck("other", on: [x]) { cubed($0[0].graph.apply(Cubed(), to: $0), times: 3) }
    #expect(other.mistakenNodes.map(\.origin.operation) == ["Cubed"], "\(other)")
  }

  @Test func saysSoIfNoOperationIsWrong() throws {
    var report = try gradientCheck(Crooked(), on: .uniform("x", [2], in: 0.5...1))
    report.nodes = report.nodes.map { .init(origin: $0.origin, mistake: nil) }
    #expect(
      report.description.hasSuffix(
        "Each of the 1 operations between the inputs and the result has the right gradient by itself: look for a kink "
          + "close by, for what rounding does, or for a custom gradient whose function reads more than its operands, "
          + "and try another seed."))
  }

  /// Of a large parameter one element is found, without going through all of them.
  @Test func findsAnElementOfALargeParameter() throws {
    let report = try gradientCheck(OneWrong(place: 4321), on: .uniform("x", [10_000], in: 1...2))
    #expect(report.worst?.place == .init(input: "factor", index: [4321]), "\(report)")
    #expect(report.compared < 120)
  }

  @Test func parametersAreAwayFromWhatTheyBeginAs() throws {
    let graph = GraphBuilder(precision: .float64)
    _ = BatchNorm(scale: .zeros)(graph.input("x", [2, 100]))
    for variable in graph.variables {
      let values = try variable.valuesToCheck(seed: 1)
      let beginning = try variable.initialValues(seed: 1, as: Double.self)[0]
      #expect(Set(values).count == 100)
      if variable.role == .statistic {
        #expect(values.allSatisfy { $0 >= 0.5 && $0 <= 1.5 })
      } else {
        #expect(values.allSatisfy { abs($0 - beginning) >= 0.1 && abs($0 - beginning) <= 0.5 })
      }
    }
  }
}

/// The third power, whose gradient is that of 3.01 times as much.
private struct Crooked: Layer {
  let location: Autodiff.SourceLocation?

  init(file: StaticString = #fileID, line: Int = #line) { location = .init(file: file, line: line) }

  func apply(to x: Tensor) -> Tensor { x.graph.apply(Cubed(), to: [x]) }
}

private struct Cubed: TensorOperation {
  func resultType(of operands: [TensorType]) -> TensorType { operands[0] }

  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * operands[0] * operands[0] * 3.01]
  }

  func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    operands[0].map { $0 * $0 * $0 }
  }
}

/// A product with a parameter, one element of which has half its gradient.
private struct OneWrong: Layer {
  let place: Int

  func apply(to x: Tensor) -> Tensor {
    let factor = x.graph.variable("factor", x.shape, role: .weight, initializer: .ones)
    return x * x.graph.apply(HalfAGradient(place: place), to: [factor])
  }
}

private struct HalfAGradient: TensorOperation {
  let place: Int

  func resultType(of operands: [TensorType]) -> TensorType { operands[0] }

  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let shares = (0..<result.shape.count).map { $0 == place ? 0.5 : 1 }
    return [upstream * upstream.graph.constant(shares, result.shape)]
  }

  func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] { operands[0] }
}
