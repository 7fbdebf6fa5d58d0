import { byId } from "../lib/dom.js"
import { readFrameCounter } from "../studio/frame-code.js"

/**
 * A picture that was put on the screen. Times are milliseconds since 1970.
 * @typedef {object} ShownFrame
 * @property {number | null} number What the test picture carries.
 * @property {number} at When it was composited.
 * @property {number | null} receivedAt When its last packet came.
 * @property {number | null} capturedAt When it was taken, as far as the browser knows.
 * @property {number} presented How many were shown until now; a jump of two means that the page was too busy to look.
 * @property {number} width
 * @property {number} height
 *
 * A picture that came out of the decoder.
 * @typedef {{number: number | null, at: number}} DecodedFrame
 */

/** An hour at 30 frames a second. */
const longestList = 108_000
const width = 256
const height = 144

/**
 * Notes down which pictures come and when, by the number in the studio's test picture.
 * @param {{frames: ShownFrame[], decoded: DecodedFrame[]}} notes
 */
export function measureFrames({ frames, decoded }) {
    const video = byId("video", HTMLVideoElement)
    const context = new OffscreenCanvas(width, height).getContext("2d", { alpha: false, willReadFrequently: true })
    const epoch = (/** @type {number | undefined} */ time) => (time === undefined ? null : performance.timeOrigin + time)

    /** @param {number} now @param {any} metadata */
    const show = (now, metadata) => {
        video.requestVideoFrameCallback(show)
        if (!context || frames.length >= longestList) return
        context.drawImage(video, 0, 0, width, height)
        frames.push({
            number: readFrameCounter(context, width, height),
            at: performance.timeOrigin + now,
            receivedAt: epoch(metadata.receiveTime),
            capturedAt: epoch(metadata.captureTime),
            presented: metadata.presentedFrames,
            width: metadata.width,
            height: metadata.height,
        })
    }
    video.requestVideoFrameCallback(show)

    /** @type {MediaStreamTrack | null} */
    let track = null
    return {
        /** @param {MediaStream} stream */
        setStream(stream) {
            const [newest = null] = stream.getVideoTracks()
            if (newest === track || !newest || typeof MediaStreamTrackProcessor === "undefined") return
            track = newest
            readTrack(newest, decoded)
        },
    }
}

/**
 * A worker reads the pictures off the track, so that a busy page loses none.
 * @param {MediaStreamTrack} track
 * @param {DecodedFrame[]} decoded
 */
function readTrack(track, decoded) {
    const worker = new Worker(new URL("./measure-worker.js", import.meta.url), { type: "module" })
    worker.addEventListener("message", ({ data }) => {
        if (data === null) return worker.terminate()
        if (decoded.length < longestList) decoded.push(...data)
    })
    const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 30 })
    worker.postMessage({ readable }, [readable])
}
