import { decodeFrameCounter } from "../studio/frame-code.js"

const flushMs = 200

self.addEventListener("message", async ({ data }) => {
    /** @type {ReadableStreamDefaultReader<VideoFrame>} */
    const reader = data.readable.getReader()
    /** @type {import("./measure.js").DecodedFrame[]} */
    let batch = []
    const flush = () => {
        if (batch.length > 0) self.postMessage(batch)
        batch = []
    }
    const timer = setInterval(flush, flushMs)
    for (;;) {
        const { done, value: frame } = await reader.read()
        if (done) break
        const at = performance.timeOrigin + performance.now()
        batch.push({ number: await numberOf(frame), at })
        frame.close()
    }
    clearInterval(timer)
    flush()
    self.postMessage(null)
})

/**
 * Only the brightness of the topmost rows is copied, whatever the size of the picture.
 * @param {VideoFrame} frame
 */
async function numberOf(frame) {
    const { format, visibleRect } = frame
    if (!visibleRect || !format || !/^(?:I4|NV)/.test(format)) return null
    const { x, y, width, height } = visibleRect
    const rows = Math.max(2, Math.floor(height / 36) * 2)
    const rect = { x, y, width, height: rows }
    const luma = new Uint8Array(frame.allocationSize({ rect }))
    const [{ offset, stride }] = await frame.copyTo(luma, { rect })
    return decodeFrameCounter(width, height, (column, row) => luma[offset + row * stride + column])
}
