/// The disk space of what a run makes of its results: the gallery with its features, and the page of the
/// report. An estimate from above, by the sizes that those of runs with up to 8,000 photographs had.
struct ReportStorage {
  /// The bytes.
  let total: Int

  /// The bytes of a photograph beside its name, in the gallery and on the page; of a picture of the sheet, a
  /// larger one and an explanation, as JPEGs; and of a class of a branch on the page, and the page without
  /// any.
  private static let (ofItem, ofMark, ofTile, ofPicture, ofExplanation, ofClass, ofPage) = (
    140, 110, 700, 4_000, 20_000, 24_000, 400_000
  )

  /// Computes the space of a report.
  init(of plan: PipelinePlan, on dataset: Dataset, _ options: RunReport.Options) {
    let shown = min(dataset.photographs.count, Gallery.mostPhotographs)
    let names = dataset.photographs.reduce(0) { $0 + $1.id.utf8.count } / max(1, dataset.photographs.count)
    let withPhotographs = !options.withoutPhotographs
    func bytes(asJPEG bytes: Int, count: Int = 1, side: Int) -> Int {
      Thumbnail.isJPEG ? bytes : count * Thumbnail.largestPNG(side: side)
    }
    let pictures =
      withPhotographs
      ? min(shown, GalleryFeatures.mostTiles) * bytes(asJPEG: ReportStorage.ofTile, side: Gallery.tile)
        + GalleryMaker.mostPictures * bytes(asJPEG: ReportStorage.ofPicture, side: GalleryMaker.pictureSide)
        + GalleryMaker.mostExplanations
        * bytes(asJPEG: ReportStorage.ofExplanation, count: 3, side: 2 * GalleryMaker.heatSide) : 0
    let gallery = shown * (ReportStorage.ofItem + names) + pictures
    let branches = Set(plan.stages.filter(\.parts.isClassifier).map(\.stage.name)).count
    let page =
      shown * ReportStorage.ofMark + pictures + ReportStorage.ofPage
      + branches * dataset.classes.count * ReportStorage.ofClass
    let network = Gallery.choice(of: plan.stages).flatMap {
      try? plan.inference.plan(of: plan.stages[$0].parts.encoder)
    }
    let features = shown * (network?.output.shape.channels ?? 0) * MemoryLayout<Float>.stride
    total = gallery + page + features
  }
}
