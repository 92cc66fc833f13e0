extension RunReport {
  /// The methods in sentences, and what two guidelines ask of a paper.
  var methods: [ReportSection] {
    guard let text = MethodsText(of: self), let answers = RunAnswers(of: self) else { return [] }
    let intro =
      "A draft of what a paper says about the methods, and the items of two guidelines that a run can answer."
      + " The questions are in words of our own: papers are checked against the published ones."
    return [
      ReportSection(
        "methods", "Methods and checklists",
        [.tag("p", [:], intro)] + text.content + Checklist.claim(answers).content
          + Checklist.tripod(answers).content)
    ]
  }
}
