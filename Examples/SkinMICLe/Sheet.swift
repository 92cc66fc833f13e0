import Foundation
import Recipes

extension ContactSheet {
  /// Returns a sheet of a few patients, one per row: two photographs, and pretraining views of the first.
  /// Patients with an unreadable photograph are skipped.
  static func patients(of dataset: Dataset, views: Views, size: Int, seed: UInt64) -> ContactSheet {
    let bags = dataset.patients(in: .train)
    let several = bags.filter { $0.count > 1 }
    return ContactSheet(
      (several.isEmpty ? bags : several).prefix(12).compactMap { bag in
        guard let photographs = try? bag.prefix(2).map({ try dataset.image(at: $0) }) else { return nil }
        let drawn = (0..<6).map {
          views.draw(photographs[0], size: size, seed: seed, stage: 0, epoch: $0, sample: bag[0], view: 0)
        }
        return photographs + drawn
      })
  }
}
