import Foundation

extension ClusterForecast {
  /// The rates, a table of numbers of machines, what the run takes on those asked for, and where more are no
  /// use.
  public var summary: String {
    let head = ["machines", "hours", "machine-hours", "efficiency", "memory", "sent a step", "most lost to"]
    let table = [head] + rows.map(\.cells)
    let asked = rows.first { $0.machines == machines }
    return
      ([introduction, ""] + table.aligned(numbersFrom: 0) + ["", asked?.sentence ?? ""] + spread
      + [end, accuracy])
      .joined(separator: "\n")
  }

  private var introduction: String {
    let pairs = isMixed ? String(format: "%.0f in bfloat16, ", 1e-9 / rates.pairs.operation) : ""
    let speeds =
      String(format: "%.0f GFLOP/s of products, ", 1e-9 / rates.direct.operation) + pairs
      + String(
        format: "%.0f by Winograd's algorithm, %.0f GB/s of memory", 1e-9 / rates.winograd.operation,
        1e-9 / rates.byte)
    let threads = rates.threads == 1 ? "1 thread" : "\(rates.threads) threads"
    let network = String(format: "%g", bitsPerSecond / 1e9)
    return "On machines like this one (\(threads); \(speeds)) with \(network) Gbit/s between them, by a "
      + "model of its steps:"
  }

  private var accuracy: String {
    "These are estimates: the model was within 25 % of the steps that it was checked on, and slow files are "
      + "not in it."
  }
}

extension ClusterForecast.Row {
  fileprivate var cells: [String] {
    let hours = seconds / 3600
    return [
      "\(machines)", hours.inHours, (hours * Double(machines)).inHours,
      String(format: "%.0f %%", 100 * efficiency), SystemMemory.text(memory),
      machines == 1 ? "-" : SystemMemory.text(bytesPerStep), loss ?? "-",
    ]
  }

  fileprivate var sentence: String {
    let time = AboutTime.text(seconds)
    let memory = "\(SystemMemory.text(memory)) of memory"
    if machines == 1 { return "One machine takes about \(time) and \(memory)." }
    let hours = (seconds / 3600 * Double(machines)).inHours
    return "\(machines) machines take about \(time), \(hours) machine-hours and \(memory) each; they send "
      + "\(String(format: "%.1f", bytes / 0x1p40)) TiB in all."
  }
}

extension Double {
  fileprivate var inHours: String { self < 9.95 ? NumberFormat.digits(2)(self) : NumberFormat.count(self) }
}
