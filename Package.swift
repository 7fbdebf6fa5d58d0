// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// Engines are pure and do without unsafe code (docs/architecture.md, "Engine rules").
let engineSettings: [SwiftSetting] = settings + [.strictMemorySafety()]

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let hummingbirdTesting = product(name: "HummingbirdTesting", package: "hummingbird")
    static let jwtKit = product(name: "JWTKit", package: "jwt-kit")
    static let logging = product(name: "Logging", package: "swift-log")
    static let mustache = product(name: "Mustache", package: "swift-mustache")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioExtras = product(name: "NIOExtras", package: "swift-nio-extras")
    static let nioFoundationCompat = product(name: "NIOFoundationCompat", package: "swift-nio")
    static let nioConcurrencyHelpers = product(name: "NIOConcurrencyHelpers", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioHTTPTypes = product(name: "NIOHTTPTypes", package: "swift-nio-extras")
    static let nioHTTPTypesHTTP1 = product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
    static let nioWebSocket = product(name: "NIOWebSocket", package: "swift-nio")
    static let serviceLifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let subprocess = product(name: "Subprocess", package: "swift-subprocess")
}

let package = Package(
    name: "porthole",
    products: [.executable(name: "porthole", targets: ["porthole"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", from: "2.1.1"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.1"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.2"),
    ],
    targets: [
        // Engines: pure, no project imports.
        .target(name: "Signaling", swiftSettings: engineSettings),
        .target(name: "RTP", swiftSettings: engineSettings),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "WebRTC", dependencies: ["RTP", "COpenSSL"], swiftSettings: engineSettings),
        .target(name: "SFU", dependencies: ["RTP"], swiftSettings: engineSettings),
        .target(name: "Recorder", dependencies: ["RTP"], swiftSettings: engineSettings),

        // Meaning: model, ports, use cases.
        .target(name: "PortholeCore", swiftSettings: settings),

        // Adapters: each implements ports of PortholeCore; none imports another.
        .target(
            name: "HTTPAPI",
            dependencies: [
                "PortholeCore", "Signaling",
                .hummingbird, .hummingbirdCore, .httpTypes, .crypto, .logging, .nioConcurrencyHelpers,
                .nioCore, .nioExtras,
                .nioPosix,
                .nioFoundationCompat, .nioHTTP1, .nioHTTPTypes, .nioHTTPTypesHTTP1, .nioWebSocket,
                .serviceLifecycle,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Identity",
            dependencies: [
                "PortholeCore", .jwtKit, .asyncHTTPClient, .crypto, .nioCore, .nioFoundationCompat, .nioHTTP1,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Persistence",
            dependencies: ["PortholeCore", .grdb, .logging],
            swiftSettings: settings
        ),
        .target(
            name: "Storage",
            dependencies: ["PortholeCore", .crypto],
            swiftSettings: settings
        ),
        .target(
            name: "Remuxing",
            dependencies: ["PortholeCore", .subprocess],
            swiftSettings: settings
        ),
        .target(name: "CMediaSockets"),
        .target(
            name: "MediaPlane",
            dependencies: ["PortholeCore", "RTP", "WebRTC", "SFU", "Recorder", "CMediaSockets", .logging],
            swiftSettings: settings
        ),
        .target(
            name: "Simulation",
            dependencies: [
                "RTP", "WebRTC", "Recorder", "CMediaSockets", .asyncHTTPClient, .nioCore, .nioHTTP1,
            ],
            resources: [.copy("Clips")],
            swiftSettings: settings
        ),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(
            name: "Notifications",
            dependencies: ["PortholeCore", "CCurl", .mustache, .nioPosix],
            resources: [.copy("Templates")],
            swiftSettings: settings
        ),

        // Programs.
        .target(
            name: "PortholeApp",
            dependencies: [
                "PortholeCore", "HTTPAPI", "Identity", "Persistence", "Storage", "Remuxing",
                "Notifications", "MediaPlane",
                .hummingbird, .logging, .serviceLifecycle, .unixSignals, .asyncHTTPClient,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "porthole",
            dependencies: ["PortholeApp", "Simulation", "RTP", .argumentParser],
            swiftSettings: settings
        ),

        // Tests.
        .target(
            name: "TestSupport",
            dependencies: ["PortholeCore", "RTP", "SFU", "WebRTC", "Recorder"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "SignalingTests",
            dependencies: ["Signaling"],
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
            name: "RecorderTests",
            dependencies: ["Recorder", "RTP", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(name: "CorpusTests", dependencies: ["TestSupport"], swiftSettings: settings),
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
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Simulation", "RTP", "WebRTC"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PortholeCoreTests",
            dependencies: ["PortholeCore", "Persistence", "TestSupport", .logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "HTTPAPITests",
            dependencies: [
                "HTTPAPI", "PortholeCore", "Signaling", "TestSupport", .hummingbird, .hummingbirdTesting,
                .httpTypes,
                .logging, .nioCore,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "IdentityTests",
            dependencies: ["Identity", "PortholeCore", .crypto, .jwtKit],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PersistenceTests",
            dependencies: ["Persistence", "PortholeCore", "TestSupport", .grdb, .logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "StorageTests",
            dependencies: ["Storage", "PortholeCore", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RemuxingTests",
            dependencies: ["Remuxing", "PortholeCore"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "NotificationsTests",
            dependencies: ["Notifications", "PortholeCore"],
            exclude: ["Peers"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PortholeAppTests",
            dependencies: [
                "PortholeApp", "HTTPAPI", "Identity", "Persistence", "PortholeCore", "TestSupport",
                .hummingbird, .hummingbirdTesting, .httpTypes, .logging, .nioCore, .serviceLifecycle,
            ],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
