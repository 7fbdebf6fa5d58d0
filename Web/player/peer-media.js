import { Backoff } from "../lib/backoff.js"
import { Peer } from "../lib/peer.js"
import { after } from "../lib/timer.js"
import { uuid } from "../lib/uuid.js"
import { MediaFlow } from "./media-flow.js"

/** @typedef {import("../lib/signaling.js").SignalingMessage} SignalingMessage */
/** @typedef {import("../lib/signaling.js").SessionEvent["state"]} SessionState */

/** How long a lost ICE path may try to come back by itself before a fresh connection is made. */
const recoveryMs = 4000
/** How long a headset that is there may take to bring the first picture. */
const firstMediaMs = 15_000

/**
 * What both ways of getting media have in common.
 * @typedef {object} MediaHandlers
 * @property {(stream: MediaStream) => void} onStream
 * @property {(quality: import("./media-flow.js").Quality) => void} onQuality
 * @property {() => void} onChange Something may have changed that the page shows.
 *
 * @typedef {object} PeerMediaOptions
 * @property {string | null} connectionId A fixed one, for a private default room.
 * @property {RTCIceServer[]} iceServers
 * @property {RTCIceTransportPolicy} [iceTransportPolicy]
 * @property {(message: SignalingMessage) => void} send
 */

/** Media straight from the headset: one peer connection with it, negotiated over signaling. */
export class PeerMedia {
    #options
    #handlers
    flow
    connectionId = ""
    /** @type {Peer | null} */
    #peer = null
    #isOpen = false
    #backoff = new Backoff({ firstMs: 1000 })
    #cancelRestart = () => {}
    #cancelWatchdog = () => {}

    /**
     * @param {PeerMediaOptions} options
     * @param {MediaHandlers} handlers
     */
    constructor(options, handlers) {
        this.#options = options
        this.#handlers = handlers
        this.flow = new MediaFlow((quality) => this.#measured(quality))
    }

    /** @returns {"connecting" | "waiting"} */
    get outlook() {
        return this.#peer && !this.#peer.hasAnswer ? "waiting" : "connecting"
    }

    get connection() {
        return this.#peer?.connection ?? null
    }

    start() {}

    signalingOpened() {
        this.#isOpen = true
        this.#connect()
    }

    signalingClosed() {
        this.#isOpen = false
    }

    /** @param {SignalingMessage} message */
    receive(message) {
        if (message.type === "error") {
            this.#restart(this.#backoff.next())
            return
        }
        // Public mode tells everybody everything; what is not ours is not for us.
        if (message.connectionId !== this.connectionId) return
        switch (message.type) {
            case "connect":
                this.#makePeer(message.polite !== false)
                break
            case "disconnect":
                this.#restart(this.#backoff.next())
                break
            default:
                this.#peer?.receive(message)
                if (message.type !== "candidate") this.#armWatchdog()
        }
    }

    /**
     * @param {SessionState} state
     * @param {SessionState | null} before
     */
    sessionChanged(state, before) {
        if (state !== "live" || before === "live" || this.flow.isFlowing) return
        if (before === "interrupted" && this.#peer?.hasAnswer) this.#restart(0)
        else this.#peer?.resendOffer()
        this.#armWatchdog()
    }

    /** Back from sleep or from a dead network. */
    hurry() {
        if (this.#peer?.connection.connectionState === "failed") this.#restart(0)
    }

    stop() {
        this.#cancelRestart()
        this.#cancelWatchdog()
        this.flow.stop()
        this.#peer?.close()
        this.#peer = null
    }

    /** Asks for media with a fresh connection id: Unity never answers a second offer on one that it knows. */
    #connect() {
        this.stop()
        this.connectionId = this.#options.connectionId ?? uuid()
        this.#options.send({ type: "connect", connectionId: this.connectionId })
    }

    /** @param {boolean} isPolite */
    #makePeer(isPolite) {
        if (this.#peer) return
        const stream = new MediaStream()
        const peer = new Peer({
            connectionId: this.connectionId,
            isPolite,
            iceServers: this.#options.iceServers,
            iceTransportPolicy: this.#options.iceTransportPolicy,
            offersOnce: true,
            send: this.#options.send,
            onTrack: ({ track }) => {
                stream.addTrack(track)
                this.#handlers.onStream(stream)
            },
            onState: (state) => this.#peerChanged(state),
        })
        this.#peer = peer
        this.flow.follow(peer.connection)
        // The stock page's first offer carries this channel and nothing else; nothing is ever sent on it.
        peer.connection.createDataChannel("input")
        this.#handlers.onChange()
    }

    /** @param {RTCPeerConnectionState} state */
    #peerChanged(state) {
        if (state === "connected") this.#cancelRestart()
        else if (state === "disconnected") this.#restart(recoveryMs)
        else if (state === "failed") this.#restart(this.#backoff.next())
        this.#handlers.onChange()
    }

    /** @param {number} ms */
    #restart(ms) {
        this.#cancelRestart()
        this.#cancelRestart = after(ms, () => {
            if (!this.#isOpen) return
            this.#options.send({ type: "disconnect", connectionId: this.connectionId })
            this.#connect()
            this.#handlers.onChange()
        })
    }

    #armWatchdog() {
        this.#cancelWatchdog()
        const { connectionId } = this
        this.#cancelWatchdog = after(firstMediaMs, () => {
            if (connectionId === this.connectionId && !this.flow.isFlowing) this.#restart(0)
        })
    }

    /** @param {import("./media-flow.js").Quality} quality */
    #measured(quality) {
        if (this.flow.isFlowing) {
            this.#cancelWatchdog()
            if (this.flow.isSteady) this.#backoff.reset()
        }
        this.#handlers.onChange()
        this.#handlers.onQuality(quality)
    }
}
