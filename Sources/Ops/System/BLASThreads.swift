import Foundation

/// The number of threads that OpenBLAS keeps: this function takes the place of the one by which it reads the
/// environment, where symbols are looked up in the program first, as on Linux.
///
/// It would start one for each processor before the program begins, which the kernels here have no use for,
/// set aside 136 MiB of address space for each, and wait forever where a limit (`ulimit -v`) does not leave
/// as much.
@_cdecl("openblas_num_threads_env")
public func threadsOfOpenBLAS() -> Int32 { 1 }

/// The 128 MiB of address space that OpenBLAS packs operands in, for each product that is computed at the
/// same time.
enum BLASBuffers {
  /// Bytes of one.
  static let byteCount = 128 << 20

  /// Has so many set aside now, as it would wait forever for one that there is no address space for later.
  static func reserve(_ count: Int) {
    #if os(Linux)
      typealias Allocate = @convention(c) (Int32) -> UnsafeMutableRawPointer?
      typealias Free = @convention(c) (UnsafeMutableRawPointer?) -> Void
      let program = dlopen(nil, RTLD_NOW)
      guard let allocate = dlsym(program, "blas_memory_alloc"), let free = dlsym(program, "blas_memory_free")
      else { return }
      let buffers = (0..<count).map { _ in unsafeBitCast(allocate, to: Allocate.self)(0) }
      for buffer in buffers { unsafeBitCast(free, to: Free.self)(buffer) }  // it keeps them for the next
    #endif
  }
}
