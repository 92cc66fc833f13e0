import Foundation

/// Returns the number of OpenBLAS threads, 1. It overrides OpenBLAS's function that reads the environment,
/// where symbols are looked up in the program first, as on Linux.
///
/// Otherwise OpenBLAS would start one thread per processor before the program begins, although the kernels
/// use none, reserve 136 MiB of address space for each, and hang if a limit (`ulimit -v`) does not allow
/// that.
@_cdecl("openblas_num_threads_env")
public func threadsOfOpenBLAS() -> Int32 { 1 }

/// OpenBLAS's packing buffers: 128 MiB of address space for each concurrent product.
enum BLASBuffers {
  /// The size of one buffer in bytes.
  static let byteCount = 128 << 20

  /// Allocates this many now, as OpenBLAS would hang if there were no address space for one later.
  static func reserve(_ count: Int) {
    #if os(Linux)
      typealias Allocate = @convention(c) (Int32) -> UnsafeMutableRawPointer?
      typealias Free = @convention(c) (UnsafeMutableRawPointer?) -> Void
      let program = dlopen(nil, RTLD_NOW)
      guard let allocate = dlsym(program, "blas_memory_alloc"), let free = dlsym(program, "blas_memory_free")
      else { return }
      let buffers = (0..<count).map { _ in unsafeBitCast(allocate, to: Allocate.self)(0) }
      for buffer in buffers { unsafeBitCast(free, to: Free.self)(buffer) }  // OpenBLAS keeps them for reuse
    #endif
  }
}
