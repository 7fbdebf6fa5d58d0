import { ApiError, api } from "./api.js"
import { Backoff } from "./backoff.js"

/**
 * What a clip is cut from; seconds of that recording.
 *
 * @typedef {{recording_id: string, start: number, end: number}} ClipOf
 *
 * A stretch of a recording: its last seconds, or from here to there on its time line.
 *
 * @typedef {{last: number} | {start: number, end: number}} Stretch
 *
 * @typedef {{id: string, status: "recording" | "processing" | "ready" | "failed"}} Clip
 */

/** What is saved of a moment, if nothing else is wanted. */
export const MOMENT_SECONDS = 30
export const LONGEST_SECONDS = 600

/** Cutting takes a second or two; a server that has much to do may need longer. */
const MOST_QUESTIONS = 14

/** @param {string} recordingID */
const path = (recordingID) => `/api/recordings/${encodeURIComponent(recordingID)}`

/** @param {string} clipID */
export const clipPage = (clipID) => `/recordings/${encodeURIComponent(clipID)}`

/**
 * @param {string} recordingID
 * @param {Stretch} stretch
 * @returns {Promise<Clip>}
 */
export const requestClip = (recordingID, stretch) => api(`${path(recordingID)}/clips`, { method: "POST", json: stretch })

/**
 * Waits until the clip is made, or could not be, or it takes too long to wait for.
 *
 * @param {Clip} clip
 * @returns {Promise<Clip>}
 */
export async function madeClip(clip) {
    const backoff = new Backoff({ firstMs: 2_000, longestMs: 20_000 })
    while (clip.status === "processing" && backoff.attempts < MOST_QUESTIONS) {
        const ms = backoff.next()
        await new Promise((resolve) => setTimeout(resolve, ms))
        clip = await api(path(clip.id)).catch((problem) => {
            if (problem instanceof ApiError && problem.isTransient) return clip
            throw problem
        })
    }
    return clip
}

/**
 * Why there is no clip, in words for a parent.
 *
 * @param {unknown} problem
 */
export function clipTrouble(problem) {
    if (!(problem instanceof ApiError) || problem.status === 0) return "The server cannot be reached right now. Are you online?"
    if (problem.status === 401) return "You are signed out. Open the page again by your link."
    if (problem.status === 403) return "Your link does not include recordings."
    if (problem.status === 404) return "The recording is not there any more."
    if (problem.status === 429) return "That was a lot of requests. Please wait a few minutes and try again."
    if (problem.status === 503 && problem.message.includes("disk")) {
        return "The server's disk is nearly full, so there can be no new clips."
    }
    if (problem.status >= 500) return "The server has a problem of its own. Please try again in a moment."
    return `${problem.message}.`
}
