import { api } from "../lib/api.js"
import { counted, spokenDuration } from "./format.js"

/**
 * A stretch that nobody recorded; both in seconds, `position` in the recording. The server's own recordings show a
 * still picture there, those of browsers go on behind it.
 *
 * @typedef {{position: number, duration: number}} Gap
 *
 * Small pictures for the seek bar: row by row in one picture, one every `interval` seconds of the segment.
 *
 * @typedef {{url: string, interval: number, count: number, columns: number, width: number, height: number}} Strip
 *
 * One of the files of a recording, which are played one after the other.
 *
 * @typedef {object} Segment
 * @property {number} number
 * @property {string} url Where to ask for its signed URL.
 * @property {string} mime_type
 * @property {number} start Seconds of the recording before it.
 * @property {number | null} duration Null while it grows.
 * @property {number | null} [width]
 * @property {number | null} [height]
 * @property {Strip | null} strip
 *
 * @typedef {object} Recording
 * @property {string} id
 * @property {string} session_id
 * @property {string} user_id
 * @property {string | null} [player_name]
 * @property {string} storage_url
 * @property {number | null} duration
 * @property {number} file_size
 * @property {string} created_at
 * @property {string | null} expires_at When it is deleted by itself.
 * @property {string} updated_at
 * @property {"recording" | "processing" | "ready" | "failed"} status
 * @property {"server" | "browser"} source
 * @property {string} mime_type
 * @property {number | null} width
 * @property {number | null} height
 * @property {string | null} thumbnail_url
 * @property {Segment[]} segments
 * @property {import("../lib/clips.js").ClipOf | null} clip What it is cut from, if it is a clip.
 * @property {keyof typeof FAILURES | null} [failure]
 * @property {Gap[]} gaps
 * @property {boolean} truncated
 * @property {number} missing_chunks
 * @property {string[]} [rights] What the caller may do with it: `recording`, `download`, `delete`.
 */

/** @param {string} id */
const path = (id) => `/api/recordings/${encodeURIComponent(id)}`

/**
 * @param {string | null} userID
 * @param {string | null} cursor
 * @returns {Promise<{recordings: Recording[], next_cursor: string | null}>}
 */
export function listRecordings(userID, cursor) {
    const query = new URLSearchParams()
    if (userID) query.set("user_id", userID)
    if (cursor) query.set("cursor", cursor)
    return api(`/api/recordings?${query}`)
}

/**
 * @param {string} id
 * @returns {Promise<Recording>}
 */
export const getRecording = (id) => api(path(id))

/**
 * @param {Segment} segment
 * @returns {Promise<{url: string, expires_at: string}>}
 */
export const signSegment = ({ url }) => api(url)

/**
 * @param {string} id
 * @returns {Promise<{url: string, expires_at: string}>}
 */
export const signForSaving = (id) => api(`${path(id)}/download?download=1`)

/** @param {string} id */
export const deleteRecording = (id) => api(path(id), { method: "DELETE" })

/** The badge of each status that is not simply ready. */
export const STATUS_WORDS = {
    recording: { kind: "live", text: "LIVE" },
    processing: { kind: "busy", text: "Being prepared" },
    ready: { kind: "good", text: "Ready" },
    failed: { kind: "bad", text: "Could not be saved" },
}

/** Why a recording of the server ended before its session, in words. */
export const FAILURES = {
    disk_full: "The server's disk was full",
    disk_failed: "The server's disk failed",
}

/**
 * What is not in the file although it happened, in words; empty when everything is.
 *
 * @param {Recording} recording
 * @returns {string[]}
 */
export function honestNotes({ gaps, truncated, missing_chunks, failure, status, source }) {
    const notes = []
    if (gaps.length > 0) {
        const missing = spokenDuration(gaps.reduce((sum, gap) => sum + gap.duration, 0))
        const words = source === "server" ? `nothing came from the headset for ${missing}` : `${missing} were not recorded`
        notes.push(`${counted(gaps.length, "gap", "gaps")}: ${words}`)
    }
    if (failure && status !== "failed") notes.push(`${FAILURES[failure] ?? "Something went wrong"}: the recording ends here`)
    if (missing_chunks > 0) notes.push("A part never arrived; the recording ends before it")
    if (truncated) notes.push("The end is missing: the recording was full")
    return notes
}
