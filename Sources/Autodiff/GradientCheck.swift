/// Checks the tape's gradient of a function against central differences in Float64.
///
/// The result of the function is projected on a fixed random vector, so that each of its elements counts. A
/// derivative is taken by the fourth-order central difference of five points; where the slopes on the two sides
/// disagree the step is shortened, down to a thousandth, and where they still do the place is reported as a kink
/// and left out. Inputs of more than `elementLimit` elements are checked along random directions and at randomly
/// drawn elements; a direction that fails has every element checked, to name the one that is wrong.
///
/// The error of a derivative is relative to the larger of its two values. For one much smaller than the rest it is
/// relative to a floor: a thousandth of the input's largest derivative, or the least that differences in Float64
/// can tell from 0 at this tolerance.
///
/// - Parameters:
///   - name: what the report calls the function.
///   - inputs: what the function is applied to.
///   - tolerance: the largest relative error allowed.
///   - step: the distance between the points, for elements up to 1; it grows with larger ones.
///   - seed: where inputs, projection and directions are drawn from.
///   - elementLimit: the size up to which each element of an input is checked.
///   - function: the function; it is called twice, on the inputs of two graphs.
/// - Throws: what `function` throws, `GraphErrors` if its operands do not fit, `MisshapenGradient`.
public func gradientCheck(
  _ name: String, on inputs: [CheckInput], tolerance: Double = 1e-6, step: Double = 1e-3, seed: UInt64 = 0,
  elementLimit: Int = 256, _ function: ([Tensor]) throws -> Tensor
) throws -> GradientReport {
  var generator = CounterGenerator(seed: seed, name: name)
  let values = inputs.map { $0.drawn(&generator) }
  let forward = try Projection(function, of: inputs, at: values, &generator)
  let gradients = try tapeGradients(function, of: inputs, at: values, upstream: forward.weights)

  var report = GradientReport(name: name, tolerance: tolerance)
  for (position, input) in inputs.enumerated() where input.isDifferentiated {
    let gradient = gradients[position]
    let line = Line(forward: forward, input: position, gradient: gradient, step: step)
    func check(_ elements: some Sequence<Int>) {
      for element in elements { line.compare(element: element, in: input, adding: &report) }
    }
    if gradient.count <= elementLimit {
      check(gradient.indices)
    } else {
      check((0..<32).map { _ in Int.random(in: gradient.indices, using: &generator) })
      for _ in 0..<8 {
        let direction = gradient.map { _ in generator.normal() }
        line.compare(direction: direction, in: input, adding: &report)
      }
      if !report.passes { check(gradient.indices) }
    }
  }
  return report
}

// The gradient that the tape gives for each differentiated input, empty for the others.
private func tapeGradients(
  _ function: ([Tensor]) throws -> Tensor, of inputs: [CheckInput], at values: [Value<Double>],
  upstream: [Double]
) throws -> [[Double]] {
  let graph = Graph(precision: .float64)
  let tensors = inputs.map { graph.input($0.name, $0.shape, $0.element) }
  let tape = Tape(graph)
  let target = try function(tensors)
  try graph.validate()
  let sources = zip(inputs, tensors).filter(\.0.isDifferentiated).map(\.1)
  let gradients = tape.gradients(
    of: target, upstream: graph.constant(upstream, target.shape), for: sources)
  try graph.verify()
  for (source, gradient) in zip(sources, gradients) where source.type != gradient.type {
    throw MisshapenGradient(
      description: "The gradient of \(inputs[source.id].name), \(source.type), is \(gradient.type).")
  }
  let named = Dictionary(uniqueKeysWithValues: zip(inputs.map(\.name), values))
  let interpreter = Interpreter<Double>(graph, inputs: named)
  let byInput = Dictionary(uniqueKeysWithValues: zip(sources.map(\.id), gradients))
  return tensors.map { tensor in byInput[tensor.id].map { interpreter[$0] } ?? [] }
}

// The function followed by a random projection on a number, and its value at the inputs.
private struct Projection {
  let graph = Graph(precision: .float64)
  let target: Tensor
  let names: [String]
  let values: [Value<Double>]
  let weights: [Double]
  let center: [Double]

  init(
    _ function: ([Tensor]) throws -> Tensor, of inputs: [CheckInput], at values: [Value<Double>],
    _ generator: inout CounterGenerator
  ) throws {
    let graph = graph
    names = inputs.map(\.name)
    self.values = values
    target = try function(inputs.map { graph.input($0.name, $0.shape, $0.element) })
    try graph.validate()
    // Away from 0, so that no element is lost, and of both signs, so that none is paid for by another.
    weights = (0..<target.shape.count).map { _ in
      generator.uniform(0.5...1.5) * (generator.chance(0.5) ? 1 : -1)
    }
    center = Projection.evaluate(graph, target, names, values)
  }

  /// How much the projection changes when one input takes other elements.
  func change(_ input: Int, to elements: [Double]) -> Double {
    var values = values
    values[input] = .real(elements, values[input].shape)
    let moved = Projection.evaluate(graph, target, names, values)
    return weights.indices.reduce(0) { $0 + weights[$1] * (moved[$1] - center[$1]) }
  }

  /// What rounding may do to a change: half a unit in the last place of each element, a few times.
  var rounding: Double {
    4 * Double.ulpOfOne * weights.indices.reduce(0) { $0 + abs(weights[$1] * center[$1]) }
  }

  private static func evaluate(
    _ graph: Graph, _ target: Tensor, _ names: [String], _ values: [Value<Double>]
  ) -> [Double] {
    let named = Dictionary(uniqueKeysWithValues: zip(names, values))
    return Interpreter<Double>(graph, inputs: named)[target]
  }
}

// Derivatives of the projection along straight lines through one input.
private struct Line {
  let forward: Projection
  let input: Int
  let gradient: [Double]
  let step: Double
  let center: [Double]
  let rounding: Double

  init(forward: Projection, input: Int, gradient: [Double], step: Double) {
    self.forward = forward
    self.input = input
    self.gradient = gradient
    self.step = step
    center = forward.values[input].reals
    rounding = forward.rounding
  }

  func compare(element: Int, in description: CheckInput, adding report: inout GradientReport) {
    let walk = description.shape.strides
    let index = walk.indices.map { element / walk[$0] % description.shape[$0] }
    let largest = gradient.reduce(0) { Swift.max($0, abs($1)) }
    compare(
      .init(input: description.name, index: index), analytic: gradient[element], floor: largest / 1000,
      step: step * Swift.max(1, abs(center[element])), adding: &report
    ) { distance in
      var moved = center
      moved[element] += distance
      return moved
    }
  }

  func compare(direction: [Double], in description: CheckInput, adding report: inout GradientReport) {
    let analytic = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
    let typical = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
    compare(
      .init(input: description.name, index: nil), analytic: analytic, floor: typical / 1000, step: step,
      adding: &report
    ) { distance in zip(center, direction).map { $0 + distance * $1 } }
  }

  private func compare(
    _ place: GradientReport.Place, analytic: Double, floor: Double, step: Double,
    adding report: inout GradientReport, moved: (Double) -> [Double]
  ) {
    var sides = (left: 0.0, right: 0.0)
    for shortening in [1.0, 10, 100, 1000] {
      let h = step / shortening
      let floor = Swift.max(floor, rounding / h / report.tolerance)
      let (below2, below) = (forward.change(input, to: moved(-2 * h)), forward.change(input, to: moved(-h)))
      let (above, above2) = (forward.change(input, to: moved(h)), forward.change(input, to: moved(2 * h)))
      // The slopes of the parabolas through the three points of each side.
      sides = ((below2 - 4 * below) / (2 * h), (4 * above - above2) / (2 * h))
      let steepest = Swift.max(abs(sides.left), abs(sides.right), floor)
      if abs(sides.left - sides.right) > report.tolerance * steepest { continue }
      let numeric = (8 * (above - below) - (above2 - below2)) / (12 * h)
      let scale = Swift.max(abs(analytic), abs(numeric), floor)
      let error = analytic == numeric ? 0 : abs(analytic - numeric) / scale
      report.add(
        .init(
          place: place, analytic: analytic, numeric: numeric, error: error.isNaN ? .infinity : error))
      if shortening > 1 { report.shortened += 1 }
      return
    }
    report.kinks.append(.init(place: place, left: sides.left, right: sides.right))
  }
}
