/// A column of a manifest, by its own name or one used in common datasets.
enum ManifestColumn: String {
  case image, patient, label

  /// Its own name.
  var name: String { rawValue }

  // In lowercase without spaces, `_` and `-`. A lesion or a visit is not a patient.
  private var otherNames: Set<String> {
    switch self {
    case .image:
      [
        "imageid", "imagename", "imagepath", "imagefile", "imagefilename", "img", "imgid", "imgname",
        "imgpath", "imgfile",
        "file", "filename", "filepath", "path", "photo", "photoid", "photograph", "picture", "isicid",
        "md5hash",
      ]
    case .patient: ["patientid", "patientnumber", "patid", "subject", "subjectid", "person", "personid"]
    case .label:
      [
        "labels", "diagnosis", "diagnostic", "dx", "class", "classname", "condition", "disease", "category",
        "target",
      ]
    }
  }

  /// Returns its index in a table: the column of its name or, if there is none, the only one with another of
  /// its names.
  ///
  /// - Throws: `CSVError` if there is none or more than one.
  func place(in table: CSV) throws(CSVError) -> Int {
    if table.hasColumns([name]) { return try table.column(name) }
    let places = table.header.indices.filter { place in
      otherNames.contains(table.header[place].lowercased().filter { !"_- ".contains($0) })
    }
    if places.count > 1 {
      throw .ambiguousColumn(file: table.file, column: name, candidates: places.map { table.header[$0] })
    }
    guard let place = places.first else {
      throw .missingColumn(file: table.file, column: name, header: table.header)
    }
    return place
  }
}
