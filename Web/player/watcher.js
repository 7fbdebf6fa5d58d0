import { ApiError, getSession } from "../lib/api.js"
import { Backoff } from "../lib/backoff.js"
import { HttpSignaling } from "../lib/http-signaling.js"
import { browserDialect, TransportChoice } from "../lib/signaling.js"
import { after, every } from "../lib/timer.js"
import { parseViewers } from "../lib/viewers.js"
import { WebSocketSignaling } from "../lib/websocket-signaling.js"
import { PeerMedia } from "./peer-media.js"
import { ServerMedia } from "./server-media.js"

/** @typedef {import("../lib/signaling.js").SignalingMessage} SignalingMessage */
/** @typedef {import("../lib/signaling.js").SessionEvent} SessionEvent */
/** @typedef {"connecting" | "waiting" | "live" | "interrupted" | "ended" | "denied" | "full" | "offline"} WatchState */

/**
 * @typedef {object} WatcherOptions
 * @property {string | null} sessionId Without one the default room is watched, as the stock page does.
 * @property {string | null} whepUrl Where the server itself gives the media; without it the headset does.
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
 * @property {(isRecorded: boolean) => void} onRecorded Whether the server records.
 * @property {(text: string) => void} onTrouble
 */

/** How long signaling must have worked before its loss counts as a new one. */
const steadyMs = 10_000
/** Polling pages have no `session` events; `/api` grants 100 requests in 15 minutes. */
const sessionPollMs = 15_000

/** Watches one session: keeps signaling and media up, and says in one word how things stand. */
export class Watcher {
    #options
    #handlers
    #transport
    /** @type {WebSocketSignaling | HttpSignaling | null} */
    #signaling = null
    /** @type {PeerMedia | ServerMedia} */
    #media
    /** @type {WatchState} */
    #state = "connecting"
    /** @type {SessionEvent["state"] | null} */
    #sessionState = null
    #isSignalingOpen = false
    #openedAt = 0
    #hadMedia = false
    #socketBackoff = new Backoff()
    #cancelRetry = () => {}
    #stopSessionPoll = () => {}

    /**
     * @param {WatcherOptions} options
     * @param {WatcherHandlers} handlers
     */
    constructor(options, handlers) {
        this.#options = options
        this.#handlers = handlers
        this.#transport = new TransportChoice(options.isPolling)
        const { whepUrl, sessionId, connectionId, iceServers, iceTransportPolicy } = options
        const common = {
            onStream: handlers.onStream,
            onQuality: handlers.onQuality,
            onChange: () => this.#mediaChanged(),
        }
        this.#media = whepUrl
            ? new ServerMedia(
                    { endpoint: whepUrl, isTold: () => sessionId !== null && !this.#transport.isPolling, iceServers, iceTransportPolicy },
                    {
                        ...common,
                        onRefused: (reason) => this.#refused(reason),
                        onViewerCount: (count) => handlers.onViewers(Array.from({ length: count }, () => ({ name: null, isYou: false }))),
                        onTrouble: handlers.onTrouble,
                    },
                )
            : new PeerMedia(
                    { connectionId, iceServers, iceTransportPolicy, send: (message) => this.#signaling?.send(message) },
                    common,
                )
    }

    get state() {
        return this.#state
    }

    get transport() {
        return this.#signaling?.transport ?? ""
    }

    get connectionId() {
        return this.#media.connectionId
    }

    get isFromServer() {
        return this.#media instanceof ServerMedia
    }

    /** The connection that media comes by. */
    get connection() {
        return this.#media.connection
    }

    /** When the connections with the server were made. */
    get marks() {
        return this.#media instanceof ServerMedia ? this.#media.marks : []
    }

    /** A room without a session has nothing to signal when the server gives the media. */
    get #isSignaled() {
        return this.#options.sessionId !== null || this.#media instanceof PeerMedia
    }

    start() {
        addEventListener("online", () => this.#hurry())
        addEventListener("offline", () => this.#update())
        addEventListener("pagehide", () => this.#leave())
        addEventListener("pageshow", (event) => event.persisted && this.#open())
        document.addEventListener("visibilitychange", () => !document.hidden && this.#hurry())
        this.#open()
    }

    #open() {
        if (this.#isOver) return
        this.#media.start()
        this.#openSignaling()
    }

    #leave() {
        this.#signaling?.close()
        if (this.#media instanceof ServerMedia) this.#media.stop()
    }

    /**
     * What the server says about the session, by event or by answer.
     * @param {Pick<SessionEvent, "state" | "viewers" | "recorder" | "recording">} event
     */
    applySession({ state, viewers, recorder, recording }) {
        if (this.#isOver) return
        const before = this.#sessionState
        this.#sessionState = state
        if (viewers !== undefined) this.#handlers.onViewers(parseViewers(viewers))
        if (recording !== undefined) this.#handlers.onRecorded(recording)
        if (state === "ended") return this.#finish("ended", "")
        this.#media.sessionChanged(state, before)
        this.#update()
        this.#handlers.onRecorder(recorder === true)
    }

    get #isOver() {
        return this.#state === "ended" || this.#state === "denied"
    }

    /** Back from sleep or from a dead network: do not wait for the next retry. */
    #hurry() {
        if (this.#isOver) return
        this.#media.hurry()
        if (this.#signaling) return
        this.#cancelRetry()
        this.#socketBackoff.reset()
        this.#openSignaling()
    }

    #openSignaling() {
        if (this.#isOver || !this.#isSignaled) return
        this.#cancelRetry()
        this.#signaling?.close()
        const handlers = {
            onOpen: () => this.#opened(),
            onMessage: (/** @type {SignalingMessage} */ message) => this.#media.receive(message),
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
        this.#media.signalingOpened()
        this.#update()
    }

    /** @param {import("../lib/signaling.js").SignalingClosed} closed */
    #closed(closed) {
        this.#transport.closed(this.#signaling, closed)
        this.#signaling = null
        this.#isSignalingOpen = false
        this.#media.signalingClosed()
        this.#stopSessionPoll()
        // A door that closes again at once is no success.
        if (closed.opened && performance.now() - this.#openedAt > steadyMs) this.#socketBackoff.reset()
        if (closed.isRefused) {
            this.#cut()
            this.#explainRefusal(closed.reason)
            return
        }
        this.#reopenLater()
        if (closed.opened) this.#readSession()
        this.#update()
    }

    #cut() {
        this.#media.stop()
        this.#hadMedia = false
        this.#handlers.onCut()
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
        this.#media.start()
        this.#reopenLater()
        this.#update()
    }

    /**
     * The server gives no media: the session tells why, if it is for good.
     * @param {string} reason
     */
    #refused(reason) {
        if (this.#options.sessionId) this.#readSession()
        else this.#finish("denied", reason)
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

    #mediaChanged() {
        if (this.#media.flow.isFlowing) this.#hadMedia = true
        this.#update()
    }

    /**
     * @param {"ended" | "denied"} state
     * @param {string} reason
     */
    #finish(state, reason) {
        if (this.#isOver) return
        this.#media.stop()
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
        const { flow, outlook } = this.#media
        if (flow.isFlowing) return "live"
        if (!navigator.onLine || (!this.#isSignalingOpen && this.#socketBackoff.attempts > 2)) return "offline"
        if (!this.#isSignalingOpen && !this.isFromServer) return this.#hadMedia ? "interrupted" : "connecting"
        if (outlook === "full" || outlook === "offline") return outlook
        if (this.#hadMedia) return "interrupted"
        if (!this.isFromServer && this.#sessionState === "live") return "connecting"
        return outlook
    }
}
