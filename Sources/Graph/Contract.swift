/// Stops the program with a message if a function's precondition does not hold.
///
/// Unlike `precondition`, it prints the message in optimized builds too. It is for programming errors; the
/// settings of a recipe are validated by the `problems` of a ``Checkable``.
@inlinable
package func contract(
  _ isKept: @autoclosure () -> Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  guard isKept() else { fatalError(message(), file: file, line: line) }
}
