/// A section of a report: a heading, which is also an entry of the table of contents, and what is below it.
public struct ReportSection: Sendable {
  /// The anchor: lowercase letters and hyphens, unique in the page.
  public let id: String
  public let title: String
  public let content: [Markup]

  /// Creates a section.
  ///
  /// - Parameters:
  ///   - id: The anchor: lowercase letters and hyphens, unique in the page.
  ///   - title: The heading.
  ///   - content: What follows the heading.
  public init(_ id: String, _ title: String, _ content: [Markup]) {
    (self.id, self.title, self.content) = (id, title, content)
  }
}
