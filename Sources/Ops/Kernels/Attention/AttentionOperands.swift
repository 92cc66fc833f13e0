/// The operands of attention in a program.
struct AttentionPlaces {
  /// Queries, keys and values, or all of them.
  let parts: [BufferSlice]
  let bias: (place: BufferSlice, rows: ScoreRows)?
  let mask: (place: BufferSlice, rows: ScoreRows)?

  init(_ form: AttentionForm, _ operands: [BufferView]) {
    parts = operands.prefix(form.partCount).map(\.place)
    func rows(_ operand: Int?) -> (place: BufferSlice, rows: ScoreRows)? {
      operand.map { (operands[$0].place, ScoreRows(operands[$0].type.shape)) }
    }
    (bias, mask) = (rows(form.bias), rows(form.mask))
  }

  var reads: [BufferSlice] { parts + [bias?.place, mask?.place].compactMap { $0 } }
}

/// Rows of a head's channels, a distance apart.
struct Tokens<T> {
  let start: UnsafePointer<T>
  let pitch: Int
}

/// The operands of attention in memory.
struct AttentionOperands<T: KernelReal> {
  private let geometry: AttentionGeometry
  private let parts: (TensorReader<T>, TensorReader<T>, TensorReader<T>)
  private let bias: (elements: UnsafePointer<T>, rows: ScoreRows)?
  private let mask: (elements: UnsafePointer<T>, rows: ScoreRows)?

  init(_ places: AttentionPlaces, _ geometry: AttentionGeometry, _ memory: CallMemory<T>) {
    self.geometry = geometry
    let all = places.parts.map { TensorReader($0, memory) }
    let isPacked = all.count == 1
    parts = (all[0], all[isPacked ? 0 : 1], all[isPacked ? 0 : 2])
    bias = places.bias.map { (OperandReader<T>($0.place, memory).elements, $0.rows) }
    mask = places.mask.map { (OperandReader<T>($0.place, memory).elements, $0.rows) }
  }

  /// Returns some of a head's queries: where they lie, or widened in `room`.
  @inline(__always)
  func queries(_ rows: Range<Int>, of head: ImageHead, in room: UnsafeMutablePointer<T>) -> Tokens<T> {
    parts.0.tokens(rows, geometry.extents.operand(0), of: head, in: room)
  }

  /// Returns a head's keys.
  @inline(__always)
  func keys(of head: ImageHead, in room: UnsafeMutablePointer<T>) -> Tokens<T> {
    parts.1.tokens(0..<geometry.keys, geometry.extents.operand(1), of: head, in: room)
  }

  /// Returns a head's values.
  @inline(__always)
  func values(of head: ImageHead, in room: UnsafeMutablePointer<T>) -> Tokens<T> {
    parts.2.tokens(0..<geometry.keys, geometry.extents.operand(2), of: head, in: room)
  }

  /// Adds the reads of a head to the prefetcher.
  @inline(__always)
  func add(_ head: ImageHead, to ahead: inout Prefetcher) {
    let extents = geometry.extents
    parts.1.add(0..<geometry.keys, extents.operand(1), of: head, to: &ahead)
    parts.2.add(0..<geometry.keys, extents.operand(2), of: head, to: &ahead)
    parts.0.add(0..<geometry.queries, extents.operand(0), of: head, to: &ahead)
  }

  /// Replaces the products of a query with all keys by its weights, and 0 in the padding of the last vector.
  @inline(__always)
  func weigh(_ x: UnsafeMutablePointer<T>, of head: ImageHead, query: Int) {
    let (keys, scale) = (geometry.keys, 1 / T(geometry.depth).squareRoot())
    if bias == nil, mask == nil {
      let last = softmaxRow(x, keys, scale: scale, to: x)
      if keys % 16 > 0 { store(last, x + (keys & ~15)) }
    } else {
      maskedWeights(
        x, keys, scale: scale,
        bias: bias.map { $0.elements + $0.rows.start(of: head, query: query) },
        mask: mask.map { $0.elements + $0.rows.start(of: head, query: query) })
    }
  }
}

extension TensorReader {
  /// Returns some tokens of a head: where they lie, or widened in `room`.
  @inline(__always)
  func tokens(
    _ rows: Range<Int>, _ places: TokenPlaces, of head: ImageHead, in room: UnsafeMutablePointer<T>
  ) -> Tokens<T> {
    let first = places.start(of: head) + rows.lowerBound * places.pitch
    if case .numbers(let pointer) = self { return Tokens(start: pointer + first, pitch: places.pitch) }
    for row in 0..<rows.count {
      let place = first + row * places.pitch
      copy(place..<place + places.depth, to: room + row * places.depth)
    }
    return Tokens(start: room, pitch: places.depth)
  }

  /// Adds the reads of some tokens of a head to the prefetcher.
  @inline(__always)
  func add(_ rows: Range<Int>, _ places: TokenPlaces, of head: ImageHead, to ahead: inout Prefetcher) {
    let first = places.start(of: head) + rows.lowerBound * places.pitch
    switch self {
    case .numbers(let pointer):
      ahead.add(pointer + first, rows: rows.count, columns: places.depth, pitch: places.pitch)
    case .rounded(let reader):
      ahead.add(reader.elements + first, rows: rows.count, columns: places.depth, pitch: places.pitch)
    }
  }
}

extension TensorWriter {
  /// Writes some tokens of a head, `pitch` apart.
  @inline(__always)
  func write(
    _ rows: Range<Int>, _ places: TokenPlaces, of head: ImageHead, from tokens: UnsafePointer<T>,
    pitch: Int
  ) {
    let first = places.start(of: head)
    for row in rows {
      let place = first + row * places.pitch
      write(place..<place + places.depth, from: tokens + (row - rows.lowerBound) * pitch)
    }
  }
}

// Replaces the products of a query with all keys by its weights, with a bias and a mask; and 0 in the padding
// of the last vector.
@inline(never)
private func maskedWeights<T: KernelReal>(
  _ x: UnsafeMutablePointer<T>, _ count: Int, scale: T, bias: UnsafePointer<T>?, mask: UnsafePointer<T>?
) {
  let (whole, rest, scale) = (count & ~15, count & 15, Lanes<T>(repeating: scale))
  let (nothing, zero, one) = (
    Lanes<T>(repeating: -.infinity), Lanes<T>(repeating: 0), Lanes<T>(repeating: 1)
  )
  // 1 in lanes with a key that takes part, or that is not a number.
  var open = zero
  var i = 0
  while i < whole {
    var score = load(x + i) * scale
    if let bias { score += load(bias + i) }
    if let mask { score = T.choose(load(mask + i), score, nothing) }
    open = T.choose(T.isEqual(score, nothing), open, one)
    store(score, x + i)
    i += 16
  }
  if rest > 0 {
    var score = load(x + whole) * scale
    if let bias { score += load(bias + whole, count: rest) }
    if let mask { score = T.choose(load(mask + whole, count: rest), score, nothing) }
    for lane in rest..<16 { score[lane] = -.infinity }
    open = T.choose(T.isEqual(score, nothing), open, one)
    store(score, x + whole)
  }
  if folded(open, { T.larger($0, $1) }) == 0 {
    for i in stride(from: 0, to: count, by: 16) { store(zero, x + i) }
    return
  }
  let last = softmaxRow(x, count, scale: 1, to: x)
  if rest > 0 { store(last, x + whole) }
}
