import Autodiff

extension OperationCase {
  /// Convolutions whose taps are apart, by each kernel and with every relation of stride and dilation.
  static let dilated: [OperationCase] = [
    convolution("3x3 dilated by 2", [2, 7, 6, 3], [3, 3, 3, 2], padding: 2, dilation: 2),
    convolution("3x3 dilated by 3, without padding", [1, 8, 9, 2], [3, 3, 2, 3], dilation: 3),
    convolution("3x3 dilated by 2, lines of 20", [1, 3, 20, 2], [3, 3, 2, 2], padding: 2, dilation: 2),
    convolution(
      "3x3 dilated by 2, by steps of 2", [1, 9, 8, 2], [3, 3, 2, 3], stride: 2, padding: 2, dilation: 2),
    convolution(
      "3x3 dilated by 3, by steps of 2", [2, 9, 8, 2], [3, 3, 2, 2], stride: 2, padding: 3, dilation: 3),
    convolution(
      "2x2 dilated by 2, by steps of 3", [1, 9, 10, 1], [2, 2, 1, 2], stride: 3, padding: 1, dilation: 2),
    convolution(
      "3x3 dilated by 6, by steps of 4", [1, 17, 13, 1], [3, 3, 1, 2], stride: 4, padding: 4, dilation: 6),
    convolution("3x3 dilated beyond the image", [1, 3, 4, 2], [3, 3, 2, 2], padding: 5, dilation: 5),
    convolution("3x3 dilated by 2, of one result", [9, 5, 5, 2], [3, 3, 2, 3], dilation: 2),
    convolution("1x1 dilated by 2", [2, 3, 2, 4], [1, 1, 4, 3], dilation: 2),
    convolution("2 groups, dilated by 2", [1, 6, 5, 4], [3, 3, 2, 6], padding: 2, groups: 2, dilation: 2),
    convolution(
      "a group for each channel, dilated by 2", [1, 5, 6, 5], [3, 3, 1, 5], padding: 2, groups: 5, dilation: 2
    ),
    convolution(
      "a group for each of many channels, dilated by 3", [2, 7, 9, 18], [3, 3, 1, 18], stride: 2, padding: 3,
      groups: 18, dilation: 3),
    [
      OperationCase("conv2d dilated along the height", x([1, 7, 5, 2]), x([3, 2, 2, 3], "w")) {
        conv2d($0[0], $0[1], stride: (1, 2), padding: (2, 0), dilation: (3, 1))
      },
      OperationCase("conv2d dilated along the width", x([1, 4, 9, 2]), x([2, 3, 2, 3], "w")) {
        conv2d($0[0], $0[1], stride: (1, 2), padding: (0, 1), dilation: (1, 4))
      },
      OperationCase("conv2d dilated along the height in place", x([1, 7, 5, 2]), x([3, 2, 2, 3], "w")) {
        conv2d($0[0], $0[1], stride: (1, 1), padding: (0, 0), dilation: (2, 1))
      },
    ],
  ].flatMap { $0 }
}
