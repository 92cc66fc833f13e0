// swift-tools-version: 6.2
import PackageDescription

// By default Swift compiles for the oldest CPU of the architecture; the kernels need this one's vector
// instructions, and the flag for that goes through Clang's importer.
#if arch(x86_64)
  let nativeCPU = ["-Xcc", "-march=native"]
#else
  let nativeCPU = ["-Xcc", "-mcpu=native"]
#endif

// Numerical code is a hundred times slower without optimization, so debug builds are optimized too, with
// whole-module optimization, as kernels are specialized across files.
let numerical: [SwiftSetting] = [
  .unsafeFlags(nativeCPU),
  .unsafeFlags(["-O", "-wmo", "-disable-batch-mode", "-num-threads", "2"], .when(configuration: .debug)),
]

let package = Package(
  name: "Loupe",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Recipes", targets: ["Recipes"])
  ],
  targets: [
    .systemLibrary(
      name: "OpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .target(name: "Graph"),
    .target(name: "Distributed", dependencies: ["Graph"], swiftSettings: numerical),
    .target(name: "Ops", dependencies: ["Graph", "OpenBLAS"], swiftSettings: numerical),
    .target(name: "Autodiff", dependencies: ["Ops"], swiftSettings: numerical),
    .target(name: "Recipes", dependencies: ["Autodiff", "Distributed"], swiftSettings: numerical),
    .executableTarget(
      name: "StepBenchmark", dependencies: ["Distributed", "OpenBLAS", "OperationCases", "Recipes"],
      path: "Examples/StepBenchmark", exclude: ["README.md", "operations.json"]),
    .executableTarget(
      name: "SkinMICLe", dependencies: ["Recipes"], path: "Examples/SkinMICLe",
      exclude: ["README.md", "check_in_pytorch.py", "simclr_in_pytorch.py", "slurm-array.sh"],
      swiftSettings: numerical),
    .executableTarget(
      name: "NewLoss", dependencies: ["Recipes"], path: "Examples/NewLoss", exclude: ["README.md"],
      swiftSettings: numerical),
    .testTarget(name: "GraphTests", dependencies: ["Graph"]),
    .executableTarget(name: "RankProgram", dependencies: ["Distributed"], path: "Tests/RankProgram"),
    .testTarget(
      name: "DistributedTests", dependencies: ["Distributed", "RankProgram", "TestSupport"]),
    .target(
      name: "TestSupport", dependencies: ["AllocationCounter", "Autodiff"], path: "Tests/Support",
      swiftSettings: numerical),
    .target(
      name: "OperationCases", dependencies: ["Autodiff"], path: "Tests/Operations", swiftSettings: numerical),
    .testTarget(
      name: "OpsTests", dependencies: ["Ops", "Autodiff", "OperationCases", "Recipes", "TestSupport"]),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .testTarget(
      name: "AutodiffTests",
      dependencies: ["AllocationCounter", "Autodiff", "OperationCases", "Recipes", "TestSupport"]),
    .testTarget(
      name: "RecipesTests", dependencies: ["Recipes", "TestSupport"], resources: [.copy("Fixtures")]),
    .testTarget(name: "ArticlesTests", dependencies: ["NewLoss", "Recipes", "TestSupport"]),
    .executableTarget(
      name: "RankSteps", dependencies: ["Distributed", "Recipes"], path: "Tests/RankSteps",
      swiftSettings: numerical),
    .testTarget(
      name: "SkinMICLeTests", dependencies: ["RankSteps", "SkinMICLe", "Recipes", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
