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

func tests(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
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
        .systemLibrary(name: "CGetopt", path: "Sources/CLibraries/CGetopt"),
        .target(
            name: "CSimdjson", path: "Sources/CLibraries/CSimdjson",
            cxxSettings: [.define("_FORTIFY_SOURCE", to: "2", .when(configuration: .release))],
            linkerSettings: [.linkedLibrary("simdjson")]),

        // Tests and benchmarks only.
        .target(name: "CAllocationCount", path: "Sources/CLibraries/CAllocationCount"),

        target("OnlineLearning"),
        target("StreamGenerators", "OnlineLearning"),
        target("EventFormats", "OnlineLearning", "CSimdjson"),
        target("KafkaClient", "CRDKafka"),
        target("Topology", "OnlineLearning", "StreamGenerators", "EventFormats", "CYAML"),
        target("Console", "CGetopt"),
        target("Engine", "OnlineLearning", "EventFormats", "KafkaClient", "Topology", "Console", "CCrypto"),
        target("ControlPlane", "OnlineLearning", "Engine", "Console", "CMicroHTTPD"),
        .executableTarget(
            name: "millrace",
            dependencies: [
                "OnlineLearning", "StreamGenerators", "EventFormats", "KafkaClient", "Topology", "Console", "Engine",
                "ControlPlane",
            ],
            swiftSettings: settings),
        target("MillraceTestKit", "OnlineLearning", "StreamGenerators", "CAllocationCount"),

        tests("OnlineLearningTests", "OnlineLearning", "StreamGenerators", "MillraceTestKit", "EventFormats"),
        tests("StreamGeneratorsTests", "StreamGenerators", "OnlineLearning"),
        tests("EventFormatsTests", "EventFormats", "OnlineLearning", "MillraceTestKit"),
        tests("KafkaClientTests", "KafkaClient"),
        tests("TopologyTests", "Topology", "StreamGenerators", "EventFormats", "OnlineLearning", "Engine"),
        tests("ConsoleTests", "Console"),
        tests("EngineTests", "Engine", "OnlineLearning", "EventFormats", "KafkaClient", "Topology", "MillraceTestKit"),
        tests("ControlPlaneTests", "ControlPlane", "Engine"),
        tests("millraceTests", "millrace", "OnlineLearning"),
        tests(
            "IntegrationTests", "millrace", "Engine", "KafkaClient", "Topology", "EventFormats", "OnlineLearning",
            "StreamGenerators"),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
