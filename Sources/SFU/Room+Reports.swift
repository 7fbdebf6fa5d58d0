public import RTP

/// Reports and requests that arrive.
extension Room {
    /// What a sender report says of a track: its clock's time at a timestamp on the track's own line.
    public struct TrackReport: Equatable, Sendable {
        /// The track.
        public let kind: SourceTrack.Kind
        /// By the publisher's own clock.
        public let ntp: NTPTime
        /// As of the packets in the track's ring.
        public let timestamp: UInt32
    }

    /// A report of the publisher, decrypted.
    ///
    /// - Returns: What a sender report says of a track; `nil` before the track's first packet.
    @discardableResult
    public func receive(fromPublisher packet: RTCPPacket, at now: MonotonicTime) -> TrackReport? {
        guard case .senderReport(let report) = packet, let publisher else { return nil }
        wallClock.heard(report.ntp, at: now)
        for kind in [SourceTrack.Kind.audio, .video] where publisher.ssrc(kind) == report.ssrc {
            let track = track(kind)
            guard track.hasSource else { continue }
            let timestamp = track.trackTimestamp(ofSource: report.rtpTimestamp)
            track.clock.update(ntp: report.ntp, timestamp: timestamp, at: now)
            return TrackReport(kind: kind, ntp: report.ntp, timestamp: timestamp)
        }
        return nil
    }

    /// Somebody besides the viewers needs a key frame; asked for as theirs are.
    public func wantKeyFrame() {
        guard publisher != nil, !video.keyFrames.isIgnored else { return }
        video.keyFrames.want()
    }

    /// A report or request of a viewer, decrypted.
    public func receive(_ packet: RTCPPacket, fromSubscriber id: Int, at now: MonotonicTime) {
        guard let position = positions[id] else { return }
        switch packet {
        case .nack(let nack): resend(nack, to: position, at: now)
        case .pictureLossIndication(let request):
            if isVideo(request.media, position) { wantKeyFrame(position, at: now) }
        case .fullIntraRequest(let request):
            if request.entries.contains(where: { isVideo($0.ssrc, position) }) {
                wantKeyFrame(position, at: now)
            }
        case .receiverReport(let report): take(report.reports, from: position, at: now)
        case .senderReport(let report): take(report.reports, from: position, at: now)
        case .transportFeedback(let feedback):
            subscribers[position].takeFeedback(feedback, at: now)
            judge(position, at: now)
        default: break
        }
    }

    private func isVideo(_ ssrc: UInt32, _ position: Int) -> Bool {
        subscribers[position].video?.track.ssrc == ssrc
    }

    /// Passes a viewer's wish on, unless it gets no video now anyway: it begins with a key frame of its own then.
    private func wantKeyFrame(_ position: Int, at now: MonotonicTime) {
        guard subscribers[position].gate.isOpen, takesPresentCodec(position),
            !hasJustGotKeyFrame(position, at: now), subscribers[position].mayAskForKeyFrame(at: now)
        else { return }
        video.keyFrames.want()
    }

    /// Whether a key frame is on its way to a viewer, whose wish is older then; it asks again if that is lost.
    private func hasJustGotKeyFrame(_ position: Int, at now: MonotonicTime) -> Bool {
        guard let start = video.groupStart, subscribers[position].video?.isOfStretch(start) == true else {
            return false
        }
        return now - video.groupStartedAt < SFULimits.keyFrameTravel
    }

    private func take(_ blocks: [ReportBlock], from position: Int, at now: MonotonicTime) {
        for block in blocks {
            let isVideo = isVideo(block.ssrc, position)
            guard isVideo || subscribers[position].audio?.track.ssrc == block.ssrc else { continue }
            subscribers[position].reports.received(block, isVideo: isVideo, at: now)
        }
        guard !subscribers[position].reportsTransport else { return }
        if subscribers[position].reports.isPoor { stopVideo(at: position, now: now) }
    }

    /// Stops video on a path that does not carry it.
    private func judge(_ position: Int, at now: MonotonicTime) {
        if subscribers[position].path.isOverused { stopVideo(at: position, now: now) }
    }

    private func resend(_ nack: GenericNACK, to position: Int, at now: MonotonicTime) {
        let kind: SourceTrack.Kind
        if isVideo(nack.media, position) {
            // Resends would keep a path full that is too narrow; when it is wider, video begins anew.
            guard subscribers[position].gate.isOpen else {
                return subscribers[position].dropped.count(.congested)
            }
            kind = .video
        } else if subscribers[position].audio?.track.ssrc == nack.media {
            kind = .audio
        } else {
            return
        }
        let id = subscribers[position].id
        let ring = track(kind).ring
        for number in nack.sequenceNumbers {
            let subscription = kind == .video ? subscribers[position].video : subscribers[position].audio
            // What is not there is on its way to us, or lost for all: it goes out by itself when it comes. So does what
            // has come and waits, which may be padded until then: twice, it would go out with different bytes.
            guard let index = subscription?.index(ofSent: number), ring.contains(index),
                kind == .audio || !isPending(index)
            else {
                subscribers[position].dropped.count(.resendUnknown)
                continue
            }
            guard subscribers[position].takeResend(of: kind, at: now) else {
                subscribers[position].dropped.count(.resendLimit)
                return
            }
            put(.packet(.init(subscriber: id, kind: kind, index: index, purpose: .resend)))
        }
    }
}

extension Subscriber {
    fileprivate mutating func takeFeedback(_ feedback: TransportFeedback, at now: MonotonicTime) {
        guard reportsTransport else { return }
        path.update(feedback, history: &transport, now: TransportHistory.microseconds(now))
    }
}
