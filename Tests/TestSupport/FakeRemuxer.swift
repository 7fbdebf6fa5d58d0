import Foundation
public import PortholeCore
import Synchronization

/// Makes files whose bytes are those of the input, and whose seconds are as many as their bytes.
///
/// A run that begins with `junk` is no media.
public final class FakeRemuxer: Remuxer {
    private struct State {
        var failures: [RemuxError] = []
        var posterFails = false
        var meanwhile: (@Sendable () async throws -> Void)?
        var runs = 0
    }

    /// Needed by everything.
    public let permission = Permission(for: "the remuxer")
    private let state = Mutex(State())

    /// Makes one that works.
    public init() {}

    /// How many runs were remuxed, or tried to.
    public var runs: Int { state.withLock(\.runs) }

    /// Lets the next run fail so.
    public func failNext(_ error: RemuxError) {
        state.withLock { $0.failures.append(error) }
    }

    /// Lets no poster be made from now on.
    public func refusePosters() {
        state.withLock { $0.posterFails = true }
    }

    /// Lets something happen once, while the next run is being remuxed.
    public func meanwhile(_ body: @escaping @Sendable () async throws -> Void) {
        state.withLock { $0.meanwhile = body }
    }

    /// Copies the bytes, or fails as told.
    public func remux(
        run input: String,
        into output: String,
        container: MediaContainer
    ) async throws -> MediaFacts {
        permission.require("remux")
        let (failure, meanwhile) = state.withLock { state in
            defer { state.meanwhile = nil }
            state.runs += 1
            return (state.failures.isEmpty ? nil : state.failures.removeFirst(), state.meanwhile)
        }
        try await meanwhile?()
        if let failure { throw failure }
        return try write(try Data(contentsOf: URL(filePath: input)), to: output)
    }

    /// Joins the bytes.
    public func concatenate(
        _ inputs: [String],
        into output: String,
        container: MediaContainer
    ) async throws -> MediaFacts {
        permission.require("concatenate")
        return try write(
            try inputs.reduce(into: Data()) { $0 += try Data(contentsOf: URL(filePath: $1)) },
            to: output
        )
    }

    /// As many seconds as bytes.
    public func facts(of input: String) async throws -> MediaFacts {
        let bytes = try Data(contentsOf: URL(filePath: input))
        return MediaFacts(duration: Double(bytes.count), width: 640, height: 360, codecs: ["vp8", "opus"])
    }

    /// Writes a file that says `poster`.
    public func poster(of input: String, into output: String) async throws {
        permission.require("draw a poster")
        if state.withLock(\.posterFails) { throw RemuxError.failed(reason: "no picture") }
        try Data("poster".utf8).write(to: URL(filePath: output))
    }

    /// Copies those bytes of the text: each is a second.
    public func cut(
        _ input: String,
        from start: Double,
        to end: Double,
        into output: String,
        container: MediaContainer
    ) async throws -> MediaFacts {
        permission.require("cut")
        let failure = state.withLock { $0.failures.isEmpty ? nil : $0.failures.removeFirst() }
        if let failure { throw failure }
        let bytes = try Data(contentsOf: URL(filePath: input))
        return try write(bytes.prefix(Int(end)).dropFirst(Int(start)), to: output)
    }

    /// Writes a file that says `strip`.
    public func strip(
        of input: String,
        lasting duration: Double,
        into output: String
    ) async throws
        -> Recording.Strip
    {
        permission.require("draw a strip")
        if state.withLock(\.posterFails) { throw RemuxError.notMedia }
        try Data("strip".utf8).write(to: URL(filePath: output))
        return Recording.Strip(interval: 2, count: 3, columns: 3, width: 160, height: 90)
    }

    /// All is well.
    public func check() async throws {}

    private func write(_ bytes: Data, to path: String) throws -> MediaFacts {
        guard !bytes.isEmpty, !bytes.starts(with: Data("junk".utf8)) else { throw RemuxError.notMedia }
        try bytes.write(to: URL(filePath: path))
        return MediaFacts(duration: Double(bytes.count), width: 640, height: 360, codecs: ["vp8", "opus"])
    }
}
