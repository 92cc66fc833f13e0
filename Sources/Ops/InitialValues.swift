import Dispatch

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
    let generator = CounterGenerator(seed: seed, name: path)
    let count = type.shape.count
    switch initializer {
    case .constant(let value): return [T](repeating: T(value), count: count)
    case .normal(let deviation):
      return drawn(count, from: generator) { generator in
        let (first, second) = generator.normalPair()
        return (T(first * deviation), T(second * deviation))
      }
    case .uniform(let bound):
      return drawn(count, from: generator) { generator in
        (T(generator.uniform(-bound...bound)), T(generator.uniform(-bound...bound)))
      }
    case .stored(let stored): return try stored.read().map { T($0) }
    }
  }
}

// Returns numbers drawn in pairs, of a block of the generator each, by all processors.
@inline(__always)
private func drawn<T: Real>(
  _ count: Int, from generator: CounterGenerator, pair: @Sendable (inout CounterGenerator) -> (T, T)
) -> [T] {
  let pairsPerPart = 1 << 14
  return [T](unsafeUninitializedCapacity: count) { room, initialized in
    nonisolated(unsafe) let values = room
    DispatchQueue.concurrentPerform(iterations: pieces(of: 2 * pairsPerPart, in: count)) { part in
      var generator = generator.advanced(by: part * pairsPerPart)
      for index in piece(part, of: 2 * pairsPerPart, in: count) where index % 2 == 0 {
        let (first, second) = pair(&generator)
        values.initializeElement(at: index, to: first)
        if index + 1 < count { values.initializeElement(at: index + 1, to: second) }
      }
    }
    initialized = count
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
