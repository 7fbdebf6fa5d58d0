import { ApiError } from "../lib/api.js"
import { byId, setText } from "../lib/dom.js"
import { clock } from "../lib/format.js"
import { describe as nameViewers, parseViewers } from "../lib/viewers.js"
import { element, message } from "./elements.js"
import { clockTime, counted, dayName, fileSize, playerName, spokenDuration } from "./format.js"
import { FAILURES, honestNotes } from "./recordings.js"

/** @typedef {import("./recordings.js").Recording} Recording */
/** @typedef {import("../lib/api.js").SessionInfo} SessionInfo */

/**
 * Title, facts, honest notes, and the actions that the caller may take.
 *
 * @param {Recording} recording
 * @param {SessionInfo | null} session What it is of, if the caller may know.
 * @param {(seconds: number) => void} seekTo
 */
export function describe(recording, session, seekTo) {
    const when = `${recording.clip ? "Clip: " : ""}${dayName(recording.created_at)}, ${clockTime(recording.created_at)}`
    setText(byId("title", HTMLElement), when)
    document.title = `${when} – Porthole`
    setText(byId("summary", HTMLElement), summary(recording))
    byId("facts", HTMLElement).replaceChildren(...facts(recording, session))
    byId("notes", HTMLElement).replaceChildren(...notes(recording, seekTo))
    setText(byId("confirm-title", HTMLElement), `Delete this ${recording.clip ? "clip" : "recording"}?`)
    showActions(recording)
}

/** @param {Recording} recording */
function summary({ status, duration, file_size }) {
    if (status === "recording") return "You can watch it from its beginning while it goes on"
    if (status === "ready") return `${spokenDuration(duration ?? 0)} · ${fileSize(file_size)}`
    return status === "failed" ? "Could not be saved" : ""
}

/** @param {Recording} recording */
function showActions({ status, rights, session_id }) {
    const isRunning = status === "recording"
    const watch = byId("watch-live", HTMLAnchorElement)
    watch.href = `/watch/${encodeURIComponent(session_id)}`
    watch.hidden = !isRunning
    byId("live-badge", HTMLElement).hidden = !isRunning
    const mayDownload = rights?.includes("download") ?? true
    const mayDelete = rights?.includes("delete") ?? true
    byId("download", HTMLElement).hidden = !mayDownload || status !== "ready"
    byId("delete", HTMLElement).hidden = !mayDelete
    byId("actions", HTMLElement).hidden = false
}

/**
 * @param {Recording} recording
 * @param {SessionInfo | null} session
 */
function facts(recording, session) {
    const { user_id, player_name, created_at, expires_at, duration, file_size, width, height, source, clip } = recording
    const when = `${dayName(created_at)}, ${clockTime(created_at)}`
    /** @type {[string, string | null][]} */
    const rows = [
        ["Player", player_name ?? playerName(user_id)],
        clip ? ["Saved", when] : ["Recorded", `${when}, ${recorder(source)}`],
        ["Length", duration === null ? null : spokenDuration(duration)],
        watchers(session),
        ["Kept until", expires_at && dayName(expires_at)],
        ["Picture", width && height ? `${width} × ${height}` : null],
        ["File", [file_size > 0 ? fileSize(file_size) : null, ...formats(recording)].filter(Boolean).join(", ")],
    ]
    return rows.flatMap(([name, value]) =>
        value === null ? [] : [element("dt", {}, name), element("dd", {}, value)],
    )
}

/**
 * Who looks in now, or how many did.
 *
 * @param {SessionInfo | null} session
 * @returns {[string, string | null]}
 */
function watchers(session) {
    if (session === null) return ["Watched live", null]
    if (session.state !== "ended") return ["Watching live", nameViewers(parseViewers(session.viewers)) || "Nobody at the moment"]
    const { viewer_count: count } = session
    if (count === undefined) return ["Watched live", null]
    return ["Watched live", count === 0 ? "by nobody" : `by ${counted(count, "person", "people")}`]
}

/**
 * Mostly one; another where the headset changed its codec.
 *
 * @param {Recording} recording
 */
function formats({ mime_type, segments }) {
    const types = segments.map((segment) => segment.mime_type)
    return [...new Set((types.length > 0 ? types : [mime_type]).map(format))]
}

/**
 * "video/webm;codecs=vp9,opus" → "WebM (vp9, opus)".
 *
 * @param {string} mimeType
 */
function format(mimeType) {
    const [, container, codecs] = /^video\/([^;]+)(?:.*codecs="?([^"]+))?/.exec(mimeType) ?? []
    if (container === undefined) return mimeType
    const name = container === "webm" ? "WebM" : container.toUpperCase()
    return codecs === undefined ? name : `${name} (${codecs.split(",").join(", ")})`
}

/** @param {Recording["source"]} source */
function recorder(source) {
    return source === "browser" ? "by a browser that watched" : "by the server"
}

/**
 * @param {Recording} recording
 * @param {(seconds: number) => void} seekTo
 */
function notes(recording, seekTo) {
    const words = honestNotes(recording)
    if (words.length === 0) return []
    const gaps = recording.gaps.map(({ position, duration }) => {
        const jump = element(
            "button",
            { class: "button quiet small-button numeric", type: "button", onclick: () => seekTo(position) },
            clock(position),
        )
        const words = recording.source === "server" ? "without a new picture" : "missing here"
        return element("li", {}, jump, ` ${spokenDuration(duration)} ${words}`)
    })
    return [
        element(
            "div",
            { class: "notice warn", "data-notes": "" },
            element("strong", {}, "Not everything is in this recording"),
            element("ul", { class: "note-list" }, ...words.map((text) => element("li", {}, `${text}.`))),
            gaps.length > 0 && element("ul", { class: "list gap-list" }, ...gaps),
        ),
    ]
}

const PREPARING =
    "The pieces are put together. That takes about as long as making a cup of tea; this page notices by itself."

/** @param {Recording} recording */
export function preparingMessage({ status, session_id, clip }) {
    if (status === "recording") {
        const watch = element("a", { class: "button primary", href: `/watch/${encodeURIComponent(session_id)}` }, "Watch live")
        return message({
            name: "recording",
            glyph: "headset",
            title: "This is happening right now",
            text: "The recording is ready a moment after the session ends. This page notices by itself.",
            actions: [watch],
        })
    }
    return message({
        name: "processing",
        glyph: "film",
        title: "Being prepared",
        text: clip ? "The clip is being cut. That takes a few seconds; this page notices by itself." : PREPARING,
    })
}

/** @param {Recording} recording */
export function failedMessage({ failure, clip }) {
    if (clip) {
        return message({
            name: "failed",
            glyph: "storm",
            title: "This clip could not be saved",
            text: "There was nothing recorded to cut it from. We are sorry.",
            actions: [allRecordings()],
        })
    }
    return message({
        name: "failed",
        glyph: "storm",
        title: "This recording could not be saved",
        text: failure
            ? `${FAILURES[failure] ?? "Something went wrong"} before there was anything to keep. We are sorry.`
            : "What arrived was not enough to make a video of. We are sorry.",
        actions: [allRecordings()],
    })
}

/** @param {ApiError} problem */
export function deniedMessage({ status }) {
    return status === 403
        ? message({
              name: "forbidden",
              glyph: "lock",
              title: "Your link does not cover this",
              text: "It lets you watch live, but not replay. Ask the child's parents for a link with recordings.",
          })
        : message({
              name: "not-found",
              glyph: "film",
              title: "There is no such recording for you",
              text: "It was deleted, its time was over, or it belongs to somebody else.",
              actions: [allRecordings()],
          })
}

export function deletedMessage() {
    return message({
        name: "deleted",
        glyph: "bin",
        title: "Deleted",
        text: "The recording is gone, for everybody.",
        actions: [allRecordings()],
    })
}

function allRecordings() {
    return element("a", { class: "button", href: "/recordings" }, "All recordings")
}
