import Ops

/// The names of types in the files of a run, independent of their names in Swift.
///
/// A type that decides a stage's weights has its name here. To rename the type, keep the name; a type that
/// computes something else than one before it gets a name of its own.
enum StableNames {
  /// The name of a value's type; that which Swift prints, after a `~`, for a type that has none here.
  static func name(of value: Any) -> String {
    let type = type(of: value)
    return names[ObjectIdentifier(type)] ?? "~\(type)"
  }

  private static let names = Dictionary(
    uniqueKeysWithValues: (operations + settings).map { (ObjectIdentifier($0.type), $0.name) })

  /// Operations, and what they are set by.
  static let operations: [(type: any Any.Type, name: String)] = [
    // Leaves
    (Input.self, "Input"), (VariableRead.self, "VariableRead"), (Updated.self, "Updated"),
    (Constant.self, "Constant"),
    // Elementwise
    (Absolute.self, "Absolute"), (Add.self, "Add"), (Broadcast.self, "Broadcast"),
    (Compare.self, "Compare"), (Compare.Kind.self, "Compare.Kind"), (Divide.self, "Divide"),
    (Erf.self, "Erf"), (Exp.self, "Exp"), (Log.self, "Log"), (Maximum.self, "Maximum"),
    (Minimum.self, "Minimum"), (Multiply.self, "Multiply"), (Negate.self, "Negate"),
    (Power.self, "Power"), (Relu.self, "Relu"), (Rsqrt.self, "Rsqrt"), (Select.self, "Select"),
    (Sigmoid.self, "Sigmoid"), (Sqrt.self, "Sqrt"), (StopGradient.self, "StopGradient"),
    (Subtract.self, "Subtract"), (Tanh.self, "Tanh"),
    // Reductions
    (ArgMax.self, "ArgMax"), (LogSumExp.self, "LogSumExp"), (Max.self, "Max"), (Moments.self, "Moments"),
    (Softmax.self, "Softmax"), (Sum.self, "Sum"),
    // Movement
    (Concatenate.self, "Concatenate"), (CustomGradient.self, "CustomGradient"),
    (GradientRule.self, "GradientRule"), (Entry.self, "Entry"), (Gather.self, "Gather"),
    (OneHot.self, "OneHot"), (OptimizationBarrier.self, "OptimizationBarrier"), (Pad.self, "Pad"),
    (Reshape.self, "Reshape"), (ScatterAdd.self, "ScatterAdd"), (Slice.self, "Slice"),
    (Transpose.self, "Transpose"),
    // Contractions
    (Convolution2D.self, "Convolution2D"), (ConvolutionInputGradient.self, "ConvolutionInputGradient"),
    (ConvolutionWeightGradient.self, "ConvolutionWeightGradient"), (MatMul.self, "MatMul"),
    (ElementType.self, "ElementType"),
    // Windows
    (AveragePool2D.self, "AveragePool2D"), (AveragePool2DGradient.self, "AveragePool2DGradient"),
    (MaxPool2D.self, "MaxPool2D"), (MaxPool2DGradient.self, "MaxPool2DGradient"),
    (MaxPool2DGather.self, "MaxPool2DGather"), (Window.self, "Window"), (Window.Axis.self, "Window.Axis"),
  ]

  /// The lines of a stage and their settings.
  static let settings: [(type: any Any.Type, name: String)] = [
    // Variables
    (Initializer.self, "Initializer"), (Variable.Role.self, "Role"), (Scheduled.self, "Scheduled"),
    // Views
    (Bounds.self, "Bounds"), (CenterCrop.self, "CenterCrop"), (ColorJitter.self, "ColorJitter"),
    (GaussianBlur.self, "GaussianBlur"), (Interpolation.self, "Interpolation"),
    (RandomFlip.self, "RandomFlip"), (RandomGrayscale.self, "RandomGrayscale"),
    (RandomResizedCrop.self, "RandomResizedCrop"), (RandomRotation.self, "RandomRotation"),
    (Views.self, "Views"),
    // Optimizers
    (AdamW.self, "AdamW"), (LARS.self, "LARS"), (SGD.self, "SGD"), (Optimize.self, "Optimize"),
    (LearningRate.Scaling.self, "Scaling"), (PairsPerPatient.self, "PairsPerPatient"),
    (Sampling.self, "Sampling"), (Schedule.self, "Schedule"),
    // What is read, and how it is chosen and scored
    (Selection.self, "Selection"), (Split.self, "Split"), (EarlyStopping.self, "EarlyStopping"),
    (Evaluate.self, "Evaluate"), (Search.self, "Search"),
  ]
}
