import { ClipNotices } from "../lib/clip-notices.js"
import { LONGEST_SECONDS, MOMENT_SECONDS } from "../lib/clips.js"
import { byId, setText } from "../lib/dom.js"
import { clock } from "../lib/format.js"
import { spokenDuration } from "./format.js"

/** @typedef {import("./recordings.js").Recording} Recording */
/** @typedef {import("./playback.js").Playback} Playback */
/** @typedef {import("./growing-source.js").GrowingSource} GrowingSource */

/** "Save that moment": the seconds before where the viewer is, or what is marked on the time line, become a clip. */
export class Moment {
    #playback
    #growing
    #notices = new ClipNotices(byId("clips", HTMLElement))
    #row = byId("moment", HTMLElement)
    #words = byId("moment-words", HTMLElement)
    #band = byId("clip-range", HTMLElement)
    #clear = byId("clear-marks", HTMLButtonElement)
    #recordingID = ""
    /**
     * The marks: seconds of the recording.
     * @type {number | null}
     */
    #start = null
    /** @type {number | null} */
    #end = null

    /**
     * @param {Playback} playback
     * @param {GrowingSource} growing
     */
    constructor(playback, growing) {
        this.#playback = playback
        this.#growing = growing
        /** @param {string} id @param {() => void} action */
        const on = (id, action) => byId(id, HTMLElement).addEventListener("click", action)
        on("save-moment", () => this.save())
        on("mark-start", () => this.markStart())
        on("mark-end", () => this.markEnd())
        on("clear-marks", () => this.clearMarks())
        for (const name of ["timeupdate", "seeking", "seeked", "durationchange"]) {
            playback.video.addEventListener(name, () => this.draw())
        }
    }

    /** @param {Recording} recording */
    setRecording({ id, source, clip, status }) {
        this.#recordingID = id
        this.#row.hidden = source !== "server" || clip !== null || (status !== "recording" && status !== "ready")
        this.draw()
    }

    markStart() {
        this.#start = this.#playback.position
        if (this.#end !== null && this.#end <= this.#start) this.#end = null
        this.draw()
    }

    markEnd() {
        this.#end = this.#playback.position
        if (this.#start !== null && this.#start >= this.#end) this.#start = null
        this.draw()
    }

    clearMarks() {
        const hadFocus = document.activeElement === this.#clear
        this.#start = this.#end = null
        this.draw()
        if (hadFocus) byId("mark-start", HTMLElement).focus()
    }

    save() {
        if (this.#row.hidden) return
        const { isLive, start, end } = this.#range
        const complaint = wrongLength(end - start)
        if (complaint) return this.#notices.fail(complaint)
        const stretch = isLive ? { last: MOMENT_SECONDS } : { start: rounded(start), end: rounded(end) }
        const name = isLive ? `the last ${MOMENT_SECONDS} s` : `${clock(start)} – ${clock(end)}`
        void this.#notices.save(this.#recordingID, stretch, name)
        this.clearMarks()
    }

    get #isMarked() {
        return this.#start !== null || this.#end !== null
    }

    /** Whether the viewer sees what happens now. */
    get #isLive() {
        return this.#growing.isOpen && this.#growing.isAtEdge && !this.#growing.isStill
    }

    /** What would be saved; seconds. Of one mark alone, the other one is where the viewer is, or the usual time before. */
    get #range() {
        const { position } = this.#playback
        const end = this.#end ?? position
        const start = this.#start ?? Math.max(0, end - MOMENT_SECONDS)
        return { isLive: !this.#isMarked && this.#isLive, start, end }
    }

    draw() {
        if (this.#row.hidden) {
            this.#band.hidden = true
            return
        }
        setText(this.#words, this.#description())
        this.#clear.hidden = !this.#isMarked
        this.#drawBand()
    }

    /** It is spoken when it changes, so it does not follow what plays. */
    #description() {
        const [start, end] = [this.#start, this.#end]
        if (start !== null && end !== null) return `${clock(start)} – ${clock(end)} · ${spokenDuration(end - start)}`
        if (start !== null) return `From ${clock(start)} to where you are; mark the end to change that`
        if (end !== null) return `Keeps the ${MOMENT_SECONDS} s before ${clock(end)}`
        return this.#isLive ? `Keeps the last ${MOMENT_SECONDS} s` : `Keeps the ${MOMENT_SECONDS} s before this point`
    }

    #drawBand() {
        const { start, end } = this.#range
        const { duration } = this.#playback
        this.#band.hidden = !this.#isMarked || duration <= 0
        if (this.#band.hidden) return
        const [left, right] = [start, Math.max(start, end)].map((seconds) => Math.min(100, (100 * seconds) / duration))
        this.#band.style.left = `${left}%`
        this.#band.style.width = `${right - left}%`
    }
}

/**
 * Why nobody cuts a clip of this length; empty if it is a good one.
 *
 * @param {number} seconds
 */
function wrongLength(seconds) {
    if (seconds < 1) return "That is too short for a clip. A clip ends where you are, or at your mark."
    return seconds > LONGEST_SECONDS ? `A clip is at most ${spokenDuration(LONGEST_SECONDS)} long. Please move a mark.` : ""
}

/** @param {number} seconds */
function rounded(seconds) {
    return Math.round(seconds * 1000) / 1000
}
