import Foundation

/// The page around the sections of a report: one HTML file that needs no other, with a table of contents and
/// a policy that forbids everything from elsewhere.
struct ReportPage {
  let title: String
  /// What is above the contents, below the title.
  let head: [Markup]
  let sections: [ReportSection]
  /// What is at the end.
  let foot: [Markup]

  /// The scripts of the page, each in an element of its own. The policy lists their hashes, and no other
  /// script is run. A section's script is added here, and does nothing where the section is missing.
  static let scripts: [StaticString] = [PageScript.source, LooksScript.source]

  /// The text of the file.
  var html: String {
    var text = "<!DOCTYPE html>\n"
    document.write(to: &text)
    return text + "\n"
  }

  private var document: Markup {
    .tag(
      "html", ["lang": "en"],
      [
        .tag(
          "head", [:],
          [
            .tag("meta", ["charset": "utf-8"]),
            .tag("meta", ["http-equiv": "Content-Security-Policy", "content": ReportPage.policy]),
            .tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            .tag("meta", ["name": "color-scheme", "content": "light dark"]),
            .tag("meta", ["name": "referrer", "content": "no-referrer"]),
            .tag("title", [:], title),
            .tag(
              "style", [:],
              [.verbatim(PageStyle.sheet), .verbatim(FigureStyle.sheet), .verbatim(LooksStyle.sheet)]),
          ]),
        .tag(
          "body", [:],
          [skip, header, main, footer] + ReportPage.scripts.map { .tag("script", [:], [.verbatim($0)]) }),
      ])
  }

  /// Nothing from elsewhere, pictures within the file, and the page's own scripts.
  private static var policy: String {
    let hashes = scripts.map { script in
      let hash = script.withUTF8Buffer { SHA256.hash($0) }
      return "'sha256-\(Data(hash).base64EncodedString())'"
    }
    return "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src "
      + hashes.joined(separator: " ") + "; base-uri 'none'; form-action 'none'"
  }

  private var skip: Markup { .tag("a", ["class": "skip", "href": "#content"], "Skip to the content") }

  private var header: Markup {
    let top = Markup.tag(
      "div", ["class": "over"],
      [
        .tag("span", [:], "Report of a training run"),
        .tag("button", ["id": "theme", "type": "button", "hidden": "hidden"], "Dark colors"),
      ])
    return .tag("header", ["class": "page"], [top, .tag("h1", [:], title)] + head)
  }

  private var main: Markup {
    let entries = sections.map { section in
      Markup.tag("li", [:], [.tag("a", ["href": "#\(section.id)"], section.title)])
    }
    let contents = Markup.tag(
      "nav", ["aria-labelledby": "contents"],
      [.tag("h2", ["id": "contents"], "Contents"), .tag("ol", [:], entries)])
    let parts = sections.map { section in
      Markup.tag(
        "section", ["id": section.id, "aria-labelledby": "\(section.id)-heading"],
        [.tag("h2", ["id": "\(section.id)-heading"], section.title)] + section.content)
    }
    return .tag(
      "div", ["class": "page body"], [contents, .tag("main", ["id": "content", "tabindex": "-1"], parts)])
  }

  private var footer: Markup { .tag("footer", ["class": "page"], [.tag("div", [:], foot)]) }
}
