import { ApiError, api, request } from "./api.js"
import { after } from "./timer.js"

/** @typedef {import("./signaling.js").SignalingMessage} SignalingMessage */
/** @typedef {import("./signaling.js").SignalingHandlers} SignalingHandlers */

/** Unity Render Streaming signaling by polling. */
export class HttpSignaling {
    /** @type {"http"} */
    transport = "http"
    #base
    #query
    #handlers
    #intervalMs
    /** @type {Record<string, unknown>} */
    #descriptionFields
    #sessionId = ""
    #isClosed = false
    #cancelPoll = () => {}
    /** Zero asks for everything, whatever our clock says; from then on the server's own stamps count. */
    #fromTime = 0
    #failures = 0
    /** The filter by time is inclusive, so what came with the last stamp comes again. */
    #seen = new Set()
    /**
     * Order matters: a candidate must not overtake its description.
     * @type {Promise<void>}
     */
    #outbox = Promise.resolve()

    /**
     * @param {string} base The address that ends in `/signaling`.
     * @param {Record<string, string>} query Sent with every request.
     * @param {SignalingHandlers} handlers
     * @param {{intervalMs?: number, isUnity?: boolean}} [options]
     */
    constructor(base, query, handlers, options) {
        this.#base = base
        this.#query = query
        this.#handlers = handlers
        this.#intervalMs = options?.intervalMs ?? 1000
        this.#descriptionFields = options?.isUnity ? { polite: false } : {}
        this.#open()
    }

    get sessionId() {
        return this.#sessionId
    }

    /** @param {SignalingMessage} message */
    send(message) {
        this.#outbox = this.#outbox.then(() => this.#post(message)).catch((error) => this.#fail(error))
    }

    close() {
        if (this.#isClosed) return
        this.#stop()
        if (this.#sessionId) this.#request("DELETE", "", undefined, true).catch(ignoreClosing)
    }

    #stop() {
        this.#isClosed = true
        this.#cancelPoll()
    }

    async #open() {
        try {
            const answer = await api(this.#url(""), { method: "PUT" })
            if (this.#isClosed) return
            this.#sessionId = String(answer.sessionId)
            this.#handlers.onOpen()
            this.#poll()
        } catch (error) {
            this.#fail(error)
        }
    }

    async #poll() {
        if (this.#isClosed) return
        try {
            const response = await request(this.#url("", { fromtime: String(this.#fromTime) }), {
                headers: { "Session-Id": this.#sessionId },
            })
            const { messages = [], datetime } = await response.json()
            if (this.#isClosed) return
            this.#failures = 0
            if (Number.isFinite(Number(datetime))) this.#fromTime = Number(datetime)
            this.#receive(messages)
        } catch (error) {
            if (!this.#toleratesFailure(error)) return this.#fail(error)
        }
        if (!this.#isClosed) this.#cancelPoll = after(this.#intervalMs, () => this.#poll())
    }

    /**
     * A single lost poll is no reason to tear the connection down; the server keeps us for ten seconds.
     * @param {unknown} error
     */
    #toleratesFailure(error) {
        this.#failures += 1
        const isRefused = error instanceof ApiError && !error.isTransient
        return !isRefused && this.#failures < 5
    }

    /** @param {any[]} messages */
    #receive(messages) {
        const seen = new Set()
        for (const raw of messages) {
            const key = JSON.stringify(raw)
            seen.add(key)
            // `connect` repeats on every poll; the reply to our own request has told us already.
            if (this.#seen.has(key) || raw?.type === "connect" || this.#isClosed) continue
            this.#handlers.onMessage({ ...raw, connectionId: String(raw.connectionId) })
        }
        this.#seen = seen
    }

    /** @param {SignalingMessage} message */
    async #post(message) {
        if (this.#isClosed) return
        const { type, connectionId } = message
        switch (type) {
            case "connect": {
                const answer = await this.#requestJson("PUT", "/connection", { connectionId })
                const polite = answer.polite !== false
                if (!this.#isClosed) this.#handlers.onMessage({ type: "connect", connectionId, polite })
                return
            }
            case "disconnect":
                await this.#request("DELETE", "/connection", { connectionId })
                return
            case "offer":
            case "answer":
                await this.#request("POST", `/${type}`, {
                    connectionId,
                    sdp: message.sdp,
                    type,
                    ...this.#descriptionFields,
                })
                return
            case "candidate": {
                const { candidate, sdpMLineIndex, sdpMid } = message
                await this.#request("POST", "/candidate", { connectionId, candidate, sdpMLineIndex, sdpMid })
                return
            }
        }
    }

    /** @param {unknown} error */
    #fail(error) {
        if (this.#isClosed) return
        // A pending offer is sent again every five seconds, so a lost message is not the end of anything.
        const isLostMessage = error instanceof ApiError && error.isTransient && this.#sessionId !== ""
        if (isLostMessage && this.#failures < 5) return
        this.#stop()
        const status = error instanceof ApiError ? error.status : 0
        this.#handlers.onClose({
            opened: this.#sessionId !== "",
            isRefused: status === 401 || status === 403,
            reason: error instanceof Error ? error.message : "",
        })
    }

    /**
     * @param {string} path
     * @param {Record<string, string>} [extra]
     */
    #url(path, extra = {}) {
        const query = new URLSearchParams({ ...this.#query, ...extra }).toString()
        return this.#base + path + (query ? `?${query}` : "")
    }

    /**
     * @param {string} method
     * @param {string} path
     * @param {unknown} [body]
     * @param {boolean} [keepalive]
     */
    #request(method, path, body, keepalive = false) {
        const headers = { "Session-Id": this.#sessionId, "Content-Type": "application/json" }
        return request(this.#url(path), { method, headers, body: JSON.stringify(body), keepalive })
    }

    /**
     * @param {string} method
     * @param {string} path
     * @param {unknown} body
     */
    async #requestJson(method, path, body) {
        return (await this.#request(method, path, body)).json()
    }
}

/** Nobody is left to be told: the server forgets us by itself after ten seconds. */
function ignoreClosing() {}
