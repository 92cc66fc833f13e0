// swift-tools-version: 6.3
import Foundation
import PackageDescription

// By default Swift compiles for the oldest processor of the architecture. The kernels need the vector instructions of a
// newer one, which a trait names; the flag for it goes through Clang's importer. Of several flags the last counts, so of
// several traits the one for most processors.
#if arch(x86_64)
  let processors = [
    (trait: "NativeCPU", flag: "-march=native"), (trait: "AVX512", flag: "-march=x86-64-v4"),
    (trait: "AVX2", flag: "-march=x86-64-v3"),
  ]
#else
  let processors = [(trait: "NativeCPU", flag: "-mcpu=native")]
#endif

// The linker leaves out what a program does not call if each function has its own section. For a backtrace, and to
// profile, the lines of the source are enough; types and variables would be a third of the program's file. Modules do
// not inline functions of each other: steps are as fast without it, and a build takes 4 % less time.
let lean: [SwiftSetting] = [
  .unsafeFlags(["-disable-cmo"]),
  .unsafeFlags(
    ["-Xfrontend", "-function-sections", "-Xfrontend", "-gline-tables-only"], .when(configuration: .release)),
]

// Without optimization numerical code is a hundred times slower, and planning several times, so debug builds are
// optimized too.
let planning: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))] + lean
let optimized: [SwiftSetting] =
  processors.map { trait, flag in .unsafeFlags(["-Xcc", flag], .when(traits: [trait])) } + planning

// Kernels are specialized across files, which takes whole-module optimization, in a release build the default.
let kernels =
  optimized
  + [
    .unsafeFlags(["-wmo", "-disable-batch-mode", "-num-threads", "2"], .when(configuration: .debug))
  ]

// These modules compose: their loops over pixels and tensors are functions of Ops. Optimized for size, they take an
// eighth less time to build, and as whole modules three quarters of the time that they take file by file. Who edits them
// builds faster by files.
let isByFiles = Context.environment["LOUPE_BUILD_BY_FILES"] == "1"
let composing = (isByFiles ? optimized : kernels) + [.unsafeFlags(["-Osize"])]

// Where the headers are not in the compiler's default folders, pkg-config knows them; it is not required.
let hasPkgConfig = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].contains {
  FileManager.default.isExecutableFile(atPath: $0 + "/pkg-config")
}

let package = Package(
  name: "Loupe",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Recipes", targets: ["Recipes"])
  ],
  traits: [
    .trait(name: "NativeCPU", description: "Compiles for the processor of this machine."),
    .trait(name: "AVX2", description: "Compiles for every x86-64 processor with AVX2 (x86-64-v3)."),
    .trait(name: "AVX512", description: "Compiles for every x86-64 processor with AVX-512 (x86-64-v4)."),
    .default(enabledTraits: ["NativeCPU"]),
  ],
  targets: [
    .systemLibrary(
      name: "OpenBLAS", pkgConfig: hasPkgConfig ? "openblas" : nil,
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .target(
      name: "ProcessorGuard",
      cSettings: processors.map { trait, flag in .unsafeFlags([flag], .when(traits: [trait])) }),
    .target(name: "Graph", swiftSettings: planning),
    .target(name: "Distributed", dependencies: ["Graph"], swiftSettings: optimized),
    .target(name: "Ops", dependencies: ["Graph", "OpenBLAS", "ProcessorGuard"], swiftSettings: kernels),
    .target(name: "Autodiff", dependencies: ["Ops"], swiftSettings: composing),
    .target(name: "Recipes", dependencies: ["Autodiff", "Distributed"], swiftSettings: composing),
    .executableTarget(
      name: "StepBenchmark", dependencies: ["Distributed", "OpenBLAS", "OperationCases", "Recipes"],
      path: "Examples/StepBenchmark", exclude: ["README.md", "operations.json", "operations_in_pytorch.py"]),
    .executableTarget(
      name: "SkinMICLe", dependencies: ["Recipes"], path: "Examples/SkinMICLe",
      exclude: ["README.md", "check_in_pytorch.py", "simclr_in_pytorch.py", "slurm-array.sh"],
      swiftSettings: composing),
    .executableTarget(
      name: "NewLoss", dependencies: ["Recipes"], path: "Examples/NewLoss", exclude: ["README.md"],
      swiftSettings: optimized),
    .testTarget(name: "GraphTests", dependencies: ["Graph"]),
    .executableTarget(name: "RankProgram", dependencies: ["Distributed"], path: "Tests/RankProgram"),
    .testTarget(
      name: "DistributedTests", dependencies: ["Distributed", "RankProgram", "TestSupport"]),
    .target(
      name: "TestSupport", dependencies: ["AllocationCounter", "Autodiff"], path: "Tests/Support",
      swiftSettings: optimized),
    .target(
      name: "OperationCases", dependencies: ["Autodiff"], path: "Tests/Operations", swiftSettings: optimized),
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
      swiftSettings: optimized),
    .testTarget(
      name: "SkinMICLeTests", dependencies: ["RankSteps", "SkinMICLe", "Recipes", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
