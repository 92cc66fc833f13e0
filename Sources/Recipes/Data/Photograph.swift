import Foundation

/// One photograph of one patient, in memory or read when it is needed.
public struct Photograph: Sendable {
  /// The name of the photograph, unique in its dataset, such as a file's path.
  public let id: String
  /// Who it shows. Splits and MICLe's pairs go by patient, not by case or lesion.
  public let patient: String
  /// The index of its class, or nil where nobody has labelled it.
  public let label: Int?
  /// What else is known of it, by the names of columns: of a manifest's row, the columns that say something
  /// else than the photograph, its patient, label and split. A column in which the row has nothing is left
  /// out.
  public let attributes: [String: String]
  let content: Content

  enum Content: Sendable {
    case pixels(Image)
    case rendered(@Sendable () throws -> Image)
    case file(URL)
  }

  /// A photograph in memory, `[H, W, C]`.
  public init(
    id: String, patient: String, label: Int? = nil, attributes: [String: String] = [:], image: Image
  ) {
    self.id = id
    self.patient = patient
    self.label = label
    self.attributes = attributes
    content = .pixels(image)
  }

  /// A photograph that is read or drawn each time it is asked for: `render` gives the same pixels every time,
  /// from any thread.
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

  /// A photograph in a file, which is read when it is needed, with as many channels as its dataset has.
  public init(id: String, patient: String, label: Int? = nil, attributes: [String: String] = [:], file: URL) {
    self.id = id
    self.patient = patient
    self.label = label
    self.attributes = attributes
    content = .file(file)
  }
}
