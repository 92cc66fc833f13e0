import Foundation
import Testing

@testable import Recipes

/// What a terminal of a fake width is given at fake times, byte for byte.
struct TerminalProgressTests {
  /// A terminal and its clock.
  private final class Screen {
    var (time, text) = (0.0, "")
    var width: Int? = 80

    /// What was written since the last call.
    func taken() -> String {
      defer { text = "" }
      return text
    }

    func progress(of work: [StageWork] = Events.work) -> TerminalProgress {
      TerminalProgress(of: work, width: { self.width }, clock: { self.time }, write: { self.text += $0 })
    }
  }

  @Test(arguments: [
    (40, "simclr  5 %  about 20 s, 1 min in all"),
    (80, "simclr  epoch 1/4  [>            ]  5 %  512 images/s  about 20 s, 1 min in all"),
    (
      200,
      "simclr  epoch 1/4  [=>                          ]  5 %  512 images/s  about 20 s, 1 min in all"
    ),
  ])
  func theLineFits(width: Int, line: String) {
    let screen = Screen()
    screen.width = width
    let progress = screen.progress()
    progress(.stageBegan(Events.beginning))
    progress(Events.step(1, seconds: 0.5))
    _ = screen.taken()
    screen.time = 1
    progress(Events.step(2, seconds: 1))
    #expect(screen.taken() == "\r\(line)\u{1B}[K")
    #expect(line.count < width)
  }

  /// Photographs are counted without stages, with the time left at the rate so far.
  @Test func photographsAreCounted() {
    let screen = Screen()
    let progress = screen.progress()
    progress.show("features", done: 0, of: 400)
    #expect(screen.taken() == "\r" + "features  [>                           ]  0 %\u{1B}[K")
    screen.time = 0.05
    progress.show("features", done: 50, of: 400)
    #expect(screen.taken() == "")
    screen.time = 5
    progress.show("features", done: 100, of: 400)
    let line = "features  [=======>                    ]  25 %  20 images/s  about 15 s"
    #expect(screen.taken() == "\r\(line)\u{1B}[K")
    // So are those of a stage, whose line goes when they are there.
    progress(.features(stage: "head", done: 0, total: 64))
    _ = screen.taken()
    screen.time = 7
    progress(.features(stage: "head", done: 64, total: 64))
    #expect(screen.taken().hasSuffix("  100 %  32 images/s  about 1 s\u{1B}[K\r\u{1B}[K"))
    screen.width = nil
    progress.show("features", done: 400, of: 400)
    #expect(screen.taken() == "")
  }

  @Test func linesOfTheLogStandAboveIt() {
    let screen = Screen()
    let progress = screen.progress()
    progress(Events.step(1, seconds: 0.5))
    let line = "simclr  epoch 1/4  [>                           ]  2 %  512 images/s"
    #expect(screen.taken() == "\r\(line)\u{1B}[K")
    progress.say("a remark")
    #expect(screen.taken() == "\r\u{1B}[Ka remark\n\r\(line)\u{1B}[K")
    progress(.warning(stage: "simclr", "collapses"))
    #expect(screen.taken() == "\r\u{1B}[Ksimclr  collapses\n\r\(line)\u{1B}[K")
    progress(Events.end)
    #expect(screen.taken() == "\r\u{1B}[K")
    progress.say("the end")
    progress.finish()
    #expect(screen.taken() == "the end\n")
  }

  @Test func itIsNotRewrittenForEveryStep() {
    let screen = Screen()
    let progress = screen.progress()
    progress(Events.step(1, seconds: 0.01))
    _ = screen.taken()
    screen.time = 0.09
    progress(Events.step(2, seconds: 0.1))
    #expect(screen.taken() == "")
    screen.time = 0.11
    progress(Events.step(3, seconds: 0.11))
    #expect(screen.taken() != "")
    progress(Events.step(10, seconds: 0.12))  // the last of an epoch
    #expect(screen.taken().contains(" 25 % "))
  }

  @Test func elsewhereThereAreOnlyLines() {
    let screen = Screen()
    screen.width = nil
    let progress = screen.progress()
    let long = String(repeating: "word ", count: 60)
    progress(.stageBegan(Events.beginning))
    progress(Events.step(1, seconds: 1))
    progress(.note(stage: "simclr", long))
    progress(Events.epoch(1))
    progress.finish()
    let events: [RunEvent] = [.stageBegan(Events.beginning), .note(stage: "simclr", long), Events.epoch(1)]
    #expect(screen.text == events.compactMap(\.line).map { $0 + "\n" }.joined())
  }

  @Test func longLinesAreBrokenBetweenWords() {
    let screen = Screen()
    screen.width = 20
    let progress = screen.progress()
    progress.say("simclr  takes 116 MiB of memory for a/very/long/path/of/a/file, and more\n├─ short")
    #expect(
      screen.taken() == """
        simclr  takes 116
            MiB of memory
            for
            a/very/long/path/of/a/file,
            and more
        ├─ short

        """)
  }

  @Test func controlCharactersOfNamesAreNotObeyed() {
    let screen = Screen()
    let progress = screen.progress()
    progress.say("a\u{1B}[2Jb")
    progress(Events.step(1, seconds: 1, stage: "x\u{1B}]0;y\u{7}\r\n"))
    let controls = screen.text.replacing("\r", with: "").replacing("\u{1B}[K", with: "").unicodeScalars
      .filter { $0.value < 0x20 && $0 != "\n" }
    #expect(controls.isEmpty && screen.text.contains("a\\u{1B}[2Jb"))
  }

  @Test(arguments: [1, 2, 5, 9, 12, 20, 30, 47, 61, 80, 132])
  func noWidthIsExceeded(width: Int) {
    for title in [
      "s", "a long title of a stage, 10 % of labels, repetition 3", "皮膚の写真の分類",
      "e\u{301}e\u{301}",
    ] {
      for (ofStage, ofRun) in [(nil, nil), (3, 4), (1e9, 1e10), (86_400, 864_000)] as [(Double?, Double?)] {
        let step = StepProgress(
          stage: title, epoch: 12, epochs: 400, step: 3, steps: 10, images: 1000, seconds: 0.1)
        let line = ProgressLine(step: step, left: (ofStage, ofRun)).text(width: width)
        #expect(line.columns <= width, "\(line)")
      }
    }
  }

  @Test(arguments: [
    (0, "1 s"), (0.4, "1 s"), (9, "9 s"), (12, "10 s"), (13, "15 s"), (54, "55 s"), (56, "1 min"),
    (89, "1 min"),
    (91, "2 min"), (3569, "59 min"), (3571, "1 h"), (12_000, "3 h 20 min"), (86_000, "23 h 55 min"),
    (86_400, "1 d"), (200_000, "2 d 8 h"), (1e12, "years"), (.nan, "years"), (-5, "1 s"),
  ])
  func timesAreRounded(seconds: Double, text: String) { #expect(AboutTime.text(seconds) == text) }
}
