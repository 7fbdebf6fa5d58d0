/// One audio or video section on which both ends agree.
public struct NegotiatedTrack: Equatable, Sendable {
    /// Sound or pictures.
    public var kind: MediaKind
    /// The tag of its section; empty if it has none.
    public var mid: String
    /// Which way media flows, as we see it: `sendonly` or `recvonly`.
    public var direction: MediaDirection
    /// The codecs that may come or go, with their payload types, the preferred one first; never empty.
    public var codecs: [RemoteCodec]
    /// The header extensions that both ends know, with their ids.
    public var extensions: [HeaderExtension: UInt8]
    /// The other end's sources, if it sends and has said them; else they are learnt from packets by their MID or
    /// payload type.
    public var remoteSources: StreamSources?
    /// Our sources, if we send.
    public var localSources: StreamSources?
    /// The stream that our track belongs to, if we send.
    public var streamID: String?

    /// A track of these values.
    public init(
        kind: MediaKind,
        mid: String,
        direction: MediaDirection,
        codecs: [RemoteCodec],
        extensions: [HeaderExtension: UInt8],
        remoteSources: StreamSources? = nil,
        localSources: StreamSources? = nil,
        streamID: String? = nil
    ) {
        self.kind = kind
        self.mid = mid
        self.direction = direction
        self.codecs = codecs
        self.extensions = extensions
        self.remoteSources = remoteSources
        self.localSources = localSources
        self.streamID = streamID
    }
}
