/// Stops the program with a sentence if the caller of a function has broken its contract.
///
/// Unlike `precondition` it speaks in optimized builds too. What a user writes in a recipe is not checked by
/// it but by the `problems` of a ``Checkable``.
@inlinable
package func contract(
  _ isKept: @autoclosure () -> Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  guard isKept() else { fatalError(message(), file: file, line: line) }
}
