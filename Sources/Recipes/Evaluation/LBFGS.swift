/// The limited-memory quasi-Newton method (Nocedal and Wright 2006, algorithm 7.5), for smooth convex
/// functions.
struct LBFGS {
  typealias Vector = [SIMD8<Double>]

  /// The largest absolute gradient component at convergence.
  private let tolerance = 1e-6
  /// The maximum number of steps.
  private let iterations = 500
  /// The number of steps used to estimate the curvature.
  private let memory = 10

  /// Returns the minimizer of a function, which returns its value and writes its gradient.
  func minimum(of function: (Vector, _ gradient: inout Vector) -> Double, from start: Vector) -> Vector {
    var point = start
    var gradient = start
    var value = function(point, &gradient)
    var history: [(step: Vector, change: Vector, inverse: Double)] = []

    for _ in 0..<iterations {
      guard gradient.contains(where: { max($0.max(), -$0.min()) > tolerance }) else { break }
      var direction = gradient
      var weights: [Double] = []
      for past in history.reversed() {
        let weight = past.inverse * dot(past.step, direction)
        add(past.change, times: -weight, to: &direction)
        weights.append(weight)
      }
      let scale = history.last.map { 1 / ($0.inverse * dot($0.change, $0.change)) }
      let scaled = scale ?? 1 / max(1, dot(gradient, gradient).squareRoot())
      for index in direction.indices { direction[index] *= scaled }
      for (past, weight) in zip(history, weights.reversed()) {
        add(past.step, times: weight - past.inverse * dot(past.change, direction), to: &direction)
      }

      let slope = dot(gradient, direction)
      var next = point
      var nextGradient = gradient
      var nextValue = value
      var length = 1.0
      while length > 1e-12 {  // backtracking with the Armijo condition
        next = point
        add(direction, times: -length, to: &next)
        nextValue = function(next, &nextGradient)
        if nextValue <= value - 1e-4 * length * slope { break }
        length /= 2
      }
      guard nextValue < value else { break }

      let step = zip(next, point).map { $0 - $1 }
      let change = zip(nextGradient, gradient).map { $0 - $1 }
      let curvature = dot(step, change)
      if curvature > 0 {
        history.append((step, change, 1 / curvature))
        if history.count > memory { history.removeFirst() }
      }
      (point, gradient, value) = (next, nextGradient, nextValue)
    }
    return point
  }

  private func dot(_ a: Vector, _ b: Vector) -> Double {
    var sum = SIMD8<Double>.zero
    for index in a.indices { sum += a[index] * b[index] }
    return sum.sum()
  }

  private func add(_ a: Vector, times factor: Double, to b: inout Vector) {
    for index in a.indices { b[index] += factor * a[index] }
  }
}
