import { ApiError } from "../lib/api.js"
import { Backoff } from "../lib/backoff.js"
import { unityDialect } from "../lib/signaling.js"
import { after } from "../lib/timer.js"
import { WebSocketSignaling } from "../lib/websocket-signaling.js"
import { WhipPeer } from "../lib/whip.js"

/** How long media must have gone out before its loss counts as a new one. */
const steadyMs = 10_000

/**
 * @typedef {object} WhipBroadcasterOptions
 * @property {string} endpoint
 * @property {string | null} token
 * @property {string | null} address The host's socket, for the session's events alone; null for none.
 * @property {RTCIceServer[]} iceServers
 * @property {RTCIceTransportPolicy} [iceTransportPolicy]
 * @property {MediaStream} stream
 * @property {import("../lib/sdp.js").VideoCodec | null} codec
 * @property {number} maxBitrate Bits a second.
 * @property {number} framesPerSecond
 *
 * @typedef {object} WhipBroadcasterHandlers
 * @property {(isConnected: boolean) => void} onMedia
 * @property {(event: import("../lib/signaling.js").SessionEvent) => void} onSession
 * @property {(reason: string) => void} onRefused The server does not want this stream, and is not asked again.
 * @property {(text: string) => void} onTrouble
 */

/** Uploads once, to the server, by WHIP, and goes on by itself after a lost network or a restart of the server. */
export class WhipBroadcaster {
    #options
    #handlers
    /** @type {WhipPeer | null} */
    #peer = null
    /** @type {WebSocketSignaling | null} */
    #signaling = null
    #isStopped = false
    #isTrying = false
    #wasOpened = false
    #backoff = new Backoff({ firstMs: 300, longestMs: 5000 })
    #socketBackoff = new Backoff({ firstMs: 500, longestMs: 5000 })
    #cancelRetry = () => {}
    #cancelReopen = () => {}
    #cancelSteady = () => {}
    #leave = () => this.#peer?.resource?.remove()
    #hurry = () => {
        this.#backoff.reset()
        if (this.#peer) this.#peer.check()
        else this.#publish()
    }

    /**
     * @param {WhipBroadcasterOptions} options
     * @param {WhipBroadcasterHandlers} handlers
     */
    constructor(options, handlers) {
        this.#options = options
        this.#handlers = handlers
        addEventListener("pagehide", this.#leave)
        addEventListener("online", this.#hurry)
        this.#publish()
        this.#open()
    }

    get connections() {
        return this.#peer ? [this.#peer.connection] : []
    }

    stop() {
        this.#isStopped = true
        removeEventListener("pagehide", this.#leave)
        removeEventListener("online", this.#hurry)
        for (const cancel of [this.#cancelRetry, this.#cancelReopen, this.#cancelSteady]) cancel()
        this.#signaling?.close()
        this.#peer?.close()
        this.#peer = null
    }

    async #publish() {
        if (this.#isStopped || this.#isTrying || this.#peer) return
        this.#isTrying = true
        this.#cancelRetry()
        /** @type {WhipPeer} */
        const peer = new WhipPeer(this.#options, {
            onConnected: () => this.#connected(),
            onLost: () => this.#lost(peer),
        })
        if (!peer.hasCodec) this.#handlers.onTrouble(`This browser cannot send ${this.#options.codec}.`)
        try {
            await peer.post()
            if (this.#isStopped) return peer.close()
            this.#peer = peer
            await peer.accept()
        } catch (error) {
            peer.close()
            if (this.#peer === peer) this.#peer = null
            if (!this.#isStopped) this.#failed(error)
        } finally {
            this.#isTrying = false
        }
    }

    #connected() {
        this.#handlers.onMedia(true)
        this.#cancelSteady()
        this.#cancelSteady = after(steadyMs, () => this.#backoff.reset())
    }

    /** @param {WhipPeer} peer */
    #lost(peer) {
        if (this.#peer === peer) this.#peer = null
        this.#cancelSteady()
        if (this.#isStopped) return
        this.#handlers.onMedia(false)
        this.#retry(this.#backoff.next())
    }

    /** @param {unknown} error */
    #failed(error) {
        this.#handlers.onMedia(false)
        const ms = this.#backoff.next()
        if (!(error instanceof ApiError)) {
            console.warn("The server's answer did not fit this browser", error)
            return this.#retry(ms)
        }
        const { message, retryAfterMs } = error
        // Someone else may still publish under this name, or a place may become free.
        if (error.isTransient || error.status === 409) return this.#retry(Math.max(retryAfterMs ?? 0, ms))
        this.#handlers.onRefused(message)
    }

    /** @param {number} ms */
    #retry(ms) {
        this.#cancelRetry()
        this.#cancelRetry = after(ms, () => this.#publish())
    }

    #open() {
        const { address } = this.#options
        if (!address || this.#isStopped) return
        this.#signaling = new WebSocketSignaling(address, unityDialect, {
            onOpen: () => this.#opened(),
            // Media goes by WHIP: nobody is answered here.
            onMessage: () => {},
            onSession: this.#handlers.onSession,
            onClose: ({ isRefused, reason }) => {
                this.#signaling = null
                if (isRefused) this.#handlers.onRefused(reason)
                else this.#cancelReopen = after(this.#socketBackoff.next(), () => this.#open())
            },
        })
    }

    #opened() {
        this.#socketBackoff.reset()
        const isBack = this.#wasOpened
        this.#wasOpened = true
        // A server that was restarted has forgotten us, and that is noticed here first.
        if (!this.#peer) this.#publish()
        else if (isBack) this.#peer.check()
    }
}
