/**
 * How media goes: through the server by WHIP and WHEP, or from peer to peer by signaling.
 * @typedef {"sfu" | "p2p"} MediaMode
 *
 * @typedef {object} PageConfig
 * @property {boolean} useWebSocket
 * @property {"public" | "private"} startupMode
 * @property {MediaMode} [mediaMode] Of sessions that do not say it themselves.
 * @property {RTCIceServer[]} [iceServers]
 *
 * @typedef {object} SessionInfo
 * @property {string} id
 * @property {"waiting" | "live" | "interrupted" | "ended"} state
 * @property {MediaMode} [media_mode]
 * @property {string} started_at
 * @property {string | null} ended_at
 * @property {string | null} [player_name]
 * @property {unknown} [viewers] Who watches now.
 * @property {number} [viewer_count] Everybody who ever watched.
 * @property {boolean} [recorder]
 * @property {boolean} [recording] Whether the server records.
 *
 * @typedef {object} RecordingInfo
 * @property {string} id
 * @property {"recording" | "processing" | "ready" | "failed"} status
 * @property {"server" | "browser"} [source]
 * @property {{mime_type: string}[]} [segments]
 * @property {object | null} [clip] What it is cut from, if it is a clip.
 * @property {string[]} [rights]
 *
 * @typedef {object} StartedSession
 * @property {string} sessionId
 * @property {string} connectionId
 * @property {string} watchUrl
 * @property {{signalingUrl: string, signalingHttpUrl: string, whipUrl?: string | null}} ingest
 * @property {RTCIceServer[]} [iceServers]
 */

/**
 * @typedef {object} RequestOptions
 * @property {string} [method]
 * @property {unknown} [json] The body.
 * @property {string | null} [userToken] Where the page cookie does not speak for the caller.
 * @property {string} [pollingSession] Which polling signaling client asks.
 * @property {AbortSignal} [signal]
 */

/** An answer of the server that is not a success. `status` 0 means that the server was not reached. */
export class ApiError extends Error {
    /**
     * @param {number} status
     * @param {string} message
     * @param {number | null} retryAfterMs
     */
    constructor(status, message, retryAfterMs = null) {
        super(message)
        this.status = status
        this.retryAfterMs = retryAfterMs
    }

    /** True when trying again later may help. */
    get isTransient() {
        return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500
    }
}

/**
 * @param {Response} response
 * @returns {number | null}
 */
function retryAfter(response) {
    const value = response.headers.get("Retry-After")
    if (!value) return null
    const seconds = Number(value)
    const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now()
    return Number.isFinite(ms) ? Math.max(0, ms) : null
}

/**
 * `fetch` that throws `ApiError` for everything that is not 2xx.
 * @param {string} path
 * @param {RequestInit} [init]
 */
export async function request(path, init) {
    let response
    try {
        response = await fetch(path, { cache: "no-store", ...init })
    } catch {
        throw new ApiError(0, "The server cannot be reached")
    }
    if (response.ok) return response
    const problem = await response.json().catch(() => null)
    throw new ApiError(response.status, String(problem?.error ?? response.statusText), retryAfter(response))
}

/**
 * JSON in, JSON out.
 * @param {string} path
 * @param {RequestOptions} [options]
 * @returns {Promise<any>}
 */
export async function api(path, options) {
    const { method, json, userToken, pollingSession, signal } = options ?? {}
    const headers = new Headers({ Accept: "application/json" })
    if (pollingSession) headers.set("Session-Id", pollingSession)
    if (json !== undefined) headers.set("Content-Type", "application/json")
    if (userToken) headers.set("Authorization", `Bearer ${userToken}`)
    const body = json === undefined ? undefined : JSON.stringify(json)
    const response = await request(path, { method, headers, body, signal })
    if (response.status === 204) return null
    try {
        return await response.json()
    } catch {
        throw new ApiError(0, "The server's answer could not be read")
    }
}

/** @param {string} id */
const sessionPath = (id) => `/api/sessions/${encodeURIComponent(id)}`

/**
 * Trades the token of a link for the page cookie.
 * @param {string} token
 * @returns {Promise<{rights: string[], sessions: unknown}>}
 */
export const exchangeToken = (token) => api("/api/auth/session", { method: "POST", json: { token } })

/** @returns {Promise<PageConfig>} */
export const getConfig = () => api("/config")

/**
 * @param {string} id
 * @param {RequestOptions} [options]
 * @returns {Promise<SessionInfo>}
 */
export const getSession = (id, options) => api(sessionPath(id), options)

/**
 * @param {string} sessionId
 * @returns {Promise<RecordingInfo[]>}
 */
export const getRecordings = (sessionId) => api(`/api/recordings/session/${encodeURIComponent(sessionId)}`)

/**
 * @param {string} userToken
 * @param {{connectionId: string, metadata: Record<string, string>}} json
 * @returns {Promise<StartedSession>}
 */
export const startSession = (userToken, json) => api("/api/sessions/start", { method: "POST", json, userToken })

/**
 * @param {string} userToken
 * @param {string} id
 * @returns {Promise<{success: boolean, duration: number}>}
 */
export const endSession = (userToken, id) =>
    api(`/api/sessions/end/${encodeURIComponent(id)}`, { method: "POST", json: {}, userToken })

/**
 * @param {string} userToken
 * @param {string} id
 * @returns {Promise<Record<string, unknown>>}
 */
export const makeWatchLink = (userToken, id) =>
    api(`${sessionPath(id)}/watch-links`, {
        method: "POST",
        json: { rights: ["live", "recording", "download", "record"] },
        userToken,
    })
