/// A reader of the part of Python's pickle format (protocols 2 to 5) that weights need.
///
/// A pickle is a program for a stack machine that may call any function of Python. Nothing is called here:
/// numbers, text, lists and dictionaries are read; the functions by which PyTorch makes tensors are known by
/// name, and say what file and shape a tensor has; everything else becomes a ``PickleValue/object(_:)``.
struct Unpickler {
  /// The containers that the values refer to.
  private(set) var heap = PickleHeap()

  /// The limit on values, which take memory.
  static let mostValues = 4_000_000

  private let bytes: [UInt8]
  private var place = 0
  private var stack: [PickleValue] = []
  /// The heights of the stack at the marks.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads a pickle and returns its value with the containers that it refers to.
  ///
  /// - Throws: ``CheckpointFault/badPickle(problem:byte:)`` or ``CheckpointFault/tooManyValues(limit:)``.
  static func read(_ bytes: [UInt8]) throws(CheckpointFault) -> (value: PickleValue, heap: PickleHeap) {
    var unpickler = Unpickler(bytes)
    var steps = 0
    while true {
      guard steps < mostValues else { throw .tooManyValues(limit: mostValues) }
      steps += 1
      let start = unpickler.place
      let instruction = try unpickler.byte()
      if instruction == UInt8(ascii: ".") { return (try unpickler.pop(), unpickler.heap) }
      guard try unpickler.step(instruction) else {
        let code = String(instruction, radix: 16)
        throw .badPickle(problem: "has the instruction 0x\(code), which weights do not need,", byte: start)
      }
    }
  }

  // Runs an instruction; false for an unknown one.
  private mutating func step(_ instruction: UInt8) throws(CheckpointFault) -> Bool {
    if try pushConstant(instruction) { return true }
    if try pushContainer(instruction) { return true }
    switch instruction {
    case 0x80: _ = try take(1)  // PROTO
    case 0x95: _ = try take(8)  // FRAME
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "0"): _ = try pop()
    case UInt8(ascii: "1"): _ = try popToMark()
    case UInt8(ascii: "2"): stack.append(try top())
    case UInt8(ascii: "q"): memo[try number(1)] = try top()
    case UInt8(ascii: "r"): memo[try number(4)] = try top()
    case 0x94: memo[memo.count] = try top()  // MEMOIZE
    case UInt8(ascii: "h"): try pushRemembered(number(1))
    case UInt8(ascii: "j"): try pushRemembered(number(4))
    case UInt8(ascii: "c"):
      let (module, name) = (try line(), try line())
      stack.append(.global(module + "." + name))
    case 0x93:  // STACK_GLOBAL
      guard let name = try pop().text, let module = try pop().text else { throw damaged() }
      stack.append(.global(module + "." + name))
    case UInt8(ascii: "Q"): stack.append(try persistent(pop()))
    case UInt8(ascii: "R"), 0x81:  // REDUCE, NEWOBJ
      let arguments = try pop()
      stack.append(try made(by: pop(), from: arguments))
    case 0x92:  // NEWOBJ_EX
      _ = try pop()
      let arguments = try pop()
      stack.append(try made(by: pop(), from: arguments))
    case UInt8(ascii: "b"): _ = try pop()  // BUILD: attributes
    default: return false
    }
    return true
  }

  // Pushes a number, text or bytes; false for another instruction.
  private mutating func pushConstant(_ instruction: UInt8) throws(CheckpointFault) -> Bool {
    switch instruction {
    case UInt8(ascii: "N"): stack.append(.none)
    case 0x88: stack.append(.bool(true))
    case 0x89: stack.append(.bool(false))
    case UInt8(ascii: "K"): stack.append(.int(try number(1)))
    case UInt8(ascii: "M"): stack.append(.int(try number(2)))
    case UInt8(ascii: "J"): stack.append(.int(Int(Int32(truncatingIfNeeded: try number(4)))))
    case 0x8A: stack.append(try long(number(1)))
    case 0x8B: stack.append(try long(number(4)))
    case UInt8(ascii: "G"):
      _ = try take(8)
      stack.append(.float)
    case UInt8(ascii: "X"): stack.append(.text(try string(number(4))))
    case 0x8C: stack.append(.text(try string(number(1))))
    case 0x8D: stack.append(.text(try string(number(8))))
    case UInt8(ascii: "C"), UInt8(ascii: "U"): try skipBytes(number(1))
    case UInt8(ascii: "B"), UInt8(ascii: "T"): try skipBytes(number(4))
    case 0x8E, 0x96: try skipBytes(number(8))
    default: return false
    }
    return true
  }

  // Makes or fills a container; false for another instruction.
  private mutating func pushContainer(_ instruction: UInt8) throws(CheckpointFault) -> Bool {
    switch instruction {
    case UInt8(ascii: ")"), UInt8(ascii: "]"), 0x8F: stack.append(heap.sequence([]))
    case UInt8(ascii: "}"): stack.append(heap.dictionary())
    case UInt8(ascii: "t"), UInt8(ascii: "l"), 0x91: stack.append(heap.sequence(try popToMark()))
    case 0x85: stack.append(heap.sequence([try pop()]))
    case 0x86:
      let second = try pop()
      stack.append(heap.sequence([try pop(), second]))
    case 0x87:
      let (third, second) = (try pop(), try pop())
      stack.append(heap.sequence([try pop(), second, third]))
    case UInt8(ascii: "a"):
      let element = try pop()
      if case .sequence(let index) = try top() { heap.sequences[index].append(element) }
    case UInt8(ascii: "e"), 0x90:
      let elements = try popToMark()
      if case .sequence(let index) = try top() { heap.sequences[index] += elements }
    case UInt8(ascii: "s"):
      let value = try pop()
      try put([pop(), value])
    case UInt8(ascii: "u"): try put(popToMark())
    case UInt8(ascii: "d"):
      let items = try popToMark()
      stack.append(heap.dictionary())
      try put(items)
    default: return false
    }
    return true
  }

  // Adds keys and values, in turn, to the dictionary on top of the stack; an object takes them as its own.
  private mutating func put(_ items: [PickleValue]) throws(CheckpointFault) {
    guard items.count % 2 == 0 else { throw damaged() }
    guard case .dictionary(let index) = try top() else { return }
    for item in stride(from: 0, to: items.count, by: 2) {
      heap.dictionaries[index].append((items[item], items[item + 1]))
    }
  }

  // Returns the storage that a persistent identifier names.
  private mutating func persistent(_ identifier: PickleValue) throws(CheckpointFault) -> PickleValue {
    guard let parts = heap.elements(identifier), parts.count == 5, parts[0].text == "storage",
      let type = parts[1].global, let key = parts[2].text
    else { throw .badPickle(problem: "describes a storage in an unknown way", byte: place) }
    return heap.storage(TorchStorage(type: String(type.split(separator: ".").last ?? ""), key: key))
  }

  // Returns what a function or class makes of its arguments, without calling anything.
  private mutating func made(by maker: PickleValue, from arguments: PickleValue) throws(CheckpointFault)
    -> PickleValue
  {
    guard let name = maker.global, let arguments = heap.elements(arguments) else { throw damaged() }
    return try PickledCall(name: name, arguments: arguments, place: place).value(in: &heap) ?? .object(name)
  }

  // MARK: The stack and the bytes

  private mutating func pop() throws(CheckpointFault) -> PickleValue {
    guard stack.count > marks.last ?? 0, let top = stack.popLast() else { throw damaged() }
    return top
  }

  private func top() throws(CheckpointFault) -> PickleValue {
    guard stack.count > marks.last ?? 0, let top = stack.last else { throw damaged() }
    return top
  }

  private mutating func popToMark() throws(CheckpointFault) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw damaged() }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func pushRemembered(_ index: Int) throws(CheckpointFault) {
    guard let value = memo[index] else { throw damaged() }
    stack.append(value)
  }

  private func damaged() -> CheckpointFault {
    .badPickle(problem: "asks for a value that is not there", byte: place)
  }

  private mutating func byte() throws(CheckpointFault) -> UInt8 {
    guard place < bytes.count else { throw .badPickle(problem: "ends too early", byte: place) }
    defer { place += 1 }
    return bytes[place]
  }

  private mutating func take(_ count: Int) throws(CheckpointFault) -> [UInt8] {
    guard count >= 0, count <= bytes.count - place else {
      throw .badPickle(problem: "ends too early", byte: place)
    }
    defer { place += count }
    return Array(bytes[place..<place + count])
  }

  // Returns a little-endian number; of 8 bytes, one that is too large for `Int` is negative.
  private mutating func number(_ width: Int) throws(CheckpointFault) -> Int {
    try take(width).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  // Returns an integer of any size; one of more than 64 bits is an object.
  private mutating func long(_ width: Int) throws(CheckpointFault) -> PickleValue {
    let digits = try take(width)
    guard digits.count <= 8 else { return .object("int") }
    let value = digits.reversed().reduce(0) { $0 << 8 | Int($1) }
    let isNegative = digits.last.map { $0 > 0x7F } ?? false
    return .int(isNegative && digits.count < 8 ? value - 1 << (8 * digits.count) : value)
  }

  private mutating func string(_ length: Int) throws(CheckpointFault) -> String {
    String(decoding: try take(length), as: UTF8.self)
  }

  private mutating func skipBytes(_ length: Int) throws(CheckpointFault) {
    _ = try take(length)
    stack.append(.bytes)
  }

  private mutating func line() throws(CheckpointFault) -> String {
    guard let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) else {
      throw .badPickle(problem: "ends too early", byte: place)
    }
    let text = try string(end - place)
    _ = try take(1)
    return text
  }
}
