import Recipes
import Testing

@testable import SkinMICLe

/// The notes on combinations of valid flags.
struct ArgumentNotesTests {
  @Test func aSettingWithoutUseIsNoted() throws {
    let small = ["--branches", "none", "--epochs", "1", "--micle-epochs", "1"]
    #expect(
      try Arguments(small).notes == [
        "--epochs changes nothing: none of the --branches has such a pretraining.",
        "--micle-epochs changes nothing: none of the --branches has such a pretraining.",
      ])
    #expect(try Arguments(["--branches", "simclr", "--epochs", "1"]).notes.isEmpty)
    #expect(try Arguments(["--epochs", "1"]).notes.isEmpty)
  }

  @Test func aTinyShareOfTheLabelsHasFourTimesTheEpochs() throws {
    let share = try Arguments(["--labels", "1e-18"]).labels[0]
    #expect(Settings.photographs.epochs(share) == 40 && Settings.photographs.epochs(0.3) == 33)
    #expect(Settings.clinic.epochs(0.3) == 66 && Settings.clinic.epochs(1) == 20)
  }
}
