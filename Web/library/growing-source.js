import { ApiError } from "../lib/api.js"
import { Backoff } from "../lib/backoff.js"
import { GrowingPart } from "./growing-part.js"
import { MediaBuffer } from "./media-buffer.js"

/** @typedef {import("./recordings.js").Recording} Recording */
/** @typedef {import("./media-map.js").MediaMap} MediaMap */

/** Fetched with one request. */
const PIECE = 1 << 20
/** Seconds that are kept ready ahead of what plays, and kept behind it. */
const AHEAD = 60
const BEHIND = 120
const POLL_MS = 1_000
/** How often the file's length is asked for while nothing of its end is needed. */
const MEASURE_MS = 5_000
/** Nothing new for so long: the headset is gone, or the session is over. */
const STILL_MS = 8_000
/** Where the end is read, it is asked about sooner. */
const QUIET_MS = 3_000
/** As near to the edge as a jump goes, and what still counts as there. */
const EDGE_DISTANCE = 2
const EDGE_REACH = 6
/** Key frames are closer together, and far more so than the last of these, which is for the rest. */
const LEADS = [12, 60, 300, Infinity]
/** A picture that comes so much after the time that was asked for is the right one. */
const NEAR = 0.5
const MOST_RECOVERIES = 3

/**
 * Plays a recording while it is made: from its beginning, or from anywhere in it, up to its growing edge.
 *
 * What the browser holds is one stretch of the recording, which grows at its end; a jump out of it begins another one.
 */
export class GrowingSource {
    #video
    #handlers
    /** @type {GrowingPart[]} */
    #parts = []
    /** @type {MediaBuffer | null} */
    #buffer = null
    /** What is at work; a jump ends it. */
    #work = new AbortController()
    /** Which part is read, and where. */
    #number = 0
    #offset = 0
    /** Seconds that the viewer asked for and that are not there yet. */
    #target = 0
    #isTargetReached = true
    #isForEdge = false
    /** Whether the stretch has begun that the target is to be in. */
    #isPlaced = false
    #isFromStart = false
    #lead = 0
    #edge = 0
    #grewAt = 0
    #measuredAt = 0
    #recoveries = 0

    /**
     * @param {HTMLVideoElement} video
     * @param {object} handlers
     * @param {() => void} handlers.onChange The edge has moved, or is still.
     * @param {() => void} handlers.onStill Nothing new has come for a while: is it over?
     * @param {(problem: unknown) => void} handlers.onFailure Going on makes no sense.
     */
    constructor(video, handlers) {
        this.#video = video
        this.#handlers = handlers
        for (const name of ["waiting", "timeupdate", "progress"]) video.addEventListener(name, () => this.#overGap())
        video.addEventListener("error", () => this.#recover())
    }

    get isOpen() {
        return this.#buffer !== null
    }

    /** Seconds of the recording. */
    get position() {
        return this.#isTargetReached ? this.#video.currentTime : this.#target
    }

    get duration() {
        return this.#edge
    }

    get loaded() {
        return this.#stretch?.end ?? 0
    }

    get isAtEdge() {
        return this.#edge - this.position < EDGE_REACH
    }

    /** Whether nothing new has come for a while. */
    get isStill() {
        return this.#grewAt > 0 && performance.now() - this.#grewAt > STILL_MS
    }

    /**
     * @param {Recording} recording
     * @param {number} position Seconds; negative ones count from the edge.
     */
    async open(recording, position) {
        this.update(recording)
        this.#work = new AbortController()
        this.#buffer = await MediaBuffer.attach(this.#video, this.#parts[0].type)
        this.#setEdge(await this.#findEdge(this.#work.signal))
        this.#grewAt = performance.now()
        this.seek(position < 0 ? this.#edge + position : position)
    }

    /**
     * Learns of parts that have begun or ended.
     *
     * @param {Recording} recording
     */
    update({ segments }) {
        for (const segment of segments) {
            const known = this.#parts.find((part) => part.segment.number === segment.number)
            if (known) known.segment = segment
            else this.#parts.push(new GrowingPart(segment))
        }
    }

    close() {
        this.#work.abort()
        this.#buffer = null
        this.#parts = []
        this.#isTargetReached = true
        this.#isPlaced = false
        this.#grewAt = 0
        this.#video.removeAttribute("src")
        this.#video.load()
    }

    /** @param {number} seconds */
    seek(seconds) {
        if (!this.isOpen) return
        const latest = Math.max(0, this.#edge - EDGE_DISTANCE)
        this.#target = Math.max(0, Math.min(seconds, latest))
        this.#isTargetReached = false
        this.#isForEdge = seconds >= latest
        // The edge is known for sure only where it is read.
        const isSure = !this.#isForEdge || this.#edge - this.loaded < 1
        if (this.#isPlaced && isSure && this.#holds(this.#target)) this.#arrive()
        else this.#begin(0)
    }

    /**
     * Follows a finger, as far as that costs nothing.
     *
     * @param {number} seconds
     */
    scrub(seconds) {
        if (this.#isPlaced && this.#holds(seconds)) this.seek(seconds)
    }

    goLive() {
        this.seek(this.#edge)
    }

    // The stretch

    get #stretch() {
        return this.#buffer?.stretch ?? null
    }

    /** @param {number} seconds */
    #holds(seconds) {
        const stretch = this.#stretch
        return stretch !== null && seconds >= stretch.start && seconds < stretch.end
    }

    #arrive() {
        if (this.#isTargetReached) return
        this.#isTargetReached = true
        this.#video.currentTime = this.#buffer?.behindGap(this.#target) ?? this.#target
    }

    #overGap() {
        if (!this.isOpen || !this.#isTargetReached || this.#video.seeking) return
        const { currentTime } = this.#video
        const next = this.#buffer?.behindGap(currentTime) ?? currentTime
        if (next > currentTime) this.#video.currentTime = next
    }

    // Reading

    /**
     * Begins a new stretch for the target.
     *
     * @param {number} lead Which of the leads.
     */
    #begin(lead) {
        this.#work.abort()
        this.#work = new AbortController()
        this.#lead = lead
        this.#isPlaced = false
        void this.#run(this.#work.signal)
    }

    /** @param {AbortSignal} signal */
    async #run(signal) {
        const backoff = new Backoff({ firstMs: POLL_MS, longestMs: 10_000 })
        while (!signal.aborted) {
            try {
                if (!this.#isPlaced) await this.#place(signal)
                await this.#readOn(signal)
                backoff.reset()
            } catch (problem) {
                // What the browser could not take begins anew by itself.
                if (signal.aborted || this.#video.error !== null) return
                if (!(problem instanceof ApiError)) return this.#handlers.onFailure(problem)
                // A file that was finished may be somewhere else now, and a right may have ended.
                this.#handlers.onStill()
                await this.#sleep(backoff.next(), signal)
            }
        }
    }

    /**
     * Empties the buffer and goes to where the target's picture begins.
     *
     * @param {AbortSignal} signal
     */
    async #place(signal) {
        if (this.#target > this.#edge - 2 * EDGE_REACH) {
            this.#setEdge(await this.#findEdge(signal))
            const latest = Math.max(0, this.#edge - EDGE_DISTANCE)
            this.#target = this.#isForEdge ? latest : Math.min(this.#target, latest)
        }
        const number = this.#parts.filter(({ segment }) => segment.start <= this.#target).length - 1
        const part = this.#parts[Math.max(0, number)]
        const map = await part.open(signal)
        const point = await map.locate(this.#target - part.segment.start, LEADS[this.#lead])
        if (signal.aborted) return
        await this.#buffer?.clear()
        if (signal.aborted) return
        this.#offset = point.offset
        this.#isFromStart = point === map.first
        await this.#enter(Math.max(0, number), signal)
        if (!signal.aborted) this.#isPlaced = true
    }

    /**
     * Makes the buffer ready for a part.
     *
     * @param {number} number
     * @param {AbortSignal} signal
     */
    async #enter(number, signal) {
        const part = this.#parts[number]
        const map = await part.open(signal)
        await this.#buffer?.begin(part.type, part.segment.start)
        if (signal.aborted) return
        this.#number = number
        await this.#append(map.init, signal)
    }

    /** @param {AbortSignal} signal */
    async #readOn(signal) {
        const { currentTime, paused } = this.#video
        if (document.hidden && paused) return this.#sleep(POLL_MS, signal)
        if (this.#isTargetReached) this.#buffer?.forget(currentTime - BEHIND)
        if (this.#isTargetReached && this.loaded - currentTime > AHEAD) return this.#rest(signal)
        const part = this.#parts[this.#number]
        const map = await part.open(signal)
        const { size } = part.file
        const count = await part.file.stream(this.#offset, PIECE, signal, async (bytes, offset) => {
            if (signal.aborted) return false
            map.scan(bytes, offset)
            await this.#append(map.media(bytes, offset), signal)
            if (signal.aborted) return false
            this.#offset = offset + bytes.length
            this.#look(map, part)
            return !signal.aborted
        })
        if (signal.aborted) return
        const isLast = this.#number === this.#parts.length - 1
        if (isLast && size > 0) this.#measured(part.file.size > size)
        if (count > 0 && (!isLast || this.#offset < part.file.size)) return
        if (!isLast) return this.#beginNext(signal)
        this.#setEdge(this.loaded || this.#edge)
        if (performance.now() - this.#grewAt > QUIET_MS) this.#handlers.onStill()
        await this.#sleep(POLL_MS, signal)
    }

    /** @param {AbortSignal} signal */
    async #beginNext(signal) {
        const map = await this.#parts[this.#number + 1].open(signal)
        this.#offset = map.first.offset
        await this.#enter(this.#number + 1, signal)
    }

    /**
     * Whether the target has come, or can come no more from where reading began.
     *
     * @param {MediaMap} map
     * @param {GrowingPart} part
     */
    #look(map, part) {
        if (this.#isTargetReached) return
        const stretch = this.#stretch
        const isBegun = stretch !== null && (stretch.start <= this.#target + NEAR || this.#isFromStart)
        if (isBegun && stretch.end > this.#target) this.#arrive()
        else if (!isBegun && !this.#isFromStart && map.timeAt(this.#offset) > this.#target - part.segment.start + NEAR) {
            this.#begin(this.#lead + 1)
        }
    }

    /**
     * Enough is there; meanwhile the recording goes on.
     *
     * @param {AbortSignal} signal
     */
    async #rest(signal) {
        await this.#sleep(POLL_MS, signal)
        if (signal.aborted || performance.now() - this.#measuredAt < MEASURE_MS) return
        const { file } = this.#parts[this.#parts.length - 1]
        const { size } = file
        this.#measured((await file.measure(signal)) > size)
        if (this.isStill) this.#handlers.onStill()
    }

    /**
     * While the end itself is not read, it is as much later as time has passed.
     *
     * @param {boolean} hasGrown
     */
    #measured(hasGrown) {
        const now = performance.now()
        if (hasGrown) this.#grewAt = now
        if (now - this.#measuredAt < MEASURE_MS) return
        if (hasGrown) this.#setEdge(this.#edge + (now - this.#measuredAt) / 1000)
        this.#measuredAt = now
    }

    /** @param {AbortSignal} signal */
    async #findEdge(signal) {
        const part = this.#parts[this.#parts.length - 1]
        const map = await part.open(signal)
        const size = await part.file.measure(signal)
        return part.segment.start + (await map.findEnd(size))
    }

    /** @param {number} seconds */
    #setEdge(seconds) {
        this.#edge = seconds
        this.#measuredAt = performance.now()
        this.#buffer?.setEnd(seconds)
        this.#handlers.onChange()
    }

    /**
     * @param {Uint8Array} bytes
     * @param {AbortSignal} signal
     */
    async #append(bytes, signal) {
        if (bytes.length === 0) return
        await this.#buffer?.append(bytes, signal, () => this.position)
    }

    /** Begins anew behind what the browser could not take. */
    #recover() {
        if (!this.isOpen) return
        const position = this.position
        this.#recoveries += 1
        if (this.#recoveries > MOST_RECOVERIES) {
            this.#handlers.onFailure(this.#video.error)
            return
        }
        const wantsToPlay = !this.#video.paused
        this.#work.abort()
        MediaBuffer.attach(this.#video, this.#parts[this.#number].type)
            .then((buffer) => {
                this.#buffer = buffer
                this.#setEdge(this.#edge)
                this.seek(position + 1)
                if (wantsToPlay) this.#video.play().catch(() => undefined)
            })
            .catch(this.#handlers.onFailure)
    }

    /**
     * @param {number} ms
     * @param {AbortSignal} signal
     */
    async #sleep(ms, signal) {
        if (signal.aborted) return
        await new Promise((resolve) => {
            const done = () => {
                clearTimeout(timer)
                signal.removeEventListener("abort", done)
                resolve(undefined)
            }
            const timer = setTimeout(done, ms)
            signal.addEventListener("abort", done)
        })
    }
}
