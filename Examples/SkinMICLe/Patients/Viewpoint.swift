import Foundation
import Recipes

/// The camera's position: maps a position in the frame to a point of the skin.
///
/// The body is a cylinder along the surface's x axis; the camera orbits, tilts, rotates and zooms.
struct Viewpoint: Sendable {
  /// Half the width of the frame, in the units of the surface.
  let reach: Float
  private let target: SIMD2<Float>
  private let radius: Float
  /// The camera's angle around the body, in radians.
  private let orbit: Float
  private let turn: SIMD2<Float>
  private let tilt: SIMD2<Float>

  /// A point of the body as the camera sees it.
  struct Sight {
    /// The point of the surface.
    let point: SIMD2<Float>
    /// The body's height towards the camera there.
    let height: Float
    /// The cosine to the camera: 1 facing it, 0 edge on.
    let facing: Float
  }

  /// Creates a view of roughly the target, on a body of the given radius.
  init(of target: SIMD2<Float>, radius: Float, using generator: inout CounterGenerator) {
    self.target = target
    self.radius = radius
    reach = exp(min(0.5, max(-0.55, 0.3 * Float(generator.normal()))))
    orbit = generator.draw(-0.6...0.6)
    let angle = generator.draw(0...(2 * .pi))
    turn = SIMD2(cos(angle), sin(angle))
    tilt = SIMD2(generator.draw(-0.22...0.22), generator.draw(-0.22...0.22))
  }

  /// Returns the point at a position in the frame, both coordinates in -1...1; nil outside the body.
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
