import Ops

extension Window {
  /// The settings of an ONNX node.
  var attributes: [(name: String, value: ONNXGraph.Attribute)] {
    let isDilated = height.dilation > 1 || width.dilation > 1
    return withoutPadding
      + [("pads", .ints([height.padding, width.padding, height.paddingAfter, width.paddingAfter]))]
      + (isDilated ? [("dilations", .ints([height.dilation, width.dilation]))] : [])
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
    let (height, width) = (window.height, window.width)
    let padding = [0, 0, height.padding, width.padding, 0, 0, height.paddingAfter, width.paddingAfter]
    if padding.contains(where: { $0 > 0 }) {
      images = translator.add("Pad", [images, translator.add(padding)])
    }
    return .tensor(translator.add("AveragePool", [images], window.withoutPadding), .channelsFirst)
  }
}
