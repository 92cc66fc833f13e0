/// A number as a type, so that the compiler makes code for each.
protocol StaticNumber {
  static var value: Int { get }
}

enum StaticOne: StaticNumber {
  @inline(__always)
  static var value: Int { 1 }
}

enum StaticTwo: StaticNumber {
  @inline(__always)
  static var value: Int { 2 }
}

enum StaticThree: StaticNumber {
  @inline(__always)
  static var value: Int { 3 }
}

enum StaticFour: StaticNumber {
  @inline(__always)
  static var value: Int { 4 }
}

enum StaticFive: StaticNumber {
  @inline(__always)
  static var value: Int { 5 }
}

enum StaticSix: StaticNumber {
  @inline(__always)
  static var value: Int { 6 }
}

enum StaticSeven: StaticNumber {
  @inline(__always)
  static var value: Int { 7 }
}
