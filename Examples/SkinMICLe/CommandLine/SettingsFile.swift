import Foundation
import Recipes

/// The settings of a run in a file: a JSON object with a text for each flag, by its name without dashes.
///
///     {"epochs": "8", "network": "tiny", "strict": "yes"}
enum SettingsFile {
  /// The name in the folder of a run.
  static let name = "settings.json"
  /// The largest size in bytes.
  static let largest = 1 << 20

  /// Reads the settings by name.
  ///
  /// - Throws: `Refusal` if the file cannot be read or is not an object of texts.
  static func read(_ path: String) throws(Arguments.Refusal) -> [String: String] {
    func refusal(_ reason: String, _ code: ExitCode) -> Arguments.Refusal {
      .init(description: "\(path) could not be read (\(reason)).", code: code)
    }
    let bytes: [UInt8]
    do throws(FileBytes.Refusal) { bytes = try FileBytes.start(of: path, largest: largest).bytes } catch {
      let code: ExitCode =
        switch error {
        case .system(EACCES): .noPermission
        case .system, .noFile: .noInput
        case .tooLarge: .configuration
        }
      throw refusal(error.text(of: "settings"), code)
    }
    guard let text = String(bytes: bytes, encoding: .utf8) else {
      throw refusal("it is no text in UTF-8", .configuration)
    }
    do { return try TextObject(text).members } catch {
      throw .init(description: "\(path), line \(error.line): \(error.reason)", code: .configuration)
    }
  }

  /// Writes settings, in the order of their names.
  static func write(_ settings: [String: String], in folder: URL) throws(FileError) {
    try AtomicFile.write(json: settings, to: folder.appending(path: name))
  }
}

extension Arguments {
  /// Takes the settings in a file, except those that are flags of the command line.
  mutating func takeSettings(from file: String) throws(Refusal) {
    let settings = try SettingsFile.read(file)
    let known = Subcommand.run.flags.filter(\.isSetting)
    for (key, text) in settings.inKeyOrder {
      guard let flag = known.first(where: { $0.key == key }) else {
        throw Refusal(description: "\(file): \(Arguments.reason(unknown: key, known))", code: .configuration)
      }
      guard !given.contains(key) else { continue }
      do { try flag.read(&self, flag.name, text) } catch {
        throw Refusal(description: "\(file): \(error)", code: .configuration)
      }
      fromFile.insert(key)
    }
  }

  private static func reason(unknown key: String, _ known: [Flag]) -> String {
    if Flag.all.contains(where: { $0.key == key }) {
      return "\"\(key)\" is a flag of the command line alone; take it out of the file."
    }
    let guess = known.map(\.key).closest(to: key).map { " (did you mean \"\($0)\"?)" } ?? ""
    return "\"\(key)\" is no setting\(guess); help describe lists the flags there are."
  }
}
