@testable import Recipes

extension SampleRun {
  /// A run whose every name tries to be more than a name.
  static var hostile: SampleRun {
    var run = SampleRun()
    let attack =
      "</title></script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    run.name = attack
    run.classes = [
      attack, "\" onmouseover=\"document.title='owned'\" x=\"", "מחלת עור",
      String(repeating: "very-long-name-without-a-space", count: 40), "&amp;lt;b&gt;",
    ]
    run.branches = [
      ("<svg onload=alert(1)>\u{202E}desrever\u{2066}", 0.6), ("'><b id=owned>", 1.4),
      (String(repeating: "W", count: 3000), 2),
    ]
    run.settings = ["<i id=owned>": "</td></table><h1 id=\"owned\">", "a&b": "&lt;script&gt;"]
    run.warnings = [
      ("simclr", "<iframe src=\"https://example.com\"></iframe>"),
      ("\u{202E}nul\u{0}", "bell\u{7} \u{1B}[31m \u{2028}"),
    ]
    run.patients = 60
    return run
  }
}
