/// Checks the tape's gradient of a function against central differences in Float64.
///
///     try gradientCheck("square", on: [.uniform("x", [2, 3])]) { $0[0] * $0[0] }.verify()
///
/// The result of the function is projected on a fixed random vector, so that each of its elements counts. A
/// derivative is taken by the fourth-order central difference of five points; where the slopes on the two
/// sides disagree the step is shortened, down to 1e-8, and where they still do the place is reported as a
/// kink and left out. How much of a difference is rounding is measured for each input; where that would hide
/// an error, the step is lengthened, up to 1e-2.
///
/// Inputs of more than `elementLimit` elements are checked along random directions and at randomly drawn
/// elements; a direction that fails is halved until it has one element, to name one that is wrong.
///
/// The error of a derivative is relative to the larger of its two values. For one much smaller than the rest
/// it is relative to a floor: a thousandth of the input's largest derivative, or the least that differences
/// in Float64 can tell from 0 at this tolerance, rounding being what was measured.
///
/// What stands behind a `stopGradient` is held at the value it has at the inputs, as it is constant to the
/// tape; the report names these places. When a check fails, the gradient of each operation between the inputs
/// and the result is checked by itself, at the operands that it had, and the report names the operations
/// whose gradient is wrong.
///
/// - Parameters:
///   - name: what the report calls the function.
///   - inputs: what the function is applied to.
///   - tolerance: the largest relative error allowed.
///   - step: the distance between the points, for elements up to 1; it grows with larger ones.
///   - seed: where inputs, projection and directions are drawn from.
///   - elementLimit: the size up to which each element of an input is checked.
///   - function: the function.
/// - Throws: what `function` throws, `GraphErrors` if its operands do not fit, `GradientShapeError`.
public func gradientCheck(
  _ name: String, on inputs: [CheckInput], tolerance: Double = 1e-6, step: Double = 1e-3, seed: UInt64 = 0,
  elementLimit: Int = 256, _ function: ([Tensor]) throws -> Tensor
) throws -> GradientReport {
  let graph = GraphBuilder(precision: .float64)
  let target = try function(inputs.map { graph.input($0.name, $0.shape, $0.element) })
  return try gradientCheck(
    name, of: target, on: inputs, tolerance: tolerance, step: step, seed: seed, elementLimit: elementLimit)
}

/// Checks an operation's gradient against central differences in Float64.
///
///     try gradientCheck(Swish(), on: [.uniform("x", [2, 3])]).verify()
///
/// - Parameters:
///   - inputs: its operands.
///   - tolerance: the largest relative error allowed.
///   - seed: where the operands are drawn from.
/// - Throws: `GraphErrors` if the operands do not fit, `GradientShapeError`.
public func gradientCheck(
  _ operation: some TensorOperation, on inputs: [CheckInput], tolerance: Double = 1e-6, seed: UInt64 = 0
) throws -> GradientReport {
  let graph = GraphBuilder(precision: .float64)
  let target = graph.apply(operation, to: inputs.map { graph.input($0.name, $0.shape, $0.element) })
  return try gradientCheck(operation.name, of: target, on: inputs, tolerance: tolerance, seed: seed)
}

/// Checks a layer's gradient for its input and for every parameter that it trains against central differences
/// in Float64.
///
///     try gradientCheck(BasicBlock(channels: 4), on: .uniform("x", [2, 5, 5, 3])).verify()
///
/// Parameters are drawn from their initializers; those that begin as a constant are drawn around it, so that
/// no scale of 0 hides what it multiplies, and running statistics between 0.5 and 1.5.
///
/// - Parameters:
///   - x: the layer's input.
///   - mode: whether normalization goes by the batch's statistics or by running ones.
///   - tolerance: the largest relative error allowed.
///   - seed: where input and parameters are drawn from.
/// - Throws: `GraphErrors` with the mistakes in the layer, `GradientShapeError`.
public func gradientCheck(
  _ layer: some Layer, on x: CheckInput, mode: GraphBuilder.Mode = .training, tolerance: Double = 1e-6,
  seed: UInt64 = 0
) throws -> GradientReport {
  let graph = GraphBuilder(precision: .float64, mode: mode)
  let target = layer.atRoot(graph.input(x.name, x.shape, x.element))
  let name = String(describing: type(of: layer)).prefix { $0 != "<" }
  return try gradientCheck(String(name), of: target, on: [x], tolerance: tolerance, seed: seed)
}

/// Checks the gradient of a tensor of a Float64 graph for those of its inputs that are differentiated and for
/// every variable that is trained; what the other checks are made of.
///
/// Variables take the values that are drawn for a layer's check. The gradient is added to the graph.
///
/// - Parameters:
///   - name: what the report calls the tensor.
///   - inputs: a value for each of the graph's inputs that the tensor is computed from; those that begin as
///     something may be left out.
///   - directions: how many directions are taken in a large input or variable, and a quarter of how many
///     elements.
/// - Throws: `GraphErrors` with the mistakes of the graph, `GradientShapeError`.
public func gradientCheck(
  _ name: String, of target: Tensor, on inputs: [CheckInput], tolerance: Double = 1e-6, step: Double = 1e-3,
  seed: UInt64 = 0, elementLimit: Int = 256, directions: Int = 8
) throws -> GradientReport {
  let graph = target.graph
  try graph.validate()
  var generator = CounterGenerator(seed: seed, name: name)
  let nodes = Dictionary(uniqueKeysWithValues: graph.inputs.map { ($0.name, $0.node) })
  var leaves = inputs.map { input in
    guard let id = nodes[input.name] else { fatalError("the graph has no input \(input.name)") }
    return CheckedInput(
      name: input.name, id: id, value: input.drawn(&generator), isDifferentiated: input.isDifferentiated)
  }
  let needed = graph.contents.nodes(neededFor: [target.id])
  for (name, id) in graph.inputs where needed.contains(id) && !leaves.contains(where: { $0.id == id }) {
    guard let value = graph.nodes[id].initialValue else {
      fatalError("no value was given for \(name)")
    }
    let shape = graph.nodes[id].type.shape
    leaves.append(
      CheckedInput(
        name: name, id: id, value: .real([Double](repeating: value, count: shape.count), shape),
        isDifferentiated: false))
  }
  for variable in graph.variables {
    let id = graph.read(variable).id
    guard needed.contains(id) else { continue }
    leaves.append(
      CheckedInput(
        name: variable.path, id: id,
        value: .real(try variable.valuesToCheck(seed: seed), variable.type.shape),
        isDifferentiated: variable.isTrained))
  }
  let checked = try CheckedTensor(target, at: leaves, &generator)
  let settings = CheckSettings(
    tolerance: tolerance, step: step, elementLimit: elementLimit, directions: directions)
  var report = checked.report(name, settings, &generator)
  report.stopped = checked.held.stopped.map { NodeOrigin(of: graph.nodes[$0], in: graph.contents) }
  if !report.passes, report.worst != nil {
    report.nodes = try checked.nodeReports(settings, &generator)
  }
  return report
}
