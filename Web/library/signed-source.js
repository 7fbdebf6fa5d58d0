import { ApiError } from "../lib/api.js"

/** A signed URL is renewed this long before it ends, at a moment when nobody notices. */
const EARLY_MS = 60_000
const LONGEST_TIMER_MS = 24 * 60 * 60 * 1000
/** A file that cannot be played must not be asked for for ever: so many attempts within so long. */
const MOST_RETRIES = 3
const RETRIES_FORGOTTEN_MS = 30_000

/** @typedef {() => Promise<{url: string, expires_at: string}>} Signer */

/**
 * Feeds a video from URLs that expire: asks for the next one before that, or when the video stumbles, and goes on at
 * the same place, at the same speed.
 */
export class SignedSource {
    #video
    #failed
    /** @type {Signer} */
    #sign = () => Promise.reject(new Error("Nothing is to be played yet"))
    #isOpen = false
    /** Whether another file was asked for that is not in the video yet. */
    #isSwitching = false
    #timer = 0
    #retries = 0
    #retriedAt = 0
    #wantsToPlay = false
    /** Where the viewer is, in seconds; a failed load makes the video forget it. */
    #position = 0
    #isStale = false
    #isRenewing = false

    /**
     * @param {HTMLVideoElement} video
     * @param {(problem: unknown) => void} failed Called when asking again does not help.
     */
    constructor(video, failed) {
        this.#video = video
        this.#failed = failed
        video.addEventListener("error", () => void this.#recover())
        video.addEventListener("play", () => (this.#wantsToPlay = true))
        // An error pauses too, but that is not what the viewer wants.
        video.addEventListener("pause", () => (this.#wantsToPlay &&= video.error !== null))
        for (const name of ["timeupdate", "seeking"]) video.addEventListener(name, () => this.#remember())
        for (const name of ["pause", "seeking"]) video.addEventListener(name, () => void this.#renewIfStale())
    }

    /** Where the viewer is, or will be as soon as the file is there, in seconds. */
    get position() {
        return this.#position
    }

    /**
     * Opens a file.
     *
     * @param {Signer} sign
     * @param {number} position
     * @param {boolean} wantsToPlay
     */
    async open(sign, position, wantsToPlay) {
        this.#sign = sign
        this.#position = position
        this.#wantsToPlay = wantsToPlay
        this.#isOpen = true
        this.#isSwitching = true
        await this.#renew()
    }

    /** @param {number} seconds */
    seek(seconds) {
        this.#position = seconds
        const isThere = !this.#isSwitching && this.#video.readyState >= HTMLMediaElement.HAVE_METADATA
        if (isThere) this.#video.currentTime = seconds
    }

    /** Opens the video again where it is. */
    async #renew() {
        this.#isRenewing = true
        try {
            const sign = this.#sign
            const { url, expires_at } = await sign()
            if (!this.#isOpen || sign !== this.#sign) return
            this.#isStale = false
            this.#renewAt(Date.parse(expires_at) - EARLY_MS)
            this.#load(url)
        } finally {
            this.#isRenewing = false
        }
    }

    close() {
        clearTimeout(this.#timer)
        this.#isOpen = false
        this.#video.removeAttribute("src")
        this.#video.load()
    }

    /** @param {number} time milliseconds */
    #renewAt(time) {
        clearTimeout(this.#timer)
        const delay = Math.min(Math.max(time - Date.now(), EARLY_MS), LONGEST_TIMER_MS)
        this.#timer = window.setTimeout(() => {
            this.#isStale = true
            // What plays has its data coming in already; a pause, a seek or a stumble will fetch the new URL.
            if (this.#video.paused) void this.#renewIfStale()
        }, delay)
    }

    /** @param {string} url */
    #load(url) {
        const video = this.#video
        const wantsToPlay = this.#wantsToPlay && (this.#isSwitching || !video.ended)
        this.#isSwitching = false
        video.src = url
        const resume = () => {
            if (this.#position > 0) video.currentTime = this.#position
            if (wantsToPlay) video.play().catch(() => undefined)
        }
        video.addEventListener("loadedmetadata", resume, { once: true })
    }

    async #renewIfStale() {
        if (!this.#isStale || !this.#isOpen || this.#isRenewing) return
        try {
            await this.#renew()
        } catch (problem) {
            // The old URL may still do; if not, the video's error comes back here with its own retries.
            if (!(problem instanceof ApiError)) throw problem
        }
    }

    async #recover() {
        if (this.#isRenewing || !this.#isOpen) return
        if (Date.now() - this.#retriedAt > RETRIES_FORGOTTEN_MS) this.#retries = 0
        if (this.#retries >= MOST_RETRIES) {
            this.#failed(this.#video.error)
            return
        }
        this.#retries += 1
        this.#retriedAt = Date.now()
        try {
            await this.#renew()
        } catch (problem) {
            this.#failed(problem)
        }
    }

    #remember() {
        const { error, readyState, currentTime } = this.#video
        if (this.#isSwitching) return
        if (error === null && readyState >= HTMLMediaElement.HAVE_METADATA) this.#position = currentTime
    }
}
