public import Foundation
public import RTP

/// How ffmpeg makes a clip, from nothing but its own sources.
public struct ClipRecipe: Equatable, Sendable {
    /// Which pictures are large enough for a bitrate.
    private static let largePictures = 5_000_000

    /// VP8 or H.264.
    public var codec: Codec
    /// Bits of picture in a second; `nil` for as few as look good.
    public var bitrateBps: Int?

    /// A recipe for a clip of eight seconds with a key frame each two.
    ///
    /// - Parameter bitrateBps: If given, noise is mixed in, and the encoder has to hold it: at 720p, from 5 Mbit/s on at
    ///   1080p.
    public init(codec: Codec, bitrateBps: Int? = nil) {
        self.codec = codec
        self.bitrateBps = bitrateBps
    }

    /// The name of its file.
    public var fileName: String {
        let rate = bitrateBps.map { "-\($0 / 1_000)k" } ?? ""
        return "\(codec == .h264 ? "h264" : "vp8")\(rate).mkv"
    }

    /// Makes the clip in a folder, unless it is there.
    ///
    /// - Parameter ffmpeg: The program's path; `nil` looks for it on `PATH`.
    /// - Returns: The file.
    /// - Throws: `notMade`.
    public func make(in folder: URL, ffmpeg: String? = nil) throws(ClipError) -> URL {
        let file = folder.appendingPathComponent(fileName)
        if FileManager.default.fileExists(atPath: file.path) { return file }
        let unfinished = folder.appendingPathComponent(".\(getpid())-\(fileName)")
        let complaint: String
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [ffmpeg ?? "ffmpeg"] + arguments(output: unfinished.path)
            let pipe = Pipe()
            process.standardInput = FileHandle.nullDevice
            process.standardError = pipe
            try process.run()
            complaint = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            if process.terminationStatus == 0 {
                try FileManager.default.moveItem(at: unfinished, to: file)
                return file
            }
        } catch {
            throw .notMade(reason: "\(error.localizedDescription)")
        }
        try? FileManager.default.removeItem(at: unfinished)
        throw .notMade(reason: complaint.split(separator: "\n").first.map { String($0) } ?? "it says nothing")
    }

    /// The arguments of ffmpeg 5 or later.
    func arguments(output: String) -> [String] {
        ["-nostdin", "-hide_banner", "-loglevel", "error", "-y", "-filter_complex", filter]
            + ["-map", "[v]", "-map", "[a]"] + encoder
            + ["-c:a", "libopus", "-ac", "1", "-b:a", "20k", "-frame_duration", "20"]
            + [
                "-map_metadata", "-1", "-fflags", "+bitexact", "-t", "\(Self.seconds)", "-f", "matroska",
                output,
            ]
    }

    private static let seconds = 8
    private static let framesPerSecond = 30

    /// A ball that jumps over a sky that turns, a clock with a frame counter, and a pluck each second.
    private var filter: String {
        let (width, height) =
            switch bitrateBps ?? 0 {
            case 0: (640, 360)
            case ..<Self.largePictures: (1280, 720)
            default: (1920, 1080)
            }
        let rate = "r=\(Self.framesPerSecond):d=\(Self.seconds)"
        let ball = height / 4
        let noise = bitrateBps == nil ? "" : ",noise=alls=30:allf=t"
        // Eight notes of a pentatonic scale, in an order that does not sound like one.
        let step = "bitand(floor(t)*5\\,7)"
        let note = "220*pow(2\\,(\(step)*2+gte(\(step)\\,3))/12)"
        return [
            "gradients=s=\(width)x\(height):\(rate):n=4:speed=0.008:c0=0x16325c:c1=0x2f7f93:c2=0xf0a868"
                + ":c3=0x6d3f86:x0=0:y0=0:x1=\(width):y1=\(height),format=yuv420p[sky]",
            "color=c=white:s=\(ball)x\(ball):r=\(Self.framesPerSecond):d=0.03,format=yuva420p"
                + ",geq=lum='235-110*hypot(X-0.35*W,Y-0.35*H)/W':cb=118:cr=142"
                + ":a='255*clip(W/2-1-hypot(X-W/2,Y-H/2),0,1)',loop=-1:1:0[ball]",
            "testsrc2=s=320x180:\(rate),crop=100:36:2:2,scale=iw*\(height / 180):-1:flags=neighbor"
                + ",setsar=1,format=gray,lut=c0='if(gt(val,110),235,30)',format=yuv420p[clock]",
            "[sky][ball]overlay=shortest=1:x='(W-w)/2*(1+sin(2*PI*t/4))'"
                + ":y='(H-h)*(1-0.9*abs(sin(PI*t/2)))'\(noise)[scene]",
            "[scene][clock]overlay=x=W-w-\(height / 36):y=\(height / 36)[v]",
            "aevalsrc=exprs='0.3*exp(-4*mod(t\\,1))*sin(2*PI*mod(t\\,1)*\(note))':s=48000:d=\(Self.seconds)"
                + ",asetnsamples=n=960[a]",
        ]
        .joined(separator: ";")
    }

    private var encoder: [String] {
        let group = ["-g", "\(2 * Self.framesPerSecond)", "-keyint_min", "\(2 * Self.framesPerSecond)"]
        let rate = bitrateBps.map { bitrate in
            ["-b:v", "-minrate", "-maxrate", "-bufsize"].flatMap { [$0, "\(bitrate)"] }
        }
        guard codec == .h264 else {
            return ["-c:v", "libvpx", "-auto-alt-ref", "0", "-error-resilient", "1", "-lag-in-frames", "0"]
                + group
                + (rate.map { ["-deadline", "realtime", "-cpu-used", "5"] + $0 }
                    ?? ["-deadline", "good", "-cpu-used", "2", "-crf", "42", "-b:v", "110k", "-qmax", "58"])
        }
        return ["-c:v", "libx264", "-profile:v", "baseline", "-pix_fmt", "yuv420p"]
            + ["-sc_threshold", "0", "-bf", "0", "-x264-params", "slices=1:sliced-threads=0"] + group
            + (rate.map { ["-preset", "veryfast"] + $0 } ?? ["-preset", "veryslow", "-crf", "32"])
    }
}
