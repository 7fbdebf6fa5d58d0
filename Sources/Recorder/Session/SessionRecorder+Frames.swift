import RTP

/// What is done with frames.
extension SessionRecorder {
    mutating func take(_ elements: [FrameAssembler.Element], of track: RecordingTrack) {
        for element in elements {
            switch element {
            case .frame(let frame):
                switch track {
                case .audio: takeSound(frame)
                case .video: takePicture(frame)
                }
            case .gap: if track == .video { gaps.losePicture() }
            }
        }
        if video.needsKeyFrame { gaps.losePicture() }
    }

    private mutating func takeSound(_ frame: DepacketizedFrame) {
        if waitsForPicture {
            if !clock.hear(frame) { held.settle(by: &clock, floor: sound.floor) }
            held.append(frame)
            if held.isFull { goWithoutPicture() }
            return
        }
        // Of a source before, which had no picture.
        if !held.isEmpty { goWithoutPicture() }
        let time = clock.time(of: frame, track: .audio, floor: sound.floor)
        if format?.hasAudio != true, !beginSegment(.sound, at: time) { return }
        writeSound(frame, at: time)
    }

    private mutating func takePicture(_ frame: DepacketizedFrame) {
        guard frame.isKeyFrame, !takes(frame) else {
            // Those behind a key frame that was not declared are not either.
            guard frame.isKeyFrame || !isUndeclarable, format?.video?.codec == frame.codec else { return }
            isUndeclarable = false
            writePicture(frame, at: timeOfPicture(frame))
            return
        }
        // Sound first: it is what the clock goes by.
        held.settle(by: &clock, floor: sound.floor)
        let time = timeOfPicture(frame)
        let hasAudio = source?.hasAudio == true || !held.isEmpty
        guard let format = SegmentFormat(frame, hasAudio: hasAudio),
            beginSegment(format, at: min(held.timed.first?.time ?? time, time))
        else {
            isUndeclarable = true
            ownCounters.undeclarablePictures += 1
            return
        }
        isUndeclarable = false
        releaseSound()
        writePicture(frame, at: time)
    }

    private mutating func timeOfPicture(_ frame: DepacketizedFrame) -> Int64 {
        let floor = gaps.lastPicture ?? RecordingClock.beginning
        return max(clock.time(of: frame, track: .video, floor: floor), floor)
    }

    /// Whether the open file takes a key frame, and what else its source has agreed.
    private func takes(_ keyFrame: DepacketizedFrame) -> Bool {
        guard let format, format.takes(keyFrame) else { return false }
        return format.hasAudio || source?.hasAudio != true && held.isEmpty
    }

    /// Whether sound waits, since its file is not known before the first picture is.
    private var waitsForPicture: Bool {
        guard let source, source.hasVideo, !source.isPatienceOver else { return false }
        return format?.video == nil || format?.hasAudio != true
    }

    /// Sound has waited long enough for the first picture.
    mutating func goWithoutPicture() {
        source?.isPatienceOver = true
        held.settle(by: &clock, floor: sound.floor)
        guard let first = held.timed.first,
            format?.hasAudio == true || beginSegment(.sound, at: first.time)
        else { return }
        releaseSound()
    }

    private mutating func releaseSound() {
        for sound in held.timed { writeSound(sound.frame, at: sound.time) }
        held.removeAll()
    }
}

/// What is written.
extension SessionRecorder {
    private mutating func writeSound(_ frame: DepacketizedFrame, at time: Int64) {
        let duration = (frame.duration ?? 0) * 1_000 / 48
        guard let place = sound.place(time, duration: duration) else {
            ownCounters.lateSounds += 1
            return
        }
        writeSilence(place.silence)
        list(gaps.sound(place.time, duration: duration))
        write(frame, at: place.time)
    }

    private mutating func writePicture(_ frame: DepacketizedFrame, at time: Int64) {
        if format?.hasAudio == true {
            // By now, sound of that time would be here.
            let passed = min(time, clock.time(at: now))
            writeSilence(sound.fill(until: passed - SoundTrack.patience))
        }
        list(gaps.picture(time))
        write(frame, at: time)
    }

    private mutating func writeSilence(_ times: Range<Int64>?) {
        guard let times, let zero else { return }
        script.add(.silence(times.lowerBound - zero..<times.upperBound - zero))
    }

    private mutating func list(_ gap: Range<Int64>?) {
        guard let gap, let zero else { return }
        let duration = gap.upperBound - gap.lowerBound
        script.add(.gap(RecordingGap(position: gap.lowerBound - zero, duration: duration)))
    }

    /// Closes the open file, and begins another.
    private mutating func beginSegment(_ format: SegmentFormat, at start: Int64) -> Bool {
        // Files follow one another, whatever clocks say.
        let start = self.format == nil ? start : max(start, self.start)
        let zero = self.zero ?? start - elapsed
        guard let file = SegmentFile(format, number: nextNumber, start: start - zero) else { return false }
        closeSegment(before: start)
        script.add(.begin(file))
        self.zero = zero
        nextNumber += 1
        self.format = format
        self.start = start
        sound.begin(at: start)
        return true
    }

    /// Closes the open file, which lasts until the next one begins, or as long as there is media.
    mutating func closeSegment(before next: Int64? = nil) {
        guard let format, let end = gaps.end else { return }
        let until = next.map { max($0, gaps.soundEnd) } ?? end
        if format.hasAudio { writeSilence(sound.fill(until: until)) }
        script.add(.end(duration: max(until - start, 0)))
        self.format = nil
    }
}
