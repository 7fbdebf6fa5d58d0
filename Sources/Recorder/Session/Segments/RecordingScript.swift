/// What is to be written, and one output after the other that comes of it.
///
/// A step is done when an output is wanted: a night's silence is one step, and so many outputs as are taken.
/// Steps wait until outputs are taken; nothing else bounds them. All times are on the recording's line, in
/// microseconds.
struct RecordingScript: Sendable {
    enum Step: Sendable {
        case begin(SegmentFile)
        case frame(EncodedFrame)
        /// Packets of silence, back to back.
        case silence(Range<Int64>)
        /// Nothing came for a while.
        case settle(at: Int64)
        case end(duration: Int64)
        case gap(RecordingGap)
    }

    private var steps: [Step] = []
    /// The next of them.
    private var position = 0
    private var outputs: [SessionRecorder.Output] = []
    /// The next of them.
    private var outputPosition = 0
    private var file: SegmentFile?

    mutating func add(_ step: Step) {
        steps.append(step)
    }

    mutating func next() -> SessionRecorder.Output? {
        while outputPosition == outputs.count {
            outputs.removeAll(keepingCapacity: true)
            outputPosition = 0
            guard doNextStep() else { return nil }
        }
        defer { outputPosition += 1 }
        return outputs[outputPosition]
    }

    /// - Returns: `false` if there is none.
    private mutating func doNextStep() -> Bool {
        guard position < steps.count else {
            steps.removeAll(keepingCapacity: true)
            position = 0
            return false
        }
        let step = steps[position]
        if case .silence(let times) = step {
            // The step stays until its last packet.
            let rest = times.lowerBound + SoundTrack.silenceDuration
            change { $0.writeSilence(at: times.lowerBound - $0.segment.start) }
            guard rest >= times.upperBound else {
                steps[position] = .silence(rest..<times.upperBound)
                return true
            }
        } else {
            perform(step)
        }
        position += 1
        return true
    }

    private mutating func perform(_ step: Step) {
        switch step {
        case .begin(let begun):
            file = begun
            outputs.append(.segmentBegan(begun.segment))
            change { $0.begin() }
        case .frame(var frame):
            change {
                frame.time = max(frame.time - $0.segment.start, 0)
                return $0.write(frame)
            }
        case .silence: break
        case .settle(let time): change { $0.settle(at: time - $0.segment.start) }
        case .end(let duration):
            change { $0.finish(duration: duration) }
            if let file { outputs.append(.segmentEnded(file.end(duration: duration))) }
            file = nil
        case .gap(let gap): outputs.append(.gap(gap))
        }
    }

    private mutating func change(_ body: (inout SegmentFile) -> [FileChange]) {
        guard var file = self.file.take() else { return }
        for change in body(&file) { outputs.append(.change(change)) }
        self.file = file
    }
}
