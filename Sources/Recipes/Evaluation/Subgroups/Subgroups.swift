import Foundation

/// Samples divided by the values of a column.
struct Subgroups {
  /// The groups with their names and samples; none is empty.
  let groups: [(name: String, samples: [Int])]

  /// The largest number of different numbers that are groups of their own.
  private static let mostNumbers = 6
  /// The largest number of values that are groups of their own.
  private static let mostValues = 12

  /// Divides the samples; `values` has the text of the column for each.
  init(of values: [String], cuts: [Double]?) {
    let texts = values.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    let known = texts.indices.filter { !texts[$0].isEmpty && !MissingWord.isNobody(texts[$0]) }
    let numbers = known.compactMap { Double(texts[$0]) }.filter(\.isFinite)
    let areNumbers = !known.isEmpty && numbers.count == known.count
    var groups: [(name: String, samples: [Int])]
    if areNumbers, let cuts = cuts ?? Subgroups.quartiles(of: numbers) {
      groups = Subgroups.ranges(zip(known, numbers).map { ($0, $1) }, cuts: cuts)
    } else {
      groups = Subgroups.values(known.map { ($0, texts[$0]) })
      if areNumbers { groups.sort { Double($0.name) ?? .infinity < Double($1.name) ?? .infinity } }
    }
    let others = Set(texts.indices).subtracting(known).sorted()
    if !others.isEmpty { groups.append(("unknown", others)) }
    self.groups = groups
  }

  /// Returns the quartiles, rounded to four digits; nil for few different numbers.
  private static func quartiles(of numbers: [Double]) -> [Double]? {
    guard Set(numbers).count > mostNumbers else { return nil }
    let sorted = numbers.sorted()
    return [0.25, 0.5, 0.75].compactMap { fraction in
      Double(String(format: "%.4g", sorted.percentile(fraction)))
    }
  }

  /// Returns the groups of numbers between cuts; a number equal to a cut is in the group above it.
  private static func ranges(_ numbers: [(sample: Int, number: Double)], cuts: [Double]) -> [(String, [Int])]
  {
    let cuts = Set(cuts).sorted()
    var groups = [[Int]](repeating: [], count: cuts.count + 1)
    for (sample, number) in numbers { groups[cuts.count { $0 <= number }].append(sample) }
    let texts = cuts.map { String(format: "%.6g", $0) }
    return groups.indices.filter { !groups[$0].isEmpty }.map { index in
      if cuts.isEmpty { return ("all", groups[index]) }
      if index == 0 { return ("below \(texts[0])", groups[0]) }
      if index == cuts.count { return ("\(texts[index - 1]) and above", groups[index]) }
      return ("\(texts[index - 1]) to below \(texts[index])", groups[index])
    }
  }

  /// Returns the groups of equal values, without regard to capitals, from the largest to the smallest; the
  /// smallest of too many are one group.
  private static func values(_ values: [(sample: Int, text: String)]) -> [(name: String, samples: [Int])] {
    var samples: [String: [Int]] = [:]
    var names: [String: String] = [:]
    for (sample, text) in values {
      let key = text.lowercased()
      samples[key, default: []].append(sample)
      if names[key] == nil { names[key] = text }
    }
    let sorted = samples.sorted { (-$0.value.count, $0.key) < (-$1.value.count, $1.key) }
    var groups = sorted.prefix(mostValues).map { (names[$0.key] ?? $0.key, $0.value) }
    let others = sorted.dropFirst(mostValues).flatMap(\.value).sorted()
    if !others.isEmpty { groups.append(("others", others)) }
    return groups
  }
}

extension [Double] {
  /// Returns a percentile of sorted numbers, interpolated linearly; NaN if there are none.
  func percentile(_ fraction: Double) -> Double {
    guard !isEmpty else { return .nan }
    let position = fraction * Double(count - 1)
    let below = Int(position)
    let above = Swift.min(below + 1, count - 1)
    return self[below] + (position - Double(below)) * (self[above] - self[below])
  }
}
