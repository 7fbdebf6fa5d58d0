import RTP

/// VP9: all layers of a picture as one frame (RFC 9628 §4).
///
/// A picture of several spatial layers becomes a superframe: decoders find the layers by its index, and show
/// the last.
struct VP9Depacketizer: VideoDepacketizer {
    private var bytes: [UInt8] = []
    /// Where the frames of layers begin; at most as many as a superframe has.
    private var layers: [Int] = []
    private(set) var promisesKeyFrame = false

    var byteCount: Int { bytes.count }

    func beginsFrame(_ payload: [UInt8]) -> Bool {
        VP9Payload(parsing: payload.span)?.startsFrame ?? false
    }

    mutating func append(_ payload: [UInt8], isStartKnown: Bool) -> PayloadVerdict {
        guard let descriptor = VP9Payload(parsing: payload.span) else { return .malformed }
        if bytes.isEmpty {
            guard descriptor.startsFrame else { return .misplaced }
            promisesKeyFrame = !descriptor.isInterPredicted
        }
        if descriptor.startsLayerFrame {
            guard layers.count < VP9SuperframeIndex.mostFrames else { return .malformed }
            layers.append(bytes.count)
        }
        bytes.append(contentsOf: payload[descriptor.length...])
        return .taken
    }

    mutating func finish() -> FrameVerdict {
        defer { reset() }
        guard let header = VP9FrameHeader(parsing: bytes[...]) else { return .damaged }
        var size = header.size
        if layers.count > 1 {
            // Layers above the first are predicted from it; what they say of their size is the picture's.
            for start in layers.dropFirst() {
                if let layer = VP9FrameHeader(parsing: bytes[start...]), let own = layer.size { size = own }
            }
            guard joinLayers() else { return .damaged }
        }
        guard header.isKeyFrame, let size, let color = header.color else {
            return .picture(Picture(bytes: bytes, isKeyFrame: false))
        }
        let configuration = VP9Configuration(profile: header.profile, color: color, size: size)
        return .picture(
            Picture(bytes: bytes, isKeyFrame: true, configuration: .vp9(configuration), size: size)
        )
    }

    mutating func reset() {
        bytes = []
        layers = []
        promisesKeyFrame = false
    }

    /// Appends the index of a superframe, for which the layers' own are taken apart; `false` if there are too
    /// many.
    private mutating func joinLayers() -> Bool {
        var joined: [UInt8] = []
        joined.reserveCapacity(bytes.count + 2 + 4 * layers.count)
        var sizes: [Int] = []
        for (position, start) in layers.enumerated() {
            let layer = bytes[start..<(position + 1 < layers.count ? layers[position + 1] : bytes.count)]
            if let own = VP9SuperframeIndex.sizes(of: layer) {
                sizes += own
                joined += layer.prefix(own.reduce(0, +))
            } else {
                sizes.append(layer.count)
                joined += layer
            }
        }
        guard sizes.count <= VP9SuperframeIndex.mostFrames else { return false }
        VP9SuperframeIndex.append(sizes: sizes, to: &joined)
        bytes = joined
        return true
    }
}
