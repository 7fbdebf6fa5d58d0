import { byId, setText } from "../lib/dom.js"
import { clock } from "../lib/format.js"
import { element } from "./elements.js"

/** @typedef {import("./recordings.js").Gap} Gap */

/**
 * What plays in the video, as one time line in seconds of the recording.
 *
 * @typedef {object} TimeLine
 * @property {number} position
 * @property {number} duration
 * @property {number} loaded How far the browser has it.
 * @property {(seconds: number) => void} seek
 * @property {(seconds: number) => void} scrub Follows a finger, as far as that costs nothing.
 */

/** The controls of the recording's video: buttons, time line, full screen. Keys are in keys.js. */
export class Playback {
    /** @type {TimeLine} */
    #timeLine = { position: 0, duration: 0, loaded: 0, seek: () => undefined, scrub: () => undefined }
    /** @type {Gap[]} */
    #gaps = []
    #marksFor = ""
    #isDragging = false
    #screen = byId("screen", HTMLElement)
    #seek = byId("seek", HTMLInputElement)
    #speed = byId("speed", HTMLSelectElement)
    #buffering = byId("buffering", HTMLElement)

    /** @param {HTMLVideoElement} video */
    constructor(video) {
        this.video = video
        this.#wireButtons()
        this.#wireTimeline()
        this.#wireVideo()
    }

    /**
     * @param {TimeLine} timeLine
     * @param {Gap[]} gaps
     */
    show(timeLine, gaps) {
        this.#timeLine = timeLine
        this.#gaps = gaps
        this.draw()
    }

    /** Shows how things stand. */
    draw() {
        this.#drawTime()
        this.#drawState()
    }

    /** Seconds of the recording. */
    get position() {
        return this.#timeLine.position
    }

    get duration() {
        return this.#timeLine.duration
    }

    toggle() {
        if (this.video.paused) this.video.play().catch(() => this.#drawState())
        else this.video.pause()
    }

    /** @param {number} seconds */
    seekTo(seconds) {
        this.#timeLine.seek(Math.min(Math.max(0, seconds), this.duration))
        this.#drawTime()
    }

    /** @param {number} seconds */
    seekBy(seconds) {
        this.seekTo(this.#timeLine.position + seconds)
    }

    /** @param {1 | -1} step */
    changeSpeed(step) {
        const { selectedIndex, length } = this.#speed
        this.#speed.selectedIndex = Math.min(Math.max(0, selectedIndex + step), length - 1)
        this.#applySpeed()
    }

    /** What has not happened yet cannot be watched fast. */
    slowDown() {
        if (this.video.playbackRate <= 1) return
        this.#speed.value = "1"
        this.#applySpeed()
    }

    toggleSound() {
        this.video.muted = !this.video.muted
    }

    async togglePictureInPicture() {
        if (document.pictureInPictureElement) await document.exitPictureInPicture()
        else if (document.pictureInPictureEnabled) await this.video.requestPictureInPicture()
    }

    async toggleFullscreen() {
        if (document.fullscreenElement) await document.exitFullscreen()
        else if (document.fullscreenEnabled) await this.#screen.requestFullscreen()
        // An iPhone shows only a video itself on its full screen.
        else if ("webkitEnterFullscreen" in this.video) {
            /** @type {{webkitEnterFullscreen: () => void}} */ (/** @type {unknown} */ (this.video)).webkitEnterFullscreen()
        }
    }

    #applySpeed() {
        // The default too: it is what a renewed source starts with.
        this.video.defaultPlaybackRate = Number(this.#speed.value)
        this.video.playbackRate = this.video.defaultPlaybackRate
    }

    #wireButtons() {
        /** @param {string} id @param {() => unknown} action */
        const on = (id, action) => byId(id, HTMLElement).addEventListener("click", () => void action())
        on("play", () => this.toggle())
        on("big-play", () => this.toggle())
        on("video", () => this.toggle())
        on("back", () => this.seekBy(-10))
        on("forward", () => this.seekBy(10))
        on("mute", () => this.toggleSound())
        on("pip", () => this.togglePictureInPicture().catch(() => undefined))
        on("fullscreen", () => this.toggleFullscreen().catch(() => undefined))
        byId("pip", HTMLElement).hidden = !document.pictureInPictureEnabled
        this.#speed.addEventListener("change", () => this.#applySpeed())
    }

    #wireTimeline() {
        this.#seek.addEventListener("input", () => {
            this.#isDragging = true
            this.#timeLine.scrub(Number(this.#seek.value))
            this.#drawTime()
        })
        this.#seek.addEventListener("change", () => {
            this.#isDragging = false
            this.seekTo(Number(this.#seek.value))
        })
    }

    #wireVideo() {
        for (const name of ["timeupdate", "durationchange", "seeked", "progress"]) {
            this.video.addEventListener(name, () => this.#drawTime())
        }
        for (const name of ["play", "pause", "ended", "volumechange"]) {
            this.video.addEventListener(name, () => this.#drawState())
        }
        this.video.addEventListener("waiting", () => (this.#buffering.hidden = false))
        this.video.addEventListener("seeking", () => {
            this.#buffering.hidden = this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA
        })
        for (const name of ["playing", "pause", "seeked", "error"]) {
            this.video.addEventListener(name, () => (this.#buffering.hidden = true))
        }
    }

    #drawTime() {
        const { position, duration, loaded } = this.#timeLine
        this.#seek.max = String(duration)
        if (!this.#isDragging) this.#seek.value = String(position)
        const shown = this.#isDragging ? Number(this.#seek.value) : position
        this.#seek.setAttribute("aria-valuetext", `${clock(shown)} of ${clock(duration)}`)
        /** @param {number} seconds */
        const percent = (seconds) => `${duration > 0 ? Math.min(100, (100 * seconds) / duration) : 0}%`
        this.#seek.style.setProperty("--played", percent(shown))
        this.#seek.style.setProperty("--loaded", percent(loaded))
        setText(byId("position", HTMLElement), clock(shown))
        setText(byId("duration", HTMLElement), clock(duration))
        this.#drawGaps(duration)
    }

    /** @param {number} duration */
    #drawGaps(duration) {
        const places = this.#gaps.map(({ position }) => `${(100 * position) / Math.max(duration, 0.001)}%`)
        if (places.join() === this.#marksFor) return
        this.#marksFor = places.join()
        const marks = places.map((place) => {
            const mark = element("span", { class: "gap-mark" })
            mark.style.left = place
            return mark
        })
        byId("gap-marks", HTMLElement).replaceChildren(...marks)
    }

    #drawState() {
        const isPlaying = !this.video.paused && !this.video.ended
        const isMuted = this.video.muted || this.video.volume === 0
        this.#screen.dataset.playing = String(isPlaying)
        this.#screen.dataset.muted = String(isMuted)
        byId("play", HTMLElement).setAttribute("aria-label", isPlaying ? "Pause" : "Play")
        byId("mute", HTMLElement).setAttribute("aria-pressed", String(!isMuted))
    }
}
