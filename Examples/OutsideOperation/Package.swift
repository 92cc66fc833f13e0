// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "OutsideOperation",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "Loupe", path: "../..")
  ],
  targets: [
    .target(name: "OutsideOperation", dependencies: [.product(name: "Recipes", package: "Loupe")]),
    .testTarget(name: "OutsideOperationTests", dependencies: ["OutsideOperation"]),
  ],
  swiftLanguageModes: [.v6]
)
