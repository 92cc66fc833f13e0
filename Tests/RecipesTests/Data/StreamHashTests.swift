@testable import Recipes
import Testing

struct StreamHashTests {
  private func hash(_ pieces: [[UInt8]]) -> String {
    var hash = StreamHash()
    for piece in pieces { piece.withUnsafeBytes { hash.combine($0) } }
    return hash.text
  }

  private let bytes = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }

  @Test func whereBytesAreCutMakesNoDifference() {
    let whole = hash([bytes])
    for first in 0...24 {
      for second in first...25 {
        let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]]
        #expect(hash(pieces.map(Array.init)) == whole, "\(first) \(second)")
      }
    }
    #expect(hash(bytes.map { [$0] }) == whole)
  }

  @Test func everyChangeChangesIt() {
    var changed: [[UInt8]] = [bytes + [0], [0] + bytes, Array(bytes.dropLast()), []]
    for place in bytes.indices {
      for bit in [0, 5, 7] {
        var flipped = bytes
        flipped[place] ^= 1 << bit
        changed.append(flipped)
      }
    }
    // Blocks of 8 and 64 bytes: zeroed, swapped with the next, said twice.
    for size in [8, 64] {
      for start in stride(from: 0, through: 200 - 2 * size, by: size) {
        let (first, second) = (start..<start + size, start + size..<start + 2 * size)
        var (zeroed, swapped, doubled) = (bytes, bytes, bytes)
        zeroed.replaceSubrange(first, with: [UInt8](repeating: 0, count: size))
        swapped.replaceSubrange(first, with: bytes[second])
        swapped.replaceSubrange(second, with: bytes[first])
        doubled.replaceSubrange(second, with: bytes[first])
        changed += [zeroed, swapped, doubled]
      }
    }
    #expect(Set(changed.map { hash([$0]) } + [hash([bytes])]).count == Set(changed).count + 1)
  }

  @Test func zerosAreCounted() {
    #expect(Set((0..<40).map { hash([[UInt8](repeating: 0, count: $0)]) }).count == 40)
  }
}
