import Foundation
import Testing

@testable import Recipes

/// Contrast by the formulas of WCAG 2.2.
@Suite struct PageStyleTests {
  /// The colors of each theme, by name; the second dark one is that of the button.
  private let themes: [[String: String]]

  init() {
    themes = "\(PageStyle.sheet)".split(separator: ":root").dropFirst().map { part in
      Dictionary(
        part.matches(of: /--([a-z0-9]+): (#[0-9a-f]{6})/).map { (String($0.1), String($0.2)) }
      ) { first, _ in first }
    }
  }

  private func contrast(_ first: String?, _ second: String?) -> Double {
    func luminance(_ color: String?) -> Double {
      let digits = Int(color?.dropFirst() ?? "", radix: 16) ?? 0
      let linear = [16, 8, 0].map { shift -> Double in
        let part = Double(digits >> shift & 255) / 255
        return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
    let both = [luminance(first), luminance(second)].sorted()
    return (both[1] + 0.05) / (both[0] + 0.05)
  }

  @Test func textsAndSeriesStandOut() {
    #expect(contrast("#000000", "#ffffff") == 21)
    #expect(themes.count == 3)
    for theme in themes {
      for ground in ["paper", "panel"] {
        for text in ["ink", "soft", "accent", "warn"] {
          #expect(contrast(theme[text], theme[ground]) >= 4.5, "\(text) on \(ground)")
        }
        for number in 1...SVG.colors {
          #expect(contrast(theme["s\(number)"], theme[ground]) >= 3, "series \(number) on \(ground)")
        }
      }
    }
    // Both ways to a dark page have the same colors.
    #expect(themes.count == 3 && themes[1] == themes[2])
  }
}
