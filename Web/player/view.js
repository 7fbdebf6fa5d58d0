import { byId, setText } from "../lib/dom.js"
import { describe } from "../lib/viewers.js"

/** @typedef {import("./watcher.js").WatchState} WatchState */

/** @type {Record<WatchState, {status: string, title: string, text: string}>} */
const words = {
    connecting: { status: "Connecting…", title: "Connecting…", text: "The picture will be here in a moment." },
    waiting: {
        status: "Waiting for the headset…",
        title: "Waiting for the headset…",
        text: "Put the headset on and start the game. You can leave this page open: the picture appears by itself.",
    },
    live: { status: "Live", title: "", text: "" },
    interrupted: {
        status: "Headset lost – waiting for it to come back",
        title: "The picture stopped",
        text: "The headset may be asleep or out of reach of the Wi-Fi. We go on as soon as it is back.",
    },
    ended: { status: "Ended", title: "The session is over", text: "Thanks for looking in." },
    denied: { status: "Not available", title: "", text: "" },
    full: {
        status: "No place free – trying again",
        title: "Every place is taken",
        text: "As many people are watching as this server can carry. We try again by ourselves.",
    },
    offline: {
        status: "No connection – trying again",
        title: "No connection",
        text: "We cannot reach Porthole from here. Check your internet; we keep trying by ourselves.",
    },
}

/**
 * Why the server does not let us in, in words for a parent.
 * @param {string} reason The server's own words.
 */
function denial(reason) {
    if (/no token/i.test(reason)) {
        return { title: "Please come in by your link", text: "This page opens with the personal link from your mail." }
    }
    if (/not found/i.test(reason)) {
        return {
            title: "There is nothing to see here",
            text: "This session does not exist, or your link does not open it. Ask the family for a new one.",
        }
    }
    return {
        title: "This link no longer works",
        text: "This link has expired or was withdrawn. Ask the family for a new one.",
    }
}

/** Puts the player's state into words. */
export class PlayerView {
    #note = byId("note", HTMLElement)
    #title = byId("note-title", HTMLElement)
    #text = byId("note-text", HTMLElement)
    #actions = byId("note-actions", HTMLElement)
    #link = byId("note-link", HTMLAnchorElement)
    #status = byId("status", HTMLElement)
    #quality = byId("quality", HTMLElement)
    #qualityShort = byId("quality-short", HTMLElement)
    #viewers = byId("viewers", HTMLElement)
    #badge = byId("live-badge", HTMLElement)
    #notices = byId("notices", HTMLElement)
    #page = document.documentElement
    #uploads = { pending: 0, isRecording: false }
    #isRecordedByServer = false

    /**
     * @param {WatchState} state
     * @param {string} reason
     */
    showState(state, reason) {
        this.#page.dataset.state = state
        const { status } = words[state]
        const { title, text } = state === "denied" ? denial(reason) : words[state]
        setText(this.#status, status)
        setText(this.#title, title)
        setText(this.#text, text)
        this.#note.hidden = state === "live"
        this.#badge.hidden = state !== "live"
        byId("note-porthole", HTMLElement).classList.toggle("live", state === "waiting" || state === "connecting")
        if (state !== "live") this.#clearQuality()
        if (state === "ended" || state === "denied") setText(this.#viewers, "")
        document.title = `${status} – Porthole`
    }

    /** @param {string} name Whose session it is. */
    showPlayer(name) {
        setText(byId("player-name", HTMLElement), name)
    }

    /** @param {import("./media-flow.js").Quality} quality */
    showQuality({ grade, codec, width, height, framesPerSecond, kbps }) {
        if (!grade) return this.#clearQuality()
        const facts = [`${width}×${height}`, `${framesPerSecond} fps`, `${kbps} kbit/s`, codec, grade]
        setText(this.#quality, facts.filter(Boolean).join(" · "))
        setText(this.#qualityShort, `${height}p`)
        this.#quality.dataset.grade = grade
    }

    #clearQuality() {
        setText(this.#quality, "")
        setText(this.#qualityShort, "")
    }

    /** @param {import("../lib/viewers.js").Viewer[]} viewers */
    showViewers(viewers) {
        // Whoever sees this page is one of them.
        const isAlone = viewers.length === 1
        setText(this.#viewers, isAlone ? "Only you are watching" : viewers.length ? `Watching: ${describe(viewers)}` : "")
        this.#page.dataset.viewers = String(viewers.length)
    }

    /** @param {"processing" | "ready"} status @param {string} href */
    showRecording(status, href) {
        const isReady = status === "ready"
        setText(this.#text, isReady ? "You can watch it again whenever you like." : "The recording will be ready in a few minutes.")
        setText(this.#link, isReady ? "Watch the recording" : "Go to the recording")
        this.#link.href = href
        this.#actions.hidden = false
    }

    /** @param {number} pending @param {boolean} isRecording */
    showUploads(pending, isRecording) {
        this.#uploads = { pending, isRecording }
        this.#drawRecording()
        this.#page.dataset.recording = isRecording ? "recording" : "idle"
        this.#page.dataset.pendingUploads = String(pending)
    }

    /** @param {boolean} isRecorded Whether the server records what is on the screen. */
    showServerRecording(isRecorded) {
        this.#isRecordedByServer = isRecorded
        this.#drawRecording()
    }

    #drawRecording() {
        const { pending, isRecording } = this.#uploads
        const isRecorded = isRecording || this.#isRecordedByServer
        const badge = byId("recording-badge", HTMLElement)
        badge.hidden = !isRecorded && pending === 0
        badge.classList.toggle("live", isRecorded)
        badge.classList.toggle("busy", !isRecorded)
        const waiting = pending === 0 ? "" : `${pending} to upload`
        const words = isRecorded ? ["Recording", waiting] : [waiting]
        setText(byId("recording-text", HTMLElement), words.filter(Boolean).join(" · "))
    }

    /** @param {string} text */
    notice(text) {
        if ([...this.#notices.children].some((child) => child.textContent === text)) return
        const notice = document.createElement("p")
        notice.className = "notice warn"
        notice.textContent = text
        this.#notices.append(notice)
    }
}
