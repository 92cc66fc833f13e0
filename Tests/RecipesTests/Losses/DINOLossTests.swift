import Foundation
import Testing

@testable import Recipes

/// The contents of Fixtures/dino.json, which make_dino_fixtures.py writes.
struct DINOFixture: Decodable {
  struct Loss: Decodable {
    let value: Double
    let gradient: [Double]
    /// After the step; nil without one.
    let center: [Double]?
  }

  struct Training: Decodable {
    struct Step: Decodable {
      let value: Double
      let center: [Double]
    }

    let steps: [Step]
    /// By variable, a sum of its values after the last step times a formula.
    let sums: [String: Double]
  }

  struct Head: Decodable {
    let output: [Double]
    /// By variable.
    let gradients: [String: [Double]]
  }

  /// Three steps, by the number of views.
  let losses: [String: [Loss]]
  /// The same with an assignment by Sinkhorn and Knopp, which needs no center.
  let assignments: [String: [Loss]]
  let training: Training
  /// Of a head with batch normalizations.
  let head: Head

  static func load() throws -> DINOFixture {
    let url = Bundle.module.url(forResource: "dino", withExtension: "json", subdirectory: "Fixtures")
    return try JSONDecoder().decode(DINOFixture.self, from: Data(contentsOf: #require(url)))
  }

  static let teacher = Scheduled.linear(from: 0.04, to: 0.07)
}

struct DINOLossTests {
  private let samples = 3
  private let columns = 5

  private func values(_ name: String, _ rows: Int, _ low: Double, _ high: Double) -> Value<Double> {
    .real(
      FormulaTensors.values(name, rows * columns, low, high).map { Double($0) }, [rows, columns])
  }

  /// A graph of the loss, in which the target has the rows of so many views.
  private func graph(
    _ loss: DINOLoss, views: Int, seen: Int = 2
  ) throws -> (builder: GraphBuilder, loss: Tensor, gradient: Tensor) {
    let form = BatchForm(samples: samples, views: views)
    let graph = GraphBuilder(precision: .float64)
    let tape = Tape(graph)
    let output = graph.input("output", [form.rows, columns])
    let target = graph.input("target", [seen * samples, columns])
    let value = loss.loss(of: TrainingBatch(form, output: output, target: target))
    let gradient = tape.gradients(of: value, for: [output])[0]
    try graph.verify()
    return (graph, value, gradient)
  }

  /// The values of such a graph at a step of the fixture.
  private func interpreter(
    _ graph: GraphBuilder, step: Int, views: Int, seen: Int = 2, variables: [String: Value<Double>] = [:]
  ) throws -> Interpreter<Double> {
    let teacher = values("teacher \(step)", 2 * samples, -0.2, 0.3).reals
    let more = [Double](repeating: 7, count: (seen - 2) * samples * columns)
    return Interpreter<Double>(
      try graph.build(),
      inputs: [
        "output": values("student \(step)", views * samples, -1, 1),
        "target": .real(teacher + more, [seen * samples, columns]),
        "teacher": .real([DINOFixture.teacher.value(at: step, of: 3)], []),
      ], variables: variables)
  }

  /// The teacher's temperature rises, and the center of one step is what the next one subtracts. A target of
  /// more views than the teacher's has other rows after theirs.
  @Test(arguments: [2, 4, 5], [false, true]) func asTheAuthors(views: Int, hasMore: Bool) throws {
    let steps = try #require(try DINOFixture.load().losses["\(views)"])
    let seen = hasMore ? views : 2
    let (graph, loss, gradient) = try graph(
      DINOLoss(teacher: DINOFixture.teacher), views: views, seen: seen)
    var center = [Double](repeating: 0, count: columns)
    for (number, step) in steps.enumerated() {
      let interpreter = try interpreter(
        graph, step: number, views: views, seen: seen, variables: ["center": .real(center, [columns])])
      #expect(agree(interpreter[loss], [step.value]), "\(interpreter[loss]) is not \(step.value)")
      #expect(agree(interpreter[gradient], step.gradient, to: 1e-11))
      center = interpreter.updates(of: graph)["center"] ?? []
      #expect(agree(center, try #require(step.center)))
    }
  }

  @Test(arguments: [2, 4, 5]) func assignsAsTheAuthors(views: Int) throws {
    let steps = try #require(try DINOFixture.load().assignments["\(views)"])
    let (graph, loss, gradient) = try graph(
      DINOLoss(teacher: DINOFixture.teacher, centering: .sinkhornKnopp()), views: views)
    #expect(graph.variables.isEmpty)
    for (number, step) in steps.enumerated() {
      let interpreter = try interpreter(graph, step: number, views: views)
      #expect(agree(interpreter[loss], [step.value]), "\(interpreter[loss]) is not \(step.value)")
      #expect(agree(interpreter[gradient], step.gradient, to: 1e-11))
    }
  }

  /// Outputs over the lowest temperature are far above the largest exponent of a Float32.
  @Test func assignmentsDoNotOverflow() throws {
    let graph = GraphBuilder()
    let outputs = graph.input("outputs", [4, 6])
    let shares = DINOLoss.Centering.sinkhornKnopp(iterations: 50)
      .targets(of: outputs, temperature: graph.constant(0.001))
    let program = try Program(graph, outputs: [shares], workers: Workers(count: 1))
    program.setInput("outputs", to: FormulaTensors.values("outputs", 24, -1, 1))
    program.run()
    let rows = program.value(of: shares, as: Float.self)
    #expect(rows.allSatisfy { $0 >= 0 && $0 <= 1 })
    for row in 0..<4 { #expect(abs(rows[row * 6..<row * 6 + 6].reduce(0, +) - 1) < 1e-5) }
  }

  @Test(arguments: [2, 3, 6]) func passesTheGradientCheck(views: Int) throws {
    try gradientCheck(DINOLoss(), on: .random(2 * views, 5), views: views).verify()
    try gradientCheck(
      DINOLoss(temperature: 0.5, teacher: 0.2, globalViews: 1), on: .random(2 * views, 5), views: views
    ).verify()
    try gradientCheck(
      DINOLoss(centering: .sinkhornKnopp(iterations: 2)), on: .random(2 * views, 5), views: views
    ).verify()
  }

  @Test func itNeedsATeacherOfTheGlobalViews() {
    let needs = DINOLoss().needs
    #expect(needs.targetNetwork && needs.targetViews == 2)
    #expect(!needs.views.contains(1) && needs.views.contains(2) && needs.views.contains(8))
    #expect(DINOLoss(globalViews: 3).needs.views.least == 3)
    #expect(DINOLoss(globalViews: 1).needs.views.least == 2)
  }

  /// An objective with a head of its own reads nothing of the target network.
  @Test func jointObjectivesNeedTheMostViews() {
    let classes = CrossEntropy().withHead { ClassificationHead(classes: 3) }
    func views(_ first: any TrainingObjective, _ second: any TrainingObjective) -> Int? {
      JointObjective(first, second).needs.targetViews
    }
    #expect(views(DINOLoss(), classes) == 2)
    #expect(views(DINOLoss(), DINOLoss(globalViews: 3)) == 3)
    #expect(views(DINOLoss(), InfoNCE()) == nil)
    #expect(InfoNCE().needs.targetViews(of: 2) == 2)
    #expect(classes.needs.targetViews(of: 8) == 1)
  }

  @Test func aTeacherThatDoesNotSharpenIsWarnedOf() {
    let form = BatchForm(samples: 4, views: 8)
    #expect(DINOLoss().warnings(form, columns: 64).isEmpty)
    #expect(
      DINOLoss(teacher: .linear(from: 0.04, to: 0.1)).warnings(form, columns: 64) == [
        "a teacher's temperature of 0.1 is not below the student's, 0.1, and all outputs may become equal; try "
          + "0.04 to 0.07, and 0.1 for the student"
      ])
  }
}
