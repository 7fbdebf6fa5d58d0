import RTP
import Testing

@testable import Simulation

@Suite("Looping over a clip")
struct ClipCursorTests {
    private static let second: Int64 = 1_000_000_000

    @Test func `frames and sound go on evenly over the end of the clip`() throws {
        let clip = PacketizedClip(try .bundled(.vp8))
        var cursor = ClipCursor(clip)
        var frames: [(frame: Int, time: Int64)] = []
        var sound: [(packet: Int, time: Int64)] = []
        while let next = cursor.takeFrame(at: 20 * Self.second) { frames.append(next) }
        while let next = cursor.takeSound(at: 20 * Self.second) { sound.append(next) }
        #expect((599...602).contains(frames.count))
        #expect(frames.map(\.frame) == (0..<frames.count).map { $0 % 240 })
        let gaps = zip(frames, frames.dropFirst()).map { $1.time - $0.time }
        #expect(gaps.allSatisfy { (32_000_000...35_000_000).contains($0) })
        #expect(sound.map(\.time) == (0..<sound.count).map { Int64($0) * 20_000_000 })
        #expect(sound[0].packet == 0 && sound[1].packet == 1)
    }

    @Test func `a jump puts the next key frame in the place of the next frame, and sound follows`() throws {
        let clip = PacketizedClip(try .bundled(.vp8))
        var cursor = ClipCursor(clip)
        while cursor.takeFrame(at: Self.second / 2) != nil {}
        while cursor.takeSound(at: Self.second / 2) != nil {}
        let due = cursor.frameTime
        cursor.jumpToKeyFrame()
        #expect(cursor.isAtKeyFrame)
        #expect(cursor.next == 60)
        #expect(cursor.frameTime == due)
        let taken = cursor.takeFrame(at: Self.second)
        let frame = try #require(taken)
        #expect(frame.time == due)
        #expect(cursor.frameTime - due < 35_000_000)
        // Sound of two seconds from now on: the picture is at 2 s, half a second after the start.
        let sound = cursor.takeSound(at: Self.second)
        let packet = try #require(sound)
        #expect((98...100).contains(packet.packet))
        #expect(packet.time == 520_000_000)
    }

    @Test func `a jump behind the last key frame goes to the beginning`() throws {
        let clip = PacketizedClip(try .bundled(.h264))
        var cursor = ClipCursor(clip)
        while cursor.takeFrame(at: 7 * Self.second) != nil {}
        let due = cursor.frameTime
        cursor.jumpToKeyFrame()
        #expect(cursor.next == 0)
        #expect(cursor.frameTime == due)
    }

    @Test func `after a stop nothing of the past is sent`() throws {
        let clip = PacketizedClip(try .bundled(.vp8))
        var cursor = ClipCursor(clip)
        _ = cursor.takeFrame(at: 0)
        cursor.skip(to: 100 * Self.second)
        #expect(cursor.frameTime == 100 * Self.second)
        #expect(try #require(cursor.soundPacketTime) > 99 * Self.second)
    }
}
