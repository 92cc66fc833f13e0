import Foundation
import Recipes

/// The exit codes of the program: those of `sysexits.h`, and 128 plus the number of a signal.
enum ExitCode: Int32, CaseIterable, Sendable {
  case usage = 64
  case data = 65
  case noInput = 66
  case software = 70
  case system = 71
  case cannotCreate = 73
  case inputOutput = 74
  case temporary = 75
  case noPermission = 77
  case configuration = 78

  /// The meaning, for the help.
  var meaning: String {
    switch self {
    case .usage: "the command line is wrong"
    case .data: "photographs or tables are wrong, or some were left out"
    case .noInput: "a file cannot be read, or there is nothing to read"
    case .software: "the program met a mistake of its own, or got no more memory"
    case .system: "the system has no memory"
    case .cannotCreate: "a file or folder cannot be written, as on a full disk"
    case .inputOutput: "what was printed could not be written"
    case .temporary: "another run is in the folder, or ranks are lost"
    case .noPermission: "there is no permission for a file or folder"
    case .configuration: "the settings cannot work: memory, disk, divergence, a file of settings"
    }
  }

  /// The code of an error.
  static func of(_ error: any Error) -> Int32 {
    switch error {
    case let refusal as Arguments.Refusal: refusal.code.rawValue
    case let error as FileError: code(of: error).rawValue
    case is OutOfMemory: system.rawValue
    case let error as RunError: code(of: error)
    case is PipelineErrors, is MemoryShortage, is ResultSectionsError, is RankError: configuration.rawValue
    case DataError.tooLarge: configuration.rawValue
    case WeightsError.unreadable(let file, let reason):
      code(of: FileError.unreadable(file: file, reason: reason)).rawValue
    case is DataError, is ManifestError, is CSVError, is ImageError, is WeightsError, is AuditError,
      is CollectionError, is ExportError:
      data.rawValue
    default: software.rawValue
    }
  }

  private static func code(of error: RunError) -> Int32 {
    switch error {
    case .stopped(_, _, cause: nil): Signals.status
    case .stopped: cannotCreate.rawValue
    case .inUse: temporary.rawValue
    case .notFinite, .diverged: configuration.rawValue
    case .noClassifier, .otherNetwork, .otherPreparation, .noInput: data.rawValue
    }
  }

  private static func code(of error: FileError) -> ExitCode {
    switch error {
    case .unreadable(let file, _):
      return access(file, F_OK) == 0 && access(file, R_OK) != 0 && errno == EACCES ? .noPermission : .noInput
    case .unwritable(let file, _):
      var place = URL(filePath: file)
      while access(place.path, F_OK) != 0, place.path != "/" { place = place.deletingLastPathComponent() }
      return access(place.path, W_OK) != 0 && errno == EACCES ? .noPermission : .cannotCreate
    case .noRoom: return .cannotCreate
    }
  }
}
