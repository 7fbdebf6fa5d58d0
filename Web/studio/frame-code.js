// The test picture carries its frame number in the picture itself, so that a viewer's side can prove which frames
// arrived: a row of 32 square-ish blocks along the top edge, each width / 32 wide and height / 18 high (40 x 40 pixels
// at 1280 x 720, large enough for any codec). White is 1, black is 0.
//
//   block   0        1        2 ... 29                 30                 31
//           white    black    frame number,            even parity of     the opposite
//           (always) (always) 28 bits, highest first   the 28 bits        of block 30

const blocks = 32
const bits = 28
const firstBit = 2
/** Frame numbers wrap around after 103 days at 30 frames a second. */
const wrap = 2 ** bits
/** Blocks of a real code differ by far more, even after hard compression. */
const leastContrast = 60

/** @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Context */

/** @param {number} number */
function parity(number) {
    let odd = 0
    for (let rest = number; rest > 0; rest = Math.floor(rest / 2)) odd ^= rest % 2
    return odd
}

/**
 * @param {Context} context
 * @param {number} width
 * @param {number} height
 * @param {number} frame
 */
export function drawFrameCounter(context, width, height, frame) {
    const number = frame % wrap
    const blockHeight = Math.round(height / 18)
    for (let block = 0; block < blocks; block += 1) {
        context.fillStyle = blockValue(block, number) ? "#ffffff" : "#000000"
        const left = Math.round((block * width) / blocks)
        const right = Math.round(((block + 1) * width) / blocks)
        context.fillRect(left, 0, right - left, blockHeight)
    }
}

/** @param {number} block @param {number} number */
function blockValue(block, number) {
    if (block === 0) return 1
    if (block === 1) return 0
    if (block === blocks - 2) return parity(number)
    if (block === blocks - 1) return 1 - parity(number)
    return Math.floor(number / 2 ** (bits - 1 - (block - firstBit))) % 2
}

/**
 * Reads the frame number back from a picture drawn with `drawImage(video, 0, 0, width, height)`.
 * @param {Context} context
 * @param {number} width
 * @param {number} height
 * @returns {number | null} Null when the picture carries no code or it does not add up.
 */
export function readFrameCounter(context, width, height) {
    const { data } = context.getImageData(0, 0, width, Math.max(1, Math.floor(height / 18)))
    return decodeFrameCounter(width, height, (x, y) => {
        const index = (y * width + x) * 4
        return (data[index] + data[index + 1] + data[index + 2]) / 3
    })
}

/**
 * Reads the frame number from whatever knows how bright its points are.
 * @param {number} width
 * @param {number} height
 * @param {(x: number, y: number) => number} light From 0 to 255.
 * @returns {number | null}
 */
export function decodeFrameCounter(width, height, light) {
    const blockLights = Array.from({ length: blocks }, (_, block) => blockLight(width, height, block, light))
    if (blockLights[0] - blockLights[1] < leastContrast) return null
    const middle = (blockLights[0] + blockLights[1]) / 2
    const values = blockLights.map((value) => (value > middle ? 1 : 0))
    let number = 0
    for (let bit = 0; bit < bits; bit += 1) number = number * 2 + values[firstBit + bit]
    const isWhole = values[blocks - 2] === parity(number) && values[blocks - 1] === 1 - parity(number)
    return isWhole ? number : null
}

/**
 * The mean brightness of a block's inner half.
 * @param {number} width
 * @param {number} height
 * @param {number} block
 * @param {(x: number, y: number) => number} light
 */
function blockLight(width, height, block, light) {
    const blockWidth = width / blocks
    const blockHeight = height / 18
    const left = Math.floor((block + 0.25) * blockWidth)
    const top = Math.floor(blockHeight / 4)
    const columns = Math.max(1, Math.floor(blockWidth / 2))
    const rows = Math.max(1, Math.floor(blockHeight / 2))
    let sum = 0
    for (let y = top; y < top + rows; y += 1) {
        for (let x = left; x < left + columns; x += 1) sum += light(x, y)
    }
    return sum / (columns * rows)
}
