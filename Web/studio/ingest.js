import { ApiError, getConfig, makeWatchLink, startSession } from "../lib/api.js"

/**
 * Where the stream goes.
 * @typedef {object} Ingest
 * @property {string | null} sessionId
 * @property {string | null} whipUrl Null where viewers get their media straight from here.
 * @property {string | null} token For WHIP.
 * @property {string | null} address Of signaling.
 * @property {string} watchUrl
 * @property {RTCIceServer[]} iceServers
 */

/**
 * Into a session of this user.
 * @param {string} userToken
 * @param {string} connectionId
 * @param {boolean} isPolling
 * @returns {Promise<Ingest>}
 */
export async function startInSession(userToken, connectionId, isPolling) {
    const metadata = { platform: "browser", version: "1", deviceModel: "Porthole studio" }
    const started = await startSession(userToken, { connectionId, metadata })
    const { signalingUrl, signalingHttpUrl, whipUrl = null } = started.ingest
    return {
        sessionId: started.sessionId,
        whipUrl,
        // The host's ticket opens this session until its end, which the user's token may not live to see.
        token: new URL(signalingUrl).searchParams.get("token") ?? userToken,
        address: isPolling ? signalingHttpUrl : signalingUrl,
        watchUrl: await guardianLink(userToken, started),
        iceServers: started.iceServers ?? [],
    }
}

/**
 * A link that opens without an account; where the caller may not make one, the plain address.
 * @param {string} userToken
 * @param {import("../lib/api.js").StartedSession} started
 */
async function guardianLink(userToken, { sessionId, watchUrl }) {
    try {
        const link = await makeWatchLink(userToken, sessionId)
        return typeof link.url === "string" ? link.url : watchUrl
    } catch (error) {
        if (error instanceof ApiError) return watchUrl
        throw error
    }
}

/**
 * A stream without a session, through the server: for trying other tools against a development server.
 * @param {string} name
 * @returns {Promise<Ingest>}
 */
export async function startInRoom(name) {
    const { iceServers = [] } = await getConfig()
    const path = encodeURIComponent(name)
    const watchUrl = new URL(`/receiver?room=${path}`, location.href).href
    return { sessionId: null, whipUrl: `/whip/${path}`, token: null, address: null, watchUrl, iceServers }
}

/**
 * The room where stock clients meet without tokens, from peer to peer.
 * @param {boolean} isPolling
 * @returns {Promise<Ingest>}
 */
export async function startInDefaultRoom(isPolling) {
    const socket = new URL("/", location.href)
    socket.protocol = location.protocol === "https:" ? "wss:" : "ws:"
    const { iceServers = [] } = await getConfig()
    const address = isPolling ? location.origin : socket.href
    const watchUrl = new URL("/receiver", location.href).href
    return { sessionId: null, whipUrl: null, token: null, address, watchUrl, iceServers }
}
