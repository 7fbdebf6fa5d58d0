import { ApiError, endSession, getConfig, getSession, makeWatchLink, startSession } from "../lib/api.js"
import { byId, setText } from "../lib/dom.js"
import { clock } from "../lib/format.js"
import { takePageToken } from "../lib/page-token.js"
import { every } from "../lib/timer.js"
import { uuid } from "../lib/uuid.js"
import { describe, parseViewers } from "../lib/viewers.js"
import { Broadcaster } from "./broadcaster.js"
import { openSource } from "./sources.js"

/** @typedef {"idle" | "starting" | "live" | "stopped" | "error"} StudioState */
/** @typedef {{sessionId: string | null, address: string, watchUrl: string, iceServers: RTCIceServer[]}} Ingest */

/** Kept in memory alone: a reload needs the link again. */
const userToken = takePageToken()
const query = new URLSearchParams(location.search)
const page = document.documentElement
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

/** @type {{source: import("./sources.js").Source, broadcaster: Broadcaster, sessionId: string | null, stopTimers: () => void} | null} */
let running = null

/** Whether the server has told who is watching; it does so in a session room only. */
let knowsNames = false
/** A polling page gets no `session` events, and `/api` grants 100 requests in 15 minutes. */
const sessionPollMs = 15_000

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
    stopButton.disabled = state === "starting"
    setText(startButton, state === "idle" ? "Start streaming" : "Start again")
    byId("settings", HTMLFieldSetElement).disabled = isRunning
    byId("preview-note", HTMLElement).hidden = isRunning
    byId("live-badge", HTMLElement).hidden = state !== "live"
    byId("share", HTMLElement).hidden = state !== "live"
    setText(status, words[state])
    document.title = `${words[state]} – Porthole studio`
}

/** @param {string} name */
const chosen = (name) => query.get(name) ?? String(new FormData(byId("options", HTMLFormElement)).get(name))

/** What the address asks for is also what the form shows. */
function fillForm() {
    for (const name of ["size", "fps", "bitrate"]) {
        const value = query.get(name)
        const select = byId(name, HTMLSelectElement)
        if (!value) continue
        if (![...select.options].some((option) => option.value === value)) select.add(new Option(value, value))
        select.value = value
    }
    const source = document.querySelector(`input[name=source][value="${CSS.escape(query.get("source") ?? "")}"]`)
    if (source instanceof HTMLInputElement) source.checked = true
}

function pictureOptions() {
    const [width, height] = chosen("size").split("x").map(Number)
    return { width: width || 1280, height: height || 720, framesPerSecond: Number(chosen("fps")) || 30 }
}

async function start() {
    show("starting")
    problem.hidden = true
    /** @type {import("./sources.js").Source | null} */
    let source = null
    try {
        // First of all, while the browser still counts this as the tap: camera, screen and sound ask for one.
        const opened = await openSource(chosen("source"), pictureOptions())
        source = opened
        const isPolling = query.get("signaling") === "http" || (!userToken && !(await getConfig()).useWebSocket)
        const ingest = userToken ? await startInSession(userToken, isPolling) : await startInDefaultRoom(isPolling)
        begin(opened, ingest, isPolling)
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
    setText(problem, text)
    problem.hidden = false
    show("error")
}

/** @param {string} token @param {boolean} isPolling @returns {Promise<Ingest>} */
async function startInSession(token, isPolling) {
    const metadata = { platform: "browser", version: "1", deviceModel: "Porthole studio" }
    const started = await startSession(token, { connectionId: headset.connectionId, metadata })
    const { signalingUrl, signalingHttpUrl } = started.ingest
    return {
        sessionId: started.sessionId,
        address: isPolling ? signalingHttpUrl : signalingUrl,
        watchUrl: await guardianLink(token, started),
        iceServers: started.iceServers ?? [],
    }
}

/**
 * A link that opens without an account; where the caller may not make one, the plain address.
 * @param {string} token
 * @param {import("../lib/api.js").StartedSession} started
 */
async function guardianLink(token, { sessionId, watchUrl }) {
    try {
        const link = await makeWatchLink(token, sessionId)
        return typeof link.url === "string" ? link.url : watchUrl
    } catch (error) {
        if (error instanceof ApiError) return watchUrl
        throw error
    }
}

/** @param {boolean} isPolling @returns {Promise<Ingest>} */
async function startInDefaultRoom(isPolling) {
    const socket = new URL("/", location.href)
    socket.protocol = location.protocol === "https:" ? "wss:" : "ws:"
    const { iceServers = [] } = await getConfig()
    const address = isPolling ? location.origin : socket.href
    return { sessionId: null, address, watchUrl: new URL("/receiver", location.href).href, iceServers }
}

/**
 * @param {import("./sources.js").Source} source
 * @param {Ingest} ingest
 * @param {boolean} isPolling
 */
function begin(source, { sessionId, address, watchUrl: url, iceServers }, isPolling) {
    const maxBitrate = (Number(chosen("bitrate")) || 3000) * 1000
    const broadcaster = new Broadcaster({ address, isPolling, iceServers, maxBitrate, stream: source.stream }, {
        onSignaling: (isOpen) => setText(status, isOpen ? words.live : "Connection lost – trying again"),
        onPeers: (connected) => showPeers(connected),
        onSession: (event) => showSession(event),
        onRefused: (reason) => fail(reason ? `The server closed the stream: ${reason}.` : "The server closed the stream."),
    })
    const startedAt = Date.now()
    const tick = () => setText(timer, clock((Date.now() - startedAt) / 1000))
    const stopClock = every(1000, tick)
    const stopPolling = isPolling && sessionId ? every(sessionPollMs, () => readSession(sessionId)) : () => {}
    const stopTimers = () => {
        stopClock()
        stopPolling()
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
    setText(watchers, "Nobody is watching yet.")
    page.dataset.viewers = "0"
    show("live")
    wakeSound()
}

/** @param {Pick<import("../lib/signaling.js").SessionEvent, "state" | "viewers">} session */
function showSession({ state, viewers }) {
    if (state === "ended") finish()
    else if (Array.isArray(viewers)) {
        knowsNames = true
        showViewers(parseViewers(viewers))
    }
}

/** @param {string} sessionId */
async function readSession(sessionId) {
    try {
        showSession(await getSession(sessionId, { userToken }))
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
        setText(problem, "The server could not be told; it ends the session by itself in a moment.")
        problem.hidden = false
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
