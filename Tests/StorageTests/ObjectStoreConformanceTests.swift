import Foundation
import PortholeCore
import Storage
import TestSupport
import Testing

/// A kind of store, and how to make one.
struct StoreKind: Sendable, CustomStringConvertible {
    let description: String
    let make: @Sendable (_ directory: String, _ partSize: Int?) throws -> any ObjectStore

    static let all: [StoreKind] = [
        StoreKind(description: "disk", make: disk),
        StoreKind(description: "double") { directory, partSize in
            let store = FakeObjectStore(in: URL(filePath: directory))
            store.permission.give()
            store.setPartSize(partSize)
            return store
        },
        StoreKind(description: "disk far away") { directory, partSize in
            FaultyObjectStore(try disk(directory, partSize), clock: ManualClock())
        },
    ]

    private static func disk(_ directory: String, _ partSize: Int?) throws -> any ObjectStore {
        try DiskObjectStore(
            dataDirectory: directory,
            publicURL: "https://porthole.example",
            signingKey: Array(0..<32),
            partSize: partSize
        )
    }
}

@Suite("Stores keep the contract of an object store")
struct ObjectStoreConformanceTests {
    @Test(arguments: ObjectStoreConformance.all, StoreKind.all)
    func conforms(_ behaviour: ObjectStoreConformance, _ kind: StoreKind) async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        try await behaviour.run(try kind.make(directory.path, nil))
    }

    @Test(arguments: ObjectStoreConformance.all + ObjectStoreConformance.inParts, StoreKind.all)
    func `conforms in parts`(_ behaviour: ObjectStoreConformance, _ kind: StoreKind) async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        // No divisor of what is read at once.
        try await behaviour.run(try kind.make(directory.path, 10_007))
    }
}
