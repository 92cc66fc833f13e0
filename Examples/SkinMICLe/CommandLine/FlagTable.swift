import Recipes

extension Flag {
  /// All flags, in the order of the help.
  static let all = photographs + patients + training + network + run + ranks + use + output

  private static let trains: Set<Subcommand> = [.run, .describe]
  private static let reads: Set<Subcommand> = [.run, .describe, .audit]

  private static let photographs = [
    Flag(
      "--data", "PATH", \.data, .name, of: reads, .photographs, otherwise: "made-up patients",
      """
      a manifest (CSV with the columns image, patient, label and, if you like, split), a folder with such a \
      table or one folder per class, HAM10000_metadata.csv, or the folder of SCIN's tables
      """),
    Flag(
      "--format", "NAME", \.format, .choice, of: reads, .photographs, for: .photographs,
      otherwise: "told by what is there", "manifest, folders, ham10000 or scin"),
    Flag(
      "--strict", \.isStrict, of: reads, .photographs, for: .photographs, isSetting: true,
      "stops at the first bad rows or images instead of leaving them out"),
    Flag(
      "--channels", "N", \.channels, .channels, of: reads, .photographs, for: .photographs,
      "1 for gray photographs, 3 for colors"),
    Flag(
      "--splits", "FILE", \.splits, .name, of: reads, .photographs, for: .photographs,
      otherwise: """
        drawn anew: 20 % of the labelled patients to validate, 20 % to test; where only validation is \
        missing, 20 % of those to train on
        """,
      "which patient is in which split, as a run writes it to splits.csv"),
    Flag(
      "--leave-out", "FILE", \.leaveOut, .name, of: reads, .photographs, for: .photographs, otherwise: "none",
      "a table with a column photograph of those to do without, such as an audit's removed.csv"),
  ]

  private static let patients = [
    Flag(
      "--patients", "N", \.census.unlabelled, .count(), of: trains, .patients, for: .patients,
      "made-up patients without a label"),
    Flag(
      "--labelled", "N", \.census.train, .count(to: 10_000), of: trains, .patients, for: .patients,
      "made-up labelled training patients of each condition"),
    Flag(
      "--test", "N", \.census.test, .count(to: 10_000), of: trains, .patients, for: .patients,
      "made-up test patients of each condition"),
    Flag(
      "--photographs", "N", \.photographs, .count(to: 10_000_000), of: trains, .patients, for: .counts,
      isSetting: false, otherwise: "those of made-up patients",
      """
      describes a run on so many photographs of the --patients, a folder of files that is not there yet; with \
      --describe alone
      """),
  ]

  private static let training = [
    Flag(
      "--branches", "LIST", \.branches, .list(.choice), of: trains, .training,
      default: { $0.branchesInEffect },
      """
      of none, simclr, simclr-longer (as many more steps of SimCLR as MICLe takes), micle and micle-alone, \
      with commas
      """),
    Flag(
      "--labels", "LIST", \.labels, .list(.share), of: trains, .training,
      "shares of the labelled training patients to compare, with commas, such as 0.1,1"),
    Flag(
      "--tune", "LIST", \.tunings, .list(.choice), of: trains, .training,
      """
      whole for encoder and head, head for a head on the encoder as it is, features for a head on its features \
      of each photograph's center, computed once, with commas, or none for pretraining alone, which is also \
      what photographs without a single label get
      """),
    Flag(
      "--repetitions", "N", \.repetitions, .count(to: 100), of: trains, .training, for: .repetitions,
      "how often everything is trained, from other random numbers"),
    Flag(
      "--repetition", "K", \.repetition, .count(to: 100), of: trains, .training, isSetting: false,
      otherwise: "all",
      """
      trains the Kth of the repetitions alone, from 1, as a task of a job array does; collect evaluates them \
      together
      """),
    Flag(
      "--choices", "DIR", \.choices, .name, of: trains, .training, otherwise: "the first repetition searches",
      "the folder of a run whose searches are not repeated: their choices are used"),
    Flag(
      "--epochs", "N", \.epochs, .count(), of: trains.union([.audit]), .training, for: .pretraining,
      default: { $0.epochsInEffect }, "epochs of SimCLR"),
    Flag(
      "--micle-epochs", "N", \.micleEpochs, .count(), of: trains, .training, for: .micle,
      default: { $0.micleEpochsInEffect }, "epochs of MICLe after it"),
    Flag(
      "--batch", "N", \.batch, .count(from: 2), of: trains.union([.audit]), .training, for: .pretraining,
      default: { $0.batchInEffect }, "pairs of a batch of the pretraining"),
    Flag(
      "--rate", "X", \.rate, .rate, of: trains.union([.audit]), .training, for: .pretraining,
      default: { $0.rateInEffect },
      "the learning rate of the pretraining, by AdamW; that of what comes after SimCLR stays"),
    Flag(
      "--loss", "NAME", \.objective, .choice, of: trains, .training, for: .pretraining,
      "what pretraining minimizes: \(Objective.allCases.map(\.rawValue).joined(separator: ", "))"),
    Flag(
      "--precision", "NAME", \.precision, .choice, of: trains.union([.audit]), .training, for: .training,
      """
      single or mixed: whether training steps compute in single precision, or store and multiply what layers \
      compute in bfloat16, which takes less memory, and less time on AMD's processors from Zen 4 on
      """),
    Flag(
      "--clip-norm", "X", \.clipNorm, .rate, of: trains, .training, otherwise: "gradients as they are",
      "the largest norm of the gradients of all parameters together, to which larger ones are scaled"),
    Flag(
      "--layer-decay", "X", \.layerDecay, .ratio, of: trains, .training, otherwise: "equal rates",
      "the ratio of a block's learning rate to the next one's, in the fine-tuning of encoder and head"),
    Flag(
      "--average", "X", \.average, .decay, of: trains, .training, otherwise: "the last weights",
      "classifiers have the moving average of their weights, which keeps this share of itself in each step"),
  ]

  private static let ranks = [
    Flag(
      "--chunks", "N", \.chunks, .count(to: 65_536), of: trains, .run,
      otherwise: "whole batches; as many as there are ranks under a launcher",
      """
      the equal parts in which each batch is computed, with batch normalization by part, which ranks share: \
      the same weights for any number of ranks
      """),
    Flag(
      "--sync-batch-norm", \.isSynchronized, of: trains, .run, isSetting: true,
      """
      batch normalization by whole batches instead of by part, where each rank computes one part: the \
      weights are those of whole batches, but for rounding
      """),
    Flag(
      "--reduce", "NAME", \.reduction, .choice, of: [.run], .run,
      "exact or fast: whether the gradients of ranks are added to the same bits for any number of ranks, or as MPI likes"
    ),
    Flag(
      "--machines", "N", \.machines, .count(to: ClusterForecast.mostMachines), of: trains, .run,
      for: .description, isSetting: false, otherwise: "this one",
      """
      says what the run takes on so many machines like this one, by a model of its steps, and where more are \
      no use; with --describe alone
      """),
    Flag(
      "--network-gbps", "X", \.networkSpeed, .gigabits, of: trains, .run, for: .machines, isSetting: false,
      "the gigabits per second between those machines"),
  ]

  private static let network = [
    Flag(
      "--size", "N", \.size, .count(from: 8, to: 1024), of: reads, .training,
      default: { $0.sizeInEffect }, "width and height of what the network sees, in pixels"),
    Flag(
      "--network", "NAME", \.network, .choice, of: reads, .training, default: { $0.networkInEffect },
      Network.allCases.map(\.rawValue).joined(separator: ", ")),
    Flag(
      "--width", "N", \.width, .count(to: Network.largestWidth), of: reads, .training, for: .resNet,
      "a factor on the channels of a ResNet"),
    Flag(
      "--patch", "N", \.patch, .count(to: 1024), of: reads, .training, for: .transformer,
      default: { $0.patchInEffect },
      "the side of a vision transformer's patches, in pixels; a file of weights decides it"),
    Flag(
      "--pooling", "NAME", \.pooling, .choice, of: reads, .training, for: .transformer,
      default: { $0.poolingInEffect },
      """
      class-token or mean: whether a vision transformer's features are those of its class token or the mean of \
      the patches'; by default as in the run that made the weights
      """),
    Flag(
      "--weights", "FILE", \.weights, .name, of: reads, .training, for: .training,
      otherwise: "random weights",
      "weights to start from: .pth or .safetensors with the names of torchvision, timm or DINOv2, or a checkpoint of SimCLR"
    ),
    Flag(
      "--normalization", "NAME", \.normalization, .choice, of: reads, .training, for: .weights,
      otherwise: "what the file says",
      "imagenet or none: what the pixels were normalized by for these weights"),
    Flag(
      "--prefix", "TEXT", \.prefix, .name, of: reads, .training, for: .weights,
      otherwise: "found out, if only one fits",
      "what the names in the file begin with, such as module.encoder_q."),
  ]

  private static let run = [
    Flag(
      "--seed", "N", \.seed, .seed, of: reads, .run, "what all random numbers are keyed by"),
    Flag(
      "--save-every", "S", \.saving, .count(from: 0), of: trains, .run,
      "seconds after which an epoch that is still trained gets a checkpoint"),
    Flag(
      "--settings", "FILE", \.settingsFile, .name, of: trains, .run, isSetting: false, otherwise: "",
      """
      reads these flags from a file as a run writes it, settings.json; those of the command line count \
      more
      """),
    Flag(
      "--describe", \.wantsDescription, hasOpposite: false, of: trains, .run,
      "prints the stages and the memory each takes, and stops, as describe does"),
  ]

  private static let use = [
    Flag("--run", "DIR", words: \.runs, of: [.collect], .use, "the folders of the runs"),
    Flag(
      "--run", "DIR", \.run, .name, of: [.predict, .embed, .neighbors, .export, .report], .use,
      isSetting: false, otherwise: "", "the folder of the run"),
    Flag(
      "--branch", "NAME", \.branch, .name, of: [.predict, .export], .use, isSetting: false,
      otherwise: "the last that was trained on the most labels", "the branch to predict with or to export"),
    Flag(
      "--stage", "NAME", \.stage, .name, of: [.embed, .neighbors], .use, isSetting: false,
      otherwise: "the last pretraining", "the stage whose encoder computes the features"),
    Flag(
      "--among", "FILE", \.among, .name, of: [.neighbors], .use, isSetting: false, otherwise: "",
      "the features to search, a .npy or .safetensors file that embed wrote by the same stage"),
    Flag(
      "--k", "N", \.neighborCount, .count(from: 1), of: [.neighbors], .use, isSetting: false,
      "the number of photographs to find for each"),
    Flag(
      "--encoder", "FILE", \.encoder, .name, of: [.audit], .use, isSetting: false,
      otherwise: "trained on the photographs without labels",
      "the weight file of a finished encoder to compare photographs by"),
    Flag(
      "--leaks", "WORD", \.leaks, .choice, of: [.audit], .use, isSetting: false,
      """
      list, refuse or remove photographs that look like one of another split; remove writes their names to \
      removed.csv
      """),
    Flag(
      "--alike", "X", \.alike, .distance, of: [.audit], .use, isSetting: false,
      otherwise: "from the distribution of all distances",
      "the cosine distance below which photographs look alike"),
    Flag(
      "--compare", "DIR", words: \.compared, of: [.report], .use, "other runs to compare it with"),
  ]

  private static let output = [
    Flag(
      "--out", "DIR", \.output, .name, of: reads, .output, isWritten: false,
      default: { $0.outputInEffect }, "where what it writes goes: weights, results.json, patients.png"),
    Flag(
      "--out", "DIR", \.output, .name, of: [.collect], .output, isSetting: false, otherwise: "",
      "where what it writes goes: results.json, report.html and what that is made of"),
    Flag(
      "--out", "FILE", \.file, .name, of: [.report], .output, isSetting: false,
      otherwise: "report.html in the run's folder", "the file to write"),
    Flag(
      "--report", \.writesReport, of: [.run], .output, isSetting: true,
      "writes the report, report.html, to the folder of the run"),
    Flag(
      "--subgroups", "LIST", \.subgroups, .list(.name), of: [.run, .collect, .report], .output, otherwise: "",
      "columns of the manifest to divide the report's results by, with commas, such as sex,site"),
    Flag(
      "--without-photographs", \.withoutPhotographs, of: [.run, .collect, .report, .audit], .output,
      isSetting: true,
      "leaves photographs out of the report, for what may not leave the building"),
    Flag(
      "--csv", "FILE", \.csv, .name, of: [.predict], .output, isSetting: false, otherwise: "",
      "predictions as a table, the probability of every class in it"),
    Flag(
      "--csv", "FILE", \.csv, .name, of: [.neighbors], .output, isSetting: false, otherwise: "",
      "what was found as a table"),
    Flag(
      "--out", "FILE", \.file, .name, of: [.embed], .output, isSetting: false, otherwise: "",
      "the features to write: .npy, .safetensors or .csv"),
    Flag(
      "--onnx", "FILE", \.onnx, .name, of: [.export], .output, isSetting: false, otherwise: "",
      "the ONNX file to write: center crops of photographs in bytes to the probability of every class"),
    Flag(
      "--timm", "DIR", \.timm, .name, of: [.export], .output, isSetting: false, otherwise: "",
      "the folder to write for timm, of a network that timm has"),
    Flag(
      "--features", \.exportsFeatures, hasOpposite: false, of: [.export], .output,
      "writes the encoder alone, whose output is the features"),
    Flag(
      "--tensorboard", \.writesTensorBoard, of: [.run], .output, isSetting: true,
      """
      writes event files for TensorBoard to the folder tensorboard of the run, and the embedding of the \
      report's photographs
      """),
    Flag(
      "--quiet", \.isQuiet, of: [.run, .audit], .output, "prints nothing but warnings and the final table"),
    Flag(
      "--json", \.writesJSON, of: [.run, .audit], .output,
      "prints one JSON object per line for each event, and all texts to the standard error"),
  ]
}
