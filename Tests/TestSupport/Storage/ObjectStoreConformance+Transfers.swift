import Foundation
import PortholeCore
import Testing

extension ObjectStoreConformance {
    private typealias Fixture = ObjectStoreFixture

    /// What a connection to a store does, and what that is called.
    private static let faults: [(words: String, fault: FaultyObjectStore.Fault)] = [
        ("is down for a minute", .down(until: ManualClock.beginning + 60)),
        ("fails every second time", .everySecondFails),
        ("loses every second answer", .everySecondAnswerIsLost),
        ("damages what it carries", .damages(2)),
        ("is slow", .slow(seconds: 20)),
    ]

    /// Objects arrive whole, and a file is gone only when it has arrived.
    static let transfers = faults.map { words, fault in
        ObjectStoreConformance("gets an object whole by a connection that \(words)") { store in
            let (fixture, clock) = (try Fixture(store), ManualClock())
            let faulty = FaultyObjectStore(store, clock: clock)
            let film = Fixture.bytes(1000)
            let path = try await fixture.file(film)
            faulty.set(fault)
            try await fixture.insist(clock) {
                // What has arrived is not here any more.
                guard FileManager.default.fileExists(atPath: path) else { return }
                try await faulty.put(fileAt: path, as: fixture.key, contentType: "video/webm")
            }
            #expect(!FileManager.default.fileExists(atPath: path))
            #expect(faulty.calls == [.put])
            #expect(try await fixture.exported() == film)
        }
    }

    /// Parts arrive whole, none twice that was noted.
    static let uploadTransfers = faults.map { words, fault in
        ObjectStoreConformance("gets parts whole by a connection that \(words)") { store in
            let (fixture, clock) = (try Fixture(store), ManualClock())
            let faulty = FaultyObjectStore(store, clock: clock)
            let far = try Fixture(faulty, key: fixture.key)
            let film = try fixture.film()
            let path = try await fixture.file(film)
            faulty.set(fault)
            let upload = try await fixture.insist(clock) { try await far.begin() }
            var parts: [ObjectPart] = []
            for number in 1...3 {
                parts.append(
                    try await fixture.insist(clock) {
                        try await far.send(number, of: path, length: film.count, to: upload)
                    }
                )
            }
            #expect(try await store.parts(of: upload) == parts)
            let all = parts
            try await fixture.insist(clock) {
                do {
                    try await faulty.completeUpload(upload, parts: all)
                } catch ObjectStoreError.noSuchUpload {
                    // Its answer was lost.
                }
            }
            #expect(try await fixture.exported() == film)
            #expect(try Data(contentsOf: URL(filePath: path)) == film)
        }
    }
}

extension ObjectStoreFixture {
    /// Does something again every ten seconds until it succeeds.
    fileprivate func insist<Value: Sendable>(
        _ clock: ManualClock,
        _ body: () async throws -> Value
    ) async throws -> Value {
        for _ in 0..<20 {
            do {
                return try await body()
            } catch is ObjectStoreError {
                clock.advance(by: 10)
            }
        }
        return try await body()
    }
}
