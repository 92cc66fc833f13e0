extension Dataset {
  /// Returns the substitutes for a photograph, in order of preference.
  func substitutes(for index: Int, _ selection: Selection) -> some Sequence<Int> {
    let wanted = photographs[index]
    let own = damaged.photographs(of: wanted.patient, in: self)
    // The same starting point for all of a patient's photographs, so that a pair still shows one patient.
    let start = own[0]
    let place = own.firstIndex(of: index) ?? 0
    // A stage that reads labels takes the label of the photograph for that of its substitute.
    let label = selection.labels == .none ? nil : wanted.label
    // Only those of the selected share, as other labels must not be used.
    let selected: Set<Int>? = if case .labelled = selection { Set(indices(of: selection)) } else { nil }
    let count = photographs.count
    func isSubstitute(_ candidate: Int, ofOwn: Bool) -> Bool {
      splits[candidate] == splits[index] && (label == nil || photographs[candidate].label == label)
        && (selected?.contains(candidate) ?? true)
        && (ofOwn || photographs[candidate].patient != wanted.patient)
    }
    return (1..<(own.count + count)).lazy.compactMap { (step: Int) -> Int? in
      let ofOwn = step < own.count
      let candidate = ofOwn ? own[(place + step) % own.count] : (start + step - own.count + 1) % count
      return isSubstitute(candidate, ofOwn: ofOwn) ? candidate : nil
    }
  }
}
