import { ApiError, endSession, getConfig, getSession } from "../lib/api.js"
import { byId, setText } from "../lib/dom.js"
import { clock } from "../lib/format.js"
import { takePageToken } from "../lib/page-token.js"
import { after, every } from "../lib/timer.js"
import { uuid } from "../lib/uuid.js"
import { describe, parseViewers } from "../lib/viewers.js"
import { Broadcaster } from "./broadcaster.js"
import { startInDefaultRoom, startInRoom, startInSession } from "./ingest.js"
import { meterSending, sendingText } from "./send-meter.js"
import { fillForm, readSettings } from "./settings.js"
import { openSource } from "./sources.js"
import { WhipBroadcaster } from "./whip-broadcaster.js"

/** @typedef {"idle" | "starting" | "live" | "stopped" | "error"} StudioState */
/** @typedef {import("./ingest.js").Ingest} Ingest */
/** @typedef {import("./settings.js").StudioSettings} StudioSettings */

/** Kept in memory alone: a reload needs the link again. */
const userToken = takePageToken()
const query = new URLSearchParams(location.search)
const page = document.documentElement
/** A stream without a session, for trying other tools against a development server. */
const room = userToken ? null : query.get("room")
/** One name for this page's headset, so that starting again after a hiccup finds the same session. */
const headset = { connectionId: uuid() }

const startButton = byId("start", HTMLButtonElement)
const stopButton = byId("stop", HTMLButtonElement)
const status = byId("status", HTMLElement)
const problem = byId("problem", HTMLElement)
const preview = byId("preview", HTMLVideoElement)
const timer = byId("timer", HTMLElement)
const watchers = byId("watchers", HTMLElement)
const watchUrl = byId("watch-url", HTMLAnchorElement)
const soundHint = byId("sound-hint", HTMLElement)
const sending = byId("sending", HTMLElement)

/** @type {{source: import("./sources.js").Source, broadcaster: Broadcaster | WhipBroadcaster, sessionId: string | null, stopTimers: () => void} | null} */
let running = null

/** Whether the server has told who is watching; it does so in a session room only. */
let knowsNames = false
/** A polling page gets no `session` events, and `/api` grants 100 requests in 15 minutes. */
const sessionPollMs = 15_000
const firstPollMs = 3_000

/** @type {Record<StudioState, string>} */
const words = {
    idle: "Ready",
    starting: "Starting…",
    live: "Streaming",
    stopped: "Stopped",
    error: "This did not work",
}

/** @param {StudioState} state */
function show(state) {
    page.dataset.state = state
    const isRunning = state === "starting" || state === "live"
    startButton.hidden = isRunning
    stopButton.hidden = !isRunning
    stopButton.disabled = state === "starting" && !running
    setText(startButton, state === "idle" ? "Start streaming" : "Start again")
    byId("settings", HTMLFieldSetElement).disabled = isRunning
    byId("preview-note", HTMLElement).hidden = isRunning
    byId("live-badge", HTMLElement).hidden = state !== "live"
    byId("share", HTMLElement).hidden = !running
    setText(status, words[state])
    document.title = `${words[state]} – Porthole studio`
}

async function start() {
    const settings = readSettings()
    show("starting")
    problem.hidden = true
    /** @type {import("./sources.js").Source | null} */
    let source = null
    try {
        // First of all, while the browser still counts this as the tap: camera, screen and sound ask for one.
        const opened = await openSource(settings.source, settings.picture)
        source = opened
        const isPolling = query.get("signaling") === "http" || (!userToken && !(await getConfig()).useWebSocket)
        begin(opened, settings, await openIngest(isPolling), isPolling)
    } catch (error) {
        source?.stop()
        fail(explain(error))
    }
}

/** @param {unknown} error */
function explain(error) {
    if (error instanceof ApiError && error.status === 401) return "Your link has expired. Open the studio with a new one."
    if (error instanceof ApiError) return `${error.message}.`
    if (error instanceof DOMException && error.name === "NotAllowedError") {
        return "The browser may not use this camera or screen. Allow it, or choose the test picture."
    }
    if (error instanceof DOMException && error.name === "NotFoundError") return "No camera with a microphone was found."
    return error instanceof Error ? error.message : "Something went wrong."
}

/** @param {string} text */
function fail(text) {
    stopStreaming()
    tell(text)
    show("error")
}

/** @param {boolean} isPolling @returns {Promise<Ingest>} */
async function openIngest(isPolling) {
    if (userToken) return startInSession(userToken, headset.connectionId, isPolling)
    return room ? startInRoom(room) : startInDefaultRoom(isPolling)
}

/**
 * @param {import("./sources.js").Source} source
 * @param {StudioSettings} settings
 * @param {Ingest} ingest
 * @param {boolean} isPolling
 */
function broadcast({ stream }, { codec, maxBitrate, picture }, { sessionId, whipUrl, token, address, iceServers }, isPolling) {
    if (whipUrl) {
        const { framesPerSecond } = picture
        const iceTransportPolicy = /** @type {RTCIceTransportPolicy} */ (query.get("ice") === "relay" ? "relay" : "all")
        return new WhipBroadcaster(
            {
                ...{ endpoint: whipUrl, token, address: isPolling ? null : address, iceServers, iceTransportPolicy },
                ...{ stream, codec, maxBitrate, framesPerSecond },
            },
            {
                onMedia: (isConnected) => showMedia(isConnected),
                onSession: (event) => showSession(event),
                onRefused: (reason) => refused(sessionId, reason),
                onTrouble: (text) => tell(text),
            },
        )
    }
    return new Broadcaster({ address: address ?? "", isPolling, iceServers, maxBitrate, stream }, {
        onSignaling: (isOpen) => setText(status, isOpen ? words.live : "Connection lost – trying again"),
        onPeers: (connected) => showPeers(connected),
        onSession: (event) => showSession(event),
        onRefused: (reason) => fail(reason ? `The server closed the stream: ${reason}.` : "The server closed the stream."),
    })
}

/**
 * @param {import("./sources.js").Source} source
 * @param {StudioSettings} settings
 * @param {Ingest} ingest
 * @param {boolean} isPolling
 */
function begin(source, settings, ingest, isPolling) {
    const { sessionId, whipUrl, watchUrl: url } = ingest
    const broadcaster = broadcast(source, settings, ingest, isPolling)
    const startedAt = Date.now()
    const tick = () => setText(timer, clock((Date.now() - startedAt) / 1000))
    const stopClock = every(1000, tick)
    const stopPolling = isPolling && sessionId ? pollSession(sessionId) : () => {}
    const stopMeter = meterSending(() => broadcaster.connections, showSending)
    const stopTimers = () => {
        stopClock()
        stopPolling()
        stopMeter()
    }
    knowsNames = false
    running = { source, broadcaster, sessionId, stopTimers }
    tick()
    preview.srcObject = source.stream
    preview.play().catch(() => setText(timer, ""))
    source.stream.getVideoTracks()[0]?.addEventListener("ended", () => finish())
    watchUrl.href = url
    setText(watchUrl, url)
    page.dataset.session = sessionId ?? ""
    // A room without a session does not tell.
    setText(watchers, whipUrl && !sessionId ? "" : "Nobody is watching yet.")
    page.dataset.viewers = "0"
    page.dataset.media = whipUrl ? "sfu" : "p2p"
    expose(source, settings, broadcaster)
    // Peer to peer nothing goes out before somebody watches.
    show(whipUrl ? "starting" : "live")
    wakeSound()
}

/** @param {boolean} isConnected */
function showMedia(isConnected) {
    if (!running) return
    page.dataset.connected = String(isConnected)
    if (isConnected) {
        problem.hidden = true
        show("live")
    } else if (page.dataset.state === "live") {
        setText(status, "Connection lost – trying again")
        byId("live-badge", HTMLElement).hidden = true
    }
}

/**
 * The server wants no media: because the session is over, or for good.
 * @param {string | null} sessionId
 * @param {string} reason
 */
async function refused(sessionId, reason) {
    if (sessionId) await readSession(sessionId)
    if (running) fail(reason ? `The server closed the stream: ${reason}.` : "The server closed the stream.")
}

/** @param {string} text */
function tell(text) {
    setText(problem, text)
    problem.hidden = false
}

/** @param {import("./send-meter.js").Sent | null} sent */
function showSending(sent) {
    setText(sending, sendingText(sent))
    page.dataset.encoders = String(sent?.encoders ?? 0)
}

/**
 * For tests, and for whoever looks for a fault with the browser's tools.
 * @param {import("./sources.js").Source} source
 * @param {StudioSettings} settings
 * @param {Broadcaster | WhipBroadcaster} broadcaster
 */
function expose(source, { picture }, broadcaster) {
    const porthole = {
        /** Frame n of the test picture was due at `startedAt + n * 1000 / framesPerSecond`, milliseconds since 1970. */
        get startedAt() {
            return source.startedAt()
        },
        framesPerSecond: picture.framesPerSecond,
        /** What `RTCPeerConnection.getStats` says of all connections. */
        stats: async () => {
            const reports = await Promise.all(broadcaster.connections.map((connection) => connection.getStats()))
            return reports.flatMap((report) => [...report.values()])
        },
    }
    Object.assign(window, { porthole })
}

/** @param {Pick<import("../lib/signaling.js").SessionEvent, "state" | "viewers" | "recording">} session */
function showSession({ state, viewers, recording }) {
    if (!running) return
    if (state === "ended") {
        finish()
        return
    }
    showRecorded(recording === true)
    if (Array.isArray(viewers)) {
        knowsNames = true
        showViewers(parseViewers(viewers))
    }
}

/** @param {boolean} isRecorded Whether the server records; whoever streams is to know that. */
function showRecorded(isRecorded) {
    page.dataset.recorded = String(isRecorded)
    byId("recording-badge", HTMLElement).hidden = !isRecorded
    setText(byId("recorded", HTMLElement), isRecorded ? "This is being recorded." : "")
}

/**
 * A first time soon after the picture has gone out: then it is known whether it is recorded.
 * @param {string} sessionId
 */
function pollSession(sessionId) {
    const cancelFirst = after(firstPollMs, () => readSession(sessionId))
    const stop = every(sessionPollMs, () => readSession(sessionId))
    return () => {
        cancelFirst()
        stop()
    }
}

/** @param {string} sessionId */
async function readSession(sessionId) {
    try {
        const session = await getSession(sessionId, { userToken })
        if (running?.sessionId === sessionId) showSession(session)
    } catch (error) {
        if (!(error instanceof ApiError)) throw error
    }
}

/** @param {number} connected */
function showPeers(connected) {
    page.dataset.peers = String(connected)
    // Until the server says who they are, all that is known is how many.
    if (!knowsNames) showViewers(Array.from({ length: connected }, () => ({ name: null, isYou: false })))
}

/** @param {import("../lib/viewers.js").Viewer[]} viewers */
function showViewers(viewers) {
    page.dataset.viewers = String(viewers.length)
    const verb = viewers.length === 1 ? "is" : "are"
    setText(watchers, viewers.length ? `${describe(viewers)} ${verb} watching` : "Nobody is watching yet.")
}

/** A page that started by itself may not make a sound before it is touched once. */
function wakeSound() {
    const audio = running?.source.audio
    const showHint = () => {
        soundHint.hidden = !running || !audio || audio.state !== "suspended"
    }
    if (!audio) return showHint()
    audio.onstatechange = showHint
    audio.resume().catch(showHint)
    showHint()
}

function stopStreaming() {
    if (!running) return
    running.stopTimers()
    running.broadcaster.stop()
    running.source.stop()
    running = null
    preview.srcObject = null
    soundHint.hidden = true
    page.dataset.peers = "0"
    page.dataset.connected = "false"
    showSending(null)
    showRecorded(false)
}

/** Stops for good and tells the server, once. */
async function finish() {
    const sessionId = running?.sessionId
    if (!running) return
    stopStreaming()
    show("stopped")
    if (!userToken || !sessionId) return
    headset.connectionId = uuid()
    try {
        const { duration } = await endSession(userToken, sessionId)
        setText(timer, clock(duration))
    } catch (error) {
        if (!(error instanceof ApiError)) throw error
        tell("The server could not be told; it ends the session by itself in a moment.")
    }
}

startButton.onclick = () => start()
stopButton.onclick = () => finish()
byId("options", HTMLFormElement).onsubmit = (event) => event.preventDefault()
byId("copy", HTMLButtonElement).onclick = async () => {
    const copied = byId("copied", HTMLElement)
    try {
        await navigator.clipboard.writeText(watchUrl.href)
        setText(copied, "Copied")
    } catch {
        getSelection()?.selectAllChildren(watchUrl)
        setText(copied, "Press Ctrl+C to copy")
    }
}
for (const type of ["pointerdown", "keydown"]) addEventListener(type, () => running && wakeSound())

byId("room-hint", HTMLElement).hidden = userToken !== null
byId("camera", HTMLInputElement).disabled = !navigator.mediaDevices?.getUserMedia
byId("screen", HTMLInputElement).disabled = !navigator.mediaDevices?.getDisplayMedia
fillForm()
show("idle")
if (query.get("autostart") === "1") start()
