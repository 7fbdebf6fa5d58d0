import Foundation
import PortholeCore
import Testing

extension ObjectStoreConformance {
    private typealias Fixture = ObjectStoreFixture

    static let objects: [ObjectStoreConformance] = [
        ObjectStoreConformance("has an object after put, the next one after another, none after delete") {
            store in
            let fixture = try Fixture(store)
            #expect(try await store.size(of: fixture.key) == nil)
            try await fixture.put(Fixture.bytes(5))
            #expect(try await store.size(of: fixture.key) == 5)
            let second = Fixture.bytes(7, seed: 2)
            try await fixture.put(second)
            #expect(try await fixture.exported() == second)
            try await store.delete(fixture.key)
            try await store.delete(fixture.key)
            #expect(try await store.size(of: fixture.key) == nil)
        },
        ObjectStoreConformance("takes the file, and refuses one that is not there") { store in
            let fixture = try Fixture(store)
            let path = try await fixture.file(Fixture.bytes(5))
            try await store.put(fileAt: path, as: fixture.key, contentType: "video/webm")
            #expect(!FileManager.default.fileExists(atPath: path))
            let other = try fixture.other("gone")
            await #expect(throws: ObjectStoreError.self) {
                try await store.put(fileAt: path, as: other, contentType: "video/webm")
            }
            #expect(try await store.size(of: other) == nil)
        },
        ObjectStoreConformance("joins objects in the order asked for") { store in
            let fixture = try Fixture(store)
            let keys = try (0..<3).map { try fixture.other("\($0)") }
            for (index, key) in keys.enumerated() { try await fixture.put(Data("<\(index)>".utf8), as: key) }
            #expect(try await fixture.exported(keys.reversed()) == Data("<2><1><0>".utf8))
            #expect(try await fixture.exported([]).isEmpty)
            let gone = try fixture.other("9")
            await #expect(throws: ObjectStoreError.notFound(gone)) {
                _ = try await fixture.exported([keys[0], gone])
            }
            for key in keys { try await store.delete(key) }
        },
        ObjectStoreConformance("discards a staged file, twice") { store in
            let path = try await Fixture(store).file(Fixture.bytes(5))
            await store.discard(stagedFileAt: path)
            await store.discard(stagedFileAt: path)
            #expect(!FileManager.default.fileExists(atPath: path))
        },
        ObjectStoreConformance("tells bytes of local files apart") { store in
            let fixture = try Fixture(store)
            let (whole, tail) = (
                try await fixture.file(Data("abcabd".utf8)), try await fixture.file(Data("abd".utf8))
            )
            let digest = try await store.sha256(ofFileAt: whole)
            #expect(try await store.sha256(ofFileAt: whole, bytes: 0..<6) == digest)
            #expect(try await store.sha256(ofFileAt: whole, bytes: 3..<6) == store.sha256(ofFileAt: tail))
            #expect(try await store.sha256(ofFileAt: whole, bytes: 0..<3) != store.sha256(ofFileAt: tail))
            await #expect(throws: ObjectStoreError.self) {
                try await store.sha256(ofFileAt: whole, bytes: 3..<7)
            }
            for path in [whole, tail] { await store.discard(stagedFileAt: path) }
        },
        ObjectStoreConformance("is well") { store in
            try await store.check()
        },
    ]
}
