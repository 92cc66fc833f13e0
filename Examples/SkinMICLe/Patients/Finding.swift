/// A sign with the parameters of one patient.
struct Finding: Sendable {
  /// The change at full strength.
  let change: Tissue
  let profile: Sign.Profile
  let texture: Sign.Texture

  /// The radius of the finding's effect relative to the lesion; 1 is the border.
  var reach: Float {
    switch profile {
    case .disc(let limit, let edge): limit + edge
    case .ring(let distance, let width): distance + width
    case .dome: 1
    case .glow(let limit): limit
    }
  }

  /// Returns the fraction of the change at a distance from the lesion's center (1 is its border) and a point
  /// of the surface.
  @inline(__always)
  func strength(at distance: Float, _ point: SIMD2<Float>, noise: ValueNoise) -> Float {
    let share = share(at: distance)
    return share > 0 ? share * grain(at: point, noise: noise) : 0
  }

  @inline(__always)
  private func share(at distance: Float) -> Float {
    switch profile {
    case .disc(let limit, let edge): 1 - smoothstep(limit - edge, limit + edge, distance)
    case .ring(let center, let width): 1 - smoothstep(0, width, abs(distance - center))
    case .dome: max(0, 1 - distance * distance)
    case .glow(let limit): 1 - smoothstep(0, limit, distance)
    }
  }

  @inline(__always)
  private func grain(at point: SIMD2<Float>, noise: ValueNoise) -> Float {
    switch texture {
    case .smooth: 1
    case .mottled(let grains): smoothstep(-0.7, 0.6, noise(point * grains))
    case .flaky(let grains): smoothstep(-0.25, 0.5, rough(point * grains, 0.7, noise))
    case .lines(let grains): max(0, 1 - 3 * abs(rough(point * grains, 0.4, noise)))
    case .bumpy(let grains):
      max(0, 1 - 0.9 * abs(noise(point * grains) + noise(ValueNoise.turned(point * grains))))
    case .dotted(let grains): smoothstep(0.3, 0.6, noise(point * grains))
    }
  }

  /// Returns noise mixed with noise of twice the frequency.
  @inline(__always)
  private func rough(_ point: SIMD2<Float>, _ share: Float, _ noise: ValueNoise) -> Float {
    noise(point) + share * noise(2.1 * ValueNoise.turned(point))
  }
}
