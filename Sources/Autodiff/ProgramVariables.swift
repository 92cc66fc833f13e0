extension Program {
  /// Returns the current value of a variable.
  ///
  /// - Parameters:
  ///   - path: The path of the variable.
  ///   - type: The type of the elements to return.
  public func variable<T: Real>(_ path: String, as type: T.Type = T.self) -> [T] {
    with(place(ofVariable: path)) { Array($0) }
  }

  /// Sets a variable.
  ///
  /// - Parameters:
  ///   - path: The path of the variable.
  ///   - values: Its elements in row-major order.
  public func setVariable<T: Real>(_ path: String, to values: [T]) {
    with(place(ofVariable: path)) { fill($0, values, path) }
  }

  /// Calls `body` with the memory of a variable.
  package func withVariable<T: Real, Result>(
    _ path: String, _ body: (UnsafeMutableBufferPointer<T>) throws -> Result
  ) rethrows -> Result {
    try with(place(ofVariable: path), body)
  }

  func place(ofVariable path: String) -> BufferView {
    guard let place = compilation.variables[path] else { fatalError("the program has no variable \(path)") }
    return place
  }
}
