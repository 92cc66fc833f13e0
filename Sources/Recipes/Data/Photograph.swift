import Foundation

/// A photograph of a patient, in memory or read on demand.
public struct Photograph: Sendable {
  /// The name of the photograph, unique in its dataset, such as a file's path.
  public let id: String
  /// The patient. Splits and MICLe's pairs are by patient, not by case or lesion.
  public let patient: String
  /// The class index, or nil if unlabelled.
  public let label: Int?
  /// Other known facts by column name: of a manifest's row, the nonempty columns
  /// else than the photograph, its patient, label and split. A column in which the row has nothing is left
  /// out.
  public let attributes: [String: String]
  let content: Content

  enum Content: Sendable {
    case pixels(Image)
    case rendered(@Sendable () throws -> Image)
    case file(URL)
    /// Pixels that were read or rendered before.
    indirect case loaded(Image, from: Content)

    /// The content before it was loaded.
    var origin: Content { if case .loaded(_, let origin) = self { origin } else { self } }
  }

  /// Creates a photograph in memory, `[H, W, C]`.
  ///
  /// - Parameters:
  ///   - id: The name of the photograph, unique in its dataset, such as a file's path.
  ///   - patient: The patient. Splits and MICLe's pairs are by patient, not by case or lesion.
  ///   - label: The class index, or nil if unlabelled.
  ///   - attributes: Other known facts by column name: of a manifest's row, the nonempty columns else than
  ///     the photograph, its patient, label and split. A column in which the row has nothing is left out.
  ///   - image: The pixels, `[H, W, C]`.
  public init(
    id: String, patient: String, label: Int? = nil, attributes: [String: String] = [:], image: Image
  ) {
    self.id = id
    self.patient = patient
    self.label = label
    self.attributes = attributes
    content = .pixels(image)
  }

  /// Creates a photograph that is rendered at each use: `render` must return the same pixels every time, from
  /// any thread.
  ///
  /// - Parameters:
  ///   - id: The name of the photograph, unique in its dataset, such as a file's path.
  ///   - patient: The patient. Splits and MICLe's pairs are by patient, not by case or lesion.
  ///   - label: The class index, or nil if unlabelled.
  ///   - attributes: Other known facts by column name: of a manifest's row, the nonempty columns else than
  ///     the photograph, its patient, label and split. A column in which the row has nothing is left out.
  ///   - render: Returns the pixels, `[H, W, C]`, the same at each call and from any thread.
  public init(
    id: String, patient: String, label: Int? = nil, attributes: [String: String] = [:],
    render: @escaping @Sendable () throws -> Image
  ) {
    self.id = id
    self.patient = patient
    self.label = label
    self.attributes = attributes
    content = .rendered(render)
  }

  /// Creates a photograph in a file, read on demand, with the number of channels of its dataset.
  ///
  /// - Parameters:
  ///   - id: The name of the photograph, unique in its dataset, such as a file's path.
  ///   - patient: The patient. Splits and MICLe's pairs are by patient, not by case or lesion.
  ///   - label: The class index, or nil if unlabelled.
  ///   - attributes: Other known facts by column name: of a manifest's row, the nonempty columns else than
  ///     the photograph, its patient, label and split. A column in which the row has nothing is left out.
  ///   - file: The file of the photograph.
  public init(id: String, patient: String, label: Int? = nil, attributes: [String: String] = [:], file: URL) {
    self.id = id
    self.patient = patient
    self.label = label
    self.attributes = attributes
    content = .file(file)
  }

  private init(_ other: Photograph, label: Int?, content: Content) {
    (id, patient, attributes) = (other.id, other.patient, other.attributes)
    (self.label, self.content) = (label, content)
  }

  /// The photograph without its label.
  var unlabelled: Photograph { Photograph(self, label: nil, content: content) }

  /// Returns the photograph with its pixels in memory. It is the same one: what identifies it stays.
  func loaded(_ image: Image) -> Photograph {
    Photograph(self, label: label, content: .loaded(image, from: content.origin))
  }
}
