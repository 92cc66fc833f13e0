@testable import Recipes
import Testing

@Suite struct ViewsTests {
  static let simclr = Views(2) {
    RandomResizedCrop()
    RandomFlip()
    ColorJitter(strength: 1)
    RandomGrayscale()
    GaussianBlur()
  }

  @Test func buildersTakeConditionsAndLoops() {
    func views(rotating: Bool, blurs: Int) -> Views {
      Views(2) {
        RandomResizedCrop()
        if rotating { RandomRotation(degrees: 10) } else { RandomFlip() }
        if blurs > 1 { CenterCrop() }
        for _ in 0..<blurs { GaussianBlur() }
      }
    }
    #expect(views(rotating: true, blurs: 0).augmentations.count == 2)
    #expect(views(rotating: false, blurs: 3).augmentations.count == 6)
    #expect(views(rotating: true, blurs: 1).augmentations[1] is RandomRotation)
    #expect(views(rotating: false, blurs: 1).augmentations[1] is RandomFlip)
  }

  @Test func summaryListsEveryStep() {
    let views = Views(1) {
      CenterCrop()
      RandomFlip()
    }
    #expect(
      views.summary
        == "Views(1) { CenterCrop(fraction: 0.875); RandomFlip(horizontal: 0.5, vertical: 0.0); }")
  }

  @Test func aViewDependsOnEveryPartOfItsKey() {
    let image = noise(height: 40, width: 50)
    func draw(_ seed: UInt64, _ stage: Int, _ epoch: Int, _ sample: Int, _ view: Int) -> Image {
      ViewsTests.simclr.draw(
        image, size: 32, seed: seed, stage: stage, epoch: epoch, sample: sample, view: view)
    }
    let first = draw(1, 0, 0, 0, 0)
    #expect(draw(1, 0, 0, 0, 0) == first)
    for other in [draw(2, 0, 0, 0, 0), draw(1, 1, 0, 0, 0), draw(1, 0, 1, 0, 0), draw(1, 0, 0, 1, 0)] {
      #expect(other != first)
    }
    #expect(draw(1, 0, 0, 0, 1) != first)
  }

  @Test func threadsAndOrderDoNotMatter() async {
    let images = (0..<16).map { noise(height: 40, width: 50, seed: UInt64($0)) }
    let inOrder = images.indices.map {
      ViewsTests.simclr.draw(images[$0], size: 32, seed: 9, stage: 1, epoch: 2, sample: $0, view: 1)
    }
    let concurrent = await withTaskGroup(of: (Int, Image).self) { group in
      for index in images.indices.reversed() {
        group.addTask {
          let view = ViewsTests.simclr.draw(
            images[index], size: 32, seed: 9, stage: 1, epoch: 2, sample: index, view: 1)
          return (index, view)
        }
      }
      var views = images
      for await (index, view) in group { views[index] = view }
      return views
    }
    #expect(concurrent == inOrder)
  }

  @Test func aListWithoutACropEndsWithOne() {
    let view = Views(1) { RandomFlip(horizontal: 0) }
      .draw(noise(height: 20, width: 33), size: 16, seed: 0, stage: 0, epoch: 0, sample: 0, view: 0)
    #expect(view == noise(height: 20, width: 33).centerCropped(to: 16, fraction: 1))
  }

  /// The crop is that of the whole resized image, without the rest.
  @Test(arguments: [(33, 20), (20, 33), (7, 60), (60, 7), (50, 50), (16, 16)], [1.0, 0.875, 0.3])
  func centerCropsAreCutBeforeTheyAreResized(_ size: (width: Int, height: Int), _ fraction: Double) {
    let image = noise(height: size.height, width: size.width)
    let short = max(16, Int((16 / fraction).rounded(.toNearestOrEven)))
    let whole =
      image.width <= image.height
      ? image.resized(height: short * image.height / image.width, width: short)
      : image.resized(height: short, width: short * image.width / image.height)
    let box = PixelBox(
      top: Int((Double(whole.height - 16) / 2).rounded(.toNearestOrEven)),
      left: Int((Double(whole.width - 16) / 2).rounded(.toNearestOrEven)), height: 16, width: 16)
    #expect(image.centerCropped(to: 16, fraction: fraction) == whole.resized(box, height: 16, width: 16))
  }

  @Test(arguments: [(1, 1_000_000), (1_000_000, 1), (3, 400_000)])
  func thinPicturesTakeAsMuchAsTheirCrops(_ width: Int, _ height: Int) {
    let image = Image(width: width, height: height, filledWith: 0.25)
    let crop = image.centerCropped(to: 224, fraction: 0.875)
    #expect((crop.width, crop.height) == (224, 224))
    #expect(crop.pixels.allSatisfy { abs($0 - 0.25) < 1e-6 })
  }

  /// From 2^24 on not every whole number is one of Float.
  @Test func wideImagesAreTurnedInsideTheirPixels() {
    let width = (1 << 24) + 4
    var image = Image(width: width, height: 1, channels: 1, filledWith: 0.5)
    image.pixels[width - 1] = 1
    for degrees in [0.0, 180] {
      let turned = image.rotated(degrees: degrees)
      #expect(turned.pixels.count == width && turned.pixels.allSatisfy { (0.5...1).contains($0) })
    }
  }
}
