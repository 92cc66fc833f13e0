/// A message of a rank to all others between two parts of the work.
struct RankNotice: Codable, Equatable {
  /// The reason that it cannot go on.
  var failure: String?
  /// The photographs that it could not read.
  var damaged: [DamagedPhotograph] = []

  var isEmpty: Bool { failure == nil && damaged.isEmpty }
}
