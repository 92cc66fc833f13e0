import Foundation
import Recipes

/// The rendering of a photograph: the skin is painted, lit, blurred and recorded, the whole frame at each
/// step.
struct Photograph {
  private let patient: Patient
  private let viewpoint: Viewpoint
  private let exposure: Exposure
  private let size: Int
  private let noise = ValueNoise.shared

  init(of patient: Patient, from viewpoint: Viewpoint, _ exposure: Exposure, size: Int) {
    self.patient = patient
    self.viewpoint = viewpoint
    self.exposure = exposure
    self.size = size
  }

  /// Returns the finished image; the generator provides the camera's grain.
  func developed(using generator: inout CounterGenerator) -> Image {
    let frame = blurred(lit(painted()))
    var image = Image(width: size, height: size)
    for (index, color) in frame.enumerated() {
      let recorded = exposure.recorded(color, random: generator.next())
      image.pixels[3 * index] = recorded.x
      image.pixels[3 * index + 1] = recorded.y
      image.pixels[3 * index + 2] = recorded.z
    }
    return image
  }

  /// The surface at a pixel before lighting; `height` is nil for the background.
  private struct Surface {
    var color: SIMD3<Float>
    var gloss: Float = 0
    var height: Float?
  }

  /// Paints the skin and the background in tiles, each of which few lesions touch.
  private func painted() -> [Surface] {
    let tile = 8
    var surface = [Surface](repeating: Surface(color: .zero), count: size * size)
    var nearby: [Lesion] = []
    for top in stride(from: 0, to: size, by: tile) {
      for left in stride(from: 0, to: size, by: tile) {
        let rows = top..<min(top + tile, size)
        let columns = left..<min(left + tile, size)
        findLesions(rows, columns, into: &nearby)
        for row in rows {
          for column in columns {
            surface[row * size + column] = painted(at: place(row, column), lesions: nearby)
          }
        }
      }
    }
    return surface
  }

  /// Finds the lesions that reach into a tile's part of the surface.
  private func findLesions(_ rows: Range<Int>, _ columns: Range<Int>, into nearby: inout [Lesion]) {
    nearby.removeAll(keepingCapacity: true)
    var low = SIMD2<Float>(repeating: .infinity)
    var high = -low
    for row in [rows.lowerBound, rows.upperBound] {
      for column in [columns.lowerBound, columns.upperBound] {
        guard let point = viewpoint.sight(at: place(row, column))?.point else { continue }
        low = pointwiseMin(low, point)
        high = pointwiseMax(high, point)
      }
    }
    for lesion in patient.lesions {
      let away = lesion.center - lesion.center.clamped(lowerBound: low, upperBound: high)
      if (away * away).sum() < lesion.reach * lesion.reach { nearby.append(lesion) }
    }
  }

  private func painted(at place: SIMD2<Float>, lesions: [Lesion]) -> Surface {
    guard let sight = viewpoint.sight(at: place) else {
      return Surface(color: exposure.background(at: place, noise: noise))
    }
    let skin = patient.skin
    var change = Tissue.none
    for lesion in lesions {
      if let own = lesion.change(at: sight.point, findings: patient.findings, noise: noise) {
        change.merge(own)
      }
    }
    let tissue = skin.tissue(at: sight.point, noise: noise).changed(by: change)
    let strand = skin.strand(at: sight.point, density: tissue[.hair], noise: noise)
    return Surface(
      color: Pigment.mixed(
        Pigment.color(of: tissue, undertone: skin.undertone), skin.hairColor * (1 + 0.5 * strand.sheen),
        strand.cover),
      gloss: tissue[.gloss],
      height: sight.height + (tissue[.height] + 0.01 * strand.cover * (1 + strand.sheen)) * sight.facing)
  }

  /// Returns the painted skin after lighting, with slopes from the heights of neighboring pixels.
  private func lit(_ surface: [Surface]) -> [SIMD3<Float>] {
    let spacing = 2 * viewpoint.reach / Float(size)
    var frame = [SIMD3<Float>](repeating: .zero, count: surface.count)
    for row in 0..<size {
      for column in 0..<size {
        let index = row * size + column
        guard let height = surface[index].height else {
          frame[index] = surface[index].color
          continue
        }
        let left = column > 0 ? surface[index - 1].height ?? height : height
        let right = column + 1 < size ? surface[index + 1].height ?? height : height
        let above = row > 0 ? surface[index - size].height ?? height : height
        let below = row + 1 < size ? surface[index + size].height ?? height : height
        frame[index] = exposure.lit(
          surface[index].color, gloss: surface[index].gloss,
          slope: SIMD2(right - left, below - above) / (2 * spacing), at: place(row, column))
      }
    }
    return frame
  }

  /// Returns the frame out of focus: a Gaussian blur, along rows and then along columns.
  private func blurred(_ frame: [SIMD3<Float>]) -> [SIMD3<Float>] {
    let deviation = exposure.blur * Float(size)
    let reach = Int((2.5 * deviation).rounded(.up))
    let weights = (0...reach).map { exp(-Float($0 * $0) / (2 * deviation * deviation)) }
    let total = 2 * weights.reduce(0, +) - weights[0]
    let kernel = weights.map { $0 / total }
    return blurred(blurred(frame, kernel, across: true), kernel, across: false)
  }

  private func blurred(_ frame: [SIMD3<Float>], _ kernel: [Float], across: Bool) -> [SIMD3<Float>] {
    let step = across ? 1 : size
    var result = frame
    for row in 0..<size {
      for column in 0..<size {
        let index = row * size + column
        let position = across ? column : row
        var sum = frame[index] * kernel[0]
        for distance in 1..<kernel.count {
          sum += kernel[distance] * frame[index - min(distance, position) * step]
          sum += kernel[distance] * frame[index + min(distance, size - 1 - position) * step]
        }
        result[index] = sum
      }
    }
    return result
  }

  /// Returns the position of a pixel in the frame, both coordinates in -1...1.
  private func place(_ row: Int, _ column: Int) -> SIMD2<Float> {
    SIMD2(Float(2 * column + 1), Float(2 * row + 1)) / Float(size) - 1
  }
}
