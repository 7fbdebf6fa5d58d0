import Foundation
import PortholeCore
import RTP
import SFU
import Synchronization
import WebRTC

/// Descriptions of peers, taken and answered.
extension MediaLoop {
    /// What we ask of publishers and give to viewers beside the payload.
    private static let extensions: [HeaderExtension] = [.transportWideCC, .videoOrientation]
    /// Rooms remembered as ended, and links as revoked, against peers let in just before; the oldest give way.
    static let mostRemembered = 1024

    /// Answers a peer's first offer.
    func open(_ grant: MediaGrant, offer text: String) throws(MediaError) -> PortholeCore.MediaDescription {
        let offer = try description(text)
        let dialect: SDPAnswer.Dialect =
            grant.isUnity || Self.applicationMID(offer) != nil ? .unity : .standard
        let room = try admit(grant, isWaitingFine: dialect == .unity)
        let local = localParameters()
        let answer = try answer(offer, for: grant.role, local: local, dialect: dialect, establishedRole: nil)
        let entry = insert(grant, room: room, local: local, at: now)
        entry.tracks = answer.tracks
        entry.dtlsRole = answer.dtlsRole
        entry.applicationMID = Self.applicationMID(offer)
        begin(entry, remote: offer)
        return PortholeCore.MediaDescription(
            resource: entry.resource,
            sdp: answer.text,
            entityTag: entry.entityTag
        )
    }

    /// Opens a connection by our own offer of a data channel.
    func openByOffer(_ grant: MediaGrant) throws(MediaError) -> PortholeCore.MediaDescription {
        let room = try admit(grant, isWaitingFine: true)
        let local = localParameters()
        let entry = insert(grant, room: room, local: local, at: now)
        let offer = SDPOffer.application(local: local)
        entry.offer = offer
        entry.applicationMID = "0"
        return PortholeCore.MediaDescription(
            resource: entry.resource,
            sdp: offer.text,
            entityTag: entry.entityTag
        )
    }

    /// Takes the answer to our own offer.
    func accept(answer text: String, of resource: MediaResourceID) throws(MediaError) {
        let entry = try find(resource)
        guard let offer = entry.offer else { throw .unacceptable("There is no offer to answer") }
        let remote = try description(text)
        let outcome: SDPOffer.Outcome
        do { outcome = try offer.accept(remote) } catch { throw MediaError(error) }
        entry.offer = nil
        entry.dtlsRole = outcome.dtlsRole
        if !outcome.tracks.isEmpty { entry.tracks = outcome.tracks }
        begin(entry, remote: remote)
        let now = now
        if entry.isViewer { join(entry, at: now) } else { publish(entry, at: now) }
    }

    /// Answers a further offer on an open connection.
    func answer(offer text: String, of resource: MediaResourceID) throws(MediaError) -> String {
        let entry = try find(resource)
        let offer = try description(text)
        entry.local.sessionVersion += 1
        let answer = try answer(
            offer,
            for: entry.grant.role,
            local: entry.local,
            dialect: .unity,
            establishedRole: entry.dtlsRole
        )
        if !answer.tracks.isEmpty { entry.tracks = answer.tracks }
        entry.dtlsRole = answer.dtlsRole
        begin(entry, remote: offer)
        let now = now
        if entry.isViewer { join(entry, at: now) } else { publish(entry, at: now) }
        return answer.text
    }

    /// Offers the room's media on an open connection of a viewer.
    func offerMedia(to resource: MediaResourceID) throws(MediaError) -> String {
        let entry = try find(resource)
        entry.local.sessionVersion += 1
        let offer = SDPOffer.media(
            local: entry.local,
            codecs: codecs,
            extensions: Self.extensions,
            application: entry.applicationMID,
            establishedRole: entry.dtlsRole
        )
        entry.offer = offer
        return offer.text
    }

    /// Takes trickled candidates: a lite agent learns where its peer is from the checks, so they only have to be sound.
    func trickle(fragment text: String, to resource: MediaResourceID, entityTag: String?) throws(MediaError) {
        let entry = try find(resource)
        if let entityTag, entityTag != "*", entityTag != entry.entityTag { throw .staleEntityTag }
        do { _ = try TrickleFragment(parsing: text) } catch { throw MediaError(error) }
    }

    /// Begins another ICE generation.
    func restartICE(
        fragment text: String,
        of resource: MediaResourceID
    ) throws(MediaError) -> PortholeCore.MediaDescription {
        let entry = try find(resource)
        let fragment: TrickleFragment
        do { fragment = try TrickleFragment(parsing: text) } catch { throw MediaError(error) }
        guard let remote = fragment.credentials else {
            throw .malformed("An ICE restart needs a=ice-ufrag and a=ice-pwd")
        }
        let fresh = ICECredentials.generate(prefix: LoopDirectory.digit(index), using: &random)
        slotsByUfrag[entry.credentials.ufrag] = nil
        directory.forget(entry.credentials.ufrag)
        slotsByUfrag[fresh.ufrag] = entry.slot
        directory.register(fresh.ufrag, loop: index)
        entry.credentials = fresh
        entry.local.ice = fresh
        entry.generation += 1
        entry.peer?.restartICE(local: fresh, remote: remote, at: now)
        let answer = TrickleFragment(
            credentials: fresh,
            candidates: sockets.candidates,
            isEndOfCandidates: true,
            mids: fragment.mids,
            isICELite: true
        )
        return PortholeCore.MediaDescription(resource: resource, sdp: answer.text, entityTag: entry.entityTag)
    }

    // MARK: Parts

    /// The room of a grant, if there is a place in it.
    private func admit(_ grant: MediaGrant, isWaitingFine: Bool) throws(MediaError) -> MediaRoom {
        guard !endedRooms.contains(grant.room) else { throw .unacceptable("The session is over") }
        if let link = grant.grantID, revokedGrants.contains(link) { throw .unacceptable("Access ended") }
        let existing = rooms[grant.room]
        switch grant.role {
        case .publisher:
            guard slotsByResource.count < Self.mostPeers, (existing?.publishers ?? 0) < 8 else {
                throw .full("Too many connections", retryAfter: 5)
            }
        case .viewer:
            guard isWaitingFine || existing?.published != nil else { throw .noPublisher(retryAfter: 2) }
            guard (existing?.viewers ?? 0) < configuration.maximumViewersPerRoom else {
                throw .full("This session has as many viewers as it may have", retryAfter: 10)
            }
            guard directory.viewers.load(ordering: .relaxed) < configuration.maximumViewers else {
                throw .full("The server has as many viewers as it may have", retryAfter: 10)
            }
        }
        if let existing { return existing }
        let room = MediaRoom(
            id: grant.room,
            room: .init(
                localSSRC: UInt32.random(in: 1...UInt32.max, using: &random),
                cname: randomHex(16),
                maximumBitrateBps: configuration.maximumVideoBitrateBps
            )
        )
        room.tap = taps[grant.room]
        rooms[grant.room] = room
        return room
    }

    private func localParameters() -> LocalParameters {
        LocalParameters(
            ice: ICECredentials.generate(prefix: LoopDirectory.digit(index), using: &random),
            fingerprint: context.fingerprint,
            candidates: sockets.candidates,
            sessionID: UInt64.random(in: 1..<(1 << 62), using: &random),
            cname: randomHex(16),
            streamID: "porthole",
            audio: StreamSources(primary: UInt32.random(in: 1...UInt32.max, using: &random)),
            video: StreamSources(
                primary: UInt32.random(in: 1...UInt32.max, using: &random),
                rtx: UInt32.random(in: 1...UInt32.max, using: &random)
            )
        )
    }

    private func answer(
        _ offer: RemotePeerDescription,
        for role: MediaGrant.Role,
        local: LocalParameters,
        dialect: SDPAnswer.Dialect,
        establishedRole: DTLSRole?
    ) throws(MediaError) -> SDPAnswer {
        do {
            switch role {
            case .publisher:
                return try .publisher(
                    offer,
                    local: local,
                    codecs: codecs,
                    extensions: Self.extensions,
                    dialect: dialect,
                    establishedRole: establishedRole
                )
            case .viewer:
                return try .viewer(
                    offer,
                    local: local,
                    codecs: codecs,
                    extensions: Self.extensions,
                    dialect: dialect,
                    establishedRole: establishedRole
                )
            }
        } catch {
            throw MediaError(error)
        }
    }

    /// Makes the transport, once both descriptions are known.
    private func begin(_ entry: MediaPeer, remote: RemotePeerDescription) {
        guard entry.peer == nil, let role = entry.dtlsRole else { return }
        entry.peer = Peer(
            configuration: .init(
                localCredentials: entry.credentials,
                remoteCredentials: remote.ice,
                dtlsContext: context,
                dtlsRole: role,
                remoteFingerprint: remote.fingerprint,
                tieBreaker: UInt64.random(in: 0...UInt64.max, using: &random),
                transactionSeed: UInt64.random(in: 0...UInt64.max, using: &random)
            ),
            at: now
        )
    }

    private func find(_ resource: MediaResourceID) throws(MediaError) -> MediaPeer {
        guard let entry = entry(resource) else { throw .unknownResource }
        return entry
    }

    private func description(_ text: String) throws(MediaError) -> RemotePeerDescription {
        do { return try RemotePeerDescription(parsing: text) } catch { throw MediaError(error) }
    }

    private static func applicationMID(_ offer: RemotePeerDescription) -> String? {
        offer.media.first { $0.kind == .application && !$0.isRejected }?.mid
    }
}

extension MediaRoom {
    /// Publishers, connected or on their way.
    var publishers: Int { peers - viewers }
}

extension MediaError {
    init(_ error: SDPError) {
        switch error.kind {
        case .malformed: self = .malformed("The description cannot be read: \(error)")
        case .unsupported: self = .unacceptable("The description cannot be answered: \(error)")
        }
    }
}
