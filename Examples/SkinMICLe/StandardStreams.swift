@preconcurrency import Foundation

/// The standard streams of C, variables that Swift treats as shared mutable state; nothing changes them.
nonisolated(unsafe) let standardOutput = stdout
nonisolated(unsafe) let standardError = stderr
