/// The gradient of a 3x3 convolution's kernel as the adjoint of Winograd's filtering, in Float32: tiles of the input
/// and of the upstream gradient are transformed, each point's product is summed over tiles, and the sums are
/// transformed back.
///
/// Where the sums are small, every task has its own and adds to them a block of tiles at a time; else the points of
/// many tiles are multiplied together.
struct WinogradWeightGradientPlan: KernelPlan {
  let geometry: WinogradGeometry
  let algorithm: ConvolutionAlgorithm
  let x: RowOperand
  let upstream: Place
  let result: Place

  var reads: [Place] { x.reads + [upstream] }
  var writes: [Place] { [result] }
  var summary: String { "weight gradient \(geometry.summary) \(algorithm.rawValue)" }

  var tile: String { "\(points)x\(tilesPerProduct)" }

  var outputs: Int { algorithm == .winograd2 ? 2 : 4 }
  var points: Int { geometry.points(outputs) }
  var isPooled: Bool { geometry.weightCount > 4096 }
  // Blocks stay in the second-level cache beside their sums, pools in the last-level cache.
  var tilesPerProduct: Int {
    let elements = isPooled ? 2_097_152 : 262_144
    let most = max(isPooled ? 64 : 32, elements / (points * (geometry.channels + geometry.outChannels)))
    let tiles = geometry.tiles(outputs)
    return pieces(of: pieces(of: most, in: tiles), in: tiles)
  }
  var pointElements: Int { geometry.pointElements(tilesPerProduct, outputs) }
  // The blocks of tiles, cut in tasks.
  var tiling: RowTiling {
    RowTiling(rows: geometry.tiles(outputs), rowsPerTile: tilesPerProduct, mostTasks: 8)
  }
  var sums: Int { isPooled ? 1 : tiling.tasks }

  func partialBytes(_ element: ElementType) -> Int {
    (points * geometry.weightCount * sums + (isPooled ? pointElements : 0)) * element.byteCount
  }
  // Tiles transformed by a task of a pool: whole images where they are small.
  var tilesPerTransform: Int {
    let perImage = geometry.tiles(outputs) / max(1, geometry.images)
    return perImage <= 16 ? perImage : 16
  }
  func workerBytes(_ element: ElementType) -> Int {
    let tiles = isPooled ? tilesPerTransform : tilesPerProduct
    let input = x.scratchElements(rows: geometry.mostInputRows(tiles: tiles, every: 1, outputs))
    return ((isPooled ? 0 : aligned(pointElements)) + input) * element.byteCount
  }

  func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
    precondition(element == .float32, "Winograd's filtering is for Float32")
    func kernel<Variant: WinogradVariant>(_ variant: Variant.Type) -> any Kernel {
      WinogradWeightGradientKernel<Variant>(self, memory, partials)
    }
    return kernel(geometry.variant(outputs))
  }
}

final class WinogradWeightGradientKernel<Variant: WinogradVariant>: Kernel {
  private enum Step {
    case transform(pool: Int)
    case multiply(pool: Int)
    case addBlocks
    case finish
  }

  let phases: [Int]
  private let steps: [Step]
  private let plan: WinogradWeightGradientPlan
  private let memory: Memory
  private let tiles: Int, tilesPerProduct: Int, xPitch: Int, upstreamPitch: Int
  private let tiling: RowTiling
  private let x: RowSource<Float>
  private let upstream: UnsafeMutablePointer<Float>
  private let result: UnsafeMutablePointer<Float>
  private let u: UnsafeMutablePointer<Float>, pool: UnsafeMutablePointer<Float>
  private let tilesPerTransform: Int

  init(_ plan: WinogradWeightGradientPlan, _ memory: Memory, _ partials: Place) {
    let g = plan.geometry
    self.plan = plan
    self.memory = memory
    tiles = g.tiles(Variant.outputs)
    tilesPerProduct = plan.tilesPerProduct
    xPitch = g.pitch(tilesPerProduct, g.channels)
    upstreamPitch = g.pitch(tilesPerProduct, g.outChannels)
    tiling = plan.tiling
    tilesPerTransform = plan.tilesPerTransform
    x = RowSource(plan.x, memory)
    upstream = memory.pointer(plan.upstream)
    result = memory.pointer(plan.result)
    u = memory.pointer(partials)
    pool = u + Variant.points * g.weightCount * plan.sums
    var steps: [(step: Step, tasks: Int)] = []
    if plan.isPooled {
      for index in 0..<pieces(of: tilesPerProduct, in: tiles) {
        let count = piece(index, of: tilesPerProduct, in: tiles).count
        steps.append((.transform(pool: index), pieces(of: tilesPerTransform, in: count)))
        steps.append((.multiply(pool: index), Variant.points * Variant.tasksPerProduct))
      }
    } else {
      steps.append((.addBlocks, tiling.tasks))
    }
    steps.append((.finish, pieces(of: WinogradGeometry.weightsPerTask, in: g.weightCount)))
    self.steps = steps.map(\.step)
    phases = steps.map(\.tasks)
  }

  @_specialize(where Variant == WinogradF2)
  @_specialize(where Variant == WinogradF2Map)
  @_specialize(where Variant == WinogradF4)
  func run(phase: Int, task: Int, worker: Int) {
    let count = plan.geometry.weightCount
    switch steps[phase] {
    case .transform(let index):
      let all = piece(index, of: tilesPerProduct, in: tiles)
      let own = piece(task, of: tilesPerTransform, in: all.count)
      transform(
        all.lowerBound + own.lowerBound..<all.lowerBound + own.upperBound, first: all.lowerBound, in: pool,
        scratch: memory.scratch(of: worker))
    case .multiply(let index):
      multiply(
        task / Variant.tasksPerProduct, part: task % Variant.tasksPerProduct, of: Variant.tasksPerProduct,
        count: piece(index, of: tilesPerProduct, in: tiles).count, in: pool, to: u, isFirst: index == 0)
    case .addBlocks:
      let points: UnsafeMutablePointer<Float> = memory.scratch(of: worker)
      let sums = u + task * Variant.points * count
      var isFirst = true
      tiling.forEachTile(of: task) { block in
        transform(
          block, first: block.lowerBound, in: points, scratch: points + aligned(plan.pointElements))
        for point in 0..<Variant.points {
          multiply(point, count: block.count, in: points, to: sums, isFirst: isFirst)
        }
        isFirst = false
      }
    case .finish:
      WinogradTiles<Variant>.weightsAdjoint(
        u, parts: plan.sums, count: count, range: piece(task, of: WinogradGeometry.weightsPerTask, in: count),
        to: result)
    }
  }

  @inline(__always)
  private func transform(
    _ tiles: Range<Int>, first: Int, in points: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let g = plan.geometry
    let input = x.rows(g.inputRows(ofTiles: tiles, Variant.outputs), scratch: scratch)
    let offset = tiles.lowerBound - first
    WinogradTiles<Variant>.input(input, g, tiles: tiles, to: points + offset * g.channels, pitch: xPitch)
    WinogradTiles<Variant>.outputAdjoint(
      upstream, g, tiles: tiles, to: points + Variant.points * xPitch + offset * g.outChannels,
      pitch: upstreamPitch)
  }

  @inline(__always)
  private func multiply(
    _ point: Int, part: Int = 0, of parts: Int = 1, count: Int, in points: UnsafeMutablePointer<Float>,
    to sums: UnsafeMutablePointer<Float>, isFirst: Bool
  ) {
    let g = plan.geometry
    let rows = piece(part, of: pieces(of: parts, in: g.channels), in: g.channels)
    Float.gemm(
      true, false, rows.count, g.outChannels, count, points + point * xPitch + rows.lowerBound, g.channels,
      points + Variant.points * xPitch + point * upstreamPitch, g.outChannels, isFirst ? 0 : 1,
      sums + point * g.weightCount + rows.lowerBound * g.outChannels, g.outChannels)
  }
}
