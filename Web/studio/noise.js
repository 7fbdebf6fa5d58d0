/** Tiles are larger than the picture by this much, so that each frame can take another part of them. */
const margin = 256
/** Grains of this size survive the halved colour planes of video; smaller ones would mostly be smoothed away. */
const grain = 2

/**
 * A picture that no encoder can foretell or compress well, for trying bandwidth: the difference of two tiles of grain,
 * each moved to a random place for every frame.
 */
export class Noise {
    #width
    #height
    #tiles

    /**
     * @param {number} width
     * @param {number} height
     * @param {number} contrast From 0 to 1.
     */
    constructor(width, height, contrast) {
        this.#width = width
        this.#height = height
        this.#tiles = [tile(width, height, contrast), tile(width, height, contrast)]
    }

    /** @param {OffscreenCanvasRenderingContext2D} context */
    draw(context) {
        context.fillStyle = "#808080"
        context.fillRect(0, 0, this.#width, this.#height)
        for (const image of this.#tiles) {
            context.globalCompositeOperation = "difference"
            context.drawImage(image, -randomInt(margin), -randomInt(margin))
        }
        context.globalCompositeOperation = "source-over"
    }
}

/**
 * @param {number} width
 * @param {number} height
 * @param {number} contrast
 */
function tile(width, height, contrast) {
    const image = new OffscreenCanvas(width + margin, height + margin)
    const context = image.getContext("2d", { alpha: false })
    if (!context) throw new Error("This browser has no canvas in workers")
    const data = context.createImageData(image.width, image.height)
    const pixels = new Uint32Array(data.data.buffer)
    const columns = Math.ceil(image.width / grain)
    for (let y = 0; y < image.height; y += grain) {
        for (let column = 0; column < columns; column += 1) {
            const grey = Math.floor(Math.random() * 255 * contrast)
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
