/// Stops the program with a message if a function's precondition does not hold, in optimized builds too.
func contract(
  _ isKept: @autoclosure () -> Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  guard isKept() else { fatalError(message(), file: file, line: line) }
}
