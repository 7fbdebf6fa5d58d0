import RTP

/// The wall clock that viewers are told: the first publisher's, and its continuation when others take over.
///
/// Publishers' clocks differ. A jump between the reports of sound and of picture would tear them apart, so that both
/// tracks of a publisher are moved by the same amount (RFC 3550 §6.4.1).
struct WallClock {
    private var reference: (ntp: NTPTime, at: MonotonicTime)?
    private var shift: Duration?

    /// The publisher is gone.
    mutating func endSource() {
        shift = nil
    }

    /// A report of the present publisher came.
    mutating func heard(_ ntp: NTPTime, at now: MonotonicTime) {
        let shift = shift ?? reference.map { ($0.ntp + (now - $0.at)) - ntp } ?? .zero
        self.shift = shift
        reference = (ntp + shift, now)
    }

    /// What viewers are told for a moment of the present publisher's clock.
    func told(_ ntp: NTPTime) -> NTPTime { ntp + (shift ?? .zero) }
}
