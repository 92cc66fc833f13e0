import Recipes
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
}
