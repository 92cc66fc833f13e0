/// Checks the tape's gradient of a function against central differences in Float64.
///
///     try gradientCheck("square", on: [.uniform("x", [2, 3])]) { $0[0] * $0[0] }.verify()
///
/// The function's result is projected on a fixed random vector, so that each of its elements counts. A
/// derivative is estimated by the fourth-order central difference of five points. Where the slopes on the two
/// sides disagree, the step is shortened, down to 1e-8; if they still disagree, the point is reported as a
/// kink and skipped. The rounding error is measured for each input; where it would hide an error, the step is
/// lengthened, up to 1e-2.
///
/// Inputs of more than `elementLimit` elements are checked along random directions and at randomly drawn
/// elements; a direction that fails is bisected down to a wrong element.
///
/// The error of a derivative is relative to the larger of its two values. Small derivatives are compared
/// relative to a floor: a thousandth of the input's largest derivative, or the smallest value that finite
/// differences in Float64 can distinguish from 0 at this tolerance, given the measured rounding error.
///
/// Operands of a `stopGradient` are held at their values at the inputs, as they are constant to the tape; the
/// report names them. If the check fails, the gradient of each operation between the inputs and the result is
/// checked separately, at its operands' values, and the report names the wrong ones.
///
/// - Parameters:
///   - name: The function's name in the report.
///   - inputs: The inputs of the function.
///   - tolerance: The largest relative error allowed.
///   - step: The distance between the points, for elements up to 1; it scales with larger ones.
///   - seed: The seed for inputs, projection and directions.
///   - elementLimit: The size up to which each element of an input is checked.
///   - function: The function to check.
/// - Throws: The errors of `function`, `GraphErrors` if its operands do not fit, `GradientShapeError`.
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
///   - operation: The operation to check.
///   - inputs: The operands.
///   - tolerance: The largest relative error allowed.
///   - seed: The seed for the operands.
/// - Throws: `GraphErrors` if the operands do not fit, `GradientShapeError`.
public func gradientCheck(
  _ operation: some TensorOperation, on inputs: [CheckInput], tolerance: Double = 1e-6, seed: UInt64 = 0
) throws -> GradientReport {
  let graph = GraphBuilder(precision: .float64)
  let target = graph.apply(operation, to: inputs.map { graph.input($0.name, $0.shape, $0.element) })
  return try gradientCheck(operation.name, of: target, on: inputs, tolerance: tolerance, seed: seed)
}

/// Checks a layer's gradient with respect to its input and every trained parameter against central
/// differences in Float64.
///
///     try gradientCheck(BasicBlock(channels: 4), on: .uniform("x", [2, 5, 5, 3])).verify()
///
/// Parameters are drawn from their initializers. Those with a constant initializer are drawn around it, as a
/// scale of 0 would hide mistakes; running statistics are drawn between 0.5 and 1.5.
///
/// - Parameters:
///   - layer: The layer to check.
///   - x: The layer's input.
///   - mode: Whether normalization uses batch statistics or running statistics.
///   - tolerance: The largest relative error allowed.
///   - seed: The seed for input and parameters.
/// - Throws: `GraphErrors` with the errors in the layer, `GradientShapeError`.
public func gradientCheck(
  _ layer: some Layer, on x: CheckInput, mode: GraphBuilder.Mode = .training, tolerance: Double = 1e-6,
  seed: UInt64 = 0
) throws -> GradientReport {
  let graph = GraphBuilder(precision: .float64, mode: mode)
  let target = layer.atRoot(graph.input(x.name, x.shape, x.element))
  let name = String(describing: type(of: layer)).prefix { $0 != "<" }
  return try gradientCheck(String(name), of: target, on: [x], tolerance: tolerance, seed: seed)
}

/// Checks the gradient of a tensor of a Float64 graph with respect to its differentiated inputs and every
/// trained variable. The other checks are built on this one.
///
/// Variables take the same values as in a layer's check. The gradient is appended to the graph.
///
/// - Parameters:
///   - name: The tensor's name in the report.
///   - target: The tensor, of a graph in Float64.
///   - inputs: A value for each of the graph's inputs that the tensor depends on; those with an initial value
///     may be omitted.
///   - tolerance: The largest relative error allowed.
///   - step: The step of the central differences.
///   - seed: The seed of all random numbers.
///   - elementLimit: The number of elements of an input or variable beyond which random directions are
///     checked instead of each element.
///   - directions: The number of directions for a large input or variable; a quarter as many elements are
///     checked.
/// - Throws: `GraphErrors` with the errors in the graph, `GradientShapeError`.
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
    let type = graph.nodes[id].type
    let input = CheckInput(
      name: name, shape: type.shape,
      distribution: type.element.isReal
        ? .given([Double](repeating: value, count: type.shape.count))
        : .integers(Int(value)..<Int(value) + 1), isDifferentiated: false)
    leaves.append(
      CheckedInput(name: name, id: id, value: input.drawn(&generator), isDifferentiated: false))
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
