import OperationCases
import Testing

@testable import Recipes

/// Every operation that a graph may hold, in either direction, has a name for files that is not Swift's.
struct OperationNamesTests {
  @Test(arguments: OperationCase.all) func operationsHaveNames(of row: OperationCase) {
    let graph = row.applied(.float64).graph
    for node in graph.nodes {
      let module = String(reflecting: type(of: node.operation)).prefix { $0 != "." }
      guard module == "Ops" || module == "Graph" else { continue }
      let text = StableText(of: node.operation).text
      #expect(!text.contains("~"), "\(text)")
    }
  }
}
