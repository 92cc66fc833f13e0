import Recipes
import Testing

@Suite struct ConfusionMatrixTests {
  @Test func countsActualByPredicted() throws {
    let matrix = ConfusionMatrix(
      try predictions([[1, 0, 0], [0, 1, 0], [0, 1, 0], [0.5, 0.5, 0]], [0, 0, 1, 0]))
    #expect(matrix.counts == [1, 2, 0, 0, 1, 0, 0, 0, 0])
    #expect(matrix[actual: 0, predicted: 1] == 2)
    #expect(matrix.sensitivities == [1.0 / 3, 1, nil])
  }
}
