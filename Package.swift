// swift-tools-version: 6.2
import PackageDescription

// Layers, from pure to assembled. A target may use only targets above it; `Tests/ArchitectureTests`
// holds this table against the imports actually written. See docs/ARCHITECTURE.md.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func layer(_ name: String, uses: [Target.Dependency] = [], linking: [LinkerSetting] = []) -> Target {
    .target(name: name, dependencies: uses, swiftSettings: strict, linkerSettings: linking)
}

func tool(_ name: String, uses: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: uses, swiftSettings: strict)
}

func tests(_ name: String, uses: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name + "Tests", dependencies: uses, resources: resources, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let tomlKit = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")

let package = Package(
    name: "bascule",
    products: [
        .executable(name: "bascule", targets: ["bascule"]),
        .executable(name: "lab", targets: ["LabTool"]),
        .executable(name: "simulate", targets: ["SimulateTool"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        // vocabulary
        layer("ClusterModel"),
        // pure policies, mutually unaware
        layer("Membership", uses: ["ClusterModel"]),
        layer("Ownership", uses: ["ClusterModel"]),
        layer("Replication", uses: ["ClusterModel"]),
        // composition
        layer("NodeCore", uses: ["ClusterModel", "Membership", "Ownership"]),
        // bytes
        layer("WireFormat", uses: ["ClusterModel", "Replication"]),
        layer("Authentication", uses: ["ClusterModel", "WireFormat", crypto]),
        // edges
        .systemLibrary(name: "CMnl", pkgConfig: "libmnl", providers: [.apt(["libmnl-dev"])]),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(name: "CLinux"),
        layer("LinuxIO", uses: ["ClusterModel", "CLinux"]),
        layer("Netlink", uses: ["ClusterModel", "WireFormat", "LinuxIO", "CLinux", "CMnl"]),
        layer("SystemManager", uses: ["ClusterModel", "LinuxIO", "CSystemd"]),
        // assembly
        layer("Configuration", uses: ["ClusterModel", tomlKit]),
        layer("Control", uses: ["ClusterModel"]),
        layer(
            "VolumeRuntime",
            uses: [
                "ClusterModel", "Replication", "WireFormat", "LinuxIO", "CLinux", "Netlink", "Configuration", "Control",
            ]),
        layer(
            "NodeRuntime",
            uses: [
                "ClusterModel", "Membership", "Ownership", "NodeCore", "WireFormat", "Authentication", "LinuxIO",
                "CLinux", "Netlink", "SystemManager", "Configuration", "Control",
            ]),
        // executable
        tool(
            "bascule",
            uses: [
                "ClusterModel", "Configuration", "Control", "NodeRuntime", "VolumeRuntime", "WireFormat",
                "Replication", "LinuxIO", argumentParser,
            ]),

        // test world: never part of the shipped binary
        layer(
            "Simulator", uses: ["ClusterModel", "Membership", "Ownership", "Replication", "NodeCore", "WireFormat"]),
        tool("SimulateTool", uses: ["Simulator", "ClusterModel", argumentParser]),
        layer("Lab", uses: ["ClusterModel", "Control", "CLinux"]),
        tool("LabTool", uses: ["Lab", "ClusterModel", "Control", argumentParser]),

        // runs inside the container of SystemManagerTests
        tool("unit-probe", uses: ["NodeRuntime", "NodeCore", "SystemManager", "LinuxIO", "ClusterModel"]),

        tests("ClusterModel", uses: ["ClusterModel"]),
        tests("Replication", uses: ["Replication", "ClusterModel"]),
        tests("WireFormat", uses: ["WireFormat", "Replication", "ClusterModel"], resources: [.copy("Vectors")]),
        tests("Membership", uses: ["Membership", "ClusterModel"]),
        tests("Ownership", uses: ["Ownership", "ClusterModel"]),
        tests("NodeCore", uses: ["NodeCore", "Membership", "Ownership", "ClusterModel"]),
        tests("Authentication", uses: ["Authentication", "WireFormat", "ClusterModel"]),
        tests("LinuxIO", uses: ["LinuxIO", "CLinux", "ClusterModel"]),
        tests("Netlink", uses: ["Netlink", "WireFormat", "LinuxIO", "CLinux", "ClusterModel"]),
        tests("SystemManager", uses: ["SystemManager", "LinuxIO", "ClusterModel", "unit-probe"]),
        tests("Configuration", uses: ["Configuration", "ClusterModel"], resources: [.copy("PaperFiles")]),
        tests("Control", uses: ["Control", "ClusterModel"]),
        tests(
            "VolumeRuntime",
            uses: ["VolumeRuntime", "Replication", "WireFormat", "LinuxIO", "CLinux", "Control", "ClusterModel"]),
        tests(
            "NodeRuntime",
            uses: [
                "NodeRuntime", "NodeCore", "WireFormat", "Authentication", "LinuxIO", "CLinux", "Netlink",
                "SystemManager", "Configuration", "Control", "ClusterModel",
            ]),
        tests("Architecture", uses: []),
        tests("Simulator", uses: ["Simulator", "NodeCore", "Replication", "ClusterModel"]),
        tests("Lab", uses: ["Lab", "Control", "ClusterModel"]),
    ],
    cLanguageStandard: .gnu11
)
