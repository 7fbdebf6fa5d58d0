extension ObjectStore {
    /// Lends fresh paths for files that are being prepared; what is left of them afterwards is deleted.
    func withStaged<Value>(
        _ suffixes: [String],
        _ body: ([String]) async throws -> Value
    ) async throws -> Value {
        var paths: [String] = []
        for suffix in suffixes { paths.append(try await stagingPath() + suffix) }
        do {
            let value = try await body(paths)
            for path in paths { await discard(stagedFileAt: path) }
            return value
        } catch {
            for path in paths { await discard(stagedFileAt: path) }
            throw error
        }
    }
}
