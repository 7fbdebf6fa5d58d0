import { byId, setText } from "../lib/dom.js"

const idleMs = 3000
const volumeStep = 0.1

/**
 * Safari on a phone knows full screen for the video alone.
 * @typedef {HTMLVideoElement & {webkitEnterFullscreen?: () => void}} Video
 */

/** Sound, pause, full screen, picture in picture and the keys for them. */
export class Controls {
    /** @type {Video} */
    #video = byId("video", HTMLVideoElement)
    #stage = byId("stage", HTMLElement)
    #bar = byId("controls", HTMLElement)
    #sound = byId("sound", HTMLButtonElement)
    #soundText = byId("sound-text", HTMLElement)
    #pause = byId("pause", HTMLButtonElement)
    #mute = byId("mute", HTMLButtonElement)
    #volume = byId("volume", HTMLInputElement)
    #pip = byId("pip", HTMLButtonElement)
    #fullscreen = byId("fullscreen", HTMLButtonElement)
    #rewind = byId("rewind", HTMLAnchorElement)
    #saveMoment = byId("save-moment-short", HTMLButtonElement)
    #keys = byId("keys", HTMLDialogElement)
    #page = document.documentElement
    #idleTimer = 0
    #isLive = false
    /** Once asked for, sound stays on through reconnections. */
    #wantsSound = false

    constructor() {
        this.#sound.onclick = () => this.#start()
        this.#pause.onclick = () => this.#togglePause()
        this.#mute.onclick = () => this.#toggleMute()
        this.#volume.oninput = () => this.#setVolume(Number(this.#volume.value) / 100)
        this.#fullscreen.onclick = () => this.#toggleFullscreen()
        this.#pip.onclick = () => this.#togglePictureInPicture()
        byId("help", HTMLButtonElement).onclick = () => this.#keys.showModal()
        for (const type of ["play", "pause", "volumechange"]) this.#video.addEventListener(type, () => this.#show())
        this.#stage.addEventListener("dblclick", (event) => {
            if (event.target === this.#video) this.#toggleFullscreen()
        })
        for (const type of ["pointermove", "pointerdown", "focusin", "keydown"]) {
            this.#stage.addEventListener(type, () => this.#wake())
        }
        document.addEventListener("keydown", (event) => this.#key(event))
        document.addEventListener("fullscreenchange", () => this.#show())
        this.#pip.hidden = !document.pictureInPictureEnabled
        this.#fullscreen.hidden = !document.fullscreenEnabled && !this.#video.webkitEnterFullscreen
        this.#show()
    }

    /** @param {MediaStream} stream */
    play(stream) {
        if (this.#video.srcObject !== stream) this.#video.srcObject = stream
        this.#video.play().catch(() => this.#soundBlocked())
    }

    /** Lets go of the last picture: what may no longer be watched must not stay on the screen. */
    clear() {
        this.#video.srcObject = null
        if (document.pictureInPictureElement) document.exitPictureInPicture().catch(ignoreRefusal)
    }

    /** @param {boolean} isLive */
    setLive(isLive) {
        this.#isLive = isLive
        this.#bar.hidden = !isLive
        this.#show()
        this.#wake()
    }

    /** A browser that does not even start a silent picture needs the same single tap. */
    #soundBlocked() {
        if (!this.#video.paused) return
        if (!this.#video.muted) {
            this.#video.muted = true
            this.#wantsSound = false
            this.#video.play().catch(() => this.#show())
        }
        this.#show()
    }

    #start() {
        const hadFocus = document.activeElement === this.#sound
        this.#wantsSound = true
        this.#video.muted = false
        if (this.#video.volume === 0) this.#video.volume = 1
        this.#video.play().catch(() => this.#soundBlocked())
        this.#show()
        if (hadFocus) this.#mute.focus({ preventScroll: true })
    }

    #togglePause() {
        if (this.#video.paused) this.#video.play().catch(() => this.#soundBlocked())
        else this.#video.pause()
    }

    #toggleMute() {
        if (this.#video.muted) return this.#start()
        this.#video.muted = true
        this.#show()
    }

    /** @param {number} volume */
    #setVolume(volume) {
        this.#video.volume = Math.min(1, Math.max(0, volume))
        this.#video.muted = this.#video.volume === 0
        if (!this.#video.muted) this.#wantsSound = true
    }

    #toggleFullscreen() {
        if (document.fullscreenElement) document.exitFullscreen().catch(ignoreRefusal)
        else if (this.#stage.requestFullscreen) this.#stage.requestFullscreen().catch(ignoreRefusal)
        else this.#video.webkitEnterFullscreen?.()
    }

    #togglePictureInPicture() {
        if (document.pictureInPictureElement) document.exitPictureInPicture().catch(ignoreRefusal)
        else if (document.pictureInPictureEnabled) this.#video.requestPictureInPicture().catch(ignoreRefusal)
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        if (event.ctrlKey || event.metaKey || event.altKey || this.#keys.open) return
        const target = event.target instanceof Element ? event.target : null
        if (target?.closest("input, select, textarea") && event.key !== "?") return
        // Space and Enter press the focused button or link, as everywhere.
        if (event.key === " " && target?.closest("button, a, summary")) return
        const action = this.#actions[event.key.toLowerCase()]
        if (!action || (!this.#isLive && event.key !== "?")) return
        event.preventDefault()
        action()
        this.#wake()
    }

    /** @type {Record<string, () => void>} */
    #actions = {
        " ": () => this.#togglePause(),
        k: () => this.#togglePause(),
        m: () => this.#toggleMute(),
        f: () => this.#toggleFullscreen(),
        p: () => this.#togglePictureInPicture(),
        j: () => this.#rewind.hidden || this.#rewind.click(),
        c: () => this.#saveMoment.hidden || this.#saveMoment.click(),
        arrowup: () => this.#setVolume(this.#video.volume + volumeStep),
        arrowdown: () => this.#setVolume(this.#video.volume - volumeStep),
        "?": () => this.#keys.showModal(),
    }

    #show() {
        const { muted, paused, volume } = this.#video
        this.#page.dataset.sound = muted ? "off" : "on"
        this.#page.dataset.playing = String(!paused)
        this.#sound.hidden = !this.#isLive || (!paused && this.#wantsSound)
        setText(this.#soundText, paused && !this.#wantsSound ? "Tap to play" : paused ? "Paused – back to live" : "Tap for sound")
        this.#pause.setAttribute("aria-label", paused ? "Play" : "Pause")
        this.#mute.setAttribute("aria-label", muted ? "Sound on" : "Sound off")
        this.#volume.value = String(muted ? 0 : Math.round(volume * 100))
        this.#fullscreen.setAttribute("aria-label", document.fullscreenElement ? "Leave full screen" : "Full screen")
    }

    /** Controls step aside while nobody touches anything, unless the keyboard is on them. */
    #wake() {
        clearTimeout(this.#idleTimer)
        this.#stage.classList.remove("idle")
        this.#idleTimer = window.setTimeout(() => {
            if (this.#isLive && !this.#bar.matches(":focus-within:has(:focus-visible)")) this.#stage.classList.add("idle")
        }, idleMs)
    }
}

/** A browser may say no to full screen or picture in picture; the picture goes on where it is. */
function ignoreRefusal() {}
