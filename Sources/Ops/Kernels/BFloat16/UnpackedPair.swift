/// Two numbers of bfloat16 in single precision, whose products are multiply-adds: for processors without a
/// fast instruction for pairs. A row of an even number of numbers is a row of half as many pairs.
package struct UnpackedPair: Sendable, BitwiseCopyable {
  var first: Float
  var second: Float
}
