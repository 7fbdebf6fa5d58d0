// swift-tools-version:6.2
import PackageDescription

// A package of its own: what carries media, and its tests, as links to the ones of the main package. script/sanitize
// builds it under the sanitizers, in minutes where the whole program would take half an hour.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let engineSettings: [SwiftSetting] = settings + [.strictMemorySafety()]

extension Target.Dependency {
    static let logging = product(name: "Logging", package: "swift-log")
}

let package = Package(
    name: "sanitized",
    dependencies: [.package(url: "https://github.com/apple/swift-log.git", from: "1.16.2")],
    targets: [
        .target(name: "RTP", swiftSettings: engineSettings),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "WebRTC", dependencies: ["RTP", "COpenSSL"], swiftSettings: engineSettings),
        .target(name: "SFU", dependencies: ["RTP"], swiftSettings: engineSettings),
        .target(name: "Recorder", dependencies: ["RTP"], swiftSettings: engineSettings),
        .target(name: "CMediaSockets"),
        .target(name: "PortholeCore", swiftSettings: settings),
        .target(
            name: "MediaPlane",
            dependencies: ["PortholeCore", "RTP", "WebRTC", "SFU", "Recorder", "CMediaSockets", .logging],
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport",
            dependencies: ["PortholeCore", "RTP", "SFU", "WebRTC", "Recorder"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .testTarget(name: "RTPTests", dependencies: ["RTP", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "WebRTCTests",
            dependencies: ["WebRTC", "RTP", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(name: "SFUTests", dependencies: ["SFU", "RTP", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "ScenarioTests",
            dependencies: ["SFU", "RTP", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "MediaPlaneTests",
            dependencies: [
                "MediaPlane", "PortholeCore", "WebRTC", "SFU", "Recorder", "RTP", "TestSupport", .logging,
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "CorpusTests", dependencies: ["TestSupport"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
