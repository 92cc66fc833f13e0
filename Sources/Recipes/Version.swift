/// The package.
public enum Loupe {
  /// The version, recorded in the files it writes.
  public static let version = "0.2.0"
}
