// swift-tools-version: 6.2
import PackageDescription

// Targets as data, in the order of the data flow. A target may depend only on what stands above it.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A system C library: its pkg-config name and the packages that bring it.
func library(_ name: String, pkgConfig: String, apt: String, brew: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig,
        providers: [.apt([apt]), .brew([brew])])
}

func target(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: Target.Dependency..., exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let package = Package(
    name: "millrace",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "millrace", targets: ["millrace"]),
        .library(name: "OnlineLearning", targets: ["OnlineLearning"]),
    ],
    targets: [
        library("CRDKafka", pkgConfig: "rdkafka", apt: "librdkafka-dev", brew: "librdkafka"),
        library("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev", brew: "libyaml"),
        library("CMicroHTTPD", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev", brew: "libmicrohttpd"),
        library("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev", brew: "openssl@3"),
        library("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev", brew: "zlib"),
        library("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev", brew: "zstd"),
        library("CRocksDB", pkgConfig: "rocksdb", apt: "librocksdb-dev", brew: "rocksdb"),
        .systemLibrary(name: "CGetopt", path: "Sources/CLibraries/CGetopt"),
        .target(
            name: "CSimdjson", path: "Sources/CLibraries/CSimdjson",
            cxxSettings: [.define("_FORTIFY_SOURCE", to: "2", .when(configuration: .release))],
            linkerSettings: [.linkedLibrary("simdjson")]),

        // Tests and benchmarks only.
        .target(name: "CAllocationCount", path: "Sources/CLibraries/CAllocationCount"),

        target("Text"),
        target("OnlineLearning", "Text"),
        target("StreamGenerators", "Text", "OnlineLearning"),
        target("EventFormats", "Text", "OnlineLearning", "CSimdjson", "CZlib", "CZstd"),
        target("KafkaClient", "Text", "CRDKafka"),
        target("StateStore", "CRocksDB"),
        target("Topology", "Text", "OnlineLearning", "StreamGenerators", "EventFormats", "CYAML"),
        target("Console", "Text", "CGetopt"),
        target(
            "Engine", "Text", "OnlineLearning", "EventFormats", "KafkaClient", "StateStore", "Topology", "Console",
            "CCrypto"),
        .target(
            name: "Page",
            dependencies: ["Text", "OnlineLearning", "EventFormats", "Topology", "Console", "Engine"],
            resources: [
                .embedInCode("Assets/page.html"), .embedInCode("Assets/page.css"), .embedInCode("Assets/page.js"),
            ], swiftSettings: settings),
        target(
            "ControlPlane", "Text", "OnlineLearning", "EventFormats", "Engine", "Console", "Page",
            "CMicroHTTPD", "CCrypto"),
        .executableTarget(
            name: "millrace",
            dependencies: [
                "Text", "OnlineLearning", "StreamGenerators", "EventFormats", "KafkaClient", "Topology", "Console",
                "Engine", "Page", "ControlPlane",
            ],
            swiftSettings: settings),
        target("MillraceTestKit", "OnlineLearning", "StreamGenerators", "CAllocationCount"),

        tests("TextTests", "Text"),
        tests(
            "OnlineLearningTests", "OnlineLearning", "StreamGenerators", "MillraceTestKit", "EventFormats",
            exclude: ["Drift/alarms.txt"]),
        tests("StreamGeneratorsTests", "Text", "StreamGenerators", "OnlineLearning"),
        tests("EventFormatsTests", "Text", "EventFormats", "OnlineLearning", "MillraceTestKit"),
        tests("KafkaClientTests", "KafkaClient", "Text"),
        tests("TopologyTests", "Topology", "Text", "StreamGenerators", "EventFormats", "OnlineLearning", "Engine"),
        tests("ConsoleTests", "Console", "Text"),
        tests(
            "EngineTests", "Text", "Engine", "OnlineLearning", "EventFormats", "KafkaClient", "StateStore", "Topology",
            "MillraceTestKit"),
        tests("PageTests", "Page", "Engine", "OnlineLearning", "EventFormats", "Topology", "Text"),
        tests("ControlPlaneTests", "ControlPlane", "Page", "Engine", "OnlineLearning", "Topology", "Console", "Text"),
        tests(
            "millraceTests", "millrace", "ControlPlane", "Page", "Engine", "Topology", "EventFormats", "OnlineLearning",
            "Text"),
        tests(
            "IntegrationTests", "millrace", "Engine", "KafkaClient", "Topology", "EventFormats", "OnlineLearning",
            "StreamGenerators"),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
