/// A guideline for papers: what each item asks for, and what a run can say to it.
struct Checklist {
  /// An item.
  struct Item {
    /// The number in the guideline.
    let number: String
    /// The part of the paper.
    let part: String
    /// What it asks for, in words of our own.
    let question: String
    /// What the run says; nil if only the authors can.
    let answer: String?

    init(_ number: String, _ part: String, _ question: String, _ answer: String? = nil) {
      (self.number, self.part, self.question, self.answer) = (number, part, question, answer)
    }
  }

  /// Its name.
  let title: String
  /// Where it was published, and what an item is.
  let source: String
  let items: [Item]

  /// The items as a table, and how many the run answers.
  var content: [Markup] {
    let answered = items.count { $0.answer != nil }
    let rows = items.map { item -> [DataTable.Cell] in
      [
        .text(item.number), .text(item.part), .text(item.question),
        item.answer.map { .text($0) }
          ?? .markup([.tag("span", ["class": "open"], "To be answered by the authors.")]),
      ]
    }
    return [
      .tag("h3", [:], title), .tag("p", ["class": "note"], source),
      .tag(
        "details", [:],
        [
          .tag("summary", [:], "\(answered) of \(items.count) items have an answer from the run"),
          DataTable("", header: ["Item", "Part", "Asks for", "From the run"], rows: rows).markup,
        ]),
    ]
  }
}
