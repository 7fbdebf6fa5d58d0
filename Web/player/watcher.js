import { ApiError, getSession } from "../lib/api.js"
import { Backoff } from "../lib/backoff.js"
import { HttpSignaling } from "../lib/http-signaling.js"
import { Peer } from "../lib/peer.js"
import { browserDialect, TransportChoice } from "../lib/signaling.js"
import { after, every } from "../lib/timer.js"
import { uuid } from "../lib/uuid.js"
import { parseViewers } from "../lib/viewers.js"
import { WebSocketSignaling } from "../lib/websocket-signaling.js"
import { MediaFlow } from "./media-flow.js"

/** @typedef {import("../lib/signaling.js").SignalingMessage} SignalingMessage */
/** @typedef {import("../lib/signaling.js").SessionEvent} SessionEvent */
/** @typedef {"connecting" | "waiting" | "live" | "interrupted" | "ended" | "denied" | "offline"} WatchState */

/**
 * @typedef {object} WatcherOptions
 * @property {string | null} sessionId Without one the default room is watched, as the stock page does.
 * @property {string | null} connectionId A fixed one, for a private default room.
 * @property {boolean} isPolling
 * @property {boolean} mayRecord
 * @property {RTCIceServer[]} iceServers
 * @property {RTCIceTransportPolicy} [iceTransportPolicy]
 *
 * @typedef {object} WatcherHandlers
 * @property {(state: WatchState, reason: string) => void} onState
 * @property {(stream: MediaStream) => void} onStream
 * @property {() => void} onCut The server has closed the door: nothing more may be shown.
 * @property {(quality: import("./media-flow.js").Quality) => void} onQuality
 * @property {(viewers: import("../lib/viewers.js").Viewer[]) => void} onViewers
 * @property {(isRecorder: boolean) => void} onRecorder
 */

/** How long a lost ICE path may try to come back by itself before a fresh connection is made. */
const recoveryMs = 4000
/** How long a headset that is there may take to bring the first picture. */
const firstMediaMs = 15_000
/** How long signaling must have worked before its loss counts as a new one. */
const steadyMs = 10_000
/** Polling pages have no `session` events; `/api` grants 100 requests in 15 minutes. */
const sessionPollMs = 15_000

/** Watches one session: keeps signaling and the peer connection up, and says in one word how things stand. */
export class Watcher {
    #options
    #handlers
    #transport
    /** @type {WebSocketSignaling | HttpSignaling | null} */
    #signaling = null
    /** @type {Peer | null} */
    #peer = null
    #flow
    #connectionId = ""
    /** @type {WatchState} */
    #state = "connecting"
    /** @type {SessionEvent["state"] | null} */
    #sessionState = null
    #isSignalingOpen = false
    #openedAt = 0
    #hadMedia = false
    #socketBackoff = new Backoff()
    #peerBackoff = new Backoff({ firstMs: 1000 })
    #cancelRetry = () => {}
    #cancelRestart = () => {}
    #cancelWatchdog = () => {}
    #stopSessionPoll = () => {}

    /**
     * @param {WatcherOptions} options
     * @param {WatcherHandlers} handlers
     */
    constructor(options, handlers) {
        this.#options = options
        this.#handlers = handlers
        this.#transport = new TransportChoice(options.isPolling)
        this.#flow = new MediaFlow((quality) => this.#measured(quality))
    }

    get state() {
        return this.#state
    }

    get transport() {
        return this.#signaling?.transport ?? ""
    }

    get connectionId() {
        return this.#connectionId
    }

    start() {
        addEventListener("online", () => this.#hurry())
        addEventListener("offline", () => this.#update())
        addEventListener("pagehide", () => this.#signaling?.close())
        addEventListener("pageshow", (event) => event.persisted && this.#openSignaling())
        document.addEventListener("visibilitychange", () => !document.hidden && this.#hurry())
        this.#openSignaling()
    }

    /**
     * What the server says about the session, by event or by answer.
     * @param {Pick<SessionEvent, "state" | "viewers" | "recorder">} event
     */
    applySession({ state, viewers, recorder }) {
        if (this.#isOver) return
        const before = this.#sessionState
        this.#sessionState = state
        if (viewers !== undefined) this.#handlers.onViewers(parseViewers(viewers))
        if (state === "ended") return this.#finish("ended", "")
        if (state === "live" && before !== "live" && !this.#flow.isFlowing) this.#headsetIsThere(before)
        this.#update()
        this.#handlers.onRecorder(recorder === true)
    }

    get #isOver() {
        return this.#state === "ended" || this.#state === "denied"
    }

    /** @param {SessionEvent["state"] | null} before */
    #headsetIsThere(before) {
        if (before === "interrupted" && this.#peer?.hasAnswer) this.#restart(0)
        else this.#peer?.resendOffer()
        this.#armWatchdog()
    }

    /** Back from sleep or from a dead network: do not wait for the next retry. */
    #hurry() {
        if (this.#isOver) return
        if (!this.#signaling) {
            this.#cancelRetry()
            this.#socketBackoff.reset()
            this.#openSignaling()
        } else if (this.#peer?.connection.connectionState === "failed") {
            this.#restart(0)
        }
    }

    #openSignaling() {
        if (this.#isOver) return
        this.#cancelRetry()
        this.#signaling?.close()
        const handlers = {
            onOpen: () => this.#opened(),
            onMessage: (/** @type {SignalingMessage} */ message) => this.#receive(message),
            onSession: (/** @type {SessionEvent} */ event) => this.applySession(event),
            onClose: (/** @type {import("../lib/signaling.js").SignalingClosed} */ closed) => this.#closed(closed),
        }
        this.#signaling = this.#transport.isPolling
            ? new HttpSignaling("/signaling", this.#query(true), handlers)
            : new WebSocketSignaling(this.#socketUrl(), browserDialect, handlers)
        this.#update()
    }

    /** @param {boolean} withSession */
    #query(withSession) {
        const { sessionId, mayRecord } = this.#options
        /** @type {Record<string, string>} */
        const query = {}
        if (!sessionId) return query
        if (withSession) query.session = sessionId
        query.role = "viewer"
        if (!mayRecord) query.record = "0"
        return query
    }

    #socketUrl() {
        const { sessionId } = this.#options
        const path = sessionId ? `/signaling/${encodeURIComponent(sessionId)}` : "/"
        const url = new URL(path, location.href)
        url.protocol = location.protocol === "https:" ? "wss:" : "ws:"
        url.search = new URLSearchParams(this.#query(false)).toString()
        return url.href
    }

    #opened() {
        this.#isSignalingOpen = true
        this.#openedAt = performance.now()
        this.#transport.opened(this.#signaling)
        this.#stopSessionPoll()
        if (this.#options.sessionId && this.transport === "http") {
            this.#stopSessionPoll = every(sessionPollMs, () => this.#readSession())
            this.#readSession()
        }
        this.#connect()
        this.#update()
    }

    /** @param {import("../lib/signaling.js").SignalingClosed} closed */
    #closed(closed) {
        this.#transport.closed(this.#signaling, closed)
        this.#signaling = null
        this.#isSignalingOpen = false
        this.#stopSessionPoll()
        // A door that closes again at once is no success.
        if (closed.opened && performance.now() - this.#openedAt > steadyMs) this.#socketBackoff.reset()
        if (closed.isRefused) {
            this.#dropPeer()
            this.#hadMedia = false
            this.#handlers.onCut()
            this.#explainRefusal(closed.reason)
            return
        }
        this.#reopenLater()
        if (closed.opened) this.#readSession()
        this.#update()
    }

    #reopenLater() {
        this.#cancelRetry()
        this.#cancelRetry = after(this.#socketBackoff.next(), () => this.#openSignaling())
    }

    /**
     * An ended session refuses its sockets too, and deserves a kinder page than a withdrawn link; one that finds us
     * too talkative may be asked again.
     * @param {string} reason
     */
    async #explainRefusal(reason) {
        await this.#readSession()
        if (this.#isOver) return
        if (!this.#options.sessionId || /token|access/i.test(reason)) return this.#finish("denied", reason)
        this.#reopenLater()
        this.#update()
    }

    async #readSession() {
        if (!this.#options.sessionId) return
        try {
            const pollingSession = this.#signaling instanceof HttpSignaling ? this.#signaling.sessionId : undefined
            this.applySession(await getSession(this.#options.sessionId, { pollingSession }))
        } catch (error) {
            if (!(error instanceof ApiError)) throw error
            const hadAccess = this.#openedAt > 0
            if ([401, 403, 404].includes(error.status)) this.#finish("denied", hadAccess ? "Access ended" : error.message)
        }
    }

    /** Asks for media with a fresh connection id: Unity never answers a second offer on one that it knows. */
    #connect() {
        this.#dropPeer()
        this.#connectionId = this.#options.connectionId ?? uuid()
        this.#signaling?.send({ type: "connect", connectionId: this.#connectionId })
    }

    /** @param {SignalingMessage} message */
    #receive(message) {
        if (message.type === "error") {
            this.#restart(this.#peerBackoff.next())
            return
        }
        // Public mode tells everybody everything; what is not ours is not for us.
        if (message.connectionId !== this.#connectionId) return
        switch (message.type) {
            case "connect":
                this.#makePeer(message.polite !== false)
                break
            case "disconnect":
                this.#restart(this.#peerBackoff.next())
                break
            default:
                this.#peer?.receive(message)
                if (message.type !== "candidate") this.#armWatchdog()
        }
    }

    /** @param {boolean} isPolite */
    #makePeer(isPolite) {
        if (this.#peer) return
        const stream = new MediaStream()
        const peer = new Peer({
            connectionId: this.#connectionId,
            isPolite,
            iceServers: this.#options.iceServers,
            iceTransportPolicy: this.#options.iceTransportPolicy,
            offersOnce: true,
            send: (message) => this.#signaling?.send(message),
            onTrack: ({ track }) => {
                stream.addTrack(track)
                this.#handlers.onStream(stream)
            },
            onState: (state) => this.#peerChanged(state),
        })
        this.#peer = peer
        this.#flow.follow(peer.connection)
        // The stock page's first offer carries this channel and nothing else; nothing is ever sent on it.
        peer.connection.createDataChannel("input")
        this.#update()
    }

    /** @param {RTCPeerConnectionState} state */
    #peerChanged(state) {
        if (state === "connected") this.#cancelRestart()
        else if (state === "disconnected") this.#restart(recoveryMs)
        else if (state === "failed") this.#restart(this.#peerBackoff.next())
        this.#update()
    }

    /** @param {number} ms */
    #restart(ms) {
        this.#cancelRestart()
        this.#cancelRestart = after(ms, () => {
            if (this.#isOver || !this.#isSignalingOpen) return
            this.#signaling?.send({ type: "disconnect", connectionId: this.#connectionId })
            this.#connect()
            this.#update()
        })
    }

    #armWatchdog() {
        this.#cancelWatchdog()
        const { connectionId } = this
        this.#cancelWatchdog = after(firstMediaMs, () => {
            if (connectionId === this.#connectionId && !this.#flow.isFlowing) this.#restart(0)
        })
    }

    #dropPeer() {
        this.#cancelRestart()
        this.#cancelWatchdog()
        this.#flow.stop()
        this.#peer?.close()
        this.#peer = null
    }

    /** @param {import("./media-flow.js").Quality} quality */
    #measured(quality) {
        if (this.#flow.isFlowing) {
            this.#hadMedia = true
            this.#cancelWatchdog()
            if (this.#flow.isSteady) this.#peerBackoff.reset()
        }
        this.#update()
        this.#handlers.onQuality(quality)
    }

    /**
     * @param {"ended" | "denied"} state
     * @param {string} reason
     */
    #finish(state, reason) {
        if (this.#isOver) return
        this.#dropPeer()
        this.#cancelRetry()
        this.#stopSessionPoll()
        this.#signaling?.close()
        this.#signaling = null
        this.#isSignalingOpen = false
        this.#state = state
        this.#handlers.onState(state, reason)
    }

    #update() {
        if (this.#isOver) return
        const state = this.#currentState()
        if (state === this.#state) return
        this.#state = state
        this.#handlers.onState(state, "")
    }

    /** @returns {WatchState} */
    #currentState() {
        if (this.#flow.isFlowing) return "live"
        if (!navigator.onLine || (!this.#isSignalingOpen && this.#socketBackoff.attempts > 2)) return "offline"
        if (!this.#isSignalingOpen) return this.#hadMedia ? "interrupted" : "connecting"
        if (this.#hadMedia) return "interrupted"
        if (this.#peer?.hasAnswer || this.#sessionState === "live") return "connecting"
        return this.#peer ? "waiting" : "connecting"
    }
}
