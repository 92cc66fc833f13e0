import Recipes
import Testing

@testable import SkinMICLe

struct ArgumentsTests {
  @Test func everyFlagIsRead() throws {
    let arguments = try Arguments([
      "--out", "elsewhere", "--seed", "9", "--epochs", "3", "--patients", "40", "--labelled", "2", "--test",
      "5",
      "--size", "24", "--network", "tiny", "--branches", "none,micle", "--batch", "32", "--rate", "1e-3",
    ])
    #expect(arguments.output == "elsewhere" && arguments.seed == 9 && arguments.size == 24)
    #expect(arguments.epochs == 3 && arguments.network == .tiny)
    #expect(arguments.branches == [.none, .micle] && arguments.batch == 32 && arguments.rate == 1e-3)
    #expect(arguments.census.unlabelled == 40 && arguments.census.train == 2 && arguments.census.test == 5)
    #expect(arguments.subcommand == .run && !arguments.isNamed)
  }

  @Test func flagsOfPhotographsAreRead() throws {
    let arguments = try Arguments([
      "--data", "skin/manifest.csv", "--format", "ham10000", "--strict", "--splits", "splits.csv", "--labels",
      "0.1,1", "--tune", "head,whole", "--repetitions", "3", "--weights", "w.safetensors", "--prefix",
      "module.",
      "--normalization",
      "imagenet",
      "--micle-epochs", "4", "--width", "2", "--channels", "1",
    ])
    #expect(arguments.data == "skin/manifest.csv" && arguments.format == .ham10000 && arguments.isStrict)
    #expect(
      arguments.splits == "splits.csv" && arguments.labels == [0.1, 1]
        && arguments.tunings == [.head, .whole] && arguments.repetitions == 3)
    #expect(arguments.weights == "w.safetensors" && arguments.normalization == .imagenet)
    #expect(arguments.prefix == "module.")
    #expect(arguments.micleEpochs == 4 && arguments.width == 2 && arguments.channels == 1)
  }

  @Test func trainingIsRefined() throws {
    let arguments = try Arguments(["--clip-norm", "2", "--layer-decay", "0.5", "--average", "0.75"])
    var settings = Settings.clinic
    settings.refine(by: arguments)
    #expect(settings.simclr.summary == Settings.clinic.simclr.clipping(norm: 2).summary)
    #expect(settings.micle.summary == Settings.clinic.micle.clipping(norm: 2).summary)
    #expect(
      settings.classifier.summary == Settings.clinic.classifier.layerDecay(0.5).clipping(norm: 2).summary)
    #expect(settings.average == WeightAverage(decay: 0.75))
    var plain = Settings.clinic
    plain.refine(by: try Arguments([]))
    #expect(plain.classifier.summary == Settings.clinic.classifier.summary && plain.average == nil)
  }

  @Test(arguments: Precision.allCases) func everyStageHasThePrecision(precision: Precision) throws {
    let arguments = try Arguments([
      "--precision", precision.rawValue, "--patients", "20", "--labelled", "1", "--test", "1", "--size", "16",
      "--network", "tiny", "--batch", "8",
    ])
    #expect(arguments.settings["precision"] == precision.rawValue)
    let pipeline = try RunSetup(arguments).recipe.pipeline
    #expect(pipeline.stages.map(pipeline.precision(of:)) == pipeline.stages.map { _ in precision })
    #expect(pipeline.describe().contains("Precision.mixed") == (precision == .mixed))
    #expect(try Arguments([]).settings["precision"] == "single")
  }

  /// What differs between MICLe and its control is the pairs.
  @Test func theControlOfMICLeTakesItsSteps() throws {
    let setup = try RunSetup(
      Arguments([
        "--patients", "200", "--labelled", "1", "--test", "1", "--size", "16", "--network", "tiny", "--batch",
        "32",
      ]))
    let stages = setup.recipe.pipeline.stages
    let micle = try #require(stages.first { $0.name == "micle" })
    let control = try #require(stages.first { $0.name == "simclr longer" })
    #expect(micle.predecessor?.name == "simclr" && control.predecessor?.name == "simclr")
    #expect(micle.input.summary == "patients" && control.input.summary == "unlabelled")
    #expect(micle.component(Views.self)?.summary == control.component(Views.self)?.summary)
    let own = try #require(micle.component(Optimize.self))
    let other = try #require(control.component(Optimize.self))
    #expect(own.optimizer.summary == other.optimizer.summary && "\(own.schedule)" == "\(other.schedule)")
    #expect(own.batch == other.batch && own.epochs == other.epochs && own.stepsPerEpoch == nil)
    let steps = try PatientPairs(of: setup.dataset, batch: 32).batchesPerEpoch
    #expect(steps > 3 && other.stepsPerEpoch == steps)
  }

  @Test func predictionTakesPhotographs() throws {
    let arguments = try Arguments([
      "predict", "--run", "runs/a", "one.jpg", "--branch", "SimCLR", "two words.png", "--csv", "out.csv",
    ])
    #expect(arguments.subcommand == .predict && arguments.words == ["one.jpg", "two words.png"])
    #expect(arguments.run == "runs/a" && arguments.branch == "SimCLR" && arguments.csv == "out.csv")
  }

  @Test func flagsWithoutAValueMayStandAnywhere() throws {
    let arguments = try Arguments(["--describe", "--seed", "2"])
    #expect(arguments.subcommand == .describe && arguments.seed == 2)
  }

  @Test func thereAreDefaults() throws {
    let arguments = try Arguments([])
    #expect(arguments.output == nil && arguments.branches == nil && arguments.labels == [1])
    #expect(Recipe().branches == [.none, .simclr, .simclrLonger, .micle])
  }

  /// Command lines that are refused, with the sentence.
  static let refused: [([String], String)] = [
    (["--sede", "1"], "--sede is not a flag (did you mean --seed?); --help lists those there are."),
    (["--zzzzzz"], "--zzzzzz is not a flag; --help lists those there are."),
    (["runs"], "runs is no subcommand (did you mean run?); --help lists those there are."),
    (["", "--seed", "1"], "\"\" is no subcommand; --help lists those there are."),
    (["--seed", "1", "more"], "more is not a flag; --help lists those there are."),
    (
      ["--seed", "1", "predict"],
      "predict is not a flag; a subcommand comes first, before all flags."
    ),
    (["help", "prdict"], "prdict is no subcommand (did you mean predict?); --help lists those there are."),
    (["help", "run", "audit"], "help explains one subcommand; name one of those that are given."),
    (["help", "--json"], "--json is about training and audits (run and audit); help takes no flags."),
    (["--strict=yes", "--data", "a"], "--strict takes no value; write --strict or --no-strict."),
    (["--describe=no"], "--describe takes no value; write --describe."),
    (["--quiet", "--no-quiet"], "--quiet and --no-quiet are both given; keep one."),
    (
      ["--no-describe"],
      "--no-describe is not a flag (did you mean --describe?); --help lists those there are."
    ),
    (["--out="], "--out is empty; write what it names."),
    (
      ["describe", "--json"],
      "--json is about training and audits (run and audit); describe does not take it."
    ),
    (
      ["report", "--epochs", "3"],
      "--epochs is about training and audits (run, audit and describe); "
        + "report takes --compare, --out, --run, --subgroups, --without-photographs."
    ),
    (["collect", "--out", "a"], "collect needs --run DIR..., the folders of runs."),
    (["collect", "--run", "a"], "collect needs --out DIR, a folder for what they have in common."),
    (
      ["--repetitions", "3", "--repetition", "2"],
      "--repetitions is about all repetitions; leave it out, or leave out --repetition."
    ),
    (["report"], "report needs --run DIR, the folder of a run."),
    (["report", "--run", "a", "--compare"], "--compare needs a value after it."),
    (["audit"], "audit needs --data PATH, a manifest or a folder of photographs."),
    (
      ["predict", "--run", "a", "-x.jpg"],
      "-x.jpg is not a flag; write -- before paths that begin so; "
        + "--help lists those there are."
    ),
    (["--out"], "--out needs a value after it."),
    (["--seed", "-1"], "--seed is a whole number of at least 0, not \"-1\"."),
    (["--epochs", "0"], "--epochs is a whole number of at least 1, not \"0\"."),
    (["--size", "4"], "--size is a whole number of at least 8, not \"4\"."),
    (["--size", "2000"], "--size is at most 1024, not 2000."),
    (["--epochs", "100001"], "--epochs is at most 100000, not 100001."),
    (["--patients", "many"], "--patients is a whole number of at least 1, not \"many\"."),
    (
      ["--network", "vgg"],
      "--network knows tiny, small, resnet18, resnet34, resnet50, resnet101, resnet152, vit-tiny, vit-small, "
        + "vit-base, convnext-tiny, convnext-small, convnext-base, efficientnet-b0, efficientnet-b1, "
        + "efficientnet-b2, efficientnet-b3, efficientnet-b4, not \"vgg\"."
    ),
    (
      ["--branches", "none,byol"],
      "--branches knows none, simclr, simclr-longer, micle, micle-alone, not \"byol\"."
    ),
    (["--branches", ""], "--branches knows none, simclr, simclr-longer, micle, micle-alone, not \"\"."),
    (["--labels", "0.1,2"], "--labels lists shares above 0 and at most 1, not \"2\"."),
    (
      ["--precision", "mixd"], "--precision knows single, mixed, not \"mixd\" (did you mean mixed?)."
    ),
    (["--precision", "bfloat16"], "--precision knows single, mixed, not \"bfloat16\"."),
    (
      ["audit", "--data", "d", "--encoder", "e", "--precision", "mixed"],
      "--precision is about training an encoder; leave it out, or leave out --encoder."
    ),
    (["--format", "dicom"], "--format knows manifest, folders, ham10000, scin, not \"dicom\"."),
    (["--strict"], "--strict is about photographs of one's own; add --data."),
    (
      ["--pooling", "mean"],
      "--pooling is about vision transformers; leave it out, or name one by --network."
    ),
    (["--patch", "8"], "--patch is about vision transformers; leave it out, or name one by --network."),
    (
      ["--network", "vit-tiny", "--width", "2"],
      "--width is about ResNets; leave it out, or name one by --network."
    ),
    (["--splits", "s.csv"], "--splits is about photographs of one's own; add --data."),
    (["--seed", "1", "--seed", "2"], "--seed is given as 1 and as 2; keep one."),
    (["--out", "--seed", "1"], "--out needs a value after it."),
    (["--out", " "], "--out is empty; write what it names."),
    (
      ["--channels", "2", "--data", "m.csv"], "--channels is 1 for gray photographs or 3 for colors, not 2."
    ),
    (["--rate", "1e300"], "--rate is a number above 0 and at most 100, not \"1e300\"."),
    (
      ["--data", "m.csv", "--patients", "9"],
      "--patients is about made-up patients; leave it out, or leave out --data."
    ),
    (["--machines", "4"], "--machines is about describing a run; add --describe."),
    (["--describe", "--machines", "0"], "--machines is a whole number of at least 1, not \"0\"."),
    (["describe", "--machines", "5000"], "--machines is at most 4096, not 5000."),
    (
      ["describe", "--network-gbps", "25"], "--network-gbps is about several machines; add --machines."
    ),
    (
      ["describe", "--machines", "4", "--network-gbps", "0"],
      "--network-gbps is a number from 0.001 to 10000, not \"0\"."
    ),
    (["--photographs", "9000"], "--photographs is about describing a run; add --describe."),
    (
      ["describe", "--photographs", "9000", "--data", "m.csv"],
      "--photographs stands for photographs that are not there; leave it out, or leave out --data."
    ),
    (
      ["describe", "--photographs", "9"],
      "--photographs 9 are fewer than one of each of 1800 --patients."
    ),
    (["--normalization", "imagenet"], "--normalization is about weights to start from; add --weights."),
    (["--prefix", "module."], "--prefix is about weights to start from; add --weights."),
    (["--csv", "said.csv"], "--csv is about predictions and neighbors; write predict or neighbors first."),
    (
      ["--run", "runs/a"],
      "--run is about collections, predictions, features, neighbors, exports and reports; write collect, predict, "
        + "embed, neighbors, export or report first, or --out for where a run goes."
    ),
    (
      ["predict", "--run", "runs/a", "--epochs", "3", "a.jpg"],
      "--epochs is about training and audits (run, audit and describe); predict takes --branch, --csv, --run."
    ),
    (
      ["predict", "--run", "runs/a", "--describe", "a.jpg"],
      "--describe is about training (run and describe); predict takes --branch, --csv, --run."
    ),
    (["predict", "--run", "runs/a", ""], "predict needs the paths of photographs; one of them is empty."),
    (["predict", "a.jpg"], "predict needs --run DIR, the folder of a run."),
    (["export", "--onnx", "a.onnx"], "export needs --run DIR, the folder of a run."),
    (["export", "--run", "runs/a"], "export needs --onnx FILE or --timm DIR, what to write."),
    (["embed", "--out", "a.npy", "a.jpg"], "embed needs --run DIR, the folder of a run."),
    (["embed", "--run", "runs/a", "a.jpg"], "embed needs --out FILE, the features to write."),
    (
      ["embed", "--run", "runs/a", "--out", "a.npy"],
      "embed needs photographs, or folders of them, after its flags."
    ),
    (["neighbors", "--run", "runs/a", "a.jpg"], "neighbors needs --among FILE, the features to search."),
    (
      ["neighbors", "--run", "a", "--among", "a.npy", ""],
      "neighbors needs the paths of photographs; one of them is empty."
    ),
    (["--onnx", "a.onnx"], "--onnx is about exports; write export first."),
    (["predict", "--run", "runs/a"], "predict needs photographs, or folders of them, after its flags."),
  ]

  @Test(arguments: refused)
  func whatIsWrongIsSaid(arguments: [String], sentence: String) throws {
    let refusal = try #require(throws: Arguments.Refusal.self) { _ = try Arguments(arguments) }
    #expect(refusal.description == sentence)
  }

  /// Values that are wrong for a flag that takes numbers, names or lists.
  static let wrongValues: [[String]] = {
    let counts = [
      "--epochs", "--micle-epochs", "--batch", "--repetitions", "--repetition", "--patients",
      "--labelled", "--test", "--size",
      "--width", "--patch", "--channels",
    ]
    let numbers = [
      "", " ", "0", "-1", "+5", " 5", "5 ", "1.5", "1e3", "0x10", "five", "nan", "inf",
      "99999999999999999999",
      "1000000000", "\u{0665}",
    ]
    let shares = [
      "", " ", "0", "-1", "+1", "nan", "inf", "0x1p-3", "1e400", "1,,1", "1;2", "half", ".", "e5",
    ]
    let names = ["", " ", "None", "tiny ", "simclr;micle", "0", "--"]
    let choices = ["--network", "--loss", "--format", "--normalization", "--branches", "--tune"]
    let texts = ["--data", "--splits", "--weights", "--out", "--run", "--branch", "--csv"]
    func pairs(of flags: [String], _ values: [String]) -> [[String]] {
      flags.flatMap { flag in values.map { [flag, $0] } }
    }
    var wrong = pairs(of: counts, numbers) + pairs(of: ["--rate", "--labels"], shares)
    wrong += [["--rate", "1e300"], ["--rate", "1e-60"], ["--rate", "101"], ["--labels", "1.1"]]
    wrong += pairs(of: choices, names) + pairs(of: texts, ["", " ", "--seed"])
    wrong += pairs(of: ["--seed"], ["", "-1", "-0", "+5", "1.5", "0x10", "18446744073709551616"])
    return wrong
  }()

  /// Wrong settings of training's refinements.
  static let wrongRefinements: [[String]] = ["--clip-norm", "--layer-decay", "--average"].flatMap { flag in
    ["", "0", "-1", "nan", "1e-400", "half", "101"].map { [flag, $0] }
  }

  @Test(arguments: wrongValues + wrongRefinements)
  func aWrongValueIsToldByItsFlag(arguments: [String]) throws {
    let refusal = try #require(throws: Arguments.Refusal.self) { _ = try Arguments(arguments) }
    #expect(refusal.description.hasPrefix(arguments[0] + " "))
    #expect(refusal.description.hasSuffix("."))
  }
}
