extension MP4VideoFormat {
    /// ISO/IEC 14496-12 §12.1.3, ISO/IEC 14496-15 §5.4.2.
    func writeSampleEntry(to stsd: inout BoxWriter) {
        // `avc1`, not `avc3`, though parameter sets are in the stream as well: Chromium and FFmpeg follow
        // them there, to another resolution too; iTunes, Safari's WebCodecs and FairPlay know no `avc3`.
        let configuration = AVCConfiguration(
            sequenceParameterSets: sequenceParameterSets,
            pictureParameterSets: pictureParameterSets
        )
        stsd.box("avc1") {
            $0.zeros(6)
            $0.uint16(1)
            $0.zeros(16)
            $0.uint16(Self.pixels(size.width))
            $0.uint16(Self.pixels(size.height))
            $0.uint32(0x48_0000)
            $0.uint32(0x48_0000)
            $0.zeros(4)
            $0.uint16(1)
            $0.zeros(32)
            $0.uint16(0x18)
            $0.uint16(0xFFFF)
            $0.box("avcC") { $0.append(configuration.record) }
        }
    }

    /// A width or height as sample entries hold it.
    static func pixels(_ count: Int) -> UInt16 {
        UInt16(clamping: count)
    }
}

extension MP4AudioFormat {
    /// Encapsulation of Opus in ISO Base Media File Format §4.3.1, §4.3.2.
    func writeSampleEntry(to stsd: inout BoxWriter) {
        let channels = UInt8(min(max(self.channels, 1), 2))
        stsd.box("Opus") {
            $0.zeros(6)
            $0.uint16(1)
            $0.zeros(8)
            $0.uint16(UInt16(channels))
            $0.uint16(16)
            $0.zeros(4)
            $0.uint32(48_000 << 16)
            $0.box("dOps") {
                $0.uint8(0)
                $0.uint8(channels)
                $0.uint16(preSkip)
                $0.uint32(48_000)
                $0.uint16(0)
                $0.uint8(0)
            }
        }
    }
}
