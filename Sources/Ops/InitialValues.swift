extension Variable {
  /// Returns the variable's initial values: stored values, or values that depend only on the seed and its
  /// path.
  ///
  /// - Parameters:
  ///   - seed: The seed of the random numbers.
  ///   - as: The type of the elements to return.
  /// - Throws: The error of reading stored values: `WeightsError` for those of a weight file.
  @specialized(where T == Float)
  @specialized(where T == Double)
  public func initialValues<T: Real>(seed: UInt64, as: T.Type = T.self) throws -> [T] {
    var generator = CounterGenerator(seed: seed, name: path)
    let count = type.shape.count
    switch initializer {
    case .constant(let value): return [T](repeating: T(value), count: count)
    case .normal(let deviation):
      var values = [T](repeating: 0, count: count)
      for index in stride(from: 0, to: count, by: 2) {
        let (first, second) = generator.normalPair()
        values[index] = T(first * deviation)
        if index + 1 < count { values[index + 1] = T(second * deviation) }
      }
      return values
    case .uniform(let bound): return (0..<count).map { _ in T(generator.uniform(-bound...bound)) }
    case .stored(let stored): return try stored.read().map { T($0) }
    }
  }
}

extension Variable {
  /// Calls `body` with each variable and its initial values. A moving average starts from the values of the
  /// variable that it averages.
  ///
  /// - Parameters:
  ///   - variables: The variables, with those that moving averages among them follow.
  ///   - seed: The seed of the random numbers.
  /// - Throws: The error of reading stored values, or that of `body`.
  package static func initialize<T: Real>(
    _ variables: [Variable], seed: UInt64, _ body: (Variable, [T]) throws -> Void
  ) throws {
    let byPath = Dictionary(variables.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    for variable in variables {
      let source = variable.averages.flatMap { byPath[$0] } ?? variable
      try body(variable, source.initialValues(seed: seed))
    }
  }
}
