import Foundation

/// One photograph of one patient, in memory or read when it is needed.
public struct Photograph: Sendable {
  /// The name of the photograph, unique in its dataset, such as a file's path.
  public let id: String
  /// Who it shows. Splits and MICLe's pairs go by patient, not by case or lesion.
  public let patient: String
  /// The index of its class, or nil where nobody has labelled it.
  public let label: Int?
  let content: Content

  enum Content: Sendable {
    case pixels(Image)
    case rendered(@Sendable () throws -> Image)
    case file(URL)
  }

  /// A photograph in memory, `[H, W, C]`.
  public init(id: String, patient: String, label: Int? = nil, image: Image) {
    self.id = id
    self.patient = patient
    self.label = label
    content = .pixels(image)
  }

  /// A photograph that is read or drawn each time it is asked for: `render` gives the same pixels every time,
  /// from any thread.
  public init(
    id: String, patient: String, label: Int? = nil, render: @escaping @Sendable () throws -> Image
  ) {
    self.id = id
    self.patient = patient
    self.label = label
    content = .rendered(render)
  }

  /// A photograph in a file, which is read when it is needed, with as many channels as its dataset has.
  public init(id: String, patient: String, label: Int? = nil, file: URL) {
    self.id = id
    self.patient = patient
    self.label = label
    content = .file(file)
  }
}
