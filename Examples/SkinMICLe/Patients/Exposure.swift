import Foundation
import Recipes

/// The lighting of a photograph and the camera's response.
struct Exposure: Sendable {
  /// The direction towards the light; its third component, towards the camera, is 1.
  private let light: SIMD3<Float>
  private let ambient: Float
  private let gradient: SIMD2<Float>
  private let vignette: Float
  private let gains: SIMD3<Float>
  private let contrast: Float
  private let saturation: Float
  /// The standard deviation of the blur, as a fraction of the frame's width.
  let blur: Float
  private let grain: Float
  private let cloth: SIMD3<Float>

  /// Draws the exposure of a photograph; cameras open up somewhat for darker skin.
  init(of skin: Skin, using generator: inout CounterGenerator) {
    let angle = generator.draw(0...(2 * .pi))
    let slant = generator.draw(0.2...1.3)
    light = SIMD3(slant * cos(angle), slant * sin(angle), 1)
    ambient = generator.draw(0.3...0.65)
    let slope = generator.draw(0...0.3)
    let direction = angle + generator.draw(-1...1)
    gradient = SIMD2(slope * cos(direction), slope * sin(direction))
    vignette = generator.draw(0...0.35)
    let intensity = exp(0.01 + 0.25 * skin.tone + 0.16 * Float(generator.normal()))
    let warmth = 0.08 * Float(generator.normal())
    let tint = 0.035 * Float(generator.normal())
    gains = intensity * SIMD3(exp(warmth), exp(tint), exp(-1.2 * warmth))
    contrast = generator.draw(-0.35...0.35)
    saturation = generator.draw(0.7...1.2)
    blur = 0.006 + pow(generator.draw(0...1), 2) * 0.014
    grain = generator.draw(0.005...0.035)
    let cloths: [SIMD3<Float>] = [
      [0.25, 0.42, 0.6], [0.3, 0.5, 0.42], [0.85, 0.85, 0.84], [0.12, 0.12, 0.13], [0.5, 0.5, 0.5],
      [0.62, 0.52, 0.4],
    ]
    cloth = cloths[generator.draw(0...(cloths.count - 1))] * generator.draw(0.7...1.1)
  }

  /// Returns the color of the cloth behind the patient.
  func background(at place: SIMD2<Float>, noise: ValueNoise) -> SIMD3<Float> {
    cloth * (1 + 0.1 * noise(place * 2) + 0.06 * noise(place * 19))
  }

  /// Returns the lit color of a surface with a color, gloss and slope, at a position in the frame.
  @inline(__always)
  func lit(
    _ color: SIMD3<Float>, gloss: Float, slope: SIMD2<Float>, at place: SIMD2<Float>
  ) -> SIMD3<Float> {
    let normal = SIMD3(-slope.x, -slope.y, 1) / (1 + (slope * slope).sum()).squareRoot()
    let diffuse = max(0, (normal * light).sum())
    let distance = (light * light).sum().squareRoot()
    let half = SIMD3(light.x, light.y, light.z + distance)
    let mirrored = max(0, (normal * half).sum()) / (half * half).sum().squareRoot()
    let shine = gloss * power16(mirrored)
    let fall = 1 + (place * gradient).sum() - vignette * (place * place).sum() * 0.5
    return (color * (ambient + (1 - ambient) * diffuse) + 0.5 * shine) * max(0.1, fall)
  }

  /// Returns a color as the camera records it, with `random` for its grain.
  @inline(__always)
  func recorded(_ color: SIMD3<Float>, random: UInt64) -> SIMD3<Float> {
    let balanced = color * gains
    let luma = (balanced * SIMD3(0.3, 0.59, 0.11)).sum()
    let clipped = (luma + (balanced - luma) * saturation).clamped(
      lowerBound: .zero, upperBound: SIMD3(repeating: 1))
    let toned = clipped + contrast * clipped * (1 - clipped)
    let bits = SIMD3(random & 0xFFFF, random >> 16 & 0xFFFF, random >> 32 & 0xFFFF)
    let noise = SIMD3<Float>(Float(bits.x), Float(bits.y), Float(bits.z)) / 32_768 - 1
    return (toned + 1.7 * grain * noise).clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 1))
  }

  private func power16(_ x: Float) -> Float {
    let square = x * x
    let fourth = square * square
    return fourth * fourth * fourth * fourth
  }
}
