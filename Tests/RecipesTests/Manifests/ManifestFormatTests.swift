import Foundation
import Recipes
import Testing

/// Which table describes the photographs of a folder.
@Suite struct ManifestFormatTests {
  @Test(
    arguments: [
      ("metadata.csv", "patient_id,lesion_id,diagnostic,img_id\nP1,1,x,a.ppm\nP2,2,y,b.ppm\n"),
      ("meta data.TSV", "Patient ID\tImage-Name\tDiagnosis\nP1\ta\tx\nP2\tb\ty\n"),
      ("list.tab", "\"image\"\t\"subject\"\t\"label\"\n\"a\"\t\"P1\"\t\"x\"\n\"b\"\t\"P2\"\t\"y\"\n"),
      ("table.txt", "image;patient;label\na.ppm;P1;x\nb.ppm;P2;y\n"),
    ])
  func theTableBesidePhotographsIsRead(_ name: String, _ text: String) throws {
    let folder = try PhotographFolder(["imgs_part_1/imgs_part_1/a.ppm", "imgs_part_2/b.ppm"])
    try folder.write(text, to: name)
    try folder.write("not a table\n", to: "readme.txt")
    try folder.write("?", to: "._\(name)")
    let reading = try Dataset.reading(folder.url)
    #expect(reading.format == .manifest)
    #expect(reading.dataset.photographs.map(\.patient) == ["P1", "P2"])
    #expect(reading.dataset.classes == ["x", "y"])
    #expect(reading.problems.isEmpty)
    #expect(reading.notes.first == "\(name) in it is read.")
  }

  @Test(arguments: ["HAM10000_metadata.tab", "ham10000_metadata.CSV", "HAM10000_metadata"])
  func metadataOfHAM10000HasManyNames(_ name: String) throws {
    let folder = try PhotographFolder([
      "HAM10000_images_part_1/ISIC_1.jpg", "ham10000_images_part_2/ISIC_2.JPG",
    ])
    try folder.write(
      "lesion_id\timage_id\tdx\n\"L1\"\t\"ISIC_1\"\t\"nv\"\n\"L2\"\t\"ISIC_2\"\t\"mel\"\n", to: name)
    let reading = try Dataset.reading(folder.url)
    #expect(reading.format == .ham10000)
    #expect(reading.dataset.lines == ["ISIC_1 L1 nv train", "ISIC_2 L2 mel train"])
  }

  @Test(
    arguments: [
      ("image,MEL,NV\na,1,0\n", "has no column \"patient\""),
      (
        "isic_id,patient_id,diagnosis,target\na,P1,nevus,0\n",
        "has no column \"label\", but \"diagnosis\", \"target\" may be meant"
      ),
      ("PK\u{3}\u{4}", "is no table of text but a workbook"), ("", "is empty"),
    ])
  func foldersBesideAnUnknownTableAreNoClasses(_ text: String, _ told: String) throws {
    let folder = try PhotographFolder(["nevus/a.ppm", "eczema/b.ppm"])
    try folder.write(text, to: "GroundTruth.csv")
    let error = #expect(throws: ManifestError.self) { try Dataset.reading(folder.url) }
    #expect(error?.description.contains("/GroundTruth.csv \(told)") == true)
    #expect(error?.description.contains("--format folders") == true)
    #expect(try Dataset.reading(folder.url, format: .folders).dataset.classes == ["eczema", "nevus"])
  }

  @Test func severalTablesAreRefused() throws {
    let folder = try PhotographFolder(["a.ppm"])
    for name in ["one.csv", "two.csv"] { try folder.write("image,patient,label\na.ppm,P,x\n", to: name) }
    let error = #expect(throws: ManifestError.self) { try Dataset.reading(folder.url) }
    #expect(
      error?.description.contains("several tables of photographs, one.csv, two.csv: name the one") == true)
    try folder.write("image,patient,label\na.ppm,Q,x\n", to: "manifest.csv")
    #expect(try Dataset.reading(folder.url).dataset.lines == ["a.ppm Q x train"])
  }

  @Test func otherNamesOfColumnsAreSaid() throws {
    let folder = try PhotographFolder(["a.ppm"])
    let file = try folder.write("file_name,label,patient_id,Patient\na,x,1,P\n", to: "m.csv")
    let reading = try Dataset.reading(file)
    #expect(reading.dataset.lines == ["a P x train"])
    #expect(reading.notes.first == "Columns are read under other names: file_name as image.")
  }
}
