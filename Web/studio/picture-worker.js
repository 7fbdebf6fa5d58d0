import { drawFrameCounter } from "./frame-code.js"
import { Noise } from "./noise.js"

// Draws the test picture. A worker's clock keeps its pace in a hidden tab, so the "headset" streams on.

/** @type {ReturnType<typeof setInterval> | undefined} */
let timer

self.addEventListener("message", ({ data }) => {
    clearInterval(timer)
    if (data.stop) return self.close()
    const { width, height, framesPerSecond, noise, writable } = data
    const surface = new OffscreenCanvas(width, height)
    const context = surface.getContext("2d", { alpha: false })
    if (!context) return
    const writer = writable?.getWriter()
    const grain = noise > 0 ? new Noise(width, height, noise) : null
    const started = performance.now()
    // Frame n is due n / framesPerSecond after this, for whoever measures how late it is elsewhere.
    self.postMessage({ startedAt: performance.timeOrigin + started })
    let last = -1
    timer = setInterval(() => {
        // The number follows the clock, not the ticks: a late tick skips numbers and the rate stays true.
        const frame = Math.floor(((performance.now() - started) * framesPerSecond) / 1000)
        if (frame === last) return
        last = frame
        draw(context, width, height, frame, framesPerSecond)
        grain?.draw(context)
        // Last, for it has to stay readable.
        drawFrameCounter(context, width, height, frame)
        if (!writer) {
            const bitmap = surface.transferToImageBitmap()
            self.postMessage({ bitmap }, { transfer: [bitmap] })
        } else if (writer.desiredSize > 0) {
            const video = new VideoFrame(surface, { timestamp: Math.round((frame * 1e6) / framesPerSecond) })
            writer.write(video).catch(() => clearInterval(timer))
        }
    }, 500 / framesPerSecond)
})

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {number} width
 * @param {number} height
 * @param {number} frame
 * @param {number} framesPerSecond
 */
function draw(context, width, height, frame, framesPerSecond) {
    const unit = height / 720
    const seconds = frame / framesPerSecond
    const sky = context.createLinearGradient(0, 0, 0, height)
    sky.addColorStop(0, "#0a2b3a")
    sky.addColorStop(0.6, "#1c6f7d")
    sky.addColorStop(1, "#e8a657")
    context.fillStyle = sky
    context.fillRect(0, 0, width, height)
    drawSun(context, width, height, seconds)
    drawHills(context, width, height, seconds)

    context.textAlign = "center"
    context.fillStyle = "#ffffff"
    context.font = `700 ${170 * unit}px system-ui, sans-serif`
    context.fillText(String(frame), width / 2, height * 0.5)
    context.font = `600 ${56 * unit}px system-ui, sans-serif`
    context.fillText(new Date().toISOString().slice(11, 23), width / 2, height * 0.62)
    context.font = `500 ${30 * unit}px system-ui, sans-serif`
    context.fillText("Porthole test picture", width / 2, height * 0.2)
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {number} width
 * @param {number} height
 * @param {number} seconds
 */
function drawSun(context, width, height, seconds) {
    const x = width * (0.5 + 0.38 * Math.sin(seconds * 0.9))
    const y = height * (0.42 - 0.16 * Math.cos(seconds * 1.8))
    context.fillStyle = "#ffd58a"
    context.beginPath()
    context.arc(x, y, height * 0.09, 0, Math.PI * 2)
    context.fill()
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {number} width
 * @param {number} height
 * @param {number} seconds
 */
function drawHills(context, width, height, seconds) {
    for (const [layer, colour] of ["#2f6d58", "#1d4d43"].entries()) {
        const base = height * (0.74 + layer * 0.1)
        context.fillStyle = colour
        context.beginPath()
        context.moveTo(0, height)
        for (let x = 0; x <= width; x += width / 32) {
            const phase = (x / width) * (5 + layer * 2) + seconds * (0.6 + layer * 0.5)
            context.lineTo(x, base + Math.sin(phase) * height * 0.04)
        }
        context.lineTo(width, height)
        context.fill()
    }
}
