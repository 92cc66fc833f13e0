import Foundation
import Recipes
import Testing

/// Words for what is missing, and other things that are not what they look like.
@Suite struct FieldReaderTests {
  private let folder: PhotographFolder

  init() throws { folder = try PhotographFolder((1...4).map { "\($0).ppm" }) }

  private func reading(_ rows: [String], classes: [String]? = nil) throws -> ManifestReading {
    let table = (["image,patient,label,split"] + rows).joined(separator: "\n")
    return try Dataset.reading(folder.write(table, to: "m.csv"), classes: classes)
  }

  @Test(
    arguments: [
      "nan", "NaN", "NA", "N/A", "#N/A", "None", "null", "NULL", "<NA>", "-", "?", "--", "n.a.", "#VALUE!",
      "#NAME?",
      "########", "\\N", "-1", "-1.0", "NaT", "#NV", "\u{A0}", ".", "Nan ",
    ])
  func wordsForWhatIsMissing(_ word: String) throws {
    let reading = try reading(["1.ppm,P1,x,", "2.ppm,\(word),x,", "3.ppm,P3,\(word),\(word)"])
    #expect(reading.dataset.lines == ["1.ppm P1 x train", "3.ppm P3 - train"])
    #expect(reading.problems.map(\.row) == [3])
    #expect(reading.problems.first?.fault == .noPatient)
    #expect(!reading.notes.isEmpty)
    #expect(!reading.hasSplits)
  }

  @Test func theyAreCounted() throws {
    let reading = try reading(["1.ppm,P1,NA,", "2.ppm,P2,nan,", "3.ppm,P3,NA,", "4.ppm,unknown,x,NULL"])
    #expect(
      reading.notes == [
        "Words that are read as no patient: unknown (1).",
        "Words that are read as no label: NA (2), nan (1).",
        "Words that are read as no split: NULL (1).", "No photograph can be used of: x (1).",
      ])
  }

  @Test func aLabelMayMeanAClass() throws {
    let rows = ["1.ppm,P1,unknown,", "2.ppm,P2,Other,", "3.ppm,P3,x,", "4.ppm,P4,None,"]
    let reading = try reading(rows)
    #expect(reading.dataset.classes == ["Other", "unknown", "x"])
    #expect(
      reading.notes.contains(
        "Other, unknown are classes of their own; leave labels empty where nobody knows."))
    let given = try self.reading(rows, classes: ["unknown", "Other", "x", "None"])
    #expect(given.dataset.lines.last == "4.ppm P4 None train")
  }

  @Test func invisibleCharactersAreReadWithoutAndSaid() throws {
    let reading = try reading([
      "1.ppm,Mu\u{308}ller,x\u{A0},train", "2.ppm,Müller,x,train\u{200B}", "3.ppm,\u{FEFF}P3,\u{3000}y,test",
    ])
    #expect(reading.dataset.lines == ["1.ppm Müller x train", "2.ppm Müller x train", "3.ppm P3 y test"])
    #expect(reading.problems.isEmpty)
    #expect(
      reading.notes == [
        "5 fields hold characters that nobody sees, such as non-breaking or zero-width spaces, and are read without "
          + "them."
      ])
  }

  @Test(arguments: ["1.23457E+11", "1,2E+05", "4e+12"]) func aShortenedNumberIsNobody(_ patient: String)
    throws
  {
    let reading = try reading(["1.ppm,\"\(patient)\",x,", "2.ppm,1e5,x,"])
    #expect(reading.dataset.lines == ["2.ppm 1e5 x train"])
    #expect(reading.problems.map(\.fault) == [.shortenedNumber(patient)])
  }

  @Test func jointLabelsAreToldOf() throws {
    let reading = try reading(["1.ppm,P1,x,", "2.ppm,P2,y,", "3.ppm,P3,x|y,", "4.ppm,P4,a/b,"])
    #expect(
      reading.notes == [
        "x|y is a class of its own; a photograph has one label, so write the one that is meant."
      ])
  }
}
