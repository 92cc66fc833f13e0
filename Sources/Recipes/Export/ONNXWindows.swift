import Ops

extension Window {
  /// The settings of an ONNX node.
  var attributes: [(name: String, value: ONNXGraph.Attribute)] {
    let padding = [height.padding, width.padding]
    return withoutPadding + [("pads", .ints(padding + padding))]
  }

  fileprivate var withoutPadding: [(name: String, value: ONNXGraph.Attribute)] {
    [
      ("kernel_shape", .ints([height.kernel, width.kernel])),
      ("strides", .ints([height.stride, width.stride])),
    ]
  }
}

extension MaxPool2D: ONNXOperation {
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    try translator.requireFixed([1, 2, 3], of: call.operands[0], in: call)
    let images = translator.name(of: call.operands[0], .channelsFirst)
    return .tensor(translator.add("MaxPool", [images], window.attributes), .channelsFirst)
  }
}

extension AveragePool2D: ONNXOperation {
  // Zeros are padded first, as ONNX has no average with more padding than the window is large.
  func translated(_ call: ONNXCall, by translator: ONNXTranslator) throws -> ONNXTranslator.Result {
    try translator.requireFixed([1, 2, 3], of: call.operands[0], in: call)
    var images = translator.name(of: call.operands[0], .channelsFirst)
    let (rows, columns) = (window.height.padding, window.width.padding)
    if rows + columns > 0 {
      images = translator.add("Pad", [images, translator.add([0, 0, rows, columns, 0, 0, rows, columns])])
    }
    return .tensor(translator.add("AveragePool", [images], window.withoutPadding), .channelsFirst)
  }
}
