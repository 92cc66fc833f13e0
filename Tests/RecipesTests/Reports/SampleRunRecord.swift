import Foundation
import Ops

@testable import Recipes

extension SampleRun {
  /// Two pretrainings, and the classifiers: the first from random weights, the next from the first
  /// pretraining, the others from the second.
  var stages: [RunRecord.Stage] {
    let pretrainings = [
      stage(
        "simclr", input: "unlabelled", lines: SampleRun.lines("NTXent(temperature: 0.1)"), collapse: 4.844),
      stage(
        "micle", after: "simclr", input: "patients", lines: SampleRun.lines("NTXent(temperature: 0.05)"),
        collapse: 4.844),
    ]
    let predecessors = [nil, "simclr", "micle"]
    let classifiers = branches.enumerated().flatMap { place, branch in
      (0..<repetitions).map { repetition in
        stage(
          branch.name, repetition: repetition, after: predecessors[min(place, 2)],
          input: "labelled(train)",
          lines: [
            "Views(1) { RandomResizedCrop(area: 0.25...1.0); RandomFlip(horizontal: 0.5) }",
            "ResNet(architecture: .small)", "ClassificationHead(classes: \(classes.count))", "CrossEntropy()",
            "Optimize(AdamW(learningRate: 0.001), schedule: cosine, batch: 64, epochs: \(epochs))",
          ], isClassifier: true)
      }
    }
    return pretrainings + classifiers
  }

  private static func lines(_ loss: String) -> [String] {
    [
      "Views(2) { RandomResizedCrop(area: 0.08...1.0); RandomFlip(horizontal: 0.5); ColorJitter() }",
      "ResNet(architecture: .small)", "ProjectionHead(hidden: [512], output: 128, normalizesOutput: true)",
      loss,
      "Optimize(LARS(learningRate: 0.3), schedule: cosine(warmup: 0.1), batch: 64, epochs: 20)",
    ]
  }

  private func stage(
    _ name: String, repetition: Int = 0, after predecessor: String? = nil, input: String, lines: [String],
    collapse: Double? = nil, isClassifier: Bool = false
  ) -> RunRecord.Stage {
    let number = repetition > 0 ? ".\(repetition + 1)" : ""
    let stem = SVG.anchor(name).prefix(100) + number + (isClassifier ? ".classifier" : "")
    return RunRecord.Stage(
      title: repetition > 0 ? "\(name) #\(repetition + 1)" : name, name: name, repetition: repetition,
      predecessor: predecessor, input: input, lines: lines, isClassifier: isClassifier, collapse: collapse,
      choice: isClassifier && repetition == 0 ? "rate 0.001, weight decay 0.0001" : nil,
      parameters: isClassifier ? 2_781_061 : 3_108_928, weights: stem + ".safetensors",
      predictions: isClassifier ? stem + ".predictions.csv" : nil, weightsHash: "9f2c4e81a07d35b6",
      seconds: name == "simclr" ? 0 : isClassifier ? 210 : 1840, isReused: name == "simclr")
  }

  /// The record of the run.
  var record: RunRecord {
    let photographs = photographs
    return RunRecord(
      pipeline: name, made: "version 0.2.0, AVX2 kernels, OpenBLAS 0.3.21 Haswell",
      command: ["SkinMICLe", "--data", "manifest.csv", "--epochs", "20", "--output", "runs/skin"],
      settings: settings, began: "2026-03-02T08:15:00Z", ended: "2026-03-02T09:45:32Z", size: 64,
      stages: stages,
      data: .init(
        source: "manifest.csv of 63 columns", fingerprint: "0123456789abcdef", channels: 3, classes: classes,
        splits: Split.allCases.map { split in
          let own = photographs.filter { $0.split == split }
          return .init(
            split: split, photographs: own.count, patients: Set(own.map(\.patient)).count,
            labelled: classes.indices.map { label in own.count { $0.label == label && $0.isLabelled } })
        },
        attributes: ["fitzpatrick", "sex", "site"],
        leftOut: [
          .init(reason: "the file is missing", count: 3),
          .init(reason: "the same photograph twice, with different labels", count: 2),
        ]),
      host: .init(
        processor: "Intel Xeon (Haswell)", system: "Linux 6.1", cores: 16, threads: 16, memory: 64 << 30))
  }

  /// The lines of `history.jsonl`: losses that fall, accuracies that rise, a search and the warnings.
  var history: Data {
    get throws {
      var entries: [[String: Any]] = []
      for (place, stage) in stages.enumerated() {
        var random = CounterGenerator(seed: seed, 1000 + place)
        if !stage.isClassifier {
          entries.append(SampleRun.event("beforeTraining", of: stage.title, top1: 0.22))
          entries[entries.count - 1]["isRandom"] = true
        }
        for epoch in 1...epochs {
          let progress = Double(epoch) / Double(epochs)
          let noise = random.uniform() * 0.06
          var record: [String: Any] = [
            "event": "epoch", "stage": stage.title, "epoch": epoch, "epochs": epochs,
            "loss": (stage.isClassifier ? 1.6 : 4.6) * exp(-1.1 * progress) + noise,
            "rate": 0.3 * (1 + cos(.pi * progress)) / 2, "images": 4096, "seconds": 91.5,
          ]
          if stage.isClassifier {
            record["validation"] = 0.3 + 0.4 * progress.squareRoot() + noise
          } else {
            record["collapse"] = stage.collapse
            record["deviation"] = 0.5 + 0.4 * progress.squareRoot()
            record["effectiveRank"] = 12 + 50 * progress
            record["possibleRank"] = 127
            if epoch.isMultiple(of: 5) {
              let top1 = 0.22 + 0.3 * progress + noise
              (record["top1"], record["balanced"]) = (top1, 0.8 * top1)
            }
          }
          entries.append(record)
        }
        if !stage.isClassifier {
          entries.append(SampleRun.event("probe", of: stage.title, top1: 0.61))
        } else if stage.repetition == 0 {
          for (rate, score) in [(0.001, 0.662), (0.0003, 0.631)] {
            entries.append([
              "event": "trial", "stage": stage.title, "point": "rate \(rate), weight decay 0.0001",
              "score": score, "metric": "balanced",
            ])
          }
        }
      }
      for warning in warnings {
        entries.append(["event": "warning", "stage": warning.stage, "text": warning.text])
      }
      let lines = try entries.map { try JSONSerialization.data(withJSONObject: $0, options: .sortedKeys) }
      return Data(lines.joined(separator: Data("\n".utf8)))
    }
  }

  private static func event(_ name: String, of stage: String, top1: Double) -> [String: Any] {
    ["event": name, "stage": stage, "top1": top1, "balanced": top1 * 0.8]
  }
}
