import Foundation

/// A communicator, request, data type or operation of an MPI library.
///
/// It is an address in Open MPI and in the standard ABI of MPI 5, and a 32-bit number in MPICH, Intel MPI and
/// Cray MPI. A word holds either: the C calling conventions of x86-64 and arm64 pass its lower half as an
/// `int`.
typealias MPIHandle = Int

/// The constants of an MPI library's binary interface.
struct MPILayout {
  let world, byte, float, sum, errorsReturn: MPIHandle
  let inPlace, statusIgnore: UnsafeMutableRawPointer?
  let anySource, funneled: Int32

  /// The layout of an opened library.
  init(of library: UnsafeMutableRawPointer) {
    func address(_ name: String) -> MPIHandle? { dlsym(library, name).map { Int(bitPattern: $0) } }
    if MPILayout.isStandard(library) {
      (world, byte, float, sum, errorsReturn) = (0x101, 0x247, 0x210, 0x21, 0x143)
      (inPlace, statusIgnore) = (UnsafeMutableRawPointer(bitPattern: 1), nil)
      (anySource, funneled) = (-1, 1024)
    } else if let world = address("ompi_mpi_comm_world"), let byte = address("ompi_mpi_byte"),
      let float = address("ompi_mpi_float"), let sum = address("ompi_mpi_op_sum"),
      let errorsReturn = address("ompi_mpi_errors_return")
    {
      (self.world, self.byte, self.float, self.sum) = (world, byte, float, sum)
      self.errorsReturn = errorsReturn
      (inPlace, statusIgnore) = (UnsafeMutableRawPointer(bitPattern: 1), nil)
      (anySource, funneled) = (-1, 1)
    } else {
      (world, byte, float, sum) = (0x4400_0000, 0x4c00_010d, 0x4c00_040a, 0x5800_0003)
      errorsReturn = 0x5400_0001
      (inPlace, statusIgnore) = (
        UnsafeMutableRawPointer(bitPattern: -1), UnsafeMutableRawPointer(bitPattern: 1)
      )
      (anySource, funneled) = (-2, 1)
    }
  }

  // A library with a layout of its own has the function as well, and answers -1.
  private static func isStandard(_ library: UnsafeMutableRawPointer) -> Bool {
    typealias GetVersion = @convention(c) (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>) -> Int32
    guard let symbol = dlsym(library, "MPI_Abi_get_version") else { return false }
    var (major, minor) = (-1 as Int32, -1 as Int32)
    return unsafeBitCast(symbol, to: GetVersion.self)(&major, &minor) == 0 && major > 0
  }
}
