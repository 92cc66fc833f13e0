/// A non-blocking MPI call in progress.
struct MPIRequest {
  private var handle: MPIHandle = 0
  private let call: String

  /// Starts a call, which writes its request handle.
  init(_ library: MPILibrary, _ call: String, _ start: (MPILibrary.Out) -> Int32) throws(RankFailure) {
    self.call = call
    try library.check(start(&handle), call)
  }

  /// Progresses all calls and returns whether this one is complete. It must not be tested again after that.
  mutating func isComplete(_ library: MPILibrary) throws(RankFailure) -> Bool {
    var flag = 0 as Int32
    try library.check(library.test(&handle, &flag, library.layout.statusIgnore), call)
    return flag != 0
  }
}
