import Recipes

/// The loss of an objective of given outputs and labels, in double precision.
func value(
  of objective: some TrainingObjective, _ output: [Double], _ form: BatchForm, labels: [Int32] = []
) throws -> Double {
  let graph = GraphBuilder(precision: .float64)
  let columns = output.count / form.rows
  let loss = objective.loss(of: TrainingBatch(form, output: graph.input("output", [form.rows, columns])))
  try graph.verify()
  var inputs: [String: Value<Double>] = ["output": .real(output, [form.rows, columns])]
  if form.labels != .none { inputs[TrainingBatch.labelsInput] = .index(labels, [form.rows]) }
  return Interpreter<Double>(try graph.build(), inputs: inputs)[loss][0]
}
