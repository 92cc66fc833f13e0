/// The gradient of a 3x3 convolution's kernel as the adjoint of Winograd's filtering: in Float32, tiles of the input
/// and of the upstream gradient are transformed a chunk at a time, and each point's product summed over chunks.
struct WinogradWeightGradientPlan: KernelPlan {
  let geometry: WinogradGeometry
  let algorithm: ConvolutionAlgorithm
  let x: Place, upstream: Place
  let result: Place

  var reads: [Place] { [x, upstream] }
  var writes: [Place] { [result] }
  var summary: String { "weight gradient \(geometry.summary) \(algorithm.rawValue)" }

  var outputs: Int { algorithm == .winograd2 ? 2 : 4 }
  var points: Int { (outputs + 2) * (outputs + 2) }
  // As many tiles as stay in the last-level cache while they are multiplied.
  var tilesPerChunk: Int {
    let most = max(64, 2_097_152 / (points * (geometry.channels + geometry.outChannels)))
    let tiles = geometry.tiles(outputs)
    return pieces(of: pieces(of: most, in: tiles), in: tiles)
  }

  func partialBytes(_ element: ElementType) -> Int {
    let g = geometry
    return points * (g.weightCount + tilesPerChunk * (g.channels + g.outChannels))
      * element.byteCount
  }

  func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
    precondition(element == .float32, "Winograd's filtering is for Float32")
    return algorithm == .winograd2
      ? WinogradWeightGradientKernel<WinogradF2>(self, memory, partials)
      : WinogradWeightGradientKernel<WinogradF4>(self, memory, partials)
  }
}

final class WinogradWeightGradientKernel<Variant: WinogradVariant>: Kernel {
  let phases: [Int]
  private let geometry: WinogradGeometry
  private let tiles: Int, tilesPerChunk: Int, chunks: Int
  private let memory: Memory
  private let x: UnsafeMutablePointer<Float>, upstream: UnsafeMutablePointer<Float>
  private let result: UnsafeMutablePointer<Float>
  private let u: UnsafeMutablePointer<Float>, v: UnsafeMutablePointer<Float>, m: UnsafeMutablePointer<Float>
  private static var tilesPerTask: Int { 32 }

  init(_ plan: WinogradWeightGradientPlan, _ memory: Memory, _ partials: Place) {
    let g = plan.geometry
    self.memory = memory
    geometry = g
    tiles = g.tiles(Variant.outputs)
    tilesPerChunk = plan.tilesPerChunk
    chunks = pieces(of: tilesPerChunk, in: tiles)
    (x, upstream) = (memory.pointer(plan.x), memory.pointer(plan.upstream))
    result = memory.pointer(plan.result)
    u = memory.pointer(partials)
    v = u + Variant.points * g.weightCount
    m = v + Variant.points * tilesPerChunk * g.channels
    let (size, all) = (tilesPerChunk, tiles)
    phases =
      (0..<chunks).flatMap { chunk in
        [pieces(of: Self.tilesPerTask, in: piece(chunk, of: size, in: all).count), Variant.points]
      } + [pieces(of: WinogradGeometry.weightsPerTask, in: g.weightCount)]
  }

  @_specialize(where Variant == WinogradF2)
  @_specialize(where Variant == WinogradF4)
  func run(phase: Int, task: Int, worker: Int) {
    let g = geometry
    let (vPitch, mPitch) = (tilesPerChunk * g.channels, tilesPerChunk * g.outChannels)
    if phase == 2 * chunks {
      let count = g.weightCount
      WinogradTiles<Variant>.weightsAdjoint(
        u, count: count, range: piece(task, of: WinogradGeometry.weightsPerTask, in: count), to: result)
      return
    }
    let chunk = piece(phase / 2, of: tilesPerChunk, in: tiles)
    if phase % 2 == 0 {
      let own = piece(task, of: Self.tilesPerTask, in: chunk.count)
      let range = chunk.lowerBound + own.lowerBound..<chunk.lowerBound + own.upperBound
      WinogradTiles<Variant>.input(x, g, tiles: range, to: v + own.lowerBound * g.channels, pitch: vPitch)
      WinogradTiles<Variant>.outputAdjoint(
        upstream, g, tiles: range, to: m + own.lowerBound * g.outChannels, pitch: mPitch)
    } else {
      Float.gemm(
        true, false, g.channels, g.outChannels, chunk.count, v + task * vPitch, g.channels, m + task * mPitch,
        g.outChannels, phase < 2 ? 0 : 1, u + task * g.weightCount, g.outChannels)
    }
  }
}
