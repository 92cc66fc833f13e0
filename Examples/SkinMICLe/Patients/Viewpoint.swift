import Foundation
import Recipes

/// Where the camera stands: it maps a place in the frame to a point of the skin.
///
/// The body is a cylinder whose axis lies along the surface's x; the camera circles it, tilts, turns and
/// comes closer.
struct Viewpoint: Sendable {
  /// Half the width of the frame, in the units of the surface.
  let reach: Float
  private let target: SIMD2<Float>
  private let radius: Float
  /// How far round the body the camera has gone, in radians.
  private let orbit: Float
  private let turn: SIMD2<Float>
  private let tilt: SIMD2<Float>

  /// A place on the body as the camera sees it.
  struct Sight {
    /// The point of the surface.
    let point: SIMD2<Float>
    /// The height towards the camera of the body there.
    let height: Float
    /// How squarely it faces the camera: 1 squarely, 0 edge on.
    let facing: Float
  }

  /// A view of roughly the target, on a body of the given radius.
  init(of target: SIMD2<Float>, radius: Float, using generator: inout CounterGenerator) {
    self.target = target
    self.radius = radius
    reach = exp(min(0.5, max(-0.55, 0.3 * Float(generator.normal()))))
    orbit = generator.draw(-0.6...0.6)
    let angle = generator.draw(0...(2 * .pi))
    turn = SIMD2(cos(angle), sin(angle))
    tilt = SIMD2(generator.draw(-0.22...0.22), generator.draw(-0.22...0.22))
  }

  /// What is seen at a place of the frame, both coordinates in -1...1; nil where the body ends.
  @inline(__always)
  func sight(at place: SIMD2<Float>) -> Sight? {
    let flat = place * (reach / (1 + (place * tilt).sum()))
    let along = flat.x * turn.x - flat.y * turn.y
    let across = flat.x * turn.y + flat.y * turn.x + radius * sin(orbit)
    let sine = across / radius
    guard abs(sine) < 0.995 else { return nil }
    let facing = (1 - sine * sine).squareRoot()
    return Sight(
      point: target + SIMD2(along, radius * (asin(sine) - orbit)), height: radius * facing, facing: facing)
  }
}
