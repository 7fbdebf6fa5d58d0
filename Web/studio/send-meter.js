import { every } from "../lib/timer.js"

/**
 * @typedef {object} Sent
 * @property {string} codec
 * @property {number} width
 * @property {number} height
 * @property {number} framesPerSecond
 * @property {number} kbps Of all viewers, sound included.
 * @property {string} limit Why the browser holds back: `bandwidth`, `cpu`, or empty.
 * @property {number} encoders How many pictures are encoded at once.
 */

const measureMs = 1000

/**
 * Measures what goes out.
 * @param {() => RTCPeerConnection[]} connections
 * @param {(sent: Sent | null) => void} onMeasured Null while nothing goes out.
 * @returns {() => void} Stops it.
 */
export function meterSending(connections, onMeasured) {
    let before = new Map()
    let measuredAt = performance.now()
    return every(measureMs, async () => {
        const reports = await Promise.all(connections().map((connection) => connection.getStats()))
        const now = performance.now()
        const seconds = Math.max(0.2, (now - measuredAt) / 1000)
        measuredAt = now
        /** @type {Map<string, {bytes: number, frames: number}>} */
        const counts = new Map()
        /** @type {Sent | null} */
        let sent = null
        let kbps = 0
        for (const [index, report] of reports.entries()) {
            report.forEach((stats) => {
                if (stats.type !== "outbound-rtp") return
                const key = `${index} ${stats.id}`
                const count = { bytes: stats.bytesSent ?? 0, frames: stats.framesEncoded ?? 0 }
                counts.set(key, count)
                const last = before.get(key) ?? count
                kbps += ((count.bytes - last.bytes) * 8) / 1000 / seconds
                if (stats.kind === "video" && count.frames > 0) sent = describe(stats, report, (count.frames - last.frames) / seconds)
            })
        }
        before = counts
        const encoders = [...counts.values()].filter(({ frames }) => frames > 0).length
        onMeasured(sent && { .../** @type {Sent} */ (sent), kbps: Math.round(kbps), encoders })
    })
}

/**
 * @param {any} stats
 * @param {RTCStatsReport} report
 * @param {number} framesPerSecond
 * @returns {Sent}
 */
function describe(stats, report, framesPerSecond) {
    return {
        codec: report.get(stats.codecId)?.mimeType?.replace("video/", "") ?? "",
        width: stats.frameWidth ?? 0,
        height: stats.frameHeight ?? 0,
        framesPerSecond: Math.round(framesPerSecond),
        kbps: 0,
        limit: ["bandwidth", "cpu"].includes(stats.qualityLimitationReason) ? stats.qualityLimitationReason : "",
        encoders: 0,
    }
}

/** @param {Sent | null} sent */
export function sendingText(sent) {
    if (!sent) return ""
    const { codec, width, height, framesPerSecond, kbps, limit } = sent
    const facts = [codec, `${width}×${height}`, `${framesPerSecond} fps`, `${kbps} kbit/s`, limit && `held back by ${limit}`]
    return facts.filter(Boolean).join(" · ")
}
