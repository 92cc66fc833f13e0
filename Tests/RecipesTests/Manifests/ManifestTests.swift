import Foundation
import Recipes
import Testing

@Suite struct ManifestTests {
  @Test func readsAManifest() throws {
    let folder = try PhotographFolder(["skin/a b.ppm", "skin/ä.ppm", "c.ppm"])
    let other = try PhotographFolder(["1.ppm", "2.ppm", "3.ppm", "elsewhere.ppm"])
    let file = try folder.write(
      "\u{FEFF}Patient;IMAGE;age;label \r\nMüller;\"skin/a b.ppm\";55;nevus\r\nMüller;skin/ä.ppm;55;\r\n"
        + "P2;c.ppm;; acne \r\n\"P;3\";\(other.url.path)/elsewhere.ppm;7;nevus\r\n", to: "list.csv")
    let reading = try Dataset.reading(file, strict: true)
    let data = reading.dataset
    #expect(
      data.lines == [
        "skin/a b.ppm Müller nevus train", "skin/ä.ppm Müller - train", "c.ppm P2 acne train",
        "\(other.url.path)/elsewhere.ppm P;3 nevus train",
      ])
    #expect(data.classes == ["acne", "nevus"])
    #expect(reading.format == .manifest)
    #expect(!reading.hasSplits)
    #expect(reading.rows == 4)
    let widths = try data.photographs.indices.map { try data.image(at: $0).width }
    #expect(widths == [1, 1, 1, 1])
    #expect(
      reading.summary == """
        \(file.path), read as manifest: 4 rows
                     train
        photographs      4
        patients         3
        labelled         3
          acne           1
          nevus          2
        """)
  }

  @Test func givenSplitsAreUsed() throws {
    let folder = try PhotographFolder((1...6).map { "\($0).ppm" })
    let file = try folder.write(
      "image,patient,label,split\n1.ppm,A,x,Val\n2.ppm,A,x,\n3.ppm,B,y,valid\n4.ppm,C,x,test\n5.ppm,D,x,\n"
        + "6.ppm,E,y,train\n", to: "manifest.csv")
    let reading = try Dataset.reading(folder.url)
    #expect(reading.hasSplits)
    #expect(reading.dataset.splits == [.validation, .validation, .validation, .test, .train, .train])
    #expect(
      reading.notes == [
        "2 photographs have no split: 1 are put where their patient's others are, 1 into train."
      ])
    #expect(
      reading.dataset.summary == """
                     train  validation  test
        photographs      2           3     1
        patients         2           2     1
        labelled         2           3     1
          x              1           2     1
          y              1           1     0
        """)
    _ = file
  }

  @Test func theSourceFollowsTheManifest() throws {
    let folder = try PhotographFolder(["a.ppm"])
    let first = try Dataset.reading(folder.write("image,patient,label\na.ppm,P,x\n", to: "m.csv"))
    let same = try Dataset.reading(folder.write("image,patient,label\na.ppm,P,x\n", to: "n.csv"))
    let other = try Dataset.reading(folder.write("image,patient,label\na.ppm,P,y\n", to: "m.csv"))
    #expect(first.dataset.source == same.dataset.source)
    #expect(first.dataset.source != other.dataset.source)
    #expect(first.dataset.fingerprint != other.dataset.fingerprint)
    // Columns that only some stages read do not count.
    let more = try Dataset.reading(folder.write("image,patient,label,age\na.ppm,P,x,4\n", to: "m.csv"))
    #expect(first.dataset.fingerprint == more.dataset.fingerprint)
  }

  @Test func readsAFolderOfClasses() throws {
    let folder = try PhotographFolder([
      "nevus/1.PPM", "nevus/2.ppm", "acne/1.ppm", "unlabelled/3.ppm", "4.ppm", "nevus/old/5.ppm", ".x/6.ppm",
    ])
    try folder.write("?", to: "nevus/notes.txt")
    try folder.write("?", to: "empty/.hidden")
    let reading = try Dataset.reading(folder.url)
    #expect(
      reading.dataset.lines == [
        "4.ppm 4.ppm - train", "acne/1.ppm acne/1.ppm acne train", "nevus/1.PPM nevus/1.PPM nevus train",
        "nevus/2.ppm nevus/2.ppm nevus train", "unlabelled/3.ppm unlabelled/3.ppm - train",
      ])
    #expect(reading.format == .folders)
    #expect(
      reading.problems.map(\.description) == [
        "nevus/notes.txt is of no kind that is read (JPEG, PNG, PPM, PGM, BMP); convert it or move it elsewhere.",
        "nevus/old is a folder within a class; move its photographs to the folder of their class.",
      ])
    #expect(
      reading.notes == [
        "Every photograph counts as a patient of its own.",
        "2 photographs are in no class's folder and have no label.", "No photographs are in: empty.",
      ])
    #expect(try reading.dataset.image(at: 0).height == 1)
  }

  @Test func readsHAM10000() throws {
    let folder = try PhotographFolder([
      "HAM10000_images_part_1/ISIC_1.jpg", "HAM10000_images_part_2/ISIC_2.jpg", "ISIC_3.jpg",
    ])
    try folder.write(
      "lesion_id,image_id,dx,dx_type,age,sex,localization\nHAM_1,ISIC_1,nv,histo,80.0,male,scalp\n"
        + "HAM_1,ISIC_2,nv,histo,80.0,male,scalp\nHAM_2,ISIC_3,mel,histo,,male,ear\n"
        + "HAM_3,ISIC_4,mel,histo,,male,ear\n", to: "HAM10000_metadata")
    let reading = try Dataset.reading(folder.url)
    #expect(reading.format == .ham10000)
    #expect(
      reading.dataset.lines == ["ISIC_1 HAM_1 nv train", "ISIC_2 HAM_1 nv train", "ISIC_3 HAM_2 mel train"])
    #expect(
      reading.problems.map(\.description) == [
        "row 5, column image_id: there is no file ISIC_4; correct the path, capitals included, or delete the row."
      ])
    #expect(try reading.dataset.image(at: 1).width == 1)
  }

  @Test(arguments: ["dataset/", ""]) func readsSCIN(below: String) throws {
    let folder = try PhotographFolder((1...4).map { "\(below.isEmpty ? "" : "dataset/")images/\($0).ppm" })
    let cases = try folder.write(
      """
      case_id,source,image_1_path,image_2_path,image_3_path
      -10,SCIN,dataset/images/1.ppm,dataset/images/2.ppm,
      11,SCIN,dataset/images/3.ppm,,
      12,SCIN,,,
      13,SCIN,dataset/images/4.ppm,,dataset/images/1.ppm
      """, to: below + "scin_cases.csv")
    try folder.write(
      """
      case_id,weighted_skin_condition_label
      -10,"{'Psoriasis': 0.3, ""Kaposi's sarcoma"": 0.41, 'Acne': 0.29}"
      11,{}
      13,"{'Acne': much}"
      """, to: below + "scin_labels.csv")
    for location in [folder.url, cases] {
      let reading = try Dataset.reading(location)
      #expect(reading.format == .scin)
      #expect(
        reading.dataset.lines == [
          "dataset/images/1.ppm -10 Kaposi's sarcoma train",
          "dataset/images/2.ppm -10 Kaposi's sarcoma train",
          "dataset/images/3.ppm 11 - train", "dataset/images/4.ppm 13 - train",
        ])
      #expect(
        reading.problems.map(\.description) == [
          "row 4, column weighted_skin_condition_label of scin_labels.csv: \"{'Acne': much}\" is not a dictionary such "
            + "as {'Eczema': 0.41}; correct it or leave it empty.",
          "row 4, column image_1_path: no photograph is named; write its path or delete the row.",
          "row 5, column image_3_path: dataset/images/1.ppm is already in row 2; delete one of the two.",
        ])
      #expect(reading.skipped == 2)
      #expect(try reading.dataset.image(at: 3).width == 1)
    }
  }

  @Test func aFormatMayBeForced() throws {
    let folder = try PhotographFolder(["a.ppm", "x/b.ppm"])
    let file = try folder.write("image,patient,label\na.ppm,P,x\n", to: "manifest.csv")
    #expect(try Dataset.reading(folder.url, format: .manifest).dataset.photographs.count == 1)
    #expect(try Dataset.reading(folder.url, format: .folders).dataset.photographs.count == 2)
    let noColumn = #expect(throws: CSVError.self) { try Dataset.reading(file, format: .ham10000) }
    #expect(noColumn?.description.contains("has no column \"image_id\"") == true)
    let noTable = #expect(throws: ManifestError.self) { try Dataset.reading(folder.url, format: .scin) }
    #expect(
      noTable?.description
        == "\(folder.url.path) is not a folder with scin_cases.csv or dataset/scin_cases.csv: check the path."
    )
    let noFolder = #expect(throws: ManifestError.self) { try Dataset.reading(file, format: .folders) }
    #expect(
      noFolder?.description == "\(file.path) is not a folder with a folder for each class: check the path.")
    let empty = try ScratchFolder()
    let nothing = #expect(throws: ManifestError.self) { try Dataset.reading(empty.url) }
    #expect(nothing?.description == "\(empty.url.path) names no photographs: check that it is the right one.")
  }
}
