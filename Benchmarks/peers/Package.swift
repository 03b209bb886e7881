// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "peers",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "millrace", path: "../..")],
    targets: [
        .executableTarget(name: "compare", dependencies: [.product(name: "OnlineLearning", package: "millrace")])
    ],
    swiftLanguageModes: [.v6])
