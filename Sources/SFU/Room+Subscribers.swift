public import RTP

/// Viewers come and go.
extension Room {
    /// How many watch.
    public var subscriberCount: Int { subscribers.count }

    /// A viewer is connected: audio begins with the next packet, video with the running group or a key frame.
    ///
    /// - Parameter id: The driver's own number of it.
    /// - Returns: `false` if the room is full.
    public func addSubscriber(_ id: Int, tracks: [SubscriberTrack], at now: MonotonicTime) -> Bool {
        guard subscribers.count < SFULimits.mostSubscribers, positions[id] == nil else { return false }
        positions[id] = subscribers.count
        subscribers.append(Subscriber(id: id, tracks: tracks, at: now))
        beginVideo(at: subscribers.count - 1, now: now)
        return true
    }

    /// A viewer is gone.
    public func removeSubscriber(_ id: Int) {
        guard let position = positions.removeValue(forKey: id) else { return }
        let last = subscribers.count - 1
        if position != last {
            subscribers.swapAt(position, last)
            positions[subscribers[position].id] = position
        }
        subscribers.removeLast()
    }

    /// A viewer's figures.
    public func subscriber(_ id: Int) -> Subscriber? {
        positions[id].map { subscribers[$0] }
    }

    /// What was agreed with the viewer could not be sent fast enough: video stops until a key frame.
    public func stalled(_ id: Int, at now: MonotonicTime) {
        guard let position = positions[id] else { return }
        stopVideo(at: position, now: now)
    }

    /// Begins a viewer's video with what is cached, else waits for a key frame and asks for one.
    func beginVideo(at position: Int, now: MonotonicTime) {
        guard publisher != nil, takesPresentCodec(position) else {
            subscribers[position].video?.wait()
            return
        }
        if let start = video.joinPoint(at: now, anything: video.keyFrames.isIgnored), start <= video.forwarded
        {
            subscribers[position].video?.replay(from: start)
        } else {
            subscribers[position].video?.wait()
            // A source that is yet to come begins with one.
            guard video.hasSource else { return }
            subscribers[position].askedForKeyFrame = now
            video.keyFrames.want()
        }
    }

    /// Whether a key frame would be of use to a viewer; before the first packet it may be.
    func takesPresentCodec(_ position: Int) -> Bool {
        guard let subscription = subscribers[position].video else { return false }
        return video.figures.codec.map(subscription.takes) ?? true
    }

    /// Stops a viewer's video at the next border of a frame.
    func stopVideo(at position: Int, now: MonotonicTime) {
        guard subscribers[position].gate.isOpen, subscribers[position].video?.hasBegun == true else { return }
        subscribers[position].gate.close(at: now)
        subscribers[position].video?.stopAtFrame()
        subscribers[position].path.settle()
        subscribers[position].reports.settle()
    }

    // MARK: Replay

    /// Whether anybody is being served from the ring, which wants a call of ``advance(to:)`` each millisecond.
    public var isReplaying: Bool { subscribers.contains { $0.video?.nextToReplay != nil } }

    /// Puts out the next packets of running replays.
    ///
    /// - Parameter milliseconds: Since they were last put out.
    func advanceReplays(milliseconds: Int) {
        let count = SFULimits.replayedPerMillisecond * max(1, min(milliseconds, 4))
        for position in subscribers.indices {
            guard var next = subscribers[position].video?.nextToReplay else { continue }
            let last = video.forwarded
            guard next >= video.epochStart else {
                subscribers[position].video?.wait()
                video.keyFrames.want()
                continue
            }
            var sent = 0
            while next <= last, sent < count, canPut {
                // What is pending goes out by itself; twice, it would go out with different extensions.
                if video.ring.contains(next), !isPending(next) {
                    let id = subscribers[position].id
                    put(.packet(.init(subscriber: id, kind: .video, index: next, purpose: .replay)))
                    sent += 1
                }
                next += 1
            }
            subscribers[position].video?.replayed(through: next - 1, of: last)
        }
    }

    // MARK: Packets from a ring

    /// Writes the header of a packet from a ring.
    ///
    /// - Parameters:
    ///   - scratch: Room for ``PacketRing/slotBytes`` and two bytes: the payload of a resend.
    ///   - header: Room for 24 bytes.
    ///   - sentAt: Microseconds, modulo 2^32.
    /// - Returns: `nil` if it cannot be sent any more.
    public func write(
        _ transmission: Transmission,
        scratch: UnsafeMutableRawPointer,
        header: UnsafeMutableRawPointer,
        sentAt: UInt32
    ) -> OutgoingPacket? {
        guard let position = positions[transmission.subscriber] else { return nil }
        if transmission.purpose == .padding {
            return unsafe subscribers[position].writePadding(scratch: scratch, header: header, sentAt: sentAt)
        }
        let track = track(transmission.kind)
        guard let info = track.ring.info(at: transmission.index) else {
            subscribers[position].dropped.count(.resendUnknown)
            return nil
        }
        switch transmission.purpose {
        case .replay:
            guard subscribers[position].video?.takes(info.codec) == true else {
                subscribers[position].video?.lacksCodec()
                subscribers[position].dropped.count(.codecNotNegotiated)
                return nil
            }
            guard subscribers[position].video?.isOfStretch(info.index) == true else { return nil }
            let sequence = subscribers[position].transportSequence(of: info, sentAt: sentAt)
            return unsafe subscribers[position].video?
                .write(info, of: track.ring, transportSequence: sequence, to: header)
        case .resend, .probe, .padding:
            return unsafe subscribers[position]
                .writeResend(
                    info,
                    transmission,
                    from: track.ring,
                    scratch: scratch,
                    header: header,
                    sentAt: sentAt
                )
        }
    }
}

extension Subscriber {
    fileprivate mutating func writePadding(
        scratch: UnsafeMutableRawPointer,
        header: UnsafeMutableRawPointer,
        sentAt: UInt32
    ) -> OutgoingPacket? {
        let sequence = transport.add(bytes: Subscription.paddingLength, sentAt: sentAt, isProbe: true)
        return unsafe video?.writePadding(transportSequence: sequence, scratch: scratch, to: header)
    }

    fileprivate mutating func writeResend(
        _ info: PacketInfo,
        _ transmission: Room.Transmission,
        from ring: PacketRing,
        scratch: UnsafeMutableRawPointer,
        header: UnsafeMutableRawPointer,
        sentAt: UInt32
    ) -> OutgoingPacket? {
        var sequence: UInt16 = 0
        let subscription = transmission.kind == .video ? video : audio
        guard let subscription, subscription.takes(info.codec) else { return nil }
        if subscription.resendsByRTX {
            sequence = transportSequence(of: info, sentAt: sentAt, isProbe: transmission.purpose == .probe)
        }
        switch transmission.kind {
        case .video:
            return unsafe video?
                .writeResend(of: info, from: ring, transportSequence: sequence, scratch: scratch, to: header)
        case .audio:
            return unsafe audio?
                .writeResend(of: info, from: ring, transportSequence: sequence, scratch: scratch, to: header)
        }
    }
}
