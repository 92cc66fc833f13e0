/// The memory that a call works in, for kernels of the precision that it computes in. They reach tensors
/// through an `OperandReader` and a `ResultWriter` alone: only this file knows how elements are stored.
package struct CallMemory<T: KernelReal> {
  private let memory: Memory
  private let own: BufferSlice

  /// The memory of a call of a program.
  ///
  /// - Parameter partials: The scratch buffer of the call.
  package init(_ memory: Memory, partials: BufferSlice) {
    self.memory = memory
    own = partials
  }

  /// The call's own memory: partial sums.
  var partials: UnsafeMutablePointer<T> { elements(of: own) }

  /// Returns the scratch memory of a worker.
  @inline(__always)
  func scratch(of worker: Int) -> UnsafeMutablePointer<T> { memory.scratch(of: worker) }

  /// The elements of a tensor of labels or indices.
  func indices(_ place: BufferSlice) -> UnsafePointer<Int32> { UnsafePointer(elements(of: place)) }

  /// The same memory for a kernel that exists only in single precision.
  var inSinglePrecision: CallMemory<Float> {
    contract(T.self == Float.self, "the kernel computes in single precision")
    return CallMemory<Float>(memory, partials: own)
  }

  // The elements of a tensor where they lie, of the type that they are stored as.
  fileprivate func elements<Element>(of place: BufferSlice) -> UnsafeMutablePointer<Element> {
    memory.start(of: place, storing: Element.self).assumingMemoryBound(to: Element.self)
  }
}

/// Reads an operand of a call, in memory or computed by a prologue, as elements of the products that the
/// kernel computes: numbers of its precision, or pairs of bfloat16. Rows are as many elements apart as hold
/// their numbers.
struct OperandReader<Element: PanelElement> {
  typealias Number = Element.Sum

  private let stored: UnsafePointer<Element>?
  private let loop: VectorLoop<Number>?

  init(_ operand: OperandPlan, _ memory: CallMemory<Number>) {
    switch operand {
    case .stored(let place):
      stored = UnsafePointer(memory.elements(of: place))
      loop = nil
    case .computed(let plan):
      stored = nil
      loop = VectorLoop(plan, roundsTarget: Element.numbers > 1, memory)
    }
  }

  /// A reader of an operand in memory.
  init(_ place: BufferSlice, _ memory: CallMemory<Number>) { self.init(.stored(place), memory) }

  /// The elements of an operand in memory, contiguous.
  var elements: UnsafePointer<Element> {
    guard let stored else { fatalError("an operand that is computed is read by rows") }
    return stored
  }

  // The elements of a computed row.
  @inline(__always)
  private var columns: Int { (loop?.columns ?? 0) / Element.numbers }

  /// Returns the address of row 0, valid for the given rows; computed rows are in `scratch`.
  @inline(__always)
  func rows(_ rows: Range<Int>, scratch: UnsafeMutablePointer<Element>) -> UnsafePointer<Element> {
    if let stored { return stored }
    return compute(rows, scratch, scratch + aligned(rows.count * columns))
  }

  /// Adds the reads of some rows, `pitch` apart if in memory, to the prefetcher; all columns if nil.
  @inline(__always)
  func add(_ rows: Range<Int>, columns: Range<Int>? = nil, pitch: Int, to ahead: inout Prefetcher) {
    if let stored, let columns {
      ahead.add(stored + (rows.lowerBound * pitch + columns.lowerBound), columns: columns.count, pitch: pitch)
    } else if let stored {
      ahead.add(stored + rows.lowerBound * pitch, count: rows.count * pitch)
    } else {
      loop?.add(rows, to: &ahead)
    }
  }

  /// Writes some channels of some rows to `target`; of computed rows, all channels.
  @inline(__always)
  func write(
    _ rows: Range<Int>, channels: Range<Int>, of pitch: Int, to target: UnsafeMutablePointer<Element>,
    scratch: UnsafeMutablePointer<Element>
  ) {
    guard let stored else {
      _ = compute(rows, target, scratch)
      return
    }
    let count = channels.count
    let (source, target) = (reinterpreted(stored, as: Number.self), reinterpreted(target, as: Number.self))
    if count == pitch {
      return copy(target, from: source + rows.lowerBound * pitch, rows.count * pitch)
    }
    for row in rows {
      copy(
        target + (row - rows.lowerBound) * count, from: source + (row * pitch + channels.lowerBound), count)
    }
  }

  /// Returns the address of row 0 after `store` has been called for all rows; computed rows are in `memory`.
  func whole(in memory: UnsafeMutablePointer<Element>) -> UnsafePointer<Element> {
    stored ?? UnsafePointer(memory)
  }

  /// Computes some rows into `memory`, which starts at row 0.
  func store(
    _ rows: Range<Int>, in memory: UnsafeMutablePointer<Element>, scratch: UnsafeMutablePointer<Element>
  ) {
    guard loop != nil else { return }
    _ = compute(rows, memory + rows.lowerBound * columns, scratch)
  }

  @inline(never)
  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  @_specialize(where Element == BFloat16Pair)
  private func compute(
    _ rows: Range<Int>, _ first: UnsafeMutablePointer<Element>, _ scratch: UnsafeMutablePointer<Element>
  ) -> UnsafePointer<Element> {
    guard let loop else { fatalError("an operand is in memory or computed") }
    let target = first - rows.lowerBound * columns
    loop.run(
      rows: rows, part: 0, isFirst: false, tile: nil, tileRow: 0, target: UnsafeMutableRawPointer(target),
      scratch: reinterpreted(scratch, as: Number.self))
    return UnsafePointer(target)
  }
}

/// Returns memory for elements that take as many bytes.
@inline(__always)
func reinterpreted<A, B>(_ pointer: UnsafeMutablePointer<A>, as type: B.Type) -> UnsafeMutablePointer<B> {
  UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: B.self)
}

/// Returns elements as such that take as many bytes.
@inline(__always)
func reinterpreted<A, B>(_ pointer: UnsafePointer<A>, as type: B.Type) -> UnsafePointer<B> {
  UnsafeRawPointer(pointer).assumingMemoryBound(to: B.self)
}

/// Reads a tensor that is stored rounded, as numbers of the precision that the kernel computes in: single
/// precision.
struct RoundedReader<T: KernelReal> {
  let elements: UnsafePointer<BFloat16>

  /// A reader of a tensor; nil if it is stored as numbers of the kernel's precision.
  init?(_ place: BufferSlice, _ memory: CallMemory<T>) {
    guard place.storage == .bfloat16 else { return nil }
    elements = UnsafePointer(memory.elements(of: place))
  }

  /// Copies some elements.
  @inline(__always)
  func copy(_ elements: Range<Int>, to target: UnsafeMutablePointer<T>) {
    widen(
      UnsafeMutableRawPointer(target).assumingMemoryBound(to: Float.self),
      from: self.elements + elements.lowerBound, elements.count)
  }

  /// Returns an element.
  @inline(__always)
  subscript(index: Int) -> T { T(elements[index].number) }
}

/// Writes a result of a call that is stored rounded.
struct RoundedWriter<T: KernelReal> {
  private let elements: UnsafeMutablePointer<BFloat16>

  /// A writer of a result; nil if it is stored as numbers of the kernel's precision.
  init?(_ place: BufferSlice, _ memory: CallMemory<T>) {
    guard place.storage == .bfloat16 else { return nil }
    elements = memory.elements(of: place)
  }

  /// A writer to memory for rounded elements.
  @inline(__always)
  init(to memory: UnsafeMutableRawPointer) { elements = memory.assumingMemoryBound(to: BFloat16.self) }

  /// Rounds some elements, the first of which is at `source`.
  @inline(__always)
  func write(_ elements: Range<Int>, from source: UnsafePointer<T>) {
    round(
      self.elements + elements.lowerBound,
      from: UnsafeRawPointer(source).assumingMemoryBound(to: Float.self), elements.count)
  }
}

/// Reads runs of a tensor, as numbers of the precision that the kernel computes in.
enum TensorReader<T: KernelReal> {
  case numbers(UnsafePointer<T>)
  case rounded(RoundedReader<T>)

  init(_ place: BufferSlice, _ memory: CallMemory<T>) {
    self =
      RoundedReader(place, memory).map { .rounded($0) } ?? .numbers(UnsafePointer(memory.elements(of: place)))
  }

  @inline(__always)
  func copy(_ elements: Range<Int>, to target: UnsafeMutablePointer<T>) {
    switch self {
    case .numbers(let pointer): target.update(from: pointer + elements.lowerBound, count: elements.count)
    case .rounded(let reader): reader.copy(elements, to: target)
    }
  }

  @inline(__always)
  subscript(index: Int) -> T {
    switch self {
    case .numbers(let pointer): pointer[index]
    case .rounded(let reader): reader[index]
    }
  }

  /// Returns some elements: where they lie, or widened in scratch memory.
  func elements(_ elements: Range<Int>, in room: inout ScratchRoom<T>) -> UnsafePointer<T> {
    if case .numbers(let pointer) = self { return pointer + elements.lowerBound }
    let target = room.take(elements.count)
    copy(elements, to: target)
    return UnsafePointer(target)
  }
}

/// Writes runs of a result.
enum TensorWriter<T: KernelReal> {
  case numbers(UnsafeMutablePointer<T>)
  case rounded(RoundedWriter<T>)

  init(_ place: BufferSlice, _ memory: CallMemory<T>) {
    self = RoundedWriter(place, memory).map { .rounded($0) } ?? .numbers(memory.elements(of: place))
  }

  @inline(__always)
  func write(_ elements: Range<Int>, from source: UnsafePointer<T>) {
    switch self {
    case .numbers(let pointer): (pointer + elements.lowerBound).update(from: source, count: elements.count)
    case .rounded(let writer): writer.write(elements, from: source)
    }
  }

  /// Returns the memory to compute some elements in: where they lie, or scratch memory from which `finish`
  /// rounds them.
  func place(of elements: Range<Int>, in room: inout ScratchRoom<T>) -> UnsafeMutablePointer<T> {
    if case .numbers(let pointer) = self { return pointer + elements.lowerBound }
    return room.take(elements.count)
  }

  /// Rounds some elements that were computed in scratch memory.
  func finish(_ elements: Range<Int>, at place: UnsafePointer<T>) {
    if case .rounded(let writer) = self { writer.write(elements, from: place) }
  }
}

/// Memory of a worker, from which arrays are taken one after another.
struct ScratchRoom<T: KernelReal> {
  private var next: UnsafeMutablePointer<T>

  @inline(__always)
  init(_ memory: UnsafeMutablePointer<T>) { next = memory }

  /// The memory that has not been taken.
  var rest: UnsafeMutablePointer<T> { next }

  /// Takes memory for numbers.
  @inline(__always)
  mutating func take(_ count: Int) -> UnsafeMutablePointer<T> {
    defer { next += aligned(count) }
    return next
  }

  /// Takes memory for elements that take as many bytes as a number of the kernel's precision.
  @inline(__always)
  mutating func take<Element>(_ count: Int, as type: Element.Type) -> UnsafeMutablePointer<Element> {
    reinterpreted(take(count), as: type)
  }
}

/// Writes a result of a call, as numbers of the precision that the kernel computes in.
struct ResultWriter<T: KernelReal> {
  /// The elements of the result, contiguous.
  let elements: UnsafeMutablePointer<T>

  init(_ place: BufferSlice, _ memory: CallMemory<T>) { elements = memory.elements(of: place) }
}
