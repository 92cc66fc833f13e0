/// Room for two lists of offsets at the start of a worker's memory.
struct ListSpace {
  /// The length of the first list.
  let outputs: Int

  func lists<T: Real>(
    at scratch: UnsafeMutablePointer<T>
  ) -> (outputs: UnsafeMutablePointer<Int32>, lines: UnsafeMutablePointer<Int32>) {
    let first = UnsafeMutableRawPointer(scratch)
    return (
      first.assumingMemoryBound(to: Int32.self),
      (first + aligned(outputs) * MemoryLayout<T>.stride).assumingMemoryBound(to: Int32.self)
    )
  }
}
