/** @typedef {import("./signaling.js").SignalingMessage} SignalingMessage */
/** @typedef {import("./signaling.js").SignalingHandlers} SignalingHandlers */

/** The subprotocol in which the server also sends `session` events. */
export const pageProtocol = "porthole.1"

const policyViolation = 1008

/** Unity Render Streaming signaling over a WebSocket: one JSON object a message. */
export class WebSocketSignaling {
    /** @type {"websocket"} */
    transport = "websocket"
    #socket
    #encode
    #isOpen = false

    /**
     * @param {string} url
     * @param {{encode: (message: SignalingMessage) => string}} dialect
     * @param {SignalingHandlers} handlers
     */
    constructor(url, dialect, handlers) {
        this.#encode = dialect.encode
        this.#socket = new WebSocket(url, [pageProtocol])
        this.#socket.onopen = () => {
            this.#isOpen = true
            handlers.onOpen()
        }
        this.#socket.onmessage = (event) => receive(event.data, handlers)
        this.#socket.onclose = (event) => {
            this.#detach()
            handlers.onClose({
                opened: this.#isOpen,
                isRefused: event.code === policyViolation,
                reason: event.reason,
            })
        }
    }

    /** @param {SignalingMessage} message */
    send(message) {
        if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(this.#encode(message))
    }

    close() {
        this.#detach()
        this.#socket.close(1000)
    }

    #detach() {
        this.#socket.onopen = null
        this.#socket.onmessage = null
        this.#socket.onclose = null
    }
}

/**
 * @param {unknown} text
 * @param {SignalingHandlers} handlers
 */
function receive(text, handlers) {
    let raw
    try {
        raw = JSON.parse(String(text))
    } catch {
        return
    }
    if (typeof raw !== "object" || raw === null) return
    if (raw.type === "session") handlers.onSession?.(raw)
    else {
        const message = decode(raw)
        if (message) handlers.onMessage(message)
    }
}

/**
 * @param {any} raw
 * @returns {SignalingMessage | null}
 */
function decode(raw) {
    switch (raw.type) {
        case "connect":
        case "disconnect":
            return { type: raw.type, connectionId: String(raw.connectionId), polite: raw.polite !== false }
        case "offer":
        case "answer":
        case "candidate":
            return { ...raw.data, type: raw.type, connectionId: String(raw.from) }
        case "error":
            return { type: "error", connectionId: "", text: String(raw.message) }
        default:
            return null
    }
}
