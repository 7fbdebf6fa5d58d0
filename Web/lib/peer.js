import { every } from "./timer.js"

/**
 * @typedef {object} PeerOptions
 * @property {string} connectionId
 * @property {boolean} isPolite
 * @property {RTCIceServer[]} iceServers
 * @property {RTCIceTransportPolicy} [iceTransportPolicy]
 * @property {boolean} [offersOnce] A receiver makes one offer to ask for media and never has reason for another.
 * @property {(message: import("./signaling.js").SignalingMessage) => void} send
 * @property {(event: RTCTrackEvent) => void} [onTrack]
 * @property {(state: RTCPeerConnectionState) => void} [onState]
 */

const resendMs = 5000

/**
 * One RTCPeerConnection with perfect negotiation over Unity Render Streaming signaling. A pending offer is sent
 * again every five seconds, so it does not matter who comes first.
 */
export class Peer {
    connection
    #options
    #isMakingOffer = false
    #ignoresOffer = false
    #hasOffered = false
    #isDescriptionSent = false
    /** @type {RTCIceCandidate[]} */
    #localCandidates = []
    /** @type {RTCIceCandidateInit[]} */
    #remoteCandidates = []
    /**
     * Messages are taken one after the other.
     * @type {Promise<void>}
     */
    #inbox = Promise.resolve()
    #stopResending

    /** @param {PeerOptions} options */
    constructor(options) {
        this.#options = options
        this.connection = new RTCPeerConnection({
            iceServers: options.iceServers,
            iceTransportPolicy: options.iceTransportPolicy,
        })
        this.connection.onnegotiationneeded = () => this.#offer()
        this.connection.onicecandidate = ({ candidate }) => {
            // The empty candidate that ends gathering throws in Unity.
            if (!candidate || !candidate.candidate) return
            this.#localCandidates.push(candidate)
            this.#flushLocalCandidates()
        }
        this.connection.ontrack = (event) => options.onTrack?.(event)
        this.connection.onconnectionstatechange = () => options.onState?.(this.connection.connectionState)
        this.#stopResending = every(resendMs, () => this.resendOffer())
    }

    get connectionId() {
        return this.#options.connectionId
    }

    get hasAnswer() {
        return this.connection.remoteDescription !== null
    }

    resendOffer() {
        const { signalingState, localDescription } = this.connection
        if (signalingState === "have-local-offer" && localDescription) this.#sendDescription(localDescription)
    }

    /**
     * @param {import("./signaling.js").SignalingMessage} message
     * @param {() => void} [beforeAnswer] Adds to a first offer's answer what the application wants to send.
     */
    receive(message, beforeAnswer) {
        this.#inbox = this.#inbox.then(() => this.#handle(message, beforeAnswer)).catch((error) => {
            if (this.connection.signalingState !== "closed") console.debug("A signaling message did not fit:", error.name)
        })
    }

    close() {
        this.#stopResending()
        this.connection.onnegotiationneeded = null
        this.connection.onicecandidate = null
        this.connection.ontrack = null
        this.connection.onconnectionstatechange = null
        this.connection.close()
    }

    async #offer() {
        if (this.#options.offersOnce && (this.#hasOffered || this.hasAnswer)) return
        try {
            this.#isMakingOffer = true
            this.#hasOffered = true
            await this.connection.setLocalDescription()
            const description = this.connection.localDescription
            if (description && this.connection.signalingState === "have-local-offer") this.#sendDescription(description)
        } catch (error) {
            if (this.connection.signalingState !== "closed") throw error
        } finally {
            this.#isMakingOffer = false
        }
    }

    /**
     * @param {import("./signaling.js").SignalingMessage} message
     * @param {() => void} [beforeAnswer]
     */
    async #handle(message, beforeAnswer) {
        if (this.connection.signalingState === "closed") return
        if (message.type === "candidate") return this.#handleCandidate(message)
        if (message.type !== "offer" && message.type !== "answer") return
        const { signalingState } = this.connection
        // An answer that comes twice, because an offer was sent twice.
        if (message.type === "answer" && signalingState !== "have-local-offer") return
        const isCollision = message.type === "offer" && (this.#isMakingOffer || signalingState !== "stable")
        this.#ignoresOffer = isCollision && !this.#options.isPolite
        if (this.#ignoresOffer) return
        await this.connection.setRemoteDescription({ type: message.type, sdp: message.sdp })
        if (message.type === "offer") {
            beforeAnswer?.()
            await this.connection.setLocalDescription()
            if (this.connection.localDescription) this.#sendDescription(this.connection.localDescription)
        }
        this.#flushLocalCandidates()
        for (const candidate of this.#remoteCandidates.splice(0)) await this.connection.addIceCandidate(candidate)
    }

    /** @param {import("./signaling.js").SignalingMessage} message */
    async #handleCandidate(message) {
        if (!message.candidate) return
        const candidate = {
            candidate: message.candidate,
            sdpMid: message.sdpMid ?? null,
            sdpMLineIndex: message.sdpMLineIndex ?? null,
        }
        if (!this.hasAnswer) {
            this.#remoteCandidates.push(candidate)
            return
        }
        try {
            await this.connection.addIceCandidate(candidate)
        } catch (error) {
            // The candidates of an offer that we ignored belong to nothing.
            if (!this.#ignoresOffer) throw error
        }
    }

    /** @param {RTCSessionDescription} description */
    #sendDescription(description) {
        const { type, sdp } = description
        if (type !== "offer" && type !== "answer") return
        this.#options.send({ type, connectionId: this.connectionId, sdp })
        this.#isDescriptionSent = true
    }

    /** Unity loses candidates that arrive before it has our description, so they wait until it has answered. */
    #flushLocalCandidates() {
        if (!this.#isDescriptionSent || !this.hasAnswer) return
        for (const { candidate, sdpMid, sdpMLineIndex } of this.#localCandidates.splice(0)) {
            this.#options.send({
                type: "candidate",
                connectionId: this.connectionId,
                candidate,
                sdpMid,
                sdpMLineIndex,
            })
        }
    }
}
