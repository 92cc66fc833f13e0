import Ops

@testable import Recipes

/// Losses and weights after some steps on noise, and the embeddings of the last.
struct Trained {
  let losses: [Double]
  let weights: [String: [Float]]
  let embeddings: [Float]

  /// Takes some steps from weights that are always the same, at a learning rate of 0.1.
  init(
    by program: StepProgram, _ step: TrainingStep, steps: Int, groups: [Float]? = nil,
    labels: [Int32]? = nil, values: ColumnValues.Rows? = nil
  ) throws {
    let start = try StageWeights(initializing: step.graph, seed: 1)
    for variable in program.owner.variables {
      program.owner.setVariable(variable.path, to: start[variable])
    }
    let (samples, views) = (step.definition.form.samples, step.definition.form.views)
    var losses: [Double] = []
    for number in 0..<steps {
      let batch = (0..<views * samples).map { ViewKey(photograph: $0 % samples, view: $0 / samples) }
      var pieces = program.pieces(of: batch)[...]
      let scheduled = step.graph.scheduledInputs.map {
        ($0.name, Float($0.schedule.value(at: number, of: steps)))
      }
      let inputs = StepInputs(
        learningRate: 0.1, scheduled: Dictionary(uniqueKeysWithValues: scheduled), labels: labels,
        groups: groups, values: values.map { values in { values } })
      losses.append(
        try program.run(inputs) { views in
          let piece = pieces.removeFirst()
          let pixels = views.count / piece.count
          for (row, view) in piece.enumerated() {
            var generator = CounterGenerator(seed: 5, number, view.photograph, view.view)
            for place in 0..<pixels { views[row * pixels + place] = Float(generator.uniform()) }
          }
        })
    }
    self.losses = losses
    weights = Dictionary(
      uniqueKeysWithValues: step.graph.variables.map {
        ($0.path, program.owner.variable($0.path, as: Float.self))
      })
    embeddings = program.output
  }
}
