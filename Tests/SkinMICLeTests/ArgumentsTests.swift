import Testing

@testable import SkinMICLe

struct ArgumentsTests {
  @Test func everyFlagIsRead() throws {
    let arguments = try Arguments([
      "--out", "elsewhere", "--seed", "9", "--epochs", "3", "--patients", "40", "--labelled", "2", "--test",
      "5",
      "--size", "24", "--network", "tiny", "--branches", "none,micle",
    ])
    #expect(arguments.output == "elsewhere" && arguments.seed == 9 && arguments.size == 24)
    #expect(arguments.recipe.epochs == 3 && arguments.recipe.network == .tiny)
    #expect(arguments.recipe.branches == [.none, .micle])
    #expect(arguments.census.unlabelled == 40 && arguments.census.train == 2 && arguments.census.test == 5)
    #expect(!arguments.showsHelp)
  }

  @Test func flagsWithoutAValueMayStandAnywhere() throws {
    let arguments = try Arguments(["--describe", "--seed", "2"])
    #expect(arguments.onlyDescribes && arguments.seed == 2)
  }

  @Test func thereAreDefaults() throws {
    let arguments = try Arguments([])
    #expect(arguments.output == "runs/skin-micle")
    #expect(arguments.recipe.branches == [.none, .simclr, .micle])
  }

  @Test(arguments: [
    (["--sede", "1"], "--sede is not a flag; --help lists those there are."),
    (["runs"], "runs is not a flag; --help lists those there are."),
    (["--out"], "--out needs a value after it."),
    (["--seed", "-1"], "--seed is a whole number of at least 0, not \"-1\"."),
    (["--epochs", "0"], "--epochs is a whole number of at least 1, not \"0\"."),
    (["--size", "4"], "--size is a whole number of at least 8, not \"4\"."),
    (["--size", "1000"], "--size is at most 224, not 1000."),
    (["--epochs", "100001"], "--epochs is at most 100000, not 100001."),
    (["--patients", "many"], "--patients is a whole number of at least 1, not \"many\"."),
    (["--network", "vgg"], "--network knows tiny, small, resnet18, not \"vgg\"."),
    (["--branches", "none,byol"], "--branches knows none, simclr, micle, not \"byol\"."),
    (["--branches", ""], "--branches knows none, simclr, micle, not \"\"."),
  ])
  func whatIsWrongIsSaid(arguments: [String], sentence: String) throws {
    let refusal = try #require(throws: Arguments.Refusal.self) { _ = try Arguments(arguments) }
    #expect(refusal.description == sentence)
  }

  @Test func helpNamesEveryFlag() {
    for flag in Arguments.flags { #expect(Arguments.help.contains(flag), "\(flag)") }
  }
}
