extension TrainingStep {
  /// The part of the step that follows the features, whose images are the features of images; nil if a step
  /// changes what features the images have, or draws random numbers for them, or the loss depends on the
  /// images in another way.
  ///
  /// It computes what the whole step does, but for the rounding of the features.
  var behindFeatures: TrainingStep? {
    let images = Set(definition.images.inputNames)
    guard graph.featuresAreFixed(features, images), features.shape.rank == 2,
      features.shape[0] == definition.form.samples
    else { return nil }
    let part = graph.part(behind: features, asInput: InputName.images, for: [output, loss, features])
    let inputs = part.graph.inputs.filter { images.contains($0.name) }.map(\.node)
    guard inputs == [part.results[2].id] else { return nil }
    return TrainingStep(
      graph: part.graph, output: part.results[0], loss: part.results[1], features: part.results[2],
      definition: Definition(
        networks: definition.networks, objective: definition.objective, form: definition.form,
        optimizer: definition.optimizer, average: definition.average,
        images: [ImageGroup(views: 1, image: [features.shape[1]])]))
  }
}

extension GraphBuilder {
  /// Returns whether features depend on images alone, by variables that keep their values.
  fileprivate func featuresAreFixed(_ features: Tensor, _ images: Set<String>) -> Bool {
    let changed = Set(updates.map(\.variable.path))
    return contents.nodes(neededFor: [features.id]).allSatisfy { id in
      let node = nodes[id]
      if let input = node.input { return images.contains(input.name) }
      return node.read.map { !changed.contains($0.path) } ?? true
    }
  }
}
