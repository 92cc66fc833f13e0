import Foundation
import OpenBLAS

/// A type of the operands of products with panels.
package protocol PanelElement: BitwiseCopyable {
  /// The number type of the sums of products.
  associatedtype Sum: KernelReal

  /// Calls `PanelProduct.multiply` with the micro-kernel for a panel width.
  static func multiplyPanel<Rows: RowOffsets, Runs: RowOffsets, Targets: RowOffsets>(
    _ rows: Int, _ a: PanelOperand<Self, Rows, Runs>, _ b: UnsafePointer<Self>, _ width: Int,
    _ c: PanelResult<Sum, Targets>, _ ahead: inout Prefetcher<Self>)
}

extension Float: PanelElement {
  @inline(__always)
  package static func multiplyPanel<Rows: RowOffsets, Runs: RowOffsets, Targets: RowOffsets>(
    _ rows: Int, _ a: PanelOperand<Float, Rows, Runs>, _ b: UnsafePointer<Float>, _ width: Int,
    _ c: PanelResult<Float, Targets>, _ ahead: inout Prefetcher<Float>
  ) {
    NumberProducts<Float>.multiplyPanel(rows, a, b, width, c, &ahead)
  }
}

extension Double: PanelElement {
  @inline(__always)
  package static func multiplyPanel<Rows: RowOffsets, Runs: RowOffsets, Targets: RowOffsets>(
    _ rows: Int, _ a: PanelOperand<Double, Rows, Runs>, _ b: UnsafePointer<Double>, _ width: Int,
    _ c: PanelResult<Double, Targets>, _ ahead: inout Prefetcher<Double>
  ) {
    PanelProduct.multiply(OneVector<NumberProducts<Double>>.self, rows, a, b, c, &ahead)
  }
}

/// Subnormal numbers are taken as zeros, in operands, in sums and in the result.
extension BFloat16Pair: PanelElement {
  package typealias Sum = Float

  /// Whether products are computed by the processor's instruction for them. If not, or if the environment
  /// variable LOUPE_BF16 is `software`, they have the same bits in twice the time.
  static let usesInstruction = usesInstruction(ProcessInfo.processInfo.environment)

  static func usesInstruction(_ environment: [String: String]) -> Bool {
    BFloat16Vector.hasInstructions && environment["LOUPE_BF16"] != "software"
  }

  @inline(__always)
  package static func multiplyPanel<Rows: RowOffsets, Runs: RowOffsets, Targets: RowOffsets>(
    _ rows: Int, _ a: PanelOperand<BFloat16Pair, Rows, Runs>, _ b: UnsafePointer<BFloat16Pair>, _ width: Int,
    _ c: PanelResult<Float, Targets>, _ ahead: inout Prefetcher<BFloat16Pair>
  ) {
    // The instruction needs no control word, but the additions to the result are to be the same each way.
    withoutSubnormals {
      if usesInstruction {
        PairProducts.multiplyPanel(rows, a, b, width, c, &ahead)
      } else {
        SoftwarePairProducts.multiplyPanel(rows, a, b, width, c, &ahead)
      }
    }
  }

  /// Runs with subnormal numbers read and written as zeros by this thread.
  @inline(__always)
  static func withoutSubnormals(_ body: () -> Void) {
    let control = loupe_control()
    loupe_set_control(control | LOUPE_FLUSHES_SUBNORMALS)
    body()
    loupe_set_control(control)
  }
}

extension ProductStep {
  @inline(__always)
  static func multiplyPanel<Rows: RowOffsets, Runs: RowOffsets, Targets: RowOffsets>(
    _ rows: Int, _ a: PanelOperand<Operand, Rows, Runs>, _ b: UnsafePointer<Operand>, _ width: Int,
    _ c: PanelResult<Sum, Targets>, _ ahead: inout Prefetcher<Operand>
  ) {
    switch width {
    case FourVectors<Self>.width: PanelProduct.multiply(FourVectors<Self>.self, rows, a, b, c, &ahead)
    case TwoVectors<Self>.width: PanelProduct.multiply(TwoVectors<Self>.self, rows, a, b, c, &ahead)
    default: PanelProduct.multiply(OneVector<Self>.self, rows, a, b, c, &ahead)
    }
  }
}
