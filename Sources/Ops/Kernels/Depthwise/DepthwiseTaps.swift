/// The taps in a line of a depthwise kernel, and their places in the table of a `DepthwiseWindow`.
protocol DepthwiseTaps {
  /// The positions from one tap to the next, and from one result to the next.
  var dilation: Int { get }
  var stride: Int { get }
  /// Calls `body` with each tap.
  func forEach(_ body: (Int) -> Void)
}

extension DepthwiseTaps {
  /// Returns the position of what a tap reads for a result, from that of the first one's first tap on.
  @inline(__always)
  func place(_ tap: Int, _ result: Int) -> Int { tap &* dilation &+ result &* stride }
}

/// Neighboring taps, of a number and a stride known when they are compiled, so that they share the addresses
/// they read.
struct AdjacentTaps<Count: StaticNumber, Stride: StaticNumber>: DepthwiseTaps {
  @inline(__always)
  var dilation: Int { 1 }
  @inline(__always)
  var stride: Int { Stride.value }

  @inline(__always)
  func forEach(_ body: (Int) -> Void) {
    body(0)
    body(1)
    body(2)
    if Count.value > 3 {
      body(3)
      body(4)
    }
    if Count.value > 5 {
      body(5)
      body(6)
    }
  }
}

/// Taps of any number, dilation and stride.
struct SpacedTaps: DepthwiseTaps {
  let count: Int
  let dilation: Int
  let stride: Int

  init(_ axis: DepthwiseGeometry.Axis) {
    (count, dilation, stride) = (axis.kernel, axis.dilation, axis.stride)
  }

  @inline(__always)
  func forEach(_ body: (Int) -> Void) {
    for tap in 0..<count { body(tap) }
  }
}
