import TestSupport
import Testing

@testable import Recipes

/// The random half of the augmentations: how often, how far, in what order.
@Suite struct AugmentationTests {
  static let photograph = noise(height: 24, width: 30)

  static let all: [any Augmentation] = [
    RandomResizedCrop(), RandomResizedCrop(interpolation: .bicubic),
    RandomFlip(horizontal: 0.5, vertical: 0.5), ColorJitter(strength: 1),
    RandomGrayscale(), GaussianBlur(), RandomRotation(degrees: 45), CenterCrop(),
  ]

  @Test(arguments: all.indices, [1, 2, 3, 4]) func staysInRangeAndInShape(_ index: Int, _ channels: Int) {
    let augmentation = AugmentationTests.all[index]
    let image = noise(height: 24, width: 30, channels: channels)
    let isCrop = augmentation is RandomResizedCrop || augmentation is CenterCrop
    for sample in 0..<20 {
      var generator = CounterGenerator(seed: 1, sample)
      let result = augmentation.apply(to: image, size: 16, using: &generator)
      #expect(result.height == (isCrop ? 16 : 24))
      #expect(result.width == (isCrop ? 16 : 30))
      #expect(result.channels == channels)
      #expect(result.pixels.allSatisfy { $0 >= -1e-6 && $0 <= 1 + 1e-6 })
    }
  }

  @Test(arguments: all.indices, [1, 2]) func survivesTheSmallestImages(_ index: Int, _ side: Int) {
    let image = noise(height: 1, width: side)
    for sample in 0..<20 {
      var generator = CounterGenerator(seed: 2, sample)
      let result = AugmentationTests.all[index].apply(to: image, size: 4, using: &generator)
      #expect(result.pixels.allSatisfy { $0 >= -1e-6 && $0 <= 1 + 1e-6 })
    }
  }

  @Test(arguments: [
    (RandomFlip(horizontal: 0.3) as any Augmentation, 0.3),
    (RandomFlip(horizontal: 0, vertical: 0.6), 0.6),
    (ColorJitter(strength: 0.5), 0.8),
    (RandomGrayscale(), 0.2),
    (GaussianBlur(sigma: 1...2), 0.5),
  ]) func changesAsManyImagesAsItsProbabilitySays(_ augmentation: any Augmentation, _ probability: Double) {
    let changed = (0..<2000).count { sample in
      var generator = CounterGenerator(seed: 3, sample)
      return augmentation.apply(to: AugmentationTests.photograph, size: 24, using: &generator)
        != AugmentationTests.photograph
    }
    #expect(abs(Double(changed) / 2000 - probability) < 0.04)
  }

  @Test(arguments: [
    (
      RandomResizedCrop() as any Augmentation,
      "RandomResizedCrop(area: 0.08...1.0, aspect: 0.75...1.3333333333333333, "
        + "interpolation: bilinear)"
    ),
    (
      RandomResizedCrop(area: 0.5...1, aspect: 1...2, interpolation: .bicubic),
      "RandomResizedCrop(area: 0.5...1.0, aspect: 1.0...2.0, interpolation: bicubic)"
    ),
    (RandomFlip(), "RandomFlip(horizontal: 0.5, vertical: 0.0)"),
    (
      ColorJitter(brightness: 0.4, contrast: 0.3, saturation: 0.2, hue: 0.1),
      "ColorJitter(brightness: 0.4, contrast: 0.3, saturation: 0.2, hue: 0.1, probability: 0.8)"
    ),
    (RandomGrayscale(), "RandomGrayscale(probability: 0.2)"),
    (GaussianBlur(), "GaussianBlur(sigma: 0.1...2.0, probability: 0.5)"),
    (RandomRotation(degrees: 45), "RandomRotation(degrees: 45.0)"),
    (CenterCrop(), "CenterCrop(fraction: 0.875)"),
  ]) func summaryNamesEverySetting(_ augmentation: any Augmentation, _ expected: String) {
    #expect(augmentation.summary == expected)
  }

  @Test func cropsKeepToTheirAreaAndAspect() {
    let crop = RandomResizedCrop(area: 0.1...0.5, aspect: 0.8...1.25)
    var areas: [Double] = []
    for sample in 0..<500 {
      var generator = CounterGenerator(seed: 4, sample)
      let box = crop.drawBox(height: 400, width: 500, using: &generator)
      #expect(box.top >= 0 && box.left >= 0 && box.top + box.height <= 400 && box.left + box.width <= 500)
      areas.append(Double(box.height * box.width) / 200_000)
      #expect((0.79...1.26).contains(Double(box.width) / Double(box.height)))
    }
    #expect(areas.allSatisfy { (0.099...0.501).contains($0) })
    let mean = areas.reduce(0, +) / 500
    #expect(abs(mean - 0.3) < 0.02)
  }

  @Test(arguments: [
    (100, 10, PixelBox(top: 43, left: 0, height: 13, width: 10)),
    (10, 100, PixelBox(top: 0, left: 43, height: 10, width: 13)),
  ]) func cropFallsBackToTheMiddle(_ height: Int, _ width: Int, _ expected: PixelBox) {
    var generator = CounterGenerator(seed: 5)
    let crop = RandomResizedCrop(area: 0.9...1)
    #expect(crop.drawBox(height: height, width: width, using: &generator) == expected)
  }

  @Test func colorJitterDrawsInRangeAndInEveryOrder() {
    var orders: Set<String> = []
    for sample in 0..<500 {
      var generator = CounterGenerator(seed: 6, sample)
      var order = ""
      for adjustment in ColorJitter(strength: 1.5).drawAdjustments(using: &generator) {
        switch adjustment {
        case .brightness(let factor):
          #expect((0...2.2).contains(factor))
          order += "b"
        case .contrast(let factor):
          #expect((0...2.2).contains(factor))
          order += "c"
        case .saturation(let factor):
          #expect((0...2.2).contains(factor))
          order += "s"
        case .hue(let turns):
          #expect((-0.3...0.3).contains(turns))
          order += "h"
        }
      }
      orders.insert(order)
    }
    #expect(orders.count == 24)
  }

  @Test func imagesWithoutColorKeepTheirValuesInColorAdjustments() {
    for channels in [1, 2, 4] {
      let image = noise(height: 5, width: 6, channels: channels)
      var adjusted = image
      adjusted.adjustSaturation(0.3)
      adjusted.adjustHue(turns: 0.4)
      adjusted.convertToGrayscale()
      #expect(adjusted == image)
    }
  }

  @Test(arguments: [(8, 3), (32, 3), (40, 5), (64, 7), (96, 9), (224, 23)])
  func blurKernelIsATenthOfTheImage(_ side: Int, _ kernel: Int) {
    #expect(GaussianBlur.kernel(forSide: side) == kernel)
  }
}

/// An image of independent uniform values.
func noise(height: Int, width: Int, channels: Int = 3, seed: UInt64 = 0) -> Image {
  var generator = CounterGenerator(seed: seed)
  return Image(
    width: width, height: height, channels: channels, pixels: generator.uniforms(height * width * channels))
}
