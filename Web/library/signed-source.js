import { ApiError } from "../lib/api.js"

/** A signed URL is renewed this long before it ends, at a moment when nobody notices. */
const EARLY_MS = 60_000
const LONGEST_TIMER_MS = 24 * 60 * 60 * 1000
/** A file that cannot be played must not be asked for for ever: so many attempts within so long. */
const MOST_RETRIES = 3
const RETRIES_FORGOTTEN_MS = 30_000

/**
 * Feeds a video from URLs that expire: asks for the next one before that, or when the video stumbles, and goes on at
 * the same place, at the same speed.
 */
export class SignedSource {
    #video
    #sign
    #failed
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
     * @param {() => Promise<{url: string, expires_at: string}>} sign
     * @param {(problem: unknown) => void} failed Called when asking again does not help.
     */
    constructor(video, sign, failed) {
        this.#video = video
        this.#sign = sign
        this.#failed = failed
        video.addEventListener("error", () => void this.#recover())
        video.addEventListener("play", () => (this.#wantsToPlay = true))
        // An error pauses too, but that is not what the viewer wants.
        video.addEventListener("pause", () => (this.#wantsToPlay &&= video.error !== null))
        for (const name of ["timeupdate", "seeking"]) video.addEventListener(name, () => this.#remember())
        for (const name of ["pause", "seeking"]) video.addEventListener(name, () => void this.#renewIfStale())
    }

    /** Opens the video, or opens it again where it is. */
    async open() {
        this.#isRenewing = true
        try {
            const { url, expires_at } = await this.#sign()
            this.#isStale = false
            this.#renewAt(Date.parse(expires_at) - EARLY_MS)
            this.#load(url)
        } finally {
            this.#isRenewing = false
        }
    }

    close() {
        clearTimeout(this.#timer)
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
        const position = this.#position
        const wantsToPlay = this.#wantsToPlay && !video.ended
        video.src = url
        if (position === 0 && !wantsToPlay) return
        const resume = () => {
            video.currentTime = position
            if (wantsToPlay) video.play().catch(() => undefined)
        }
        video.addEventListener("loadedmetadata", resume, { once: true })
    }

    async #renewIfStale() {
        if (!this.#isStale || this.#isRenewing) return
        try {
            await this.open()
        } catch (problem) {
            // The old URL may still do; if not, the video's error comes back here with its own retries.
            if (!(problem instanceof ApiError)) throw problem
        }
    }

    async #recover() {
        if (this.#isRenewing || !this.#video.hasAttribute("src")) return
        if (Date.now() - this.#retriedAt > RETRIES_FORGOTTEN_MS) this.#retries = 0
        if (this.#retries >= MOST_RETRIES) {
            this.#failed(this.#video.error)
            return
        }
        this.#retries += 1
        this.#retriedAt = Date.now()
        try {
            await this.open()
        } catch (problem) {
            this.#failed(problem)
        }
    }

    #remember() {
        const { error, readyState, currentTime } = this.#video
        if (error === null && readyState >= HTMLMediaElement.HAVE_METADATA) this.#position = currentTime
    }
}
