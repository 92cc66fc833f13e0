import Recipes

extension Dataset {
  /// Returns photographs of 8 by 8 pixels in two classes, each of its own patient.
  static func drawn(train: Int, validation: Int, test: Int) throws -> Dataset {
    func photographs(_ indices: Range<Int>) -> [Photograph] {
      indices.map { index in
        let pixels = (0..<192).map { Float(($0 + index) * (index + 3) % 17) / 17 }
        let image = Image(width: 8, height: 8, pixels: pixels)
        return Photograph(id: "\(index)", patient: "P\(index)", label: index % 2, image: image)
      }
    }
    let last = train + validation
    return try Dataset(
      train: photographs(0..<train), validation: photographs(train..<last),
      test: photographs(last..<last + test), classes: ["a", "b"], source: "drawn")
  }
}
