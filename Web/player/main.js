import { ApiError, exchangeToken, getConfig, getRecordings, getSession } from "../lib/api.js"
import { Backoff } from "../lib/backoff.js"
import { byId } from "../lib/dom.js"
import { takePageToken } from "../lib/page-token.js"
import { Controls } from "./controls.js"
import { exposePlayer } from "./exposed.js"
import { markup } from "./markup.js"
import { Rewind } from "./rewind.js"
import { SessionRecorder } from "./recorder.js"
import { UploadQueue } from "./upload-queue.js"
import { PlayerView } from "./view.js"
import { Watcher } from "./watcher.js"

const token = takePageToken()
const query = new URLSearchParams(location.search)
const page = document.documentElement
if (window.top !== window.self) page.classList.add("embedded")
byId("player", HTMLElement).innerHTML = markup
const view = new PlayerView()
const controls = new Controls()
const sessionId = location.pathname.match(/^\/watch\/([^/]+)/)?.[1] ?? query.get("session")
/** A stream of the development server without a session, as other tools publish it. */
const room = sessionId ? null : query.get("room")

/**
 * Runs until the server has answered, whatever its answer is.
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {Promise<T>}
 */
async function untilAnswered(ask) {
    const backoff = new Backoff({ firstMs: 1000 })
    for (;;) {
        try {
            return await ask()
        } catch (error) {
            if (!(error instanceof ApiError) || !error.isTransient) throw error
            view.showState(error.status === 0 ? "offline" : "connecting", "")
            const ms = error.retryAfterMs ?? backoff.next()
            await new Promise((resolve) => {
                setTimeout(resolve, ms)
                addEventListener("online", resolve, { once: true })
            })
        }
    }
}

/** @param {string} reason */
function deny(reason) {
    controls.clear()
    controls.setLive(false)
    view.showState("denied", reason)
}

async function enter() {
    view.showState("connecting", "")
    if (token !== null) await untilAnswered(() => exchangeToken(token))
    const [config, session] = await Promise.all([
        untilAnswered(getConfig),
        sessionId ? untilAnswered(() => getSession(sessionId)) : null,
    ])
    watch(config, session)
}

/**
 * Where the server gives the media itself, if it does.
 * @param {import("../lib/api.js").PageConfig} config
 * @param {import("../lib/api.js").SessionInfo | null} session
 */
function whepUrl(config, session) {
    if (room) return `/whep/${encodeURIComponent(room)}`
    const mode = session ? (session.media_mode ?? config.mediaMode) : "p2p"
    return mode === "sfu" && sessionId ? `/whep/${encodeURIComponent(sessionId)}` : null
}

/**
 * @param {import("../lib/api.js").PageConfig} config
 * @param {import("../lib/api.js").SessionInfo | null} session
 */
function watch(config, session) {
    const mayRecord = sessionId !== null && query.get("record") !== "0"
    const rewind = sessionId ? new Rewind(sessionId) : null
    /** @param {boolean} isRecorded Whether the server records. */
    const showRecorded = (isRecorded) => {
        view.showServerRecording(isRecorded)
        rewind?.setRecorded(isRecorded)
    }
    /** @type {UploadQueue} */
    const queue = new UploadQueue({
        onChange: () => view.showUploads(queue.pending, recorder?.isRecording ?? false),
        onRejected: (run, status) => recorder?.rejected(run, status),
        notice: (text) => view.notice(text),
    })
    /** @type {SessionRecorder | null} */
    const recorder = mayRecord ? new SessionRecorder(sessionId, queue, (text) => view.notice(text)) : null
    const watcher = new Watcher(
        {
            sessionId,
            whepUrl: whepUrl(config, session),
            connectionId: query.get("connection"),
            isPolling: query.get("signaling") === "http" || config.useWebSocket === false,
            mayRecord,
            iceServers: config.iceServers ?? [],
            iceTransportPolicy: query.get("ice") === "relay" ? "relay" : undefined,
        },
        {
            onState(state, reason) {
                view.showState(state, reason)
                controls.setLive(state === "live")
                recorder?.setLive(state === "live")
                page.dataset.signaling = watcher.transport
                page.dataset.connection = watcher.connectionId
                if (state === "ended" || state === "denied") {
                    controls.clear()
                    showRecorded(false)
                }
                if (state === "ended" && sessionId) showRecording(sessionId)
            },
            onStream(stream) {
                controls.play(stream)
                exposed.setStream(stream)
                recorder?.setStream(stream)
            },
            onCut: () => controls.clear(),
            onQuality: (quality) => view.showQuality(quality),
            onViewers: (viewers) => view.showViewers(viewers),
            onRecorder: (isElected) => recorder?.setElected(isElected),
            onRecorded: showRecorded,
            onTrouble: (text) => view.notice(text),
        },
    )
    const exposed = exposePlayer(watcher, query.get("measure") === "1")
    queue.resume()
    if (session?.player_name) view.showPlayer(session.player_name)
    if (session) watcher.applySession(session)
    watcher.start()
}

/** @param {string} id */
async function showRecording(id) {
    const backoff = new Backoff({ firstMs: 10_000, longestMs: 60_000 })
    while (backoff.attempts < 20) {
        const recordings = await getRecordings(id).catch(() => [])
        const newest = recordings.find(({ clip }) => !clip)
        if (newest && newest.status !== "failed") {
            const isReady = newest.status === "ready"
            view.showRecording(isReady ? "ready" : "processing", `/recordings/${newest.id}`)
            if (isReady) return
        }
        const ms = backoff.next()
        await new Promise((resolve) => setTimeout(resolve, ms))
    }
}

enter().catch((error) => {
    if (!(error instanceof ApiError)) throw error
    deny(error.status === 404 ? "not found" : error.message)
})
