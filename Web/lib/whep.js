import { readEvents } from "./event-stream.js"
import { HttpPeer } from "./http-peer.js"

const eventsRelation = "urn:ietf:params:whep:ext:core:server-sent-events"
const eventNames = ["active", "inactive", "viewercount", "reconnect"]

/**
 * @typedef {object} WhepOptions
 * @property {boolean} wantsEvents Whether to listen to what the server says about the stream. It takes one of the six
 *   connections that a browser has for a server by HTTP/1.1, so pages that hear it elsewhere do without.
 *
 * @typedef {object} WhepHandlers
 * @property {(stream: MediaStream) => void} onStream Again for each further track.
 * @property {(isActive: boolean) => void} [onActive]
 * @property {(viewers: number) => void} [onViewerCount]
 */

/** Watches a stream by WHEP (draft-ietf-wish-whep). */
export class WhepPeer extends HttpPeer {
    #options
    #handlers
    #stream = new MediaStream()
    #events = new AbortController()

    /**
     * @param {import("./http-peer.js").HttpPeerOptions & WhepOptions} options
     * @param {import("./http-peer.js").HttpPeerHandlers & WhepHandlers} handlers
     */
    constructor(options, handlers) {
        super(options, handlers)
        this.#options = options
        this.#handlers = handlers
        for (const kind of ["video", "audio"]) {
            hurry(this.connection.addTransceiver(kind, { direction: "recvonly" }).receiver)
        }
        this.connection.ontrack = ({ track }) => {
            this.#stream.addTrack(track)
            handlers.onStream(this.#stream)
        }
    }

    async accept() {
        await super.accept()
        if (this.#options.wantsEvents) this.#listen().catch(ignoreLostEvents)
    }

    close() {
        this.#events.abort()
        super.close()
    }

    async #listen() {
        const { resource } = this
        const link = resource?.links.find(({ parameters }) => parameters.rel === eventsRelation)
        if (!resource || !link) return
        const offered = link.parameters.events?.split(",").map((name) => name.trim()) ?? eventNames
        const wanted = eventNames.filter((name) => offered.includes(name))
        const url = wanted.length > 0 ? await resource.subscribe(link.url, wanted) : null
        if (!url || this.isClosed) return
        const init = { headers: resource.authorization, signal: this.#events.signal }
        await readEvents(url, init, (name, data) => this.#event(name, data))
    }

    /** @param {string} name @param {string} data */
    #event(name, data) {
        if (name === "active") this.#handlers.onActive?.(true)
        else if (name === "inactive") this.#handlers.onActive?.(false)
        else if (name === "reconnect") this.lose()
        else if (name === "viewercount") {
            const count = viewerCount(data)
            if (count !== null) this.#handlers.onViewerCount?.(count)
        }
    }
}

/** @param {string} data @returns {number | null} */
function viewerCount(data) {
    try {
        const count = JSON.parse(data).viewercount
        return Number.isInteger(count) && count >= 0 ? count : null
    } catch {
        return null
    }
}

/**
 * As little delay as the network allows; the browser adds what jitter asks for.
 * @param {RTCRtpReceiver & {jitterBufferTarget?: number | null, playoutDelayHint?: number}} receiver
 */
function hurry(receiver) {
    if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0
    else if ("playoutDelayHint" in receiver) /** @type {any} */ (receiver).playoutDelayHint = 0
}

/** Without events the picture itself says what is going on, a little later. */
function ignoreLostEvents() {}
