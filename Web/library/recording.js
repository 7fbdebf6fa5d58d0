import { ApiError } from "../lib/api.js"
import { Backoff } from "../lib/backoff.js"
import { byId, setText } from "../lib/dom.js"
import { enterByLink, isSignedOut, signedOutMessage, troubleMessage } from "./access.js"
import { listenToKeys } from "./keys.js"
import { Playback } from "./playback.js"
import { wireDeletion, wireDownload } from "./recording-actions.js"
import { deniedMessage, describe, failedMessage, preparingMessage } from "./recording-view.js"
import { getRecording, signForPlaying } from "./recordings.js"
import { SignedSource } from "./signed-source.js"

/** @typedef {import("./recordings.js").Recording} Recording */

const id = decodeURIComponent(location.pathname.split("/").filter(Boolean).pop() ?? "")
const page = document.documentElement
const section = byId("playback", HTMLElement)
const video = byId("video", HTMLVideoElement)
const playback = new Playback(video)
const source = new SignedSource(video, () => signForPlaying(id), showTrouble)
const backoff = new Backoff({ firstMs: 5_000, longestMs: 30_000 })

async function load() {
    try {
        const recording = await getRecording(id)
        describe(recording, (seconds) => playback.seekTo(seconds))
        if (recording.status === "ready") await showPlayer(recording)
        else showUnfinished(recording)
    } catch (problem) {
        showTrouble(problem)
    }
}

/** @param {Recording} recording */
async function showPlayer(recording) {
    playback.show(recording.duration ?? 0, recording.gaps)
    if (recording.thumbnail_url) video.poster = recording.thumbnail_url
    await source.open()
    byId("message", HTMLElement).replaceChildren()
    section.hidden = false
    page.dataset.state = "ready"
}

/** @param {Recording} recording */
function showUnfinished(recording) {
    if (recording.status === "failed") {
        showInstead("failed", failedMessage())
        return
    }
    showInstead("processing", preparingMessage(recording))
    whenVisible(() => window.setTimeout(() => whenVisible(() => void load()), backoff.next()))
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
    if (state !== "processing") source.close()
    if (state !== "processing" && state !== "failed") setText(byId("summary", HTMLElement), "")
    byId("message", HTMLElement).replaceChildren(content)
}

listenToKeys(playback)
wireDownload(id)
wireDeletion(id, (content) => showInstead("deleted", content))
await enterByLink()
await load()
