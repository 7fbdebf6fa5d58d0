import { WebSocketSignaling } from "./websocket-signaling.js"

/**
 * One message of Unity Render Streaming signaling, whatever transport carried it.
 * @typedef {object} SignalingMessage
 * @property {"connect" | "disconnect" | "offer" | "answer" | "candidate" | "error"} type
 * @property {string} connectionId
 * @property {boolean} [polite]
 * @property {string} [sdp]
 * @property {string} [candidate]
 * @property {string | null} [sdpMid]
 * @property {number | null} [sdpMLineIndex]
 * @property {string} [text] Of an `error`.
 *
 * What Porthole tells its own pages beside it.
 * @typedef {object} SessionEvent
 * @property {"session"} type
 * @property {"waiting" | "live" | "interrupted" | "ended"} state
 * @property {unknown} [viewers]
 * @property {boolean} [recorder]
 * @property {boolean} [recording] Whether the server records.
 *
 * @typedef {object} SignalingClosed
 * @property {boolean} opened Whether signaling had worked before.
 * @property {boolean} isRefused The server does not want us here (1008, 401, 403): asking again is of no use.
 * @property {string} reason
 *
 * @typedef {object} SignalingHandlers
 * @property {() => void} onOpen
 * @property {(message: SignalingMessage) => void} onMessage
 * @property {(event: SessionEvent) => void} [onSession]
 * @property {(closed: SignalingClosed) => void} onClose
 *
 * @typedef {object} Signaling
 * @property {"websocket" | "http"} transport
 * @property {(message: SignalingMessage) => void} send
 * @property {() => void} close Closes without a further call of `onClose`.
 */

/** The dialect of browser pages: what goes out on a WebSocket. */
export const browserDialect = {
    /** @param {SignalingMessage} message */
    encode(message) {
        const { type, connectionId } = message
        if (type === "connect" || type === "disconnect") return JSON.stringify({ type, connectionId })
        const data =
            type === "candidate"
                ? {
                        candidate: message.candidate,
                        sdpMLineIndex: message.sdpMLineIndex,
                        sdpMid: message.sdpMid,
                        connectionId,
                    }
                : { sdp: message.sdp, connectionId }
        return JSON.stringify({ type, from: connectionId, data })
    },
}

/**
 * Unity's dialect: JsonUtility writes every field, an absent string as "", and both `connect` and `disconnect` are
 * put together by hand, with a space after the comma.
 */
export const unityDialect = {
    /** @param {SignalingMessage} message */
    encode(message) {
        const { type, connectionId } = message
        if (type === "connect" || type === "disconnect") {
            return `{"type":"${type}", "connectionId":"${connectionId}"}`
        }
        const data =
            type === "candidate"
                ? {
                        connectionId,
                        candidate: message.candidate,
                        sdpMid: message.sdpMid ?? "",
                        sdpMLineIndex: message.sdpMLineIndex ?? 0,
                    }
                : { connectionId, sdp: message.sdp, type, polite: false }
        return JSON.stringify({ from: connectionId, to: "", type, data })
    },
}

/** How often in a row a WebSocket may fail to open before polling takes its place. */
const failuresBeforePolling = 3

/** Decides between WebSocket and polling, and remembers what the network between us and the server lets through. */
export class TransportChoice {
    #failures = 0
    #isPolling

    /** @param {boolean} isPolling */
    constructor(isPolling) {
        this.#isPolling = isPolling
    }

    get isPolling() {
        return this.#isPolling || this.#failures >= failuresBeforePolling
    }

    /** @param {Signaling | null} signaling */
    opened(signaling) {
        if (signaling instanceof WebSocketSignaling) this.#failures = 0
    }

    /**
     * @param {Signaling | null} signaling
     * @param {SignalingClosed} closed
     */
    closed(signaling, closed) {
        if (closed.opened || closed.isRefused || !navigator.onLine) return
        if (signaling instanceof WebSocketSignaling) this.#failures += 1
        // Polling that cannot reach the server either proves nothing against WebSocket.
        else this.#failures = 0
    }
}
