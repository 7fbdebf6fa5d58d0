import Foundation
import Signaling

/// Chooses the one browser that records a session, among those that may and want to.
///
/// The one chosen stays chosen. When it goes, another page of the same person takes over at once; otherwise the
/// person has a while to load the page again before somebody else is chosen.
struct RecorderElection: Sendable {
    /// How long a page may take to load again.
    static let reloadTime: TimeInterval = 5

    private struct Candidate {
        let client: ClientID
        let principalID: String
    }

    /// In the order of coming.
    private var candidates: [Candidate] = []
    private var vacantSince: Date?

    /// The chosen client; `nil` while there is none or its person is expected back.
    private(set) var recorder: ClientID?
    /// The chosen client's person.
    private(set) var principalID: String?

    mutating func add(_ client: ClientID, principalID: String, at now: Date) {
        candidates.append(Candidate(client: client, principalID: principalID))
        advance(to: now)
        if recorder == nil, self.principalID == principalID { elect(client, principalID) }
    }

    mutating func remove(_ client: ClientID, at now: Date) {
        candidates.removeAll { $0.client == client }
        guard recorder == client else { return }
        recorder = nil
        if let other = candidates.first(where: { $0.principalID == principalID }) {
            elect(other.client, other.principalID)
        } else {
            vacantSince = now
        }
    }

    /// Chooses somebody if nobody is chosen or expected back any more.
    mutating func advance(to now: Date) {
        guard recorder == nil else { return }
        if let vacantSince, now.timeIntervalSince(vacantSince) < Self.reloadTime { return }
        vacantSince = nil
        principalID = nil
        guard let next = candidates.first else { return }
        elect(next.client, next.principalID)
    }

    private mutating func elect(_ client: ClientID, _ principalID: String) {
        recorder = client
        self.principalID = principalID
        vacantSince = nil
    }
}
