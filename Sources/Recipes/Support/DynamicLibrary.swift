import Foundation

/// A library that is opened when it is first needed, so that building needs none of its files. It stays open.
struct DynamicLibrary {
  private let handle: UnsafeMutableRawPointer
  private let missing: @Sendable (String) -> ImageError

  /// Opens a library by the name of its file.
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

  /// One of its functions. Its type is `@convention(c)` and that of the library's header.
  func function<Function>(_ name: String, _ type: Function.Type = Function.self) throws(ImageError)
    -> Function
  {
    guard let symbol = dlsym(handle, name) else { throw missing("it has no function \(name)") }
    return unsafeBitCast(symbol, to: type)
  }
}
