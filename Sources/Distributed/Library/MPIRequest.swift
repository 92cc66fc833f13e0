/// A transfer that an MPI library has been asked for.
struct MPIRequest {
  private var handle: MPIHandle = 0
  private let call: String

  /// Starts a transfer by a call that writes its request.
  init(_ library: MPILibrary, _ call: String, _ start: (MPILibrary.Out) -> Int32) throws(RankFailure) {
    self.call = call
    try library.check(start(&handle), call)
  }

  /// Moves transfers on, and returns whether this one is complete; afterwards it must not be asked again.
  mutating func isComplete(_ library: MPILibrary) throws(RankFailure) -> Bool {
    var flag = 0 as Int32
    try library.check(library.test(&handle, &flag, library.layout.statusIgnore), call)
    return flag != 0
  }
}
