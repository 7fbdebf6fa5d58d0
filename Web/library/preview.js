import { byId, setText } from "../lib/dom.js"
import { clock } from "../lib/format.js"
import { getRecording } from "./recordings.js"

/** @typedef {import("./recordings.js").Segment} Segment */
/** @typedef {import("./recordings.js").Strip} Strip */

/** The time under the pointer on the time line, with a small picture of it if there is one. */
export class SeekPreview {
    #seek = byId("seek", HTMLInputElement)
    #bubble = byId("preview", HTMLElement)
    #picture = byId("preview-picture", HTMLElement)
    #time = byId("preview-time", HTMLElement)
    #recordingID
    /** @type {Segment[]} */
    #segments = []
    /**
     * The pictures of segments by their numbers: blob URLs, or null where there are none (yet).
     * @type {Map<number, string | null>}
     */
    #sheets = new Map()
    /**
     * Where the pointer is, if it is.
     * @type {number | null}
     */
    #pointer = null

    /** @param {string} recordingID */
    constructor(recordingID) {
        this.#recordingID = recordingID
        for (const name of ["pointerdown", "pointermove"]) {
            this.#seek.addEventListener(name, (event) => event instanceof PointerEvent && this.#show(event.clientX))
        }
        for (const name of ["pointerleave", "pointercancel", "blur"]) this.#seek.addEventListener(name, () => this.#hide())
        this.#seek.addEventListener("pointerup", ({ pointerType }) => pointerType !== "mouse" && this.#hide())
    }

    /** @param {Segment[]} segments */
    setSegments(segments) {
        this.#segments = segments
    }

    /** @param {number} clientX */
    #show(clientX) {
        const duration = Number(this.#seek.max)
        if (!(duration > 0)) return
        this.#pointer = clientX
        const { left, width } = this.#seek.getBoundingClientRect()
        // As the browser does: the thumb's middle never reaches the ends of the track.
        const thumb = parseFloat(getComputedStyle(this.#seek).getPropertyValue("--thumb")) * rem()
        const share = Math.min(1, Math.max(0, (clientX - left - thumb / 2) / (width - thumb)))
        const seconds = share * duration
        setText(this.#time, clock(seconds))
        this.#drawPicture(seconds)
        this.#bubble.hidden = false
        const half = this.#bubble.offsetWidth / 2
        const middle = thumb / 2 + share * (width - thumb)
        this.#bubble.style.left = `${Math.min(Math.max(half, middle), Math.max(half, width - half))}px`
    }

    #hide() {
        this.#pointer = null
        this.#bubble.hidden = true
    }

    /** @param {number} seconds */
    #drawPicture(seconds) {
        const segment = this.#segments.filter(({ start }) => start <= seconds).at(-1)
        const strip = segment?.strip ?? null
        const sheet = segment && strip ? this.#sheetOf(segment.number, strip) : null
        this.#picture.hidden = sheet === null
        if (!segment || !strip || !sheet) return
        const index = Math.min(strip.count - 1, Math.max(0, Math.floor((seconds - segment.start) / strip.interval)))
        const [column, row] = [index % strip.columns, Math.floor(index / strip.columns)]
        const { style } = this.#picture
        style.aspectRatio = `${strip.width} / ${strip.height}`
        style.backgroundImage = `url("${sheet}")`
        style.backgroundSize = `${100 * strip.columns}% auto`
        const rows = Math.ceil(strip.count / strip.columns)
        style.backgroundPosition = `${percent(column, strip.columns)} ${percent(row, rows)}`
    }

    /**
     * Fetched when it is first looked at: most people never do, and signed URLs end.
     *
     * @param {number} number
     * @param {Strip} strip
     */
    #sheetOf(number, strip) {
        const known = this.#sheets.get(number)
        if (known !== undefined) return known
        this.#sheets.set(number, null)
        fetchSheet(strip.url)
            .catch(async () => {
                const { segments } = await getRecording(this.#recordingID)
                const fresh = segments.find((segment) => segment.number === number)?.strip
                return fresh ? fetchSheet(fresh.url) : null
            })
            .then((sheet) => {
                this.#sheets.set(number, sheet)
                if (this.#pointer !== null) this.#show(this.#pointer)
            })
            // The time alone does, too.
            .catch(() => undefined)
        return null
    }
}

/** @param {string} url */
async function fetchSheet(url) {
    const response = await fetch(url)
    if (!response.ok) throw new Error(response.statusText)
    return URL.createObjectURL(await response.blob())
}

/**
 * Where the background is for this of so many pictures in a line.
 *
 * @param {number} index
 * @param {number} count
 */
function percent(index, count) {
    return `${count > 1 ? (100 * index) / (count - 1) : 0}%`
}

function rem() {
    return parseFloat(getComputedStyle(document.documentElement).fontSize)
}
