extension ONNXInterpreter {
  /// Returns the result of a product or of a window over images; nil for others.
  func products(_ node: ONNXFile.Node, _ x: [ONNXFile.Tensor]) throws -> ONNXFile.Tensor? {
    switch node.operation {
    case "Gemm", "MatMul":
      let bias = x.count > 2 ? x[2].values : []
      let (m, k, n) = (x[0].shape[x[0].shape.count - 2], x[0].shape.last ?? 1, x[1].shape.last ?? 1)
      guard x[1].shape.dropLast().last == k else {
        throw Failure(description: "\(node.name) has factors \(x[0].shape) and \(x[1].shape)")
      }
      var values: [Double] = []
      for stack in 0..<(x[0].values.count / (m * k)) {
        for row in 0..<m {
          for column in 0..<n {
            var sum = bias.isEmpty ? 0 : bias[column]
            for place in 0..<k {
              sum +=
                x[0].values[(stack * m + row) * k + place] * x[1].values[(stack * k + place) * n + column]
            }
            values.append(sum)
          }
        }
      }
      return ONNXFile.Tensor(x[0].shape.dropLast() + [n], values)
    case "Conv": return try convolution(node, x)
    case "MaxPool":
      return pooled(node, x[0], from: -.infinity) {
        max($0, $1)
      } then: { value, _ in
        value
      }
    case "AveragePool":
      return pooled(node, x[0], from: 0) {
        $0 + $1
      } then: { value, count in
        value / Double(count)
      }
    default: return nil
    }
  }

  private struct Window {
    let kernel: [Int]
    let strides: [Int]
    let pads: [Int]
    let dilations: [Int]

    init(_ node: ONNXFile.Node) {
      kernel = node.settings["kernel_shape"] ?? [1, 1]
      strides = node.settings["strides"] ?? [1, 1]
      pads = node.settings["pads"] ?? [0, 0, 0, 0]
      dilations = node.settings["dilations"] ?? [1, 1]
    }

    func extent(_ extent: Int, _ axis: Int) -> Int {
      let reach = (kernel[axis] - 1) * dilations[axis] + 1
      return (extent + pads[axis] + pads[axis + 2] - reach) / strides[axis] + 1
    }

    /// The taps inside of an axis, with their places on it.
    func taps(_ position: Int, _ extent: Int, _ axis: Int) -> [(tap: Int, place: Int)] {
      (0..<kernel[axis]).compactMap { tap in
        let place = position * strides[axis] - pads[axis] + tap * dilations[axis]
        return place >= 0 && place < extent ? (tap, place) : nil
      }
    }
  }

  private func pooled(
    _ node: ONNXFile.Node, _ x: ONNXFile.Tensor, from start: Double,
    _ join: (Double, Double) -> Double, then end: (Double, Int) -> Double
  ) -> ONNXFile.Tensor {
    let window = Window(node)
    let (height, width) = (x.shape[2], x.shape[3])
    return filled([x.shape[0], x.shape[1], window.extent(height, 0), window.extent(width, 1)]) { index in
      var (value, count) = (start, 0)
      for (_, row) in window.taps(index[2], height, 0) {
        for (_, column) in window.taps(index[3], width, 1) {
          value = join(value, x.values[((index[0] * x.shape[1] + index[1]) * height + row) * width + column])
          count += 1
        }
      }
      return end(value, count)
    }
  }

  private func convolution(_ node: ONNXFile.Node, _ x: [ONNXFile.Tensor]) throws -> ONNXFile.Tensor {
    let (window, images, kernels) = (Window(node), x[0], x[1])
    let groups = node.settings["group"]?.first ?? 1
    let (height, width, reads) = (images.shape[2], images.shape[3], kernels.shape[1])
    guard images.shape[1] == reads * groups, Array(kernels.shape[2...]) == window.kernel else {
      throw Failure(description: "\(node.name) has images \(images.shape) and kernels \(kernels.shape)")
    }
    let (outputs, area) = (kernels.shape[0], window.kernel[0] * window.kernel[1])
    let shape = [images.shape[0], outputs, window.extent(height, 0), window.extent(width, 1)]
    return filled(shape) { index in
      let group = index[1] / (outputs / groups)
      var sum = x.count > 2 ? x[2].values[index[1]] : 0
      let columns = window.taps(index[3], width, 1)
      for (dy, row) in window.taps(index[2], height, 0) {
        for channel in 0..<reads {
          let line = ((index[0] * images.shape[1] + group * reads + channel) * height + row) * width
          let kernel = (index[1] * reads + channel) * area + dy * window.kernel[1]
          for (dx, column) in columns { sum += images.values[line + column] * kernels.values[kernel + dx] }
        }
      }
      return sum
    }
  }
}
