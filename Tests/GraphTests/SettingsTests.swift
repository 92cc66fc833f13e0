import Graph
import Testing

@Suite struct SettingsTests {
  @Test func aLayerWithAWrongSettingIsNotedAndNotApplied() throws {
    let graph = GraphBuilder()
    let output = Scale(by: .nan)(graph.input("x", [2])); let line = #line
    #expect(!output.isKnown)
    let errors = try #require(throws: GraphErrors.self) { try graph.validate() }
    #expect(
      errors.description == """
        The model has 1 error.
        scale1 (GraphTests/SettingsTests.swift:\(line)): Scale cannot work with its factor.
          expected: a finite number above 0
          found:    nan
        """)
  }

  @Test func whatFollowsIsAskedTooAndNotApplied() {
    let graph = GraphBuilder()
    let model = Sequential {
      Scale(by: 0); Shift(); Scale(by: -1).named("last")
    }
    #expect(!model(graph.input("x", [2])).isKnown)
    #expect(graph.diagnostics.map(\.found) == ["0.0", "-1.0"])
    #expect(graph.diagnostics.map(\.path) == ["sequential1.0", "sequential1.last"])
  }

  @Test func aBodyIsAskedOnlyIfItsLayerWorks() {
    #expect(
      Scales(count: 3).settingErrors().map(\.description) == [
        "Scale(factor: nan): factor must be a finite number above 0."
      ])
    #expect(Scales(count: -3).settingErrors().map(\.owner) == ["Scales"])
  }

  @Test func numbersAreAlsoThoseOfSinglePrecision() {
    #expect(Check.number("x", 1e-50, above: 0)?.requirement.hasSuffix("rounded to single precision") == true)
    #expect(Check.number("x", 1e50)?.requirement.hasSuffix("rounded to single precision") == true)
    #expect(Check.number("x", 1e-50, atLeast: 0) == nil)
    #expect(Check.number("x", 0.5, above: 0, atMost: 0.5) == nil)
  }

  @Test(arguments: [
    Shape([-1, 2]), Shape([1 << 21, 1 << 21]), Shape([.max, .max, 3]), Shape([.min, 4]),
    Shape([.max, 0, -1]),
  ])
  func anImpossibleShapeIsAMistake(shape: Shape) throws {
    let graph = GraphBuilder()
    let x = graph.input("x", shape)
    #expect(!x.isKnown && !times(x, 2).isKnown)
    let errors = try #require(throws: GraphErrors.self) { try graph.validate() }
    #expect(errors.description.contains("found:    \(shape)"))
    #expect(
      x.type.byteCount >= 0 && TensorType(shape, .float64).byteCount != 1 && shape.strides.count == shape.rank
    )
  }

  @Test func aBrokenContractSpeaks() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Shape([2, 3])[2]
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("A tensor of shape [2, 3] has no axis 2."))
  }
}
