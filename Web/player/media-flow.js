import { every } from "../lib/timer.js"

/**
 * @typedef {object} Quality
 * @property {"good" | "fair" | "poor" | null} grade Null while there is no picture, and until it can be told.
 * @property {boolean} hasPicture Whether there has been one at all.
 * @property {string} codec Of the picture, empty while it is unknown.
 * @property {number} width
 * @property {number} height
 * @property {number} framesPerSecond
 * @property {number} kbps
 */

const measureMs = 1000
/** Without a byte for so many measurements the picture stands still. */
const patience = 3

/** Measures what a peer connection receives: does it flow, and how good is it. */
export class MediaFlow {
    #onMeasured
    /** @type {RTCPeerConnection | null} */
    #connection = null
    #stopMeasuring = () => {}
    #lastBytes = 0
    #lastFrames = 0
    #lastPackets = 0
    #lastLost = 0
    #lastAt = 0
    #quiet = 0
    #flowing = 0

    /** @param {(quality: Quality) => void} onMeasured */
    constructor(onMeasured) {
        this.#onMeasured = onMeasured
    }

    get isFlowing() {
        return this.#flowing > 0 && this.#quiet < patience
    }

    /** True once it has flowed for ten seconds. */
    get isSteady() {
        return this.isFlowing && this.#flowing > 10
    }

    /** @param {RTCPeerConnection} connection */
    follow(connection) {
        this.stop()
        this.#connection = connection
        // The first picture should not wait for the next full second.
        connection.addEventListener("track", ({ track }) => {
            track.addEventListener("unmute", () => this.#measure(connection), { once: true })
        })
        this.#stopMeasuring = every(measureMs, () => this.#measure(connection))
    }

    stop() {
        this.#stopMeasuring()
        this.#connection = null
        this.#lastBytes = this.#lastFrames = this.#lastPackets = this.#lastLost = this.#lastAt = 0
        this.#quiet = this.#flowing = 0
    }

    /** @param {RTCPeerConnection} connection */
    async #measure(connection) {
        const report = await connection.getStats()
        if (connection !== this.#connection) return
        /** @type {any} */
        let video = null
        let bytes = 0
        let codec = ""
        report.forEach((stats) => {
            if (stats.type !== "inbound-rtp") return
            bytes += stats.bytesReceived ?? 0
            if (stats.kind !== "video") return
            video = stats
            codec = report.get(stats.codecId)?.mimeType?.replace("video/", "") ?? ""
        })
        const isMoving = bytes > this.#lastBytes
        this.#quiet = isMoving ? 0 : this.#quiet + 1
        this.#flowing = isMoving ? this.#flowing + 1 : this.isFlowing ? this.#flowing : 0
        this.#onMeasured({ ...this.#quality(video, bytes), codec })
    }

    /**
     * @param {any} video
     * @param {number} bytes
     * @returns {Omit<Quality, "codec">}
     */
    #quality(video, bytes) {
        const now = performance.now()
        const seconds = this.#lastAt ? Math.max(0.2, (now - this.#lastAt) / 1000) : 1
        const frames = video?.framesDecoded ?? 0
        const packets = video?.packetsReceived ?? 0
        const lost = Math.max(0, video?.packetsLost ?? 0)
        const framesPerSecond = Math.round((frames - this.#lastFrames) / seconds)
        const kbps = Math.round(((bytes - this.#lastBytes) * 8) / 1000 / seconds)
        const newlyLost = Math.max(0, lost - this.#lastLost)
        const lossRatio = newlyLost / Math.max(1, newlyLost + packets - this.#lastPackets)
        this.#lastAt = now
        this.#lastFrames = frames
        this.#lastPackets = packets
        this.#lastLost = lost
        this.#lastBytes = bytes
        const width = video?.frameWidth ?? 0
        const height = video?.frameHeight ?? 0
        const hasPicture = width > 0
        // The first measure has nothing before it, and the second one next to no time.
        const grade = this.isFlowing && this.#flowing > 2 && hasPicture ? grading(framesPerSecond, lossRatio, height) : null
        return { grade, hasPicture, width, height, framesPerSecond: Math.max(0, framesPerSecond), kbps: Math.max(0, kbps) }
    }
}

/**
 * @param {number} framesPerSecond
 * @param {number} lossRatio
 * @param {number} height
 * @returns {"good" | "fair" | "poor"}
 */
function grading(framesPerSecond, lossRatio, height) {
    if (framesPerSecond < 12 || lossRatio > 0.08) return "poor"
    if (framesPerSecond < 22 || lossRatio > 0.02 || height < 360) return "fair"
    return "good"
}
