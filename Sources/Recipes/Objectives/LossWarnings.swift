extension Scheduled {
  /// A warning about a temperature that is too low for Float32.
  public var temperatureWarnings: [String] {
    let least = min(ends.first, ends.last)
    guard least < 0.02 else { return [] }
    return [
      "a temperature of \(least) leaves only the nearest negative of each row a gradient, and rounding "
        + "decides which; try 0.05 to 0.5"
    ]
  }
}

extension Pairs {
  /// A warning about a batch with too few negatives.
  public var fewNegativesWarnings: [String] {
    guard count < 8 else { return [] }
    return [
      "a batch of \(count) has \(rows - 2) negatives for each row, which is too few to learn much from; use a larger "
        + "batch, in chunks if it does not fit into memory, or a queue"
    ]
  }

  /// Returns a warning about a batch that is too small for the covariance of its embeddings.
  package func fewRowsWarnings(columns: Int) -> [String] {
    guard 2 * count < columns else { return [] }
    return [
      "a batch of \(count) cannot show how \(columns) columns of the embedding vary together: its covariance has a rank "
        + "of \(count - 1) at most; use a larger batch, or a head with fewer outputs"
    ]
  }
}
