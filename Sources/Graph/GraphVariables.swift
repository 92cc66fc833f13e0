// The variables of a graph and their updates.
extension GraphBuilder {
  /// Returns the variable `name` of the current layer, created on first use and shared afterwards.
  ///
  /// - Parameters:
  ///   - name: The name within the current layer.
  ///   - shape: The shape.
  ///   - role: What the variable is for, by which optimizers choose what decays.
  ///   - layout: How a weight file has it.
  ///   - initializer: The distribution of its first value.
  ///   - absolute: whether `name` is a whole path already.
  public func variable(
    _ name: String, _ shape: Shape, role: Variable.Role, layout: Variable.Layout = .same,
    initializer: Initializer, absolute: Bool = false
  ) -> Tensor {
    let path = absolute || scope.path.isEmpty ? name : scope.path + "." + name
    let averaged = followers.last.flatMap { follower in
      path.hasPrefix(follower + ".") ? String(path.dropFirst(follower.count + 1)) : nil
    }
    let variable = Variable(
      path: path, type: TensorType(shape, precision), role: averaged == nil ? role : .memory,
      layout: averaged == nil ? layout : .same, initializer: initializer, location: scope.location,
      rate: rate(of: path), averages: averaged, depth: blocks)
    if layout == .outputsFirst, shape.rank < 2 {
      return report(
        ShapeError(
          "The outputs of \(path) cannot come first in a weight file, as it has no inputs and outputs.",
          expected: "[..., in, out]", found: "\(shape)", assuming: variable.type))
    }
    if let id = reads[path], let known = variables.first(where: { $0.path == path }) {
      if (known.type, known.role, known.layout) != (variable.type, variable.role, variable.layout) {
        return report(
          ShapeError(
            "Two different variables have the path \(path); name one of the layers.",
            expected: "\(known.type)", found: "\(variable.type)", assuming: variable.type))
      }
      if known.role.isParameter, known.location != variable.location {
        return report(
          ShapeError(
            "Two layers have the path \(scope.path) and would share their weights; name one of them.",
            expected: "one layer, applied once or more often",
            found: "another at \(known.location.map(\.description) ?? "an unknown place")",
            assuming: variable.type))
      }
      if known.role.isParameter, known.rate != variable.rate {
        return report(
          ShapeError(
            "A layer is applied twice, and trained at two rates; freeze it, or set its rate, both times.",
            expected: "\(known.rate) times the learning rate", found: "\(variable.rate) times",
            assuming: variable.type))
      }
      return latest(known, read: id)
    }
    return adopt(variable)
  }

  /// Replaces the initializer of the variable at a path.
  package func start(variable path: String, from initializer: Initializer) {
    guard let place = variables.firstIndex(where: { $0.path == path }) else {
      fatalError("The graph has no variable \(path).")
    }
    let variable = variables[place].starting(from: initializer)
    contents.variables[place] = variable
    contents.updates = updates.map { $0.variable.path == path ? (variable, $0.value) : $0 }
  }

  // Returns the current value of a variable: the latest update, or the value at the start of the step.
  private func latest(_ variable: Variable, read: NodeID) -> Tensor {
    guard let value = updates.first(where: { $0.variable.path == variable.path })?.value else {
      return Tensor(graph: self, id: read)
    }
    if let known = rereads[variable.path], nodes[known].operands == [value] {
      return Tensor(graph: self, id: known)
    }
    let tensor = append(Updated(path: variable.path), [value], variable.type)
    rereads[variable.path] = tensor.id
    return tensor
  }

  /// Registers a variable of another graph in this one, and returns the tensor that reads it.
  package func adopt(_ variable: Variable) -> Tensor {
    if let id = reads[variable.path] { return Tensor(graph: self, id: id) }
    contents.variables.append(variable)
    let tensor = append(VariableRead(path: variable.path, type: variable.type), [], variable.type)
    reads[variable.path] = tensor.id
    return tensor
  }

  /// Returns the tensor that reads a variable.
  ///
  /// - Parameter variable: A variable of this graph.
  public func read(_ variable: Variable) -> Tensor {
    guard let id = reads[variable.path] else { fatalError("The graph has no variable \(variable.path).") }
    return Tensor(graph: self, id: id)
  }

  /// Sets the value of a variable at the end of the step.
  ///
  /// - Parameters:
  ///   - target: The variable's current value, as returned by `variable` or `read`. After an update, call
  ///     `variable` again: a second update of the original value would undo the first, and is an error in the
  ///     model.
  ///   - value: The new value, in the variable's shape.
  public func update(_ target: Tensor, to value: Tensor) {
    let path: String
    switch nodes[target.id].operation {
    case let read as VariableRead: path = read.path
    case let updated as Updated: path = updated.path
    case is Invalid: return
    case let other:
      _ = report(
        ShapeError(
          "Only a variable can be updated.", expected: "what graph.variable gives",
          found: "a result of \(other.name)"))
      return
    }
    guard let variable = variables.first(where: { $0.path == path }), !(nodes[value.id].operation is Invalid)
    else { return }
    if value.type != target.type {
      _ = report(
        ShapeError(
          "The new value of \(path) has another type.", expected: "\(target.type)", found: "\(value.type)"))
      return
    }
    if let earlier = updates.firstIndex(where: { $0.variable.path == path }) {
      let isLatest =
        nodes[target.id].operation is Updated && nodes[target.id].operands == [updates[earlier].value]
      guard isLatest else {
        _ = report(
          ShapeError(
            "\(path) is updated twice in a step, and the second update would undo the first.",
            expected: "one update, or a second one of what graph.variable gives after the first",
            found: "another of the value that it had before"))
        return
      }
      contents.updates.remove(at: earlier)
    }
    contents.updates.append((variable, value.id))
  }

  /// Removes the update of the variable at a path, if there is one.
  package func withdrawUpdate(of path: String) {
    contents.updates.removeAll { $0.variable.path == path }
  }

  /// Removes every update so far and returns them. A chunked step applies them elsewhere.
  package func withdrawUpdates() -> [(variable: Variable, value: Tensor)] {
    defer { contents.updates = [] }
    return updates.map { ($0.variable, Tensor(graph: self, id: $0.value)) }
  }
}
