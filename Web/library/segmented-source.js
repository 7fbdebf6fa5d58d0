import { signSegment } from "./recordings.js"
import { SignedSource } from "./signed-source.js"

/** @typedef {import("./recordings.js").Recording} Recording */
/** @typedef {import("./recordings.js").Segment} Segment */

/** Plays the files of a finished recording, one after the other, as one time line. Mostly there is one. */
export class SegmentedSource {
    #video
    #source
    #failed
    /** @type {Segment[]} */
    #segments = []
    #number = 0
    #knownDuration = 0

    /**
     * @param {HTMLVideoElement} video
     * @param {(problem: unknown) => void} failed Called when a file cannot be played.
     */
    constructor(video, failed) {
        this.#video = video
        this.#failed = failed
        this.#source = new SignedSource(video, failed)
        video.addEventListener("ended", () => void this.#goOn())
    }

    get isOpen() {
        return this.#segments.length > 0
    }

    /** Seconds of the recording. */
    get position() {
        return (this.#segment?.start ?? 0) + this.#source.position
    }

    get duration() {
        const { duration } = this.#video
        // One file knows best itself, if its container says it.
        const isOne = this.#segments.length === 1 && Number.isFinite(duration) && duration > 0
        return isOne ? duration : this.#knownDuration
    }

    get loaded() {
        const { buffered } = this.#video
        return (this.#segment?.start ?? 0) + (buffered.length > 0 ? buffered.end(buffered.length - 1) : 0)
    }

    get #segment() {
        return this.#segments[this.#number]
    }

    /**
     * @param {Recording} recording
     * @param {number} position Seconds; negative ones count from the end.
     * @param {boolean} wantsToPlay
     */
    async open({ segments, duration }, position, wantsToPlay) {
        this.#segments = [...segments].sort((one, other) => one.start - other.start)
        const last = this.#segments[this.#segments.length - 1]
        if (last === undefined) throw new Error("The recording has no file")
        this.#knownDuration = duration ?? last.start + (last.duration ?? 0)
        const target = Math.max(0, position < 0 ? this.#knownDuration + position : Math.min(position, this.#knownDuration))
        await this.#enter(this.#numberAt(target), target, wantsToPlay)
    }

    close() {
        this.#segments = []
        this.#source.close()
    }

    /** @param {number} seconds */
    seek(seconds) {
        if (!this.isOpen) return
        const number = this.#numberAt(seconds)
        if (number === this.#number) this.#source.seek(Math.max(0, seconds - this.#segment.start))
        else void this.#enter(number, seconds, !this.#video.paused).catch(this.#failed)
    }

    /**
     * Follows a finger, as far as that costs nothing.
     *
     * @param {number} seconds
     */
    scrub(seconds) {
        if (this.#numberAt(seconds) === this.#number) this.seek(seconds)
    }

    /** @param {number} seconds */
    #numberAt(seconds) {
        return Math.max(0, this.#segments.filter(({ start }) => start <= seconds).length - 1)
    }

    /**
     * @param {number} number
     * @param {number} seconds
     * @param {boolean} wantsToPlay
     */
    async #enter(number, seconds, wantsToPlay) {
        this.#number = number
        const segment = this.#segment
        // Its picture belongs before the first file.
        if (number > 0) this.#video.removeAttribute("poster")
        await this.#source.open(() => signSegment(segment), Math.max(0, seconds - segment.start), wantsToPlay)
    }

    async #goOn() {
        const next = this.#segments[this.#number + 1]
        if (next !== undefined) await this.#enter(this.#number + 1, next.start, true).catch(this.#failed)
    }
}
