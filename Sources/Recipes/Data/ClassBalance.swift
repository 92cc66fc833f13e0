extension Dataset {
  /// Returns photographs grouped by class, without unlabelled ones and empty classes.
  func byClass(_ indices: [Int]) -> [[Int]] {
    var classes = [[Int]](repeating: [], count: self.classes.count)
    for index in indices {
      if let label = photographs[index].label { classes[label].append(index) }
    }
    return classes.filter { !$0.isEmpty }
  }

  /// Returns balanced class weights, n / (K n_k) for a class with n_k of n photographs, of K classes, so that
  /// all classes have the same total weight; 0 for a class without photographs.
  package func balancedWeights(of selection: Selection) -> [Double] {
    let counts = labelCounts(of: selection)
    let present = counts.count { $0 > 0 }
    let all = Double(counts.reduce(0, +))
    return counts.map { $0 == 0 ? 0 : all / Double(present * $0) }
  }

  /// Returns the classes without selected photographs.
  func classesWithoutPhotographs(in selection: Selection) -> [String] {
    zip(classes, labelCounts(of: selection)).filter { $0.1 == 0 }.map(\.0)
  }

  private func labelCounts(of selection: Selection) -> [Int] {
    var counts = [Int](repeating: 0, count: classes.count)
    for index in indices(of: selection) {
      if let label = photographs[index].label { counts[label] += 1 }
    }
    return counts
  }
}
