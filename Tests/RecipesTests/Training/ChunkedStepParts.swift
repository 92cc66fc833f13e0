import Ops
import Testing

@testable import Recipes

// The layers and losses of the tests.
extension ChunkedStepTests {
  /// A network without batch normalization, which is the same function of an image whatever the batch.
  struct Plain: Layer {
    var body: some Layer {
      Conv2D(6, kernel: 3, stride: 2, bias: true); ReLU()
      Conv2D(8, kernel: 3, stride: 2, bias: true); ReLU()
      GlobalAveragePool()
      Linear(8)
    }
  }

  /// Each view predicts the mean of what the target network makes of the others, weighted by their places.
  struct ToTheMean: TrainingObjective {
    func loss(of batch: TrainingBatch) -> Tensor {
      let (views, target, predicted) = (batch.form.views, batch.target, batch.predicted)
      let terms = (0..<views).map { view in
        let others = (0..<views).filter { $0 != view }.map { Double($0 + 1) * batch.view($0, of: target) }
        let miss = batch.view(view, of: predicted) - others.dropFirst().reduce(others[0], +)
        return Double(view + 1) * (miss * miss).mean()
      }
      return terms.dropFirst().reduce(terms[0], +)
    }
  }

  /// The loss of SigLIP, whose scale and bias are trained.
  struct PairwiseSigmoid: ContrastiveLoss {
    func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
      let graph = z.graph
      let scale = graph.variable("scale", [], role: .weight, initializer: .constant(1.5))
      let bias = graph.variable("bias", [], role: .bias, initializer: .constant(-1))
      let rows = z.l2Normalized()
      let logits = matmul(rows, rows, transposeB: true) * exp(scale) + bias
      let signs = pairs.partnerMask(in: graph) * 2 - 1
      let losses = log(1 + exp(-(logits * signs))) * (1 - pairs.selfMask(in: graph))
      return losses.sum(axes: [1]).mean()
    }
  }

  /// Views swap their assignments to prototypes, as in SwAV; how often each is assigned is remembered.
  struct Prototypes: ContrastiveLoss {
    func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
      let graph = z.graph
      let prototypes = graph.variable(
        "prototypes", [z.shape.channels, 5], role: .weight, initializer: .normal(deviation: 0.3))
      let shares = graph.variable("shares", [5], role: .memory, initializer: .constant(0.2))
      let scores = matmul(z.l2Normalized(), prototypes)
      let codes = stopGradient(softmax(scores * 4 - log(shares)))
      graph.update(shares, to: shares * 0.9 + codes.mean(axes: [0]) * 0.1)
      return -(pairs.swapped(codes) * logSoftmax(scores * 2)).sum(axes: [1]).mean()
    }
  }

  /// Grows from step to step: a state whose value goes into the result.
  struct Warming: Layer {
    func apply(to x: Tensor) -> Tensor {
      let gain = x.graph.variable("gain", [1], role: .statistic, initializer: .constant(0.3))
      x.graph.update(gain, to: gain * 1.4)
      return x * gain
    }
  }

  struct Remembering: Layer {
    func apply(to x: Tensor) -> Tensor { x + x.enqueued("queue", length: x.shape[0]) }
  }

  struct Fading: Layer {
    let share: Scheduled

    func apply(to x: Tensor) -> Tensor { x * share.tensor("share", in: x.graph) }
  }
}
