import { ApiError } from "../lib/api.js"
import { Backoff } from "../lib/backoff.js"
import { after } from "../lib/timer.js"
import { WhepPeer } from "../lib/whep.js"
import { MediaFlow } from "./media-flow.js"

/** @typedef {import("../lib/signaling.js").SessionEvent["state"]} SessionState */

/** Long enough for several pieces of news to count as one. */
const soonMs = 200
/** While a session's events would tell of a headset that comes, asking is only for the case that they get lost. */
const quietWaitMs = 10_000
/** Measured once a second, so that a silence of three seconds is noticed at its end. */
const longestSilentMs = 2500
/** A picture that the server had to stop comes back by itself within a few seconds; much longer is a broken one. */
const longestStillMs = 20_000

/**
 * @typedef {object} ServerMediaOptions
 * @property {string} endpoint
 * @property {() => boolean} isTold Whether a socket tells at once when a headset comes or goes.
 * @property {RTCIceServer[]} iceServers
 * @property {RTCIceTransportPolicy} [iceTransportPolicy]
 *
 * @typedef {object} ServerMediaHandlers
 * @property {(reason: string) => void} onRefused There is no access, or nothing to watch under this name.
 * @property {(viewers: number) => void} onViewerCount
 * @property {(text: string) => void} onTrouble Something that only somebody else can change.
 */

/**
 * Media from the server by WHEP. There is one attempt at a time, and an old connection is let go only when a new one
 * has been granted: the server may go on with it.
 */
export class ServerMedia {
    #options
    #handlers
    flow
    /** @type {WhepPeer | null} */
    #peer = null
    /** @type {import("../lib/http-peer.js").Marks[]} */
    marks = []
    /** @type {"connecting" | "waiting" | "full" | "offline"} */
    #outlook = "connecting"
    /** @type {SessionState | null} */
    #sessionState = null
    #isStopped = true
    #isTrying = false
    #wasSignaled = false
    /** Something happened during an attempt that makes the next one worth while at once. */
    #triesAgain = false
    #backoff = new Backoff({ firstMs: 300, longestMs: 10_000 })
    #waitBackoff = new Backoff({ firstMs: 1000, longestMs: 4000 })
    #stillSince = 0
    #cancelRetry = () => {}
    #isRetryArmed = false

    /**
     * @param {ServerMediaOptions} options
     * @param {import("./peer-media.js").MediaHandlers & ServerMediaHandlers} handlers
     */
    constructor(options, handlers) {
        this.#options = options
        this.#handlers = handlers
        this.flow = new MediaFlow((quality) => this.#measured(quality))
    }

    get outlook() {
        return this.#outlook
    }

    get connection() {
        return this.#peer?.connection ?? null
    }

    get connectionId() {
        return ""
    }

    start() {
        this.#isStopped = false
        if (this.#knowsBetter) {
            this.#outlook = "waiting"
            this.#retry(quietWaitMs)
            this.#handlers.onChange()
        } else {
            this.#try()
        }
    }

    /** Nobody streams, and the page is told when that changes: there is no need to ask. */
    get #knowsBetter() {
        return this.#options.isTold() && this.#sessionState !== null && this.#sessionState !== "live"
    }

    /** Signaling that was lost and is back: perhaps it is another server, which knows nothing of us. */
    signalingOpened() {
        const isBack = this.#wasSignaled
        this.#wasSignaled = true
        if (!isBack) return
        if (this.#peer) this.#peer.check()
        else this.#try()
    }

    signalingClosed() {}

    /** Negotiation goes by HTTP. */
    receive() {}

    /**
     * @param {SessionState} state
     * @param {SessionState | null} before
     */
    sessionChanged(state, before) {
        this.#sessionState = state
        if (state !== "live" || this.flow.isFlowing) return
        if (before === "live") return this.#hopeAgain()
        this.#backoff.reset()
        this.#waitBackoff.reset()
        this.#stillSince = performance.now()
        // A connection that stands is continued by the server; should it not be, the next measurements tell.
        if (!this.#peer || this.#peer.isFading) this.#try()
    }

    /** Nobody streamed when we asked, and now something about the session has changed. */
    #hopeAgain() {
        if (this.#outlook !== "waiting" || (this.#peer && !this.#peer.isFading)) return
        if (this.#isTrying) this.#triesAgain = true
        else this.#retry(soonMs)
    }

    /** Back from sleep or from a dead network. */
    hurry() {
        if (this.flow.isFlowing) return
        this.#backoff.reset()
        if (this.#peer && !this.#peer.isFading) this.#peer.check()
        else this.#try()
    }

    stop() {
        this.#isStopped = true
        this.#cancelRetry()
        this.flow.stop()
        this.#peer?.close()
        this.#peer = null
    }

    async #try() {
        if (this.#isStopped) return
        if (this.#isTrying) {
            this.#triesAgain = true
            return
        }
        this.#isTrying = true
        this.#triesAgain = false
        this.#disarm()
        const peer = this.#makePeer()
        try {
            await peer.post()
            this.#adopt(peer)
            await peer.accept()
        } catch (error) {
            peer.close()
            if (this.#peer === peer) this.#peer = null
            if (!this.#isStopped) this.#failed(error)
        }
        this.#isTrying = false
        if (this.#triesAgain && peer.isClosed) this.#try()
        this.#handlers.onChange()
    }

    #makePeer() {
        const { endpoint, isTold, iceServers, iceTransportPolicy } = this.#options
        /** @type {WhepPeer} */
        const peer = new WhepPeer(
            { endpoint, token: null, iceServers, iceTransportPolicy, wantsEvents: !isTold() },
            {
                onConnected: () => this.#connected(peer),
                onLost: () => this.#lost(peer),
                onStream: (stream) => peer === this.#peer && this.#handlers.onStream(stream),
                onActive: (isActive) => this.#activeChanged(isActive),
                onViewerCount: (viewers) => peer === this.#peer && this.#handlers.onViewerCount(viewers),
            },
        )
        return peer
    }

    /** @param {WhepPeer} peer */
    #adopt(peer) {
        if (this.#isStopped) return peer.close()
        this.#peer?.close()
        this.#peer = peer
        this.marks.push(peer.marks)
        this.#outlook = "connecting"
        this.#stillSince = performance.now()
        this.flow.follow(peer.connection)
        this.#handlers.onChange()
    }

    /** @param {WhepPeer} peer */
    #connected(peer) {
        if (peer !== this.#peer) return
        this.#waitBackoff.reset()
        this.#handlers.onChange()
    }

    /** @param {WhepPeer} peer */
    #lost(peer) {
        if (peer !== this.#peer) return
        this.#peer = null
        this.flow.stop()
        this.#retry(this.#backoff.next())
        this.#handlers.onChange()
    }

    /** @param {boolean} isActive */
    #activeChanged(isActive) {
        this.sessionChanged(isActive ? "live" : "interrupted", this.#sessionState)
    }

    /** @param {unknown} error */
    #failed(error) {
        if (!(error instanceof ApiError)) {
            console.warn("The server's answer did not fit this browser", error)
            return this.#retry(this.#backoff.next())
        }
        const { status, retryAfterMs, message } = error
        if (status === 409) {
            this.#outlook = "waiting"
            const ms = Math.max(retryAfterMs ?? 0, this.#waitBackoff.next())
            return this.#retry(this.#knowsBetter ? Math.max(ms, quietWaitMs) : ms)
        }
        if (status === 401 || status === 403 || status === 404 || status === 410) {
            this.#handlers.onRefused(status === 404 ? "not found" : message)
            return this.#retry(Math.max(quietWaitMs, this.#backoff.next()))
        }
        if (error.isTransient) {
            const isOffline = status === 0 && this.#backoff.attempts > 2
            this.#outlook = status === 503 ? "full" : isOffline ? "offline" : "connecting"
            return this.#retry(Math.max(retryAfterMs ?? 0, this.#backoff.next()))
        }
        this.#handlers.onTrouble(message)
        this.#retry(Math.max(quietWaitMs, this.#backoff.next()))
    }

    /** @param {number} ms */
    #retry(ms) {
        if (this.#isStopped) return
        this.#disarm()
        this.#isRetryArmed = true
        this.#cancelRetry = after(ms, () => {
            this.#isRetryArmed = false
            // The server went on with the old connection meanwhile.
            if (!this.flow.isFlowing) this.#try()
        })
    }

    #disarm() {
        this.#cancelRetry()
        this.#isRetryArmed = false
    }

    /** @param {import("./media-flow.js").Quality} quality */
    #measured(quality) {
        if (this.flow.isSteady) this.#backoff.reset()
        this.#judge(quality)
        this.#handlers.onChange()
        this.#handlers.onQuality(quality)
    }

    /**
     * A connection that stands and yet brings nothing, although somebody publishes, is of no use.
     * @param {import("./media-flow.js").Quality} quality
     */
    #judge({ framesPerSecond, hasPicture }) {
        const now = performance.now()
        const isMoving = this.flow.isFlowing && (framesPerSecond > 0 || !hasPicture)
        if (isMoving || this.#stillSince === 0) this.#stillSince = now
        if (!this.#peer?.isConnected || this.#isTrying || this.#isRetryArmed) return
        const mayPublish = this.#sessionState === null || this.#sessionState === "live"
        const patience = this.flow.isFlowing ? longestStillMs : mayPublish ? longestSilentMs : Infinity
        if (now - this.#stillSince < patience) return
        this.#stillSince = now
        if (this.flow.isFlowing) this.#try()
        else this.#retry(this.#backoff.next())
    }
}
