import Foundation
import Testing

@testable import HTTPAPI
@testable import Signaling

@Suite("Election of the browser that records")
struct RecorderElectionTests {
    private let noon = Date(timeIntervalSince1970: 1_700_000_000)
    private let tab1 = ClientID("tab 1")
    private let tab2 = ClientID("tab 2")
    private let other = ClientID("other")

    @Test func `keeps the first while it is there`() {
        var election = RecorderElection()
        #expect(election.recorder == nil)
        election.add(tab1, principalID: "mum", at: noon)
        election.add(other, principalID: "dad", at: noon)
        election.remove(other, at: noon)
        election.add(other, principalID: "dad", at: noon)
        #expect(election.recorder == tab1)
    }

    @Test func `waits for a page that loads again`() {
        var election = RecorderElection()
        election.add(tab1, principalID: "mum", at: noon)
        election.add(other, principalID: "dad", at: noon)
        election.remove(tab1, at: noon)
        election.advance(to: noon + 4.9)
        #expect(election.recorder == nil)
        #expect(election.principalID == "mum")
        election.add(tab2, principalID: "mum", at: noon + 4.9)
        #expect(election.recorder == tab2)
    }

    @Test func `elects another after 5 s`() {
        var election = RecorderElection()
        election.add(tab1, principalID: "mum", at: noon)
        election.add(other, principalID: "dad", at: noon)
        election.remove(tab1, at: noon)
        election.advance(to: noon + 5)
        #expect(election.recorder == other)
        election.add(tab1, principalID: "mum", at: noon + 6)
        #expect(election.recorder == other)
    }

    @Test func `passes over to another tab of the same person at once`() {
        var election = RecorderElection()
        election.add(tab1, principalID: "mum", at: noon)
        election.add(other, principalID: "dad", at: noon)
        election.add(tab2, principalID: "mum", at: noon)
        election.remove(tab1, at: noon)
        #expect(election.recorder == tab2)
    }

    @Test func `elects a newcomer when nobody is left, after the wait`() {
        var election = RecorderElection()
        election.add(tab1, principalID: "mum", at: noon)
        election.remove(tab1, at: noon)
        election.add(other, principalID: "dad", at: noon + 1)
        #expect(election.recorder == nil)
        election.advance(to: noon + 5)
        #expect(election.recorder == other)
    }
}

@Suite("Token bucket")
struct TokenBucketTests {
    @Test func `lets a burst through, then as many as the rate allows`() {
        let start = ContinuousClock().now
        var bucket = TokenBucket(rate: 30, burst: 120, at: start)
        for _ in 0..<120 { #expect(bucket.take(at: start) == true) }
        #expect(bucket.take(at: start) == false)
        #expect(bucket.take(at: start + .milliseconds(34)) == true)
        #expect(bucket.take(at: start + .milliseconds(35)) == false)
        var count = 0
        while bucket.take(at: start + .seconds(3600)) { count += 1 }
        #expect(count == 120)
    }
}
