import { mediaSourceClass } from "../lib/media-source.js"

/** The element must not believe that it has reached the end, so its own is so many seconds later. */
const BEYOND = 60
/** Seconds before what plays that stay even where there is little room. */
const LEAST_BEHIND = 5
const ROOM_MS = 500
/** Seconds of media that are not worth waiting in. */
const SLIVER = 0.1

/** What a page has put together for a video: one stretch of media, which grows at its end. */
export class MediaBuffer {
    #media
    #buffer
    #type

    /**
     * @param {MediaSource} media
     * @param {string} type
     */
    constructor(media, type) {
        this.#media = media
        this.#buffer = media.addSourceBuffer(type)
        this.#type = type
    }

    /**
     * Puts an empty one into the video.
     *
     * @param {HTMLVideoElement} video
     * @param {string} type
     */
    static async attach(video, type) {
        const Source = mediaSourceClass()
        if (Source === null) throw new Error("This browser cannot play what is still being recorded")
        const media = new Source()
        // The managed kind wants to know that nobody takes the picture elsewhere.
        video.disableRemotePlayback = true
        const url = URL.createObjectURL(media)
        video.src = url
        await new Promise((resolve) => media.addEventListener("sourceopen", resolve, { once: true }))
        URL.revokeObjectURL(url)
        return new MediaBuffer(media, type)
    }

    /** Whether it is still in the video. */
    get #isOpen() {
        return this.#media.readyState === "open"
    }

    /** From the first to the last second that is there, gaps included. */
    get stretch() {
        if (!this.#isOpen) return null
        const { buffered } = this.#buffer
        return buffered.length > 0 ? { start: buffered.start(0), end: buffered.end(buffered.length - 1) } : null
    }

    /**
     * Time of which there is no picture cannot be waited for: what comes after it is there already.
     *
     * @param {number} seconds
     * @returns {number} Where the next picture is, if there is none then.
     */
    behindGap(seconds) {
        if (!this.#isOpen) return seconds
        const { buffered } = this.#buffer
        for (let index = 0; index < buffered.length; index += 1) {
            if (buffered.end(index) - seconds <= SLIVER) continue
            return buffered.start(index) > seconds ? buffered.start(index) + SLIVER / 10 : seconds
        }
        return seconds
    }

    /** @param {number} seconds How far one may jump. */
    setEnd(seconds) {
        if (!this.#isOpen || this.#buffer.updating) return
        if (!(this.#media.duration > seconds + BEYOND / 2)) this.#media.duration = seconds + BEYOND
    }

    /**
     * Takes a file of that type from now on.
     *
     * @param {string} type
     * @param {number} start Seconds before its own.
     */
    async begin(type, start) {
        await this.#idle()
        if (!this.#isOpen) return
        // Of whatever was begun before, the rest will not come.
        this.#buffer.abort()
        if (type !== this.#type) this.#buffer.changeType(type)
        this.#type = type
        this.#buffer.timestampOffset = start
    }

    async clear() {
        await this.#idle()
        if (!this.#isOpen) return
        this.#buffer.abort()
        if (this.stretch === null) return
        this.#buffer.remove(0, Infinity)
        await this.#idle()
    }

    /**
     * @param {Uint8Array} bytes
     * @param {AbortSignal} signal
     * @param {() => number} position What plays, in seconds.
     */
    async append(bytes, signal, position) {
        while (!signal.aborted) {
            await this.#idle()
            if (signal.aborted || !this.#isOpen) return
            try {
                this.#buffer.appendBuffer(bytes)
                await this.#idle()
                return
            } catch (problem) {
                if (!(problem instanceof DOMException) || problem.name !== "QuotaExceededError") throw problem
                // This device has little room: what was seen goes, and watching on makes more.
                this.forget(position() - LEAST_BEHIND)
                await new Promise((resolve) => setTimeout(resolve, ROOM_MS))
            }
        }
    }

    /** @param {number} until Seconds. */
    forget(until) {
        const stretch = this.stretch
        if (stretch && !this.#buffer.updating && until > stretch.start + LEAST_BEHIND) this.#buffer.remove(0, until)
    }

    /** Until it has done what it was told. */
    async #idle() {
        const buffer = this.#buffer
        while (buffer.updating) await new Promise((resolve) => buffer.addEventListener("updateend", resolve, { once: true }))
    }
}
