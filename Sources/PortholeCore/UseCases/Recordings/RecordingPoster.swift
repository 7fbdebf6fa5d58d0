import Foundation

/// The picture that stands for a recording in lists.
struct RecordingPoster: Sendable {
    let database: any Database
    let store: any ObjectStore
    let remuxer: any Remuxer

    /// Draws and stores it, and names it in the row; a recording without one is still a recording.
    ///
    /// - Throws: When it could be drawn and not be stored.
    func make(of path: String, for recording: Recording, at now: Date) async throws {
        guard recording.thumbnailKey == nil else { return }
        try await store.withStaged([".jpg"]) { paths in
            do { try await remuxer.poster(of: path, into: paths[0]) } catch { return }
            let key = ObjectKey.thumbnail(recording, revision: "0")
            try await store.put(fileAt: paths[0], as: key, contentType: "image/jpeg")
            let isKept = try await database.updateRecording(recording.id, at: now) { recording, _ in
                recording.thumbnailKey = key
            }
            // Deleted meanwhile.
            if !isKept { try await store.delete(key) }
        }
    }
}
