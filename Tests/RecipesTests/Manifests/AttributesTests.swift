import Foundation
import Recipes
import Testing

/// The attributes of photographs: the columns that a manifest does not use itself.
struct AttributesTests {
  @Test func aTablesOtherColumnsAreKept() throws {
    let folder = try PhotographFolder(["a.ppm", "b.ppm"])
    let file = try folder.write(
      """
      image,patient,Age ,label,Sex,split,,note
      a.ppm,P1,61,x, F,train,1,"crusts, ""many\"""
      b.ppm,P2,,y,\u{200B}m\u{A0},test,2,
      """, to: "m.csv")
    let photographs = try Dataset.reading(file).dataset.photographs
    #expect(photographs[0].attributes == ["Age": "61", "Sex": "F", "note": "crusts, \"many\""])
    #expect(photographs[1].attributes == ["Sex": "m"])
  }

  @Test func columnsOfOtherFormatsAreKept() throws {
    let folder = try PhotographFolder(["part/ISIC_1.ppm"])
    try folder.write(
      "lesion_id,image_id,dx,dx_type,age,sex\nL1,ISIC_1,nv,histo,80.0,male\n", to: "HAM10000_metadata.csv")
    let photographs = try Dataset.reading(folder.url).dataset.photographs
    #expect(photographs.map(\.attributes) == [["dx_type": "histo", "age": "80.0", "sex": "male"]])
    let classes = try PhotographFolder(["x/a.ppm"])
    #expect(try Dataset.reading(classes.url).dataset.photographs.map(\.attributes) == [[:]])
  }

  @Test func bothTablesOfSCINAreKept() throws {
    let folder = try PhotographFolder(["images/1.ppm", "images/2.ppm", "images/3.ppm"])
    try folder.write(
      """
      case_id,image_1_path,image_2_path,image_3_path,textures_flat,both
      7,images/1.ppm,images/2.ppm,,YES,own
      8,images/3.ppm,,,,
      """, to: "scin_cases.csv")
    try folder.write(
      """
      case_id,weighted_skin_condition_label,monk,both
      7,{'Acne': 0.4},3,other
      """, to: "scin_labels.csv")
    let photographs = try Dataset.reading(folder.url).dataset.photographs
    let own = ["textures_flat": "YES", "both": "own", "monk": "3"]
    #expect(photographs.map(\.attributes) == [own, own, [:]])
  }

  @Test func columnsOfOneNameAreSaid() throws {
    let folder = try PhotographFolder(["a.ppm"])
    let file = try folder.write("image,patient,label,age,Age,size\na.ppm,P,x,1,2,3\n", to: "m.csv")
    let reading = try Dataset.reading(file)
    #expect(reading.dataset.photographs[0].attributes == ["size": "3"])
    #expect(reading.notes == ["Columns with the name of another are passed over: age, Age; rename them."])
  }

  @Test func theyGoWithTheirPhotographs() throws {
    let folder = try PhotographFolder((0..<8).map { "\($0).ppm" })
    let rows = (0..<8).map { "\($0).ppm,P\($0),\($0 % 2),\($0)\n" }.joined()
    let dataset = try Dataset.reading(
      folder.write("image,patient,label,number\n" + rows, to: "m.csv")
    ).dataset.split(seed: 0, validation: 0.25, test: 0.25).loaded()
    let numbers = dataset.photographs.map { $0.attributes["number"] }
    #expect(numbers == (0..<8).map { "\($0)" })
  }
}
