@preconcurrency import Foundation

/// The standard streams of C, whose variables Swift takes for shared state; nothing changes them.
nonisolated(unsafe) let standardOutput = stdout
nonisolated(unsafe) let standardError = stderr
