// Reductions of a block that lies in cache.

/// Adds `count` rows of `length` columns to `sum`.
@inline(__always)
func addRows<T: Real>(
  _ x: UnsafeMutablePointer<T>, count: Int, length: Int, to sum: UnsafeMutablePointer<T>
) {
  var column = 0
  while column + 16 <= length {
    var value = Lanes<T>(repeating: 0)
    for row in 0..<count { value += load(x + row * length + column) }
    store(load(sum + column) + value, sum + column)
    column += 16
  }
  while column < length {
    var value: T = 0
    for row in 0..<count { value += x[row * length + column] }
    sum[column] += value
    column += 1
  }
}

/// The larger of `result` and of each of `count` rows, by column.
@inline(__always)
func maximizeRows<T: KernelReal>(
  _ x: UnsafeMutablePointer<T>, count: Int, length: Int, into result: UnsafeMutablePointer<T>
) {
  for row in 0..<count {
    map(result, result, x + row * length, length) { T.largest($0, $1) }
  }
}

/// Adds the differences of `count` rows from `shift`, and their squares, by column.
@inline(__always)
func addShifted<T: Real>(
  _ x: UnsafeMutablePointer<T>, count: Int, length: Int, shift: UnsafeMutablePointer<T>,
  sum: UnsafeMutablePointer<T>, squares: UnsafeMutablePointer<T>
) {
  var column = 0
  while column + 16 <= length {
    let center: Lanes<T> = load(shift + column)
    var (first, second) = (Lanes<T>(repeating: 0), Lanes<T>(repeating: 0))
    for row in 0..<count {
      let difference = load(x + row * length + column) - center
      first += difference
      second += difference * difference
    }
    store(load(sum + column) + first, sum + column)
    store(load(squares + column) + second, squares + column)
    column += 16
  }
  while column < length {
    var (first, second): (T, T) = (0, 0)
    for row in 0..<count {
      let difference = x[row * length + column] - shift[column]
      first += difference
      second += difference * difference
    }
    sum[column] += first
    squares[column] += second
    column += 1
  }
}

/// The sum of `count` numbers.
@inline(__always)
func total<T: Real>(_ x: UnsafeMutablePointer<T>, _ count: Int) -> T {
  var sum = Lanes<T>(repeating: 0)
  var i = 0
  while i + 16 <= count {
    sum += load(x + i)
    i += 16
  }
  var result: T = 0
  for lane in 0..<16 { result += sum[lane] }
  while i < count {
    result += x[i]
    i += 1
  }
  return result
}

/// The largest of `count` numbers.
@inline(__always)
func largest<T: KernelReal>(_ x: UnsafeMutablePointer<T>, _ count: Int) -> T {
  var result = -T.infinity
  for i in 0..<count { result = T.largest(result, x[i]) }
  return result
}
