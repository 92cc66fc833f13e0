/// The package.
public enum Loupe {
  /// Its version, as files note it that it writes.
  public static let version = "1.0.0"
}
