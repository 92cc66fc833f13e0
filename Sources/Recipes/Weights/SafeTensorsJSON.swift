/// The JSON header of a safetensors file, before validation.
struct SafeTensorsJSON: Codable {
  /// The entry of one tensor; nil for missing values and values of the wrong type.
  struct Entry: Codable {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?

    private enum CodingKeys: String, CodingKey {
      case type = "dtype", shape, offsets = "data_offsets"
    }
  }

  /// The key of the metadata.
  static let metadataKey = "__metadata__"

  var entries: [String: Entry]
  /// The metadata; nil if they are not a dictionary of strings.
  var metadata: [String: String]?

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

extension SafeTensorsJSON.Entry {
  init(from decoder: any Decoder) throws {
    let container = try? decoder.container(keyedBy: CodingKeys.self)
    type = try? container?.decode(String.self, forKey: .type)
    shape = try? container?.decode([Int].self, forKey: .shape)
    offsets = try? container?.decode([Int].self, forKey: .offsets)
  }
}

extension SafeTensorsJSON {
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    entries = [:]
    metadata = [:]
    for key in container.allKeys {
      if key.stringValue == SafeTensorsJSON.metadataKey {
        // Some writers write null for missing metadata.
        let isNull = (try? container.decodeNil(forKey: key)) ?? false
        metadata = isNull ? [:] : try? container.decode([String: String].self, forKey: key)
      } else {
        entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
      }
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    if let metadata, !metadata.isEmpty {
      try container.encode(metadata, forKey: Key(stringValue: SafeTensorsJSON.metadataKey))
    }
    for (name, entry) in entries { try container.encode(entry, forKey: Key(stringValue: name)) }
  }
}
