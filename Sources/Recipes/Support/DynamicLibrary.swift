import Foundation

/// A library loaded on first use, so that the build does not depend on it. It is never unloaded.
struct DynamicLibrary {
  private let handle: UnsafeMutableRawPointer
  private let missing: @Sendable (String) -> ImageError

  /// Loads a library by its file name.
  init(_ file: String, package: String, decodes: String) throws(ImageError) {
    let missing = { @Sendable reason in
      ImageError.missingLibrary(file: file, package: package, decodes: decodes, reason: reason)
    }
    guard let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL) else {
      throw missing(dlerror().map { String(cString: $0) } ?? "it is not found")
    }
    self.handle = handle
    self.missing = missing
  }

  /// Returns one of its functions. The type is `@convention(c)`, as in the library's header.
  func function<Function>(_ name: String, _ type: Function.Type = Function.self) throws(ImageError)
    -> Function
  {
    guard let symbol = dlsym(handle, name) else { throw missing("it has no function \(name)") }
    return unsafeBitCast(symbol, to: type)
  }
}
