import { ApiError, getSession } from "../lib/api.js"
import { Backoff } from "../lib/backoff.js"
import { byId, setText } from "../lib/dom.js"
import { canPlayWhileGrowing } from "../lib/media-source.js"
import { enterByLink, isSignedOut, signedOutMessage, troubleMessage } from "./access.js"
import { showClipSource } from "./clip-source.js"
import { GrowingSource } from "./growing-source.js"
import { listenToKeys } from "./keys.js"
import { LiveButton } from "./live-button.js"
import { Moment } from "./moment.js"
import { Playback } from "./playback.js"
import { SeekPreview } from "./preview.js"
import { wireDeletion, wireDownload } from "./recording-actions.js"
import { deniedMessage, describe, failedMessage, preparingMessage } from "./recording-view.js"
import { getRecording } from "./recordings.js"
import { SegmentedSource } from "./segmented-source.js"

/** @typedef {import("./recordings.js").Recording} Recording */
/** @typedef {import("../lib/api.js").SessionInfo} SessionInfo */

/** How soon it is asked again whether a recording that stands still is over; each time later, at most so late. */
const SOON_MS = 4_000
const LATEST_MS = 32_000

const id = decodeURIComponent(location.pathname.split("/").filter(Boolean).pop() ?? "")
const page = document.documentElement
const section = byId("playback", HTMLElement)
const video = byId("video", HTMLVideoElement)
const playback = new Playback(video)
const preview = new SeekPreview(id)
const finished = new SegmentedSource(video, showTrouble)
const growing = new GrowingSource(video, { onChange: drawGrowing, onStill: askSoon, onFailure: giveUpGrowing })
const live = new LiveButton(growing, () => playback.slowDown())
const moment = new Moment(playback, growing)
const backoff = new Backoff({ firstMs: 5_000, longestMs: 30_000 })
/** What plays notices by itself when something has happened; 100 requests in 15 minutes are for all that a family does. */
const rarely = new Backoff({ firstMs: 40_000, longestMs: 60_000 })

/** @type {SessionInfo | null} */
let session = null
let askedAt = 0
let askTimer = 0
let soonMs = SOON_MS
/** Set once what is still recorded turned out not to play here. */
let isGrowingUnplayable = false
/**
 * Where the viewer was when it did.
 * @type {number | null}
 */
let leftAt = null

async function load() {
    clearTimeout(askTimer)
    askedAt = performance.now()
    try {
        await show(await getRecording(id))
    } catch (problem) {
        // What plays goes on; the server will be asked again.
        if (growing.isOpen && problem instanceof ApiError && problem.isTransient) askLater()
        else showTrouble(problem)
    }
}

/** @param {Recording} recording */
async function show(recording) {
    await readSession(recording)
    describe(recording, session, (seconds) => playback.seekTo(seconds))
    preview.setSegments(recording.segments)
    moment.setRecording(recording)
    void showClipSource(recording)
    if (recording.status === "ready") await showFinished(recording)
    else if (growing.isOpen && recording.status !== "failed") followGrowing(recording)
    else if (recording.status === "recording" && canPlayWhileGrowing(recording) && !isGrowingUnplayable) await showGrowing(recording)
    else showUnfinished(recording)
}

/**
 * Who watches is a detail: a link may not cover it, and the page is there without it.
 *
 * @param {Recording} recording
 */
async function readSession({ session_id, status, clip }) {
    if (clip !== null) return
    const isKnown = session !== null && (status === "recording" || session.state === "ended")
    if (!isKnown) session = await getSession(session_id).catch(() => session)
}

/** @param {Recording} recording */
async function showFinished(recording) {
    if (finished.isOpen) return
    const isSwitch = growing.isOpen
    const position = isSwitch ? growing.position : (leftAt ?? wantedPosition())
    const wantsToPlay = isSwitch && !video.paused
    if (isSwitch) growing.close()
    else if (recording.thumbnail_url) video.poster = recording.thumbnail_url
    live.draw()
    const opening = finished.open(recording, position, wantsToPlay)
    playback.show(finished, recording.gaps)
    await opening
    byId("message", HTMLElement).replaceChildren()
    section.hidden = false
    page.dataset.state = "ready"
}

/** @param {Recording} recording */
async function showGrowing(recording) {
    if (recording.thumbnail_url) video.poster = recording.thumbnail_url
    try {
        await growing.open(recording, wantedPosition())
    } catch (problem) {
        if (problem instanceof ApiError && !problem.isTransient) throw problem
        growing.close()
        showUnfinished(recording)
        return
    }
    playback.show(growing, recording.gaps)
    byId("message", HTMLElement).replaceChildren()
    section.hidden = false
    page.dataset.state = "recording"
    drawGrowing()
    // Who comes for a certain moment wants to see it; a browser that does not allow that shows its button.
    if (location.hash !== "") video.play().catch(() => undefined)
    askLater()
}

/** @param {Recording} recording */
function followGrowing(recording) {
    growing.update(recording)
    playback.show(growing, recording.gaps)
    if (recording.status === "processing") setText(byId("summary", HTMLElement), "The session is over; the recording is being prepared")
    askLater()
}

function drawGrowing() {
    if (!growing.isOpen) return
    if (!growing.isStill) soonMs = SOON_MS
    playback.draw()
    live.draw()
    moment.draw()
}

/** @param {unknown} problem */
function giveUpGrowing(problem) {
    if (growing.isOpen) {
        leftAt = growing.position
        growing.close()
    }
    live.draw()
    console.warn("What is still being recorded cannot be played here", problem)
    isGrowingUnplayable = true
    void load()
}

/** @param {Recording} recording */
function showUnfinished(recording) {
    if (growing.isOpen) growing.close()
    if (recording.status === "failed") {
        showInstead("failed", failedMessage(recording))
        return
    }
    showInstead("processing", preparingMessage(recording))
    askLater()
}

/** Asks again in a while, if somebody looks. */
function askLater() {
    clearTimeout(askTimer)
    const ms = (growing.isOpen ? rarely : backoff).next()
    whenVisible(() => (askTimer = window.setTimeout(() => whenVisible(() => void load()), ms)))
}

/** Nothing new comes: perhaps it is over. */
function askSoon() {
    drawGrowing()
    if (document.hidden || performance.now() - askedAt < soonMs) return
    soonMs = Math.min(LATEST_MS, soonMs * 2)
    void load()
}

/**
 * Now, or as soon as somebody looks at the page.
 *
 * @param {() => void} action
 */
function whenVisible(action) {
    if (document.hidden) document.addEventListener("visibilitychange", () => whenVisible(action), { once: true })
    else action()
}

/** Seconds that the address asks for, from the end if negative. */
function wantedPosition() {
    const wanted = Number(new URLSearchParams(location.hash.slice(1)).get("t") ?? 0)
    return Number.isFinite(wanted) ? wanted : 0
}

/** @param {unknown} problem */
function showTrouble(problem) {
    if (isSignedOut(problem)) showInstead("denied", signedOutMessage())
    else if (problem instanceof ApiError && [403, 404].includes(problem.status)) showInstead("denied", deniedMessage(problem))
    else showInstead("failed", troubleMessage(problem, () => location.reload()))
    if (page.dataset.state === "denied") byId("actions", HTMLElement).hidden = true
}

/**
 * @param {"processing" | "failed" | "denied" | "deleted"} state
 * @param {HTMLElement} content
 */
function showInstead(state, content) {
    page.dataset.state = state
    section.hidden = true
    if (growing.isOpen) growing.close()
    if (state !== "processing") finished.close()
    if (state !== "processing" && state !== "failed") setText(byId("summary", HTMLElement), "")
    byId("message", HTMLElement).replaceChildren(content)
}

for (const name of ["timeupdate", "seeking", "pause"]) video.addEventListener(name, drawGrowing)
addEventListener("hashchange", () => playback.seekTo(wantedPosition() < 0 ? playback.duration + wantedPosition() : wantedPosition()))
listenToKeys(playback, moment)
wireDownload(id)
wireDeletion(id, (content) => showInstead("deleted", content))
await enterByLink()
await load()
