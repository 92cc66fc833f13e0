/// Stops with the name of the setting when a probability is not one.
func requireProbability(_ value: Double, _ setting: String) {
  precondition((0...1).contains(value), "\(setting): \(value) is not a probability between 0 and 1")
}
