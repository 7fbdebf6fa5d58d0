import RTP

/// What the sample entry of the video track says, whose codec is H.264.
public struct MP4VideoFormat: Equatable, Sendable {
    /// Of the first frame; a later one may have another.
    public var size: PictureSize
    /// NAL units without start codes or lengths, which a decoder has to know before the first frame.
    public var sequenceParameterSets: [[UInt8]]
    /// The same of pictures.
    public var pictureParameterSets: [[UInt8]]

    /// A format of these values.
    public init(size: PictureSize, sequenceParameterSets: [[UInt8]], pictureParameterSets: [[UInt8]]) {
        self.size = size
        self.sequenceParameterSets = sequenceParameterSets
        self.pictureParameterSets = pictureParameterSets
    }
}
