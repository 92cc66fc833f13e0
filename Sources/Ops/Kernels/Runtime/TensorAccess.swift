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
  let elements: UnsafeMutablePointer<BFloat16>

  /// A writer of a result; nil if it is stored as numbers of the kernel's precision.
  init?(_ place: BufferSlice, _ memory: CallMemory<T>) {
    guard place.storage == .bfloat16 else { return nil }
    elements = memory.elements(of: place)
  }

  /// A writer to memory for rounded elements.
  @inline(__always)
  init(to memory: UnsafeMutableRawPointer) { elements = memory.assumingMemoryBound(to: BFloat16.self) }

  /// Adds the writes of some elements to the prefetcher.
  @inline(__always)
  func add(_ elements: Range<Int>, to ahead: inout Prefetcher) {
    ahead.add(self.elements + elements.lowerBound, count: elements.count)
  }

  /// Rounds some elements, the first of which is at `source`.
  @inline(__always)
  func write(_ elements: Range<Int>, from source: UnsafePointer<T>) {
    round(
      self.elements + elements.lowerBound,
      from: UnsafeRawPointer(source).assumingMemoryBound(to: Float.self), elements.count)
  }

  /// Rounds a vector to the elements from an index on.
  @inline(__always)
  func store(_ vector: Lanes<T>, at index: Int, _ access: some VectorAccess) {
    access.store(T.rounded(vector), elements + index)
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

  /// Returns the address of an element.
  @inline(__always)
  func address(of index: Int) -> UnsafeRawPointer {
    switch self {
    case .numbers(let pointer): UnsafeRawPointer(pointer + index)
    case .rounded(let reader): UnsafeRawPointer(reader.elements + index)
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

  /// A writer to memory for numbers, or for rounded ones.
  @inline(__always)
  init(to memory: UnsafeMutableRawPointer, isRounded: Bool) {
    self =
      isRounded ? .rounded(RoundedWriter(to: memory)) : .numbers(memory.assumingMemoryBound(to: T.self))
  }

  @inline(__always)
  func write(_ elements: Range<Int>, from source: UnsafePointer<T>) {
    switch self {
    case .numbers(let pointer): (pointer + elements.lowerBound).update(from: source, count: elements.count)
    case .rounded(let writer): writer.write(elements, from: source)
    }
  }

  /// Copies as many elements of a tensor, from the one at `first` on.
  @inline(__always)
  func copy(_ elements: Range<Int>, from source: TensorReader<T>, _ first: Int) {
    switch (self, source) {
    case (.numbers(let target), _):
      source.copy(first..<first + elements.count, to: target + elements.lowerBound)
    case (.rounded(let writer), .numbers(let pointer)): writer.write(elements, from: pointer + first)
    case (.rounded(let writer), .rounded(let reader)):
      (writer.elements + elements.lowerBound).update(from: reader.elements + first, count: elements.count)
    }
  }

  /// Copies `count` elements of a tensor, `pitch` apart from the one at `first` on, to places `step` apart
  /// from `start` on.
  @inline(__always)
  func copy(
    _ count: Int, to start: Int, step: Int, from source: TensorReader<T>, _ first: Int, pitch: Int
  ) {
    switch (self, source) {
    case (.numbers(let target), .numbers(let pointer)):
      for i in 0..<count { target[start + i * step] = pointer[first + i * pitch] }
    case (.numbers(let target), .rounded(let reader)):
      for i in 0..<count { target[start + i * step] = reader[first + i * pitch] }
    case (.rounded(let writer), .numbers(let pointer)):
      for i in 0..<count { writer.elements[start + i * step] = BFloat16(Float(pointer[first + i * pitch])) }
    case (.rounded(let writer), .rounded(let reader)):
      for i in 0..<count { writer.elements[start + i * step] = reader.elements[first + i * pitch] }
    }
  }

  /// Sets the first elements to zero.
  func clear(_ count: Int) {
    switch self {
    case .numbers(let pointer): pointer.update(repeating: 0, count: count)
    case .rounded(let writer): writer.elements.update(repeating: BFloat16(bits: 0), count: count)
    }
  }

  /// Adds the writes of some elements to the prefetcher.
  @inline(__always)
  func add(_ elements: Range<Int>, to ahead: inout Prefetcher) {
    switch self {
    case .numbers(let pointer): ahead.add(pointer + elements.lowerBound, count: elements.count)
    case .rounded(let writer): writer.add(elements, to: &ahead)
    }
  }

  /// Returns the address of an element.
  @inline(__always)
  func address(of index: Int) -> UnsafeRawPointer {
    switch self {
    case .numbers(let pointer): UnsafeRawPointer(pointer + index)
    case .rounded(let writer): UnsafeRawPointer(writer.elements + index)
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

/// Writes a result of a call, as numbers of the precision that the kernel computes in.
struct ResultWriter<T: KernelReal> {
  /// The elements of the result, contiguous.
  let elements: UnsafeMutablePointer<T>

  init(_ place: BufferSlice, _ memory: CallMemory<T>) { elements = memory.elements(of: place) }
}
