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

  /// Leaves out elements by how many steps there were, and by the row within a chunk of so many samples.
  struct Dropout: Layer {
    let chunk: Int

    func apply(to x: Tensor) -> Tensor {
      let steps = x.graph.variable("steps", [], role: .memory, initializer: .zeros)
      x.graph.update(steps, to: steps + 1)
      return x * x.graph.apply(Mask(shape: x.shape, chunk: chunk), to: [steps])
    }
  }

  struct Mask: KernelOperation {
    let shape: Shape
    let chunk: Int

    func resultType(of operands: [TensorType]) -> TensorType { TensorType(shape, operands[0].element) }

    func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [nil] }

    func partCount(_ operands: [TensorType], result: TensorType) -> Int { shape[0] }

    func compute<T: Real>(_ rows: Range<Int>, _ buffers: KernelBuffers<T>) {
      let width = shape.count / shape[0]
      for row in rows {
        for place in 0..<width {
          buffers.result[row * width + place] = element(row, place, Double(buffers[0][0]))
        }
      }
    }

    func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
      let width = shape.count / shape[0]
      return (0..<shape.count).map { element($0 / width, $0 % width, Double(operands[0][0])) }
    }

    private func element<T: Real>(_ row: Int, _ place: Int, _ step: Double) -> T {
      let samples = shape[0] / 2
      let local = row / samples * chunk + row % samples % chunk
      var generator = CounterGenerator(seed: 9, Int(step), local, place)
      return generator.chance(0.5) ? 2 : 0
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
