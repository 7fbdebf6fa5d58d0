/**
 * What `window.porthole` shows of the player, to tests and to whoever looks for a fault with the browser's tools.
 * @typedef {object} ExposedPlayer
 * @property {string} mode How media comes: `sfu` or `p2p`.
 * @property {import("../lib/http-peer.js").Marks[]} joins When connections with the server were made, oldest first, by
 *   this page's `performance.now()`; `firstFrame` is in the `frames`.
 * @property {number} timeOrigin Adds to `performance.now()` to give milliseconds since 1970.
 * @property {() => Promise<object[]>} stats What `RTCPeerConnection.getStats` says of the present connection.
 * @property {import("./measure.js").ShownFrame[]} frames With `?measure=1`, each picture that was put on the screen.
 * @property {import("./measure.js").DecodedFrame[]} decoded With `?measure=1`, in Chromium, each picture that came out of the
 *   decoder, also those that the screen was too slow for.
 */

/**
 * @param {import("./watcher.js").Watcher} watcher
 * @param {boolean} isMeasured
 */
export function exposePlayer(watcher, isMeasured) {
    /** @type {ExposedPlayer} */
    const exposed = {
        get mode() {
            return watcher.isFromServer ? "sfu" : "p2p"
        },
        get joins() {
            return watcher.marks
        },
        timeOrigin: performance.timeOrigin,
        stats: async () => [...((await watcher.connection?.getStats())?.values() ?? [])],
        frames: [],
        decoded: [],
    }
    const measuring = isMeasured ? import("./measure.js").then(({ measureFrames }) => measureFrames(exposed)) : null
    Object.assign(window, { porthole: exposed })
    document.documentElement.dataset.media = exposed.mode
    return { setStream: (/** @type {MediaStream} */ stream) => measuring?.then((meter) => meter.setStream(stream)) }
}
