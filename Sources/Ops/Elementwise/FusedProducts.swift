// Products fused with what their factors are computed from and with the sums they are added to: the
// arithmetic of normalizations, in fewer passes over a block. Each operation is rounded as by itself, except
// that a sum with a product is rounded once.

extension Multiply: Fusing {
  func fused(
    with producer: any ElementFormula, at operand: Int, constants: [Double?]
  ) -> (any ElementFormula)? {
    switch producer {
    case is Subtract: ScaledDifference()
    case is Multiply: TripleProduct()
    case is ScaledDifference: ScaledDifferenceProduct()
    default: nil
    }
  }
}

extension Add: Fusing {
  func fused(
    with producer: any ElementFormula, at operand: Int, constants: [Double?]
  ) -> (any ElementFormula)? {
    switch producer {
    case is Multiply: MultiplyAdd()
    case is ScaledDifference: ScaledDifferenceAdd()
    case is ScaledDifferenceProduct: ScaledDifferenceProductAdd()
    case is TripleProduct: TripleProductAdd()
    default: nil
    }
  }
}

extension MultiplyAdd: Fusing {
  func fused(
    with producer: any ElementFormula, at operand: Int, constants: [Double?]
  ) -> (any ElementFormula)? {
    operand == 2 && producer is MultiplyAdd ? TwoProductsAdd() : nil
  }
}

extension Subtract: Fusing {
  func fused(
    with producer: any ElementFormula, at operand: Int, constants: [Double?]
  ) -> (any ElementFormula)? {
    if operand != 1 { return nil }
    return switch producer {
    case is Multiply: SubtractProduct()
    case is ScaledDifference: SubtractScaledDifference()
    case is ScaledDifferenceProduct: SubtractScaledDifferenceProduct()
    case is TripleProduct: SubtractTripleProduct()
    default: nil
    }
  }
}

// (a - b) c
private struct ScaledDifference: VectorFormula {
  static var arity: Int { 3 }

  func element<T: Real>(_ x: Elements<T>) -> T { (x[0] - x[1]) * x[2] }

  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { (x[0] - x[1]) * x[2] }
}

// (a b) c
private struct TripleProduct: VectorFormula {
  static var arity: Int { 3 }

  func element<T: Real>(_ x: Elements<T>) -> T { (x[0] * x[1]) * x[2] }

  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { (x[0] * x[1]) * x[2] }
}

// a b + c
private struct MultiplyAdd: VectorFormula {
  static var arity: Int { 3 }

  func element<T: Real>(_ x: Elements<T>) -> T { x[2].addingProduct(x[0], x[1]) }

  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { x[2].addingProduct(x[0], x[1]) }
}

// d e + (a b + c)
private struct TwoProductsAdd: VectorFormula {
  static var arity: Int { 5 }

  func element<T: Real>(_ x: Elements<T>) -> T {
    x[2].addingProduct(x[0], x[1]).addingProduct(x[3], x[4])
  }

  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> {
    x[2].addingProduct(x[0], x[1]).addingProduct(x[3], x[4])
  }
}

// (a - b) c + d
private struct ScaledDifferenceAdd: VectorFormula {
  static var arity: Int { 4 }

  func element<T: Real>(_ x: Elements<T>) -> T { x[3].addingProduct(x[0] - x[1], x[2]) }

  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { x[3].addingProduct(x[0] - x[1], x[2]) }
}

// ((a - b) c) d
private struct ScaledDifferenceProduct: VectorFormula {
  static var arity: Int { 4 }

  func element<T: Real>(_ x: Elements<T>) -> T { ((x[0] - x[1]) * x[2]) * x[3] }

  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { ((x[0] - x[1]) * x[2]) * x[3] }
}

// ((a - b) c) d + e
private struct ScaledDifferenceProductAdd: VectorFormula {
  static var arity: Int { 5 }

  func element<T: Real>(_ x: Elements<T>) -> T { x[4].addingProduct((x[0] - x[1]) * x[2], x[3]) }

  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> {
    x[4].addingProduct((x[0] - x[1]) * x[2], x[3])
  }
}

// (a b) c + d
private struct TripleProductAdd: VectorFormula {
  static var arity: Int { 4 }

  func element<T: Real>(_ x: Elements<T>) -> T { x[3].addingProduct(x[0] * x[1], x[2]) }

  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { x[3].addingProduct(x[0] * x[1], x[2]) }
}

// c - a b
private struct SubtractProduct: VectorFormula {
  static var arity: Int { 3 }

  func element<T: Real>(_ x: Elements<T>) -> T { x[2].addingProduct(-x[0], x[1]) }

  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { x[2].addingProduct(-x[0], x[1]) }
}

// d - (a - b) c
private struct SubtractScaledDifference: VectorFormula {
  static var arity: Int { 4 }

  func element<T: Real>(_ x: Elements<T>) -> T { x[3].addingProduct(-(x[0] - x[1]), x[2]) }

  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> {
    x[3].addingProduct(-(x[0] - x[1]), x[2])
  }
}

// d - (a b) c
private struct SubtractTripleProduct: VectorFormula {
  static var arity: Int { 4 }

  func element<T: Real>(_ x: Elements<T>) -> T { x[3].addingProduct(-(x[0] * x[1]), x[2]) }

  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> {
    x[3].addingProduct(-(x[0] * x[1]), x[2])
  }
}

// e - ((a - b) c) d
private struct SubtractScaledDifferenceProduct: VectorFormula {
  static var arity: Int { 5 }

  func element<T: Real>(_ x: Elements<T>) -> T { x[4].addingProduct(-((x[0] - x[1]) * x[2]), x[3]) }

  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> {
    x[4].addingProduct(-((x[0] - x[1]) * x[2]), x[3])
  }
}
