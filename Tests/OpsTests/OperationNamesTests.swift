import OperationCases
import Testing

@testable import Recipes

/// The names of operations in the identity of a stage. A change of one retrains every stage that has it, so
/// an operation that is renamed conforms to `StablyWritten` and writes itself as before. Names may be added.
struct OperationNamesTests {
  private static let names: Set<String> = [
    "Absolute", "Add", "ArgMax", "Attention", "AttentionGradient", "AveragePool2D", "AveragePool2DGradient",
    "BatchGather",
    "BatchScatterAdd", "Broadcast", "Compare",
    "Compare.Kind.equal", "Compare.Kind.less", "Compare.Kind.lessOrEqual", "Concatenate", "Constant",
    "Convolution2D", "ConvolutionInputGradient", "ConvolutionWeightGradient", "CrossReplicaMoments",
    "CrossReplicaSum", "CustomGradient", "Divide", "ElementType", "Entry", "Erf", "Exp", "Gather",
    "GradientRule", "Input", "Log", "LogSumExp", "MatMul",
    "Max", "MaxPool2D", "MaxPool2DGradient", "Maximum", "Minimum", "Moments", "Multiply", "Negate",
    "OneHot", "OptimizationBarrier", "Pad", "Power", "Relu", "Reshape", "Rsqrt", "ScatterAdd", "Select",
    "SelfAttention", "SelfAttentionGradient", "Sigmoid", "Slice", "Softmax", "Sqrt", "StopGradient",
    "Subtract", "Sum", "Tanh", "Transpose", "Window",
    "Window.Axis",
  ]

  @Test func namesStayAsTheyAre() {
    var found: Set<String> = []
    for row in OperationCase.all {
      for node in row.applied(.float64).graph.nodes {
        let text = StableText(of: node.operation).text
        found.formUnion(text.matches(of: /~?[A-Z][A-Za-z0-9.]*(?=\()/).map { String($0.0) })
      }
    }
    #expect(Self.names.subtracting(found) == [])
  }
}
