public import RTP

/// When what is done at intervals was last done.
struct RoomTimers {
    /// How often gaps are looked at.
    static let tick = Duration.milliseconds(10)
    /// How often the publisher hears what arrived; browsers do it as often.
    static let feedback = Duration.milliseconds(50)
    /// How often reports go out.
    static let report = Duration.seconds(1)

    /// When packets of replays were last put out; `nil` while there are none.
    var replayedAt: MonotonicTime?
    var tickedAt: MonotonicTime?
    var feedbackAt: MonotonicTime?
    var reportedAt: MonotonicTime?
    var lastMedia: [SourceTrack.Kind: MonotonicTime] = [:]
    /// Where the round of viewers goes on.
    var nextViewer = 0

    static func isDue(_ last: inout MonotonicTime?, _ interval: Duration, at now: MonotonicTime) -> Bool {
        if let last, now - last < interval { return false }
        last = now
        return true
    }
}

extension Room {
    /// Does what is due: replays, requests for what is missing, reports.
    public func advance(to now: MonotonicTime) {
        let elapsed = timers.replayedAt.map { Int((now - $0) / .milliseconds(1)) } ?? 1
        if elapsed >= 1 {
            advanceReplays(milliseconds: elapsed)
            timers.replayedAt = isReplaying ? now : nil
        }
        guard RoomTimers.isDue(&timers.tickedAt, RoomTimers.tick, at: now) else { return }
        advanceGates(at: now)
        advanceViewerReports(at: now)
        guard let publisher else { return }
        var compound: [UInt8] = []
        requestMissing(of: publisher, into: &compound, at: now)
        requestKeyFrame(of: publisher, into: &compound, at: now)
        if RoomTimers.isDue(&timers.feedbackAt, RoomTimers.feedback, at: now) {
            // More than one report's worth may have come.
            let media = publisher.ssrc(.video) ?? publisher.ssrc(.audio) ?? 0
            while let report = feedback.build(sender: localSSRC, media: media) { report.write(to: &compound) }
        }
        if RoomTimers.isDue(&timers.reportedAt, RoomTimers.report, at: now) {
            report(to: publisher, into: &compound, at: now)
        }
        if !compound.isEmpty { put(.toPublisher(compound)) }
        audio.figures.roll(at: now)
        video.figures.roll(at: now)
    }

    // MARK: To the publisher

    private func requestMissing(
        of publisher: PublisherBinding,
        into compound: inout [UInt8],
        at now: MonotonicTime
    ) {
        for track in [audio, video] where track.losses.isWaiting {
            let numbers = track.dueLosses(at: now)
            guard !numbers.isEmpty, publisher.track(track.kind)?.answersNACK == true,
                let ssrc = publisher.ssrc(track.kind)
            else { continue }
            GenericNACK(sender: localSSRC, media: ssrc, sequenceNumbers: numbers).write(to: &compound)
        }
    }

    private func requestKeyFrame(
        of publisher: PublisherBinding,
        into compound: inout [UInt8],
        at now: MonotonicTime
    ) {
        guard !subscribers.isEmpty || isRecorded else { return video.keyFrames.forgo() }
        guard let ssrc = publisher.ssrc(.video), video.keyFrames.take(at: now) else { return }
        PictureLossIndication(sender: localSSRC, media: ssrc).write(to: &compound)
        guard video.keyFrames.isIgnored else { return }
        for position in subscribers.indices where subscribers[position].video?.isWaiting == true {
            beginVideo(at: position, now: now)
        }
    }

    private func report(
        to publisher: PublisherBinding,
        into compound: inout [UInt8],
        at now: MonotonicTime
    ) {
        var blocks: [ReportBlock] = []
        for track in [audio, video] where track.hasSource {
            guard let ssrc = publisher.ssrc(track.kind) else { continue }
            let (fraction, lost) = track.reception.interval()
            let report = track.clock.report
            blocks.append(
                ReportBlock(
                    ssrc: ssrc,
                    fractionLost: fraction,
                    cumulativeLost: Int32(clamping: lost),
                    extendedHighestSequence: track.sourceHighest,
                    jitter: UInt32(min(track.reception.jitter, 4e9)),
                    lastSenderReport: report?.ntp.compact ?? 0,
                    delaySinceLastSenderReport: report.map { (now - $0.arrival).compactNTP } ?? 0
                )
            )
        }
        ReceiverReport(ssrc: localSSRC, reports: blocks).write(to: &compound)
        let ssrcs = [publisher.ssrc(.audio), publisher.ssrc(.video)].compactMap(\.self)
        ReceiverEstimatedMaximumBitrate(sender: localSSRC, bitrateBps: maximumBitrateBps, ssrcs: ssrcs)
            .write(to: &compound)
    }

    // MARK: To viewers

    /// Sends each viewer its reports once a second, a hundredth of all viewers each time.
    private func advanceViewerReports(at now: MonotonicTime) {
        guard !subscribers.isEmpty else { return }
        let share = (subscribers.count + 99) / 100
        // With few viewers, most turns are nobody's.
        let rounds = subscribers.count >= 100 ? share : (timers.nextViewer % 100 < subscribers.count ? 1 : 0)
        for offset in 0..<rounds {
            let turn = subscribers.count >= 100 ? timers.nextViewer + offset : timers.nextViewer % 100
            report(toViewerAt: turn % subscribers.count, at: now)
        }
        timers.nextViewer += max(rounds, 1)
    }

    private func report(toViewerAt position: Int, at now: MonotonicTime) {
        var compound: [UInt8] = []
        var chunks: [SourceDescription.Chunk] = []
        for (track, subscription) in [
            (audio, subscribers[position].audio), (video, subscribers[position].video),
        ] {
            guard let subscription, subscription.hasBegun, let report = track.clock.report else { continue }
            let elapsed = now - report.arrival
            let ticks = Int64(elapsed / .seconds(1) * Double(track.clockRate))
            let ntp = wallClock.told(report.ntp) + elapsed
            SenderReport(
                ssrc: subscription.track.ssrc,
                ntp: ntp,
                rtpTimestamp: report.timestamp &+ UInt32(truncatingIfNeeded: ticks),
                packetCount: UInt32(truncatingIfNeeded: subscription.packets),
                octetCount: UInt32(truncatingIfNeeded: subscription.octets)
            )
            .write(to: &compound)
            subscribers[position].reports.sentReport(ntp, at: now)
            chunks.append(.init(ssrc: subscription.track.ssrc, cname: cname))
        }
        guard !compound.isEmpty else { return }
        SourceDescription(chunks: chunks).write(to: &compound)
        put(.toSubscriber(subscribers[position].id, compound))
    }

    /// Tries the paths of viewers whose video is stopped, and begins again where it can.
    private func advanceGates(at now: MonotonicTime) {
        for position in subscribers.indices where !subscribers[position].gate.isOpen {
            switch subscribers[position].advanceGate(rate: video.figures.bitrateBps, at: now) {
            case .none: break
            case .probe(let packets): probe(position, packets: packets, at: now)
            case .resume: beginVideo(at: position, now: now)
            }
        }
    }

    /// Sends packets again that the viewer has had, to see how fast they arrive.
    private func probe(_ position: Int, packets: Int, at now: MonotonicTime) {
        let id = subscribers[position].id
        let first = subscribers[position].transport.next
        var chosen = longPackets(sentTo: position, atMost: packets)
        let purpose: Purpose = chosen.isEmpty ? .padding : .probe
        // What was sent is overwritten after some seconds: then padding does it, of which more packets are as long.
        if chosen.isEmpty { chosen = [Int64](repeating: 0, count: packets * 4) }
        // A still picture has few long packets: the same ones do again.
        for position in 0..<max(0, packets - chosen.count) { chosen.append(chosen[position]) }
        for index in chosen {
            put(.packet(.init(subscriber: id, kind: .video, index: index, purpose: purpose)))
        }
        subscribers[position].path
            .probed(first: first, count: chosen.count, now: TransportHistory.microseconds(now))
    }

    /// The newest packets that a viewer has had and that fill a datagram well, as far as they are still there.
    private func longPackets(sentTo position: Int, atMost count: Int) -> [Int64] {
        guard let subscription = subscribers[position].video, let newest = subscription.newestSentIndex else {
            return []
        }
        var chosen: [Int64] = []
        var index = newest
        while chosen.count < count, index > newest - 256, subscription.isOfStretch(index) {
            if let info = video.ring.info(at: index), info.length > 500, info.hasRoomForExtensions,
                subscription.takes(info.codec)
            {
                chosen.append(index)
            }
            index -= 1
        }
        return chosen
    }
}
