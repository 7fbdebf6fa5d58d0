/** Tiles are larger than what they cover by this much, so that each frame can take another part of them. */
const margin = 256
/** Grains of this size survive the halved colour planes of video; smaller ones would mostly be smoothed away. */
const grain = 2
/** Of 255: so faint that an encoder still has a choice, and skips no frames because even its coarsest is too much. */
const contrast = 26
/** How much of it makes one byte at middling quality, with VP8. Measured; the other codecs differ by a third. */
const pixelsPerByte = 17

/**
 * The share of the picture that noise has to cover in order to fill a bitrate.
 * @param {number} width
 * @param {number} height
 * @param {number} framesPerSecond
 * @param {number} bitrate Bits a second.
 */
export function noiseShare(width, height, framesPerSecond, bitrate) {
    return Math.min(1, (bitrate / 8 / framesPerSecond) * (pixelsPerByte / (width * height)))
}

/**
 * Grain that no encoder can foretell or compress well, over the lower part of a picture: the difference of two tiles,
 * each moved to a random place for every frame.
 */
export class Noise {
    #width
    #height
    #top
    #tiles

    /**
     * @param {number} width
     * @param {number} height
     * @param {number} share Of the height, from 0 to 1.
     */
    constructor(width, height, share) {
        this.#width = width
        this.#height = Math.round(height * share)
        this.#top = height - this.#height
        this.#tiles = [tile(width, this.#height), tile(width, this.#height)]
    }

    /** @param {OffscreenCanvasRenderingContext2D} context */
    draw(context) {
        const [width, height, top] = [this.#width, this.#height, this.#top]
        context.fillStyle = "#808080"
        context.fillRect(0, top, width, height)
        context.globalCompositeOperation = "difference"
        for (const image of this.#tiles) {
            context.drawImage(image, randomInt(margin), randomInt(margin), width, height, 0, top, width, height)
        }
        context.globalCompositeOperation = "source-over"
    }
}

/**
 * @param {number} width
 * @param {number} height
 */
function tile(width, height) {
    const image = new OffscreenCanvas(width + margin, height + margin)
    const context = image.getContext("2d", { alpha: false })
    if (!context) throw new Error("This browser has no canvas in workers")
    const data = context.createImageData(image.width, image.height)
    const pixels = new Uint32Array(data.data.buffer)
    const columns = Math.ceil(image.width / grain)
    for (let y = 0; y < image.height; y += grain) {
        for (let column = 0; column < columns; column += 1) {
            const grey = randomInt(contrast)
            const pixel = (0xff000000 | (grey << 16) | (grey << 8) | grey) >>> 0
            for (let row = y; row < Math.min(y + grain, image.height); row += 1) {
                const start = row * image.width + column * grain
                pixels.fill(pixel, start, Math.min(start + grain, (row + 1) * image.width))
            }
        }
    }
    context.putImageData(data, 0, 0)
    return image.transferToImageBitmap()
}

/** @param {number} limit */
function randomInt(limit) {
    return Math.floor(Math.random() * limit)
}
