import RTP
import Testing

@testable import SFU

@Suite("Packet ring")
struct PacketRingTests {
    private func store(_ index: Int64, _ payload: [UInt8], in ring: PacketRing) {
        var info = PacketInfo(index: index, arrival: milliseconds(0), timestamp: 0, codec: .vp8)
        info.length = UInt16(payload.count)
        payload.withUnsafeBytes { ring.store(info, payload: $0) }
    }

    private func payload(_ index: Int64, in ring: PacketRing) -> [UInt8] {
        guard let info = ring.info(at: index) else { return [] }
        return Array(UnsafeRawBufferPointer(start: ring.payload(at: index), count: Int(info.length)))
    }

    @Test func `keeps its capacity of packets, each until a newer one takes its slot`() {
        let ring = PacketRing(capacity: 65)
        #expect(ring.capacity == 128)
        for index in 0..<200 as Range<Int64> { store(index, [UInt8(index)], in: ring) }
        #expect(!ring.contains(71))
        #expect(ring.info(at: 71) == nil)
        for index in 72..<200 as Range<Int64> { #expect(payload(index, in: ring) == [UInt8(index)]) }
        #expect(!ring.contains(200))
        #expect(!ring.contains(-1))
        #expect(!ring.contains(.max))
    }

    @Test func `pads once, by what one byte can say, and never beyond its slot`() {
        let ring = PacketRing(capacity: 64)
        store(1, [1, 2, 3], in: ring)
        ring.pad(1, to: 6)
        #expect(payload(1, in: ring) == [1, 2, 3, 0, 0, 3])
        #expect(ring.info(at: 1)?.padding == 3)
        store(2, [1], in: ring)
        for length in [0, 1, 257, 2_000] { ring.pad(2, to: length) }
        #expect(payload(2, in: ring) == [1])
        ring.pad(2, to: 256)
        #expect(payload(2, in: ring).last == 255)
    }

    @Test func `takes what fills a slot`() {
        let ring = PacketRing(capacity: 64)
        let full = [UInt8](repeating: 9, count: PacketRing.slotBytes)
        store(3, full, in: ring)
        store(4, [4], in: ring)
        #expect(payload(3, in: ring) == full)
        store(5, [], in: ring)
        #expect(ring.contains(5))
    }
}
