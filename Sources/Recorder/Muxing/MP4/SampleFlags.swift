/// What a sample depends on (ISO/IEC 14496-12 §8.8.3.1).
enum SampleFlags {
    /// sample_depends_on 2: on no other.
    static let independent: UInt32 = 0x0200_0000
    /// sample_depends_on 1, sample_is_non_sync_sample.
    static let dependent: UInt32 = 0x0101_0000

    /// What `trex` says of samples that do not say it themselves.
    static func usual(of track: MP4Track) -> UInt32 {
        switch track {
        case .video: dependent
        case .audio: independent
        }
    }
}
