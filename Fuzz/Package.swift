// swift-tools-version:6.2
import PackageDescription

// A package of its own: its executable is built with libFuzzer (script/fuzz). Engines and bodies are links to the
// ones of the main package, so that nothing else has to be built.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let engineSettings: [SwiftSetting] = settings + [.strictMemorySafety()]

let package = Package(
    name: "fuzz",
    targets: [
        .target(name: "RTP", swiftSettings: engineSettings),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "WebRTC", dependencies: ["RTP", "COpenSSL"], swiftSettings: engineSettings),
        .target(name: "SFU", dependencies: ["RTP"], swiftSettings: engineSettings),
        .target(name: "Recorder", dependencies: ["RTP"], swiftSettings: engineSettings),
        .target(name: "FuzzBodies", dependencies: ["RTP", "WebRTC", "SFU", "Recorder"], swiftSettings: settings),
        .executableTarget(name: "Fuzz", dependencies: ["FuzzBodies"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
