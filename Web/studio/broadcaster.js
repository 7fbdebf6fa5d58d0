import { HttpSignaling } from "../lib/http-signaling.js"
import { Peer } from "../lib/peer.js"
import { unityDialect } from "../lib/signaling.js"
import { after } from "../lib/timer.js"
import { WebSocketSignaling } from "../lib/websocket-signaling.js"
import { keepResolution } from "../lib/whip.js"

/** @typedef {import("../lib/signaling.js").SignalingMessage} SignalingMessage */

/** Unity opens its socket again after five seconds, for ever and without a word. */
const reopenMs = 5000

/**
 * @typedef {object} BroadcasterOptions
 * @property {string} address The WebSocket's URL; for polling what Unity would append `/signaling` to.
 * @property {boolean} isPolling
 * @property {RTCIceServer[]} iceServers
 * @property {number} maxBitrate Bits a second.
 * @property {MediaStream} stream
 *
 * @typedef {object} BroadcasterHandlers
 * @property {(isOpen: boolean) => void} onSignaling
 * @property {(connected: number) => void} onPeers
 * @property {(event: import("../lib/signaling.js").SessionEvent) => void} onSession
 * @property {(reason: string) => void} onRefused
 */

/**
 * Speaks as Unity's Broadcast does: says nothing by itself, answers a viewer's first offer without media, then offers
 * video and audio; one peer connection a viewer, kept through a loss of signaling.
 */
export class Broadcaster {
    #options
    #handlers
    /** @type {WebSocketSignaling | HttpSignaling | null} */
    #signaling = null
    /** @type {Map<string, Peer>} */
    #peers = new Map()
    #isStopped = false
    #cancelReopen = () => {}

    /**
     * @param {BroadcasterOptions} options
     * @param {BroadcasterHandlers} handlers
     */
    constructor(options, handlers) {
        this.#options = options
        this.#handlers = handlers
        this.#open()
    }

    /** Of each viewer. */
    get connections() {
        return [...this.#peers.values()].map(({ connection }) => connection)
    }

    stop() {
        this.#isStopped = true
        this.#cancelReopen()
        this.#signaling?.close()
        this.#signaling = null
        for (const id of [...this.#peers.keys()]) this.#dispose(id)
    }

    #open() {
        const { address, isPolling } = this.#options
        const handlers = {
            onOpen: () => this.#handlers.onSignaling(true),
            onMessage: (/** @type {SignalingMessage} */ message) => this.#receive(message),
            onSession: this.#handlers.onSession,
            onClose: (/** @type {import("../lib/signaling.js").SignalingClosed} */ closed) => this.#closed(closed),
        }
        this.#signaling = isPolling
            ? new HttpSignaling(`${address.replace(/\/$/, "")}/signaling`, {}, handlers, { isUnity: true })
            : new WebSocketSignaling(address, unityDialect, handlers)
    }

    /** @param {import("../lib/signaling.js").SignalingClosed} closed */
    #closed(closed) {
        this.#signaling = null
        this.#handlers.onSignaling(false)
        if (closed.isRefused) this.#handlers.onRefused(closed.reason)
        else this.#cancelReopen = after(reopenMs, () => this.#open())
    }

    /** @param {SignalingMessage} message */
    #receive(message) {
        const { type, connectionId } = message
        const known = this.#peers.get(connectionId)
        if (type === "disconnect") this.#dispose(connectionId)
        else if (known) {
            // As Broadcast: a second offer on a connection that it has answered already goes unanswered.
            if (type !== "offer") known.receive(message)
        } else if (type === "offer") this.#welcome(message)
    }

    /** @param {SignalingMessage} offer */
    #welcome(offer) {
        const { connectionId } = offer
        const peer = new Peer({
            connectionId,
            isPolite: offer.polite === true,
            iceServers: this.#options.iceServers,
            send: (message) => this.#signaling?.send(message),
            onState: (state) => this.#peerChanged(connectionId, state),
        })
        this.#peers.set(connectionId, peer)
        // Media comes too late for this answer, so it goes out as an offer of our own right after it.
        peer.receive(offer, () => this.#addMedia(peer))
    }

    /** @param {Peer} peer */
    #addMedia({ connection }) {
        const { stream, maxBitrate } = this.#options
        for (const track of [...stream.getVideoTracks(), ...stream.getAudioTracks()]) {
            const sendEncodings = track.kind === "video" ? [{ maxBitrate }] : undefined
            const { sender } = connection.addTransceiver(track, { direction: "sendonly", streams: [stream], sendEncodings })
            if (track.kind === "video") keepResolution(sender)
        }
    }

    /** @param {string} connectionId @param {RTCPeerConnectionState} state */
    #peerChanged(connectionId, state) {
        if (state === "failed") {
            this.#signaling?.send({ type: "disconnect", connectionId })
            this.#dispose(connectionId)
        } else this.#count()
    }

    /** @param {string} connectionId */
    #dispose(connectionId) {
        this.#peers.get(connectionId)?.close()
        if (this.#peers.delete(connectionId) && !this.#isStopped) this.#count()
    }

    #count() {
        const connected = [...this.#peers.values()].filter(({ connection }) => connection.connectionState === "connected")
        this.#handlers.onPeers(connected.length)
    }
}
