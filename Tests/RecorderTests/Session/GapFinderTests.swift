import Testing

@testable import Recorder

@Suite("Gaps")
struct GapFinderTests {
    @Test func `are what lasts more than a second`() {
        var gaps = GapFinder()
        #expect(gaps.end == nil)
        #expect(gaps.sound(5_000_000, duration: 20_000) == nil)
        #expect(gaps.sound(6_020_000, duration: 20_000) == nil)
        #expect(gaps.sound(7_040_001, duration: 20_000) == 6_040_000..<7_040_001)
        #expect(gaps.end == 7_060_001)
    }

    @Test func `are no pictures alone, unless they were lost`() {
        var gaps = GapFinder()
        _ = gaps.picture(0)
        for time in stride(from: Int64(0), to: 3_000_000, by: 20_000) {
            #expect(gaps.sound(time, duration: 20_000) == nil)
        }
        #expect(gaps.picture(2_990_000) == nil)
        #expect(gaps.sound(3_000_000, duration: 20_000) == nil)
        gaps.losePicture()
        for time in stride(from: Int64(3_020_000), to: 5_000_000, by: 20_000) {
            _ = gaps.sound(time, duration: 20_000)
        }
        // The last picture has lasted as long as any may.
        #expect(gaps.picture(5_000_000) == 3_190_000..<5_000_000)
        #expect(gaps.picture(5_040_000) == nil)
    }

    @Test func `are shorter where something is known to be missing, and never overlap`() {
        var gaps = GapFinder()
        _ = gaps.picture(0)
        _ = gaps.picture(40_000)
        gaps.interrupt()
        #expect(gaps.sound(400_000, duration: 20_000) == 80_000..<400_000)
        #expect(gaps.sound(420_000, duration: 20_000) == nil)
        #expect(gaps.picture(700_000) == 400_000..<700_000)
        #expect(gaps.picture(740_000) == nil)
    }
}
