import Testing

@testable import SFU

@Suite("Slab")
struct SlabTests {
    private final class Guest {
        static nonisolated(unsafe) var count = 0
        init() { Self.count += 1 }
        deinit { Self.count -= 1 }
    }

    @Test func `grows, changes its elements where they are, and lets them go`() {
        let slab = Slab<[Int]>(capacity: 2)
        for number in 0..<100 { slab.append([number]) }
        #expect(slab.count == 100)
        slab[7].append(8)
        slab.swapAt(7, 99)
        #expect(slab.last == [7, 8])
        #expect(slab[7] == [99])
        slab.removeLast()
        #expect(slab.count == 99)
        #expect(slab.contains { $0 == [50] })
        #expect(!slab.contains { $0 == [7, 8] })
        slab.removeAll()
        #expect(slab.isEmpty)
        #expect(slab.last == nil)
        slab.append([1])
        #expect(slab[0] == [1])
    }

    @Test func `keeps no element longer than it says`() {
        do {
            let slab = Slab<Guest>(capacity: 1)
            for _ in 0..<10 { slab.append(Guest()) }
            slab.removeLast()
            #expect(Guest.count == 9)
            slab[3] = Guest()
            slab.swapAt(0, 8)
            #expect(Guest.count == 9)
            slab.removeAll()
            #expect(Guest.count == 0)
            slab.append(Guest())
        }
        #expect(Guest.count == 0)
    }
}
