import Autodiff
import Testing

@Suite struct GradientCheckTests {
  @Test func agreesOnASquare() throws {
    let report = try gradientCheck("square", on: [.given("x", [2], [3, -2])]) { $0[0] * $0[0] }
    #expect(report.passes)
    #expect(report.compared == 2)
    #expect(report.worstError < 1e-9)
    #expect(report.description.hasPrefix("square: 2 derivatives agree to "))
  }

  /// A gradient that is a ten-thousandth too large at one element is found and named.
  @Test func namesTheElementThatIsWrong() throws {
    let inputs: [CheckInput] = [.uniform("x", [2, 3], in: 1...2), .uniform("y", [2, 3], in: 1...2)]
    let report = try gradientCheck("product", on: inputs) { tensors in
      tensors[0] * tensors[0].graph.apply(Squared(factors: [2, 2, 2, 2, 2, 2.0002]), to: [tensors[1]])
    }
    #expect(!report.passes)
    let worst = try #require(report.worst)
    #expect(worst.place.input == "y")
    #expect(worst.place.index == [1, 2])
    #expect(abs(worst.error - 1e-4) < 1e-7)
    #expect(abs(worst.analytic / worst.numeric - 1.0001) < 1e-7)
    #expect(
      report.description.hasPrefix("product: a derivative is wrong by ")
        && report.description.contains("where 1e-06 is allowed, y[1, 2]: \(worst.analytic) by the tape, "))
  }

  /// Of a thousand elements one is wrong: a random direction tells, and then the element is looked for.
  @Test func namesTheElementThatIsWrongAmongMany() throws {
    var factors = [Double](repeating: 2, count: 1000)
    factors[357] = 2.1
    let wrong = Squared(factors: factors)
    let report = try gradientCheck("many", on: [.uniform("x", [10, 100], in: 1...2)]) {
      $0[0].graph.apply(wrong, to: $0)
    }
    #expect(!report.passes)
    #expect(report.worst?.place.index == [3, 57])
  }

  @Test func checksDirectionsOfLargeInputs() throws {
    let report = try gradientCheck("large", on: [.uniform("x", [40, 50])]) { tanh($0[0]) }
    #expect(report.passes, "\(report)")
    #expect(report.compared == 40)
  }

  /// A gradient that is left out altogether is as wrong as can be.
  @Test func findsAMissingGradient() throws {
    let report = try gradientCheck("missing", on: [.uniform("x", [3], in: 1...2)]) {
      $0[0] * $0[0].graph.apply(Forgotten(), to: $0)
    }
    #expect(!report.passes)
    #expect(abs(report.worstError - 0.5) < 1e-6)
  }

  /// What is stopped is constant to the differences as well, and named.
  @Test func holdsWhatIsStopped() throws {
    let report = try gradientCheck("stopped", on: [.given("x", [2], [3, -2])]) {
      $0[0] * stopGradient($0[0] * stopGradient(exp($0[0])))
    }
    #expect(report.passes, "\(report)")
    #expect(report.stopped.map(\.description) == ["StopGradient f64[2]"])
    #expect(report.description.hasSuffix("Held at its value: StopGradient f64[2]."))
  }

  @Test func checksAnOperation() throws {
    let right = Squared(factors: [Double](repeating: 2, count: 6))
    let report = try gradientCheck(right, on: [.uniform("x", [2, 3])])
    #expect(report.passes, "\(report)")
    #expect(report.name == "Squared")
    #expect(report.compared == 6)
    let wrong = try gradientCheck(Squared(factors: [2, 2, 3]), on: [.uniform("x", [3], in: 1...2)])
    #expect(wrong.worst?.place.index == [2])
    #expect(throws: GraphErrors.self) {
      try gradientCheck(Forgotten(), on: [.integers("x", [2], in: 0..<3)])
    }
  }

  /// The first point below 1e-4 has no logarithm; points closer by have.
  @Test func stepsAroundWhatIsNoNumber() throws {
    let report = try gradientCheck("log", on: [.given("x", [2], [1e-4, 2])]) { log($0[0]) }
    #expect(report.passes, "\(report)")
    #expect(report.compared == 2)
  }

  /// A report is an error whose words a test prints.
  @Test func verifyThrowsTheReport() throws {
    try gradientCheck(Squared(factors: [2, 2]), on: [.uniform("x", [2])]).verify()
    let error = #expect(throws: GradientReport.self) {
      try gradientCheck(Squared(factors: [3]), on: [.given("x", [1], [1])]).verify()
    }
    #expect(
      error?.description.hasPrefix("Squared: a derivative is wrong by 0.333") == true,
      "\(String(describing: error))")
  }

  @Test func findsAGradientThatIsNoNumber() throws {
    let report = try gradientCheck("none", on: [.given("x", [2], [1, 2])]) {
      $0[0].graph.apply(Squared(factors: [.nan, 2]), to: $0)
    }
    #expect(!report.passes)
    #expect(report.worstError == .infinity)
    #expect(report.worst?.place.index == [0])
  }

  @Test func refusesAGradientOfAnotherShape() throws {
    let error = #expect(throws: GradientShapeError.self) {
      try gradientCheck("misshapen", on: [.uniform("x", [2, 3])]) {
        $0[0].graph.apply(Misshapen(), to: $0)
      }
    }
    #expect(error?.description == "The gradient of x, f64[2,3], is f64[].")
  }

  @Test func refusesOperandsThatDoNotFit() {
    #expect(throws: GraphErrors.self) {
      try gradientCheck("misfit", on: [.uniform("x", [2]), .uniform("y", [3])]) { $0[0] + $0[1] }
    }
  }

  /// Elements on a kink are named and left out; one beside it is compared on its own side.
  @Test func namesKinks() throws {
    let x = CheckInput.given("x", [2, 3], [1, 0, -1, 1e-4, 0, -1e-4])
    let report = try gradientCheck("rectified", on: [x]) { relu($0[0]) }
    #expect(report.passes, "\(report)")
    #expect(report.kinks.map(\.place.index) == [[0, 1], [1, 1]])
    #expect(report.kinks.map { min(abs($0.left), abs($0.right)) } == [0, 0])
    #expect(report.shortened == 2)
    #expect(report.compared == 4)
    #expect(report.description.hasSuffix("2 kinks were left out: x[0, 1], x[1, 1]."))
  }

  @Test func namesAStep() throws {
    let report = try gradientCheck("step", on: [.given("x", [2], [0.5, 0])]) { $0[0] .> 0 }
    #expect(report.passes, "\(report)")
    #expect(report.kinks.map(\.place.description) == ["x[1]"])
  }

  /// A check that compared nothing has not passed.
  @Test func doesNotPassOnKinksAlone() throws {
    let report = try gradientCheck("kink", on: [.given("x", [], [0])]) { abs($0[0]) }
    #expect(!report.passes)
    #expect(report.description == "kink: nothing was compared. 1 kink was left out: x.")
  }

  @Test func drawsTheSameTwice() throws {
    func worst(seed: UInt64) throws -> Double? {
      try gradientCheck("exp", on: [.uniform("x", [5])], seed: seed) { exp($0[0]) }.worst?.analytic
    }
    #expect(try worst(seed: 1) == worst(seed: 1))
    #expect(try worst(seed: 1) != worst(seed: 2))
  }

  /// Labels are inputs without a gradient; so are reals that are said to be constant.
  @Test func leavesConstantsAlone() throws {
    let inputs: [CheckInput] = [
      .uniform("x", [4, 3]), .integers("i", [5], in: 0..<4), .uniform("m", [3], differentiated: false),
    ]
    let report = try gradientCheck("rows", on: inputs) { select($0[2], $0[0].gathered($0[1]), $0[2]) }
    #expect(report.passes, "\(report)")
    #expect(report.compared == 12)
  }
}

/// The square, with a gradient that takes a factor other than 2 on demand.
private struct Squared: TensorOperation {
  let factors: [Double]

  func resultType(of operands: [TensorType]) -> TensorType { operands[0] }

  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * operands[0] * upstream.graph.constant(factors, operands[0].shape)]
  }

  func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] { operands[0].map { $0 * $0 } }
}

/// The operand itself, with no gradient.
private struct Forgotten: TensorOperation {
  func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    if operands[0].element.isReal { return operands[0] }
    throw ShapeError("Labels cannot be forgotten.", expected: "real numbers", found: "\(operands[0])")
  }

  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [nil] }

  func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] { operands[0] }
}

/// The operand itself, with a gradient summed to a number.
private struct Misshapen: TensorOperation {
  func resultType(of operands: [TensorType]) -> TensorType { operands[0] }

  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [upstream.sum()] }

  func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] { operands[0] }
}
