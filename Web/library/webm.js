/** @typedef {import("./media-map.js").Point} Point */
/** @typedef {import("./media-map.js").Head} Head */
/** @typedef {import("./media-map.js").Reader} Reader */

// Identifiers with their markers (RFC 9559 §5.1).
const EBML = 0x1a45dfa3
const SEGMENT = 0x18538067
const INFO = 0x1549a966
const TRACKS = 0x1654ae6b
const TRACK_ENTRY = 0xae
const TRACK_NUMBER = 0xd7
const TRACK_TYPE = 0x83
const TIMESTAMP_SCALE = 0x2ad7b1
const CLUSTER = 0x1f43b675
const TIMESTAMP = 0xe7
const SIMPLE_BLOCK = 0xa3

const VIDEO = 1
const KEY_FRAME = 0x80
/** Such a file has no more elements than this before its media. */
const MOST_ELEMENTS = 32

/**
 * Reads what is before the media: what a player needs of it, without the space that is kept free for later.
 *
 * @param {Reader} read
 * @returns {Promise<Head>}
 */
export async function readWebMHead(read) {
    /** @type {Uint8Array[]} */
    const init = []
    let scale = 1_000_000
    let videoTrack = 0
    let offset = 0
    for (let count = 0; count < MOST_ELEMENTS; count += 1) {
        const header = elementAt(await read(offset, 12), 0)
        if (header === null) break
        const { id, size, length } = header
        if (id === CLUSTER) {
            const facts = { secondsPerTick: scale / 1e9, videoTrack }
            return { init: joined(init), mediaOffset: offset, find: (bytes, at) => findClusters(bytes, at, facts) }
        }
        if (id === SEGMENT) {
            init.push(Uint8Array.of(0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff))
            offset += length
            continue
        }
        if (size === null) break
        if (id === EBML || id === INFO || id === TRACKS) {
            const bytes = await read(offset, length + size)
            init.push(bytes)
            if (id === INFO) scale = numberIn(bytes, length, bytes.length, TIMESTAMP_SCALE) ?? scale
            if (id === TRACKS) videoTrack = videoTrackOf(bytes, length)
        }
        offset += length + size
    }
    throw new Error("This is no WebM that can be played while it grows")
}

/**
 * @param {Uint8Array} bytes The element with all tracks.
 * @param {number} start
 */
function videoTrackOf(bytes, start) {
    for (const { id, from, to } of childrenOf(bytes, start, bytes.length)) {
        if (id === TRACK_ENTRY && numberIn(bytes, from, to, TRACK_TYPE) === VIDEO) {
            return numberIn(bytes, from, to, TRACK_NUMBER) ?? 0
        }
    }
    return 0
}

/**
 * The clusters that begin in some bytes from anywhere in the file.
 *
 * @param {Uint8Array} bytes
 * @param {number} at Their offset in the file.
 * @param {{secondsPerTick: number, videoTrack: number}} facts
 * @returns {Point[]}
 */
function findClusters(bytes, at, { secondsPerTick, videoTrack }) {
    const points = []
    for (let start = bytes.indexOf(0x1f); start >= 0; start = bytes.indexOf(0x1f, start + 1)) {
        const header = elementAt(bytes, start)
        if (header?.id !== CLUSTER) continue
        const content = start + header.length
        const timestamp = elementAt(bytes, content)
        if (timestamp?.id !== TIMESTAMP || timestamp.size === null || timestamp.size > 8) continue
        const from = content + timestamp.length
        if (from + timestamp.size > bytes.length) continue
        const ticks = unsigned(bytes, from, timestamp.size)
        const { isKey, lastTicks } = blocksFrom(bytes, from + timestamp.size, videoTrack)
        points.push({
            offset: at + start,
            time: ticks * secondsPerTick,
            end: (ticks + lastTicks) * secondsPerTick,
            isKey,
        })
    }
    return points
}

/**
 * @param {Uint8Array} bytes
 * @param {number} start Of the first block of a cluster.
 * @param {number} videoTrack 0 without one.
 * @returns {{isKey: boolean, lastTicks: number}} Whether its pictures begin with a whole one, and when its last block is.
 */
function blocksFrom(bytes, start, videoTrack) {
    /** @type {boolean | null} */
    let isKey = videoTrack === 0 ? true : null
    let lastTicks = 0
    for (const { id, from, to } of childrenOf(bytes, start, bytes.length)) {
        // What has an identifier of four bytes does not belong to the cluster any more.
        if (id >= 0x1000_0000) break
        // A block: track in one byte of ours, time in two, flags in one (RFC 9559 §10.2).
        if (id !== SIMPLE_BLOCK || from + 4 > bytes.length || to - from < 4) continue
        lastTicks = Math.max(lastTicks, ((bytes[from + 1] << 24) >> 16) | bytes[from + 2])
        if ((bytes[from] & 0x7f) === videoTrack) isKey ??= (bytes[from + 3] & KEY_FRAME) !== 0
    }
    return { isKey: isKey ?? false, lastTicks }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} start
 * @param {number} end
 * @returns {Generator<{id: number, from: number, to: number}>} The last one may go beyond the bytes.
 */
function* childrenOf(bytes, start, end) {
    for (let position = start; position < end; ) {
        const header = elementAt(bytes, position)
        if (header === null || header.size === null) return
        const from = position + header.length
        position = from + header.size
        yield { id: header.id, from, to: position }
    }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} start
 * @param {number} end
 * @param {number} wanted
 */
function numberIn(bytes, start, end, wanted) {
    for (const { id, from, to } of childrenOf(bytes, start, end)) if (id === wanted) return unsigned(bytes, from, to - from)
    return null
}

/**
 * Identifier and size of an element (RFC 8794 §4 to §6).
 *
 * @param {Uint8Array} bytes
 * @param {number} start
 * @returns {{id: number, size: number | null, length: number} | null} `size` of the content, null where the file does
 *   not say; `length` of the header. Null where there is no whole header.
 */
function elementAt(bytes, start) {
    const idLength = Math.clz32(bytes[start] ?? 0) - 23
    const sizeLength = Math.clz32(bytes[start + idLength] ?? 0) - 23
    const length = idLength + sizeLength
    if (idLength > 4 || sizeLength > 8 || start + length > bytes.length) return null
    const id = unsigned(bytes, start, idLength)
    const marker = 1 << (8 - sizeLength)
    let size = bytes[start + idLength] & (marker - 1)
    let isUnknown = size === marker - 1
    for (let index = start + idLength + 1; index < start + length; index += 1) {
        size = size * 256 + bytes[index]
        isUnknown &&= bytes[index] === 0xff
    }
    return { id, size: isUnknown ? null : size, length }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} start
 * @param {number} length
 */
function unsigned(bytes, start, length) {
    let number = 0
    for (let index = start; index < start + length; index += 1) number = number * 256 + (bytes[index] ?? 0)
    return number
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
    let offset = 0
    for (const part of parts) {
        all.set(part, offset)
        offset += part.length
    }
    return all
}
