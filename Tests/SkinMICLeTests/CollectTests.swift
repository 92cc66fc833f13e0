import Foundation
import Recipes
import Testing

/// Repetitions of a run by themselves, as the tasks of a job array, and their evaluation together.
@Suite(.serialized) struct CollectTests {
  private static var script: URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../Examples/SkinMICLe/slurm-array.sh")
  }

  /// Runs the script as Slurm does, with the index of a task or without an array.
  private func submit(_ arguments: [String], task: Int? = nil, runs: URL) throws -> Command.Outcome {
    var environment = ["SKINMICLE": try Command.program.path, "RUNS": runs.path, "SLURM_CPUS_PER_TASK": "1"]
    environment["SLURM_ARRAY_TASK_ID"] = task.map { "\($0)" }
    return try Command(
      executable: URL(filePath: "/bin/bash"), [Self.script.path] + arguments, threads: 1,
      environment: environment
    ).outcome()
  }

  /// The script's tasks train the weights of a run of all repetitions, and its end has that run's table.
  @Test func theTasksOfAnArrayAreTheRepetitionsOfARun() throws {
    let folder = try ScratchFolder()
    let flags = try SmallRun.photographs.arguments(in: folder.url, out: "whole")
    let whole = try Command(flags + ["--repetitions", "2"]).outcome()
    #expect(whole.code == 0, "\(whole.errors)")
    let known = folder.url.appending(path: "whole")

    let place = try #require(flags.firstIndex(of: "--out"))
    let own = Array(flags[..<place] + flags[(place + 2)...])
    let runs = folder.url.appending(path: "array")
    let early = try submit(own, task: 2, runs: runs)
    #expect(early.code == 64)
    #expect(early.errors.hasPrefix("--repetition 2 needs --choices DIR, the folder of the run of repetition"))
    for task in 1...2 {
      let outcome = try submit(own, task: task, runs: runs)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let run = runs.appending(path: "\(task)")
      let names = try FileManager.default.contentsOfDirectory(atPath: run.path)
      let weights = names.filter { $0.hasSuffix(".safetensors") }.filter {
        !$0.hasPrefix("gallery") && !$0.contains(".predictions.")
      }
      #expect(weights.count == 6 && weights.allSatisfy { $0.contains(".2.") == (task == 2) }, "\(weights)")
      for name in weights {
        let (mine, theirs) = (run.appending(path: name), known.appending(path: name))
        #expect(try Data(contentsOf: mine) == Data(contentsOf: theirs), "\(name)")
      }
    }
    let together = try submit([], runs: runs)
    #expect(together.code == 0, "\(together.errors)")
    let results = try Results(contentsOf: runs.appending(path: "all/results.json"))
    let expected = try Results(contentsOf: known.appending(path: "results.json"))
    #expect(results.branches == expected.branches && results.differences == expected.differences)
    #expect(results.run?.settings["repetitions"] == nil && results.run?.settings["seed"] == "3")
    let table = expected.table
    #expect(table.contains("2 repetitions") && whole.output.contains(table))
    #expect(together.output.hasPrefix(table + "\n"))
    let page = try String(contentsOf: runs.appending(path: "all/report.html"), encoding: .utf8)
    #expect(page.contains("means over 2 repetitions"))

    // The folder of a later repetition predicts as well.
    let photograph = folder.url.appending(path: "3-0.ppm").path
    let predicted = try Command(["predict", "--run", runs.appending(path: "2").path, photograph]).outcome()
    #expect(predicted.code == 0 && predicted.output.contains("3-0.ppm  "), "\(predicted.errors)")

    let first = runs.appending(path: "1").path
    let twice = try Command(["collect", "--run", first, first, "--out", runs.path + "/twice"]).outcome()
    #expect(twice.code == 65 && twice.errors.contains("name each repetition once."))
    let over = try Command(["collect", "--run", first, "--out", first]).outcome()
    #expect(over.code == 65 && over.errors.contains("is the folder of one of the runs"))
    let nowhere = try Command(["collect", "--run", runs.path + "/9", "--out", runs.path + "/x"]).outcome()
    #expect(nowhere.code == 66 && !FileManager.default.fileExists(atPath: runs.path + "/x"))
  }
}
