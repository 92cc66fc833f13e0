import Foundation
import Recipes

/// Baseline ratios and their origin. A file has one for each measured machine.
struct OperationBaseline: Codable {
  /// The command that wrote it.
  let command: String
  /// The processor, and OpenBLAS's kernels for it.
  let machine: String
  /// Times relative to the reference, by operation.
  let ratios: [String: Double]

  /// Creates a baseline of ratios measured on this machine.
  init(_ ratios: [String: Double]) {
    command = (["swift run StepBenchmark"] + CommandLine.arguments.dropFirst()).joined(separator: " ")
    machine = OperationBaseline.thisMachine
    self.ratios = ratios.mapValues { ($0 * 1000).rounded() / 1000 }
  }

  /// Reads the file's baseline for this machine, or its first if there is none.
  static func read(_ path: String) -> OperationBaseline {
    do {
      let baselines = try all(path)
      guard let first = baselines.first else { Arguments.exit("\(path) holds no baseline. \(advice)") }
      return baselines.first { $0.machine == thisMachine } ?? first
    } catch {
      Arguments.exit("\(path) cannot be read as a baseline: \(error.localizedDescription) \(advice)")
    }
  }

  /// Writes it in place of the file's baseline for this machine.
  func write(_ path: String) throws {
    let others = (try? OperationBaseline.all(path))?.filter { $0.machine != machine } ?? []
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = try encoder.encode((others + [self]).sorted { $0.machine < $1.machine })
    try AtomicFile.write(text + Data("\n".utf8), to: URL(filePath: path))
  }

  private static let advice = "`StepBenchmark --operations --record FILE` makes one."

  private static func all(_ path: String) throws -> [OperationBaseline] {
    try JSONDecoder().decode([OperationBaseline].self, from: Data(contentsOf: URL(filePath: path)))
  }

  /// The processor's name, and OpenBLAS's kernels for it.
  static var thisMachine: String { "\(processor), OpenBLAS \(blasKernelName)" }

  private static var processor: String {
    #if os(Linux)
      let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
      let name = text.split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last
      return name.map { $0.trimmingCharacters(in: .whitespaces) } ?? "an unnamed processor"
    #else
      var bytes = [UInt8](repeating: 0, count: 256), size = 256
      guard sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0) == 0 else {
        return "an unnamed processor"
      }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    #endif
  }
}
