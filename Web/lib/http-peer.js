import { MediaResource } from "./media-resource.js"
import { iceFragment, withAudioNack, withFragment } from "./sdp.js"
import { after } from "./timer.js"

/** How long a lost path may take to come back by itself before ICE is restarted. */
const patienceMs = 1000
/** How long the path may be lost altogether. */
const recoveryMs = 3000
/** From the answer to media: a few round trips, and a lost packet or two. */
const connectMs = 8000

/**
 * @typedef {object} HttpPeerOptions
 * @property {string} endpoint
 * @property {string | null} token Null where the page's cookie speaks for us.
 * @property {RTCIceServer[]} iceServers
 * @property {RTCIceTransportPolicy} [iceTransportPolicy]
 *
 * @typedef {object} HttpPeerHandlers
 * @property {() => void} onConnected
 * @property {() => void} onLost Nothing will come over this connection any more.
 *
 * When things happened, by `performance.now()`.
 * @typedef {{opened: number, posted?: number, answered?: number, connected?: number}} Marks
 */

/**
 * One peer connection with the server that WHIP or WHEP opened: one POST, one answer, no renegotiation. The server has
 * a public address, so our candidates are of no interest and the offer does not wait for them.
 */
export class HttpPeer {
    connection
    /** @type {MediaResource | null} */
    resource = null
    /** @type {Marks} */
    marks = { opened: performance.now() }
    #options
    #handlers
    #isClosed = false
    #isRestarting = false
    #cancelTimer = () => {}

    /**
     * @param {HttpPeerOptions} options
     * @param {HttpPeerHandlers} handlers
     */
    constructor(options, handlers) {
        this.#options = options
        this.#handlers = handlers
        const { iceServers, iceTransportPolicy } = options
        this.connection = new RTCPeerConnection({ iceServers, iceTransportPolicy, bundlePolicy: "max-bundle" })
        this.connection.onconnectionstatechange = () => this.#changed()
    }

    get isClosed() {
        return this.#isClosed
    }

    get isConnected() {
        return this.connection.connectionState === "connected"
    }

    /** Whether it had a path and lost it. */
    get isFading() {
        return ["disconnected", "failed"].includes(this.connection.connectionState)
    }

    /** Asks the server for a connection. Throws an `ApiError` when it does not give one. */
    async post() {
        const offer = await this.#setOffer()
        this.marks.posted = performance.now()
        const resource = await MediaResource.create(this.#options.endpoint, offer, this.#options.token)
        this.marks.answered = performance.now()
        // Closed meanwhile: the server must not wait for us.
        if (this.#isClosed) resource.remove()
        else this.resource = resource
    }

    /** Goes on with the server's answer. */
    async accept() {
        if (this.#isClosed || !this.resource) return
        this.#arm(connectMs)
        await this.connection.setRemoteDescription({ type: "answer", sdp: this.resource.answer })
        // The far end that closes in order says so by DTLS, which a connection's own state does not tell.
        const transport = this.connection.getReceivers()[0]?.transport ?? this.connection.getSenders()[0]?.transport
        transport?.addEventListener("statechange", () => {
            if (transport.state === "closed" || transport.state === "failed") this.lose()
        })
    }

    /** After signaling was lost: a server that was restarted does not know us any more. */
    async check() {
        const resource = this.resource
        if (!resource || this.#isClosed) return
        if (!(await resource.isGone())) return
        this.resource = null
        this.lose()
    }

    /** Gives up on this connection. */
    lose() {
        if (this.#isClosed) return
        this.close()
        this.#handlers.onLost()
    }

    close() {
        if (this.#isClosed) return
        this.#isClosed = true
        this.#cancelTimer()
        this.connection.onconnectionstatechange = null
        this.connection.ontrack = null
        this.resource?.remove()
        this.connection.close()
    }

    /** @param {RTCOfferOptions} [options] */
    async #setOffer(options) {
        const offer = await this.connection.createOffer(options)
        try {
            await this.connection.setLocalDescription({ type: "offer", sdp: withAudioNack(offer.sdp ?? "") })
        } catch (error) {
            if (this.#isClosed) throw error
            // A browser may insist on its own words.
            await this.connection.setLocalDescription(offer)
        }
        return this.connection.localDescription?.sdp ?? ""
    }

    #changed() {
        switch (this.connection.connectionState) {
            case "connected":
                this.#cancelTimer()
                this.marks.connected ??= performance.now()
                this.#handlers.onConnected()
                break
            case "disconnected":
                this.#arm(recoveryMs)
                after(patienceMs, () => this.#restartIce())
                break
            case "failed":
                this.lose()
        }
    }

    /** Another network, another path: new ICE credentials find it without a new connection. */
    async #restartIce() {
        const { connection, resource } = this
        if (this.#isClosed || this.#isRestarting || !resource || connection.connectionState !== "disconnected") return
        this.#isRestarting = true
        try {
            const answer = connection.remoteDescription?.sdp ?? ""
            const fragment = await resource.restartIce(iceFragment(await this.#setOffer({ iceRestart: true })))
            if (!this.#isClosed) await connection.setRemoteDescription({ type: "answer", sdp: withFragment(answer, fragment) })
        } catch {
            // Gone, or it cannot restart: only a new connection helps.
            this.lose()
        } finally {
            this.#isRestarting = false
        }
    }

    /** @param {number} ms */
    #arm(ms) {
        this.#cancelTimer()
        this.#cancelTimer = after(ms, () => this.lose())
    }
}
