import Recipes
import Testing

/// The decoupled loss (Yeh et al. 2022), as a user would write it: the partner is left out of the
/// denominator.
private struct Decoupled: ContrastiveLoss {
  var temperature = 0.5

  func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    let z = z.l2Normalized()
    let similarity = matmul(z, z, transposeB: true) / temperature
    let partner = pairs.partnerMask(in: z.graph)
    let negatives = similarity - 1e9 * (pairs.selfMask(in: z.graph) + partner)
    let attraction = (similarity * partner).sum(axes: [1])
    return (negatives.logSumExp(axes: [1]) - attraction).mean()
  }
}

/// A loss that adds what does not fit.
private struct Misshapen: ContrastiveLoss {
  func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor { z + pairs.selfMask(in: z.graph) }
}

struct ContrastiveLossTests {
  @Test func aLossOfOnesOwnPassesTheGradientCheck() throws {
    let report = try gradientCheck(Decoupled(), on: .random(8, 16))
    #expect(report.passes, "\(report)")
    #expect(report.compared == 128)
  }

  @Test(arguments: [(0.1, 8, 16), (0.5, 8, 16), (0.1, 2, 3), (1, 4, 1)])
  func ntXentPassesTheGradientCheck(temperature: Double, rows: Int, columns: Int) throws {
    let report = try gradientCheck(NTXent(temperature: .constant(temperature)), on: .random(rows, columns))
    #expect(report.passes, "\(report)")
  }

  @Test func aMistakeInALossIsAnErrorWithBothShapes() throws {
    let error = try #require(throws: GraphErrors.self) {
      _ = try gradientCheck(Misshapen(), on: .random(4, 3))
    }
    #expect(error.diagnostics.map(\.found) == ["[4, 4]"])
  }

  @Test func summaryHoldsTheSettings() {
    #expect(Decoupled(temperature: 0.2).summary == "Decoupled(temperature: 0.2)")
  }
}
