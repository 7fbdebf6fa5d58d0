import Foundation
import PortholeCore
import Testing

extension ObjectStoreConformance {
    private typealias Fixture = ObjectStoreFixture

    static let uploads: [ObjectStoreConformance] = [
        ObjectStoreConformance("has an object once all parts are put, in any order, and not before") {
            store in
            let fixture = try Fixture(store)
            let film = try fixture.film()
            let path = try await fixture.file(film)
            let upload = try await fixture.begin()
            #expect(try await store.parts(of: upload).isEmpty)
            var parts: [ObjectPart] = []
            for number in [2, 3, 1] {
                parts.append(try await fixture.send(number, of: path, length: film.count, to: upload))
            }
            parts.sort { $0.number < $1.number }
            #expect(parts.map(\.size).reduce(0, +) == Int64(film.count))
            #expect(try await store.parts(of: upload) == parts)
            #expect(try await store.size(of: fixture.key) == nil)
            try await store.completeUpload(upload, parts: parts)
            #expect(try await store.size(of: fixture.key) == Int64(film.count))
            #expect(try await fixture.exported() == film)
            #expect(try Data(contentsOf: URL(filePath: path)) == film)
            await store.discard(stagedFileAt: path)
        },
        ObjectStoreConformance("takes one part that is shorter than others would be") { store in
            let fixture = try Fixture(store)
            let film = Fixture.bytes(max(1, try fixture.partSize() / 2))
            let path = try await fixture.file(film)
            let upload = try await fixture.begin()
            let part = try await fixture.send(1, of: path, length: film.count, to: upload)
            try await store.completeUpload(upload, parts: [part])
            #expect(try await fixture.exported() == film)
        },
        ObjectStoreConformance("keeps what was under the key until an upload is complete") { store in
            let fixture = try Fixture(store)
            let old = Fixture.bytes(5, seed: 2)
            try await fixture.put(old)
            let film = try fixture.film()
            let path = try await fixture.file(film)
            let upload = try await fixture.begin()
            var parts: [ObjectPart] = []
            for number in 1...3 {
                parts.append(try await fixture.send(number, of: path, length: film.count, to: upload))
            }
            #expect(try await fixture.exported() == old)
            try await store.completeUpload(upload, parts: parts)
            #expect(try await fixture.exported() == film)
        },
        ObjectStoreConformance("replaces a part that is put again") { store in
            let fixture = try Fixture(store)
            let (film, other) = (try fixture.film(), try fixture.film(seed: 2))
            let (path, otherPath) = (try await fixture.file(film), try await fixture.file(other))
            let upload = try await fixture.begin()
            let first = try await fixture.send(2, of: otherPath, length: film.count, to: upload)
            var parts: [ObjectPart] = []
            for number in 1...3 {
                parts.append(try await fixture.send(number, of: path, length: film.count, to: upload))
            }
            #expect(first.tag != parts[1].tag)
            #expect(try await store.parts(of: upload) == parts)
            try await store.completeUpload(upload, parts: parts)
            #expect(try await fixture.exported() == film)
        },
        ObjectStoreConformance("refuses a part with a wrong checksum, and keeps the one before") { store in
            let fixture = try Fixture(store)
            let (film, other) = (try fixture.film(), try fixture.film(seed: 2))
            let (path, otherPath) = (try await fixture.file(film), try await fixture.file(other))
            let upload = try await fixture.begin()
            let part = try await fixture.send(1, of: path, length: film.count, to: upload)
            let bytes = try fixture.range(ofPart: 1, length: film.count)
            let digest = try await store.sha256(ofFileAt: path, bytes: bytes)
            for number in [1, 2] {
                await #expect(throws: ObjectStoreError.wrongChecksum) {
                    try await fixture.send(
                        number,
                        of: otherPath,
                        length: film.count,
                        to: upload,
                        sha256: digest
                    )
                }
            }
            #expect(try await store.parts(of: upload) == [part])
            try await store.abortUpload(upload)
        },
        ObjectStoreConformance("completes nothing but what was put, and lets the upload go on") { store in
            let fixture = try Fixture(store)
            let (film, other) = (try fixture.film(), try fixture.film(seed: 2))
            let (path, otherPath) = (try await fixture.file(film), try await fixture.file(other))
            let upload = try await fixture.begin()
            var parts: [ObjectPart] = []
            for number in 1...2 {
                parts.append(try await fixture.send(number, of: path, length: film.count, to: upload))
            }
            let stale = try await fixture.send(3, of: otherPath, length: film.count, to: upload)
            let last = try await fixture.send(3, of: path, length: film.count, to: upload)
            for wrong in [[], parts + [stale]] {
                await #expect(throws: ObjectStoreError.self) {
                    try await store.completeUpload(upload, parts: wrong)
                }
            }
            #expect(try await store.size(of: fixture.key) == nil)
            try await store.completeUpload(upload, parts: parts + [last])
            #expect(try await fixture.exported() == film)
        },
        ObjectStoreConformance("keeps two uploads of one key apart") { store in
            let fixture = try Fixture(store)
            let film = Fixture.bytes(try fixture.partSize(), seed: 3)
            let path = try await fixture.file(film)
            let (first, second) = (try await fixture.begin(), try await fixture.begin())
            let part = try await fixture.send(1, of: path, length: film.count, to: second)
            #expect(try await store.parts(of: first).isEmpty)
            try await store.abortUpload(first)
            try await store.completeUpload(second, parts: [part])
            #expect(try await fixture.exported() == film)
        },
        ObjectStoreConformance("knows nothing of an upload that was aborted") { store in
            let fixture = try Fixture(store)
            let film = try fixture.film()
            let path = try await fixture.file(film)
            let upload = try await fixture.begin()
            let part = try await fixture.send(1, of: path, length: film.count, to: upload)
            try await store.abortUpload(upload)
            try await store.abortUpload(upload)
            try await fixture.isUnknown(upload, path: path, part: part)
            #expect(try await store.size(of: fixture.key) == nil)
        },
        ObjectStoreConformance("knows nothing of an upload that was completed") { store in
            let fixture = try Fixture(store)
            let film = Fixture.bytes(try fixture.partSize())
            let path = try await fixture.file(film)
            let upload = try await fixture.begin()
            let part = try await fixture.send(1, of: path, length: film.count, to: upload)
            try await store.completeUpload(upload, parts: [part])
            try await fixture.isUnknown(upload, path: path, part: part)
            try await store.abortUpload(upload)
            #expect(try await fixture.exported() == film)
        },
    ]
}

extension ObjectStoreFixture {
    /// The upload is gone, whatever is asked of it.
    fileprivate func isUnknown(_ upload: ObjectUpload, path: String, part: ObjectPart) async throws {
        await #expect(throws: ObjectStoreError.noSuchUpload) {
            try await send(part.number, of: path, length: Int(part.size), to: upload)
        }
        await #expect(throws: ObjectStoreError.noSuchUpload) { try await store.parts(of: upload) }
        await #expect(throws: ObjectStoreError.noSuchUpload) {
            try await store.completeUpload(upload, parts: [part])
        }
    }
}
