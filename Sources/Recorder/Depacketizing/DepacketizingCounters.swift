/// What became of the packets and frames of a track.
public struct DepacketizingCounters: Equatable, Sendable {
    /// Of the packets before they are in order.
    public var reordering = ReorderBuffer.Counters()
    /// Frames given.
    public var frames = 0
    /// Key frames among them; all of sound.
    public var keyFrames = 0
    /// Frames dropped: a packet was missing, or could not be read.
    public var incompleteFrames = 0
    /// Frames dropped: whole, but what they depend on was dropped.
    public var undecodableFrames = 0
    /// Frames dropped: longer than any that is taken; counted as incomplete too.
    public var oversizedFrames = 0
    /// Packets whose payload breaks the rules of its format.
    public var malformedPackets = 0
    /// Packets, or NAL units in them, of a kind that is not taken.
    public var unsupportedPackets = 0
    /// How often the codec changed within the track.
    public var codecChanges = 0

    /// Nothing yet.
    public init() {}
}
