/** @typedef {import("./media-map.js").Point} Point */
/** @typedef {import("./media-map.js").Head} Head */
/** @typedef {import("./media-map.js").Reader} Reader */

/**
 * @typedef {object} Track
 * @property {number} id
 * @property {number} timescale Ticks in a second.
 * @property {boolean} isVideo
 * @property {number} flags Of a sample that says nothing itself.
 */

/** Such a file has no more boxes than this before its media. */
const MOST_BOXES = 32
/** A sample that is no key frame (ISO/IEC 14496-12 §8.8.3.1). */
const NEEDS_OTHERS = 0x1_0000

/** In the place of a size: eight bytes of it follow the type (§4.2). */
const LARGE = 1
const LARGE_HEADER = 16

// What tfhd and trun say that they have (§8.8.7, §8.8.8).
const BASE_OFFSET = 0x1
const DESCRIPTION = 0x2
const DEFAULT_DURATION = 0x8
const DEFAULT_SIZE = 0x10
const DEFAULT_FLAGS = 0x20
const DATA_OFFSET = 0x1
const FIRST_FLAGS = 0x4
const SAMPLE_DURATION = 0x100
const SAMPLE_SIZE = 0x200
const SAMPLE_FLAGS = 0x400

/**
 * Reads what is before the media: what a player needs of it, without the space that is kept free for later.
 *
 * A file that is whole already has its head in a `free` box and its fragments in one `mdat`: as they were while it grew.
 *
 * @param {Reader} read
 * @returns {Promise<Head>}
 */
export async function readMP4Head(read) {
    /** @type {Uint8Array} */
    let init = new Uint8Array()
    /** @type {Track[]} */
    let tracks = []
    let offset = 0
    for (let count = 0; count < MOST_BOXES; count += 1) {
        const header = await read(offset, 8)
        if (header.length < 8) break
        const view = viewOf(header)
        const [size, type] = [view.getUint32(0), typeAt(view, 4)]
        if (type === "moof") {
            const track = tracks.find(({ isVideo }) => isVideo) ?? tracks[0]
            if (track === undefined) break
            return { init, mediaOffset: offset, find: (bytes, at) => findFragments(bytes, at, track), media: fragmentsOnly() }
        }
        if (type === "mdat" && size === LARGE) {
            offset += LARGE_HEADER
            continue
        }
        if (size < 8) break
        const isHead = type === "moov" || (type === "free" && tracks.length === 0 && size > 16)
        if (type === "ftyp" || isHead) {
            const box = (await read(offset, size)).slice()
            if (isHead) {
                tracks = tracksOf(viewOf(box.subarray(8)))
                box.set([0x6d, 0x6f, 0x6f, 0x76], 4)
            }
            const longer = new Uint8Array(init.length + box.length)
            longer.set(init)
            longer.set(box, init.length)
            init = longer
        }
        offset += size
    }
    throw new Error("This is no MP4 that can be played while it grows")
}

/**
 * Passes on fragments, and nothing behind them: a file that gets whole gets a table of all its samples there, which a
 * SourceBuffer refuses.
 */
function fragmentsOnly() {
    /** Where bytes are to go on, and where the next box begins. */
    let [expected, next] = [-1, -1]
    let isOver = false
    /** The beginning of a box whose kind is not known yet. */
    let held = new Uint8Array()
    /**
     * @param {Uint8Array} bytes
     * @param {number} at Their offset in the file; where they do not go on, a fragment begins.
     */
    return (bytes, at) => {
        if (at !== expected) [next, isOver, held] = [at, false, new Uint8Array()]
        expected = at + bytes.length
        if (isOver) return new Uint8Array()
        const all = new Uint8Array(held.length + bytes.length)
        all.set(held)
        all.set(bytes, held.length)
        const start = at - held.length
        const view = viewOf(all)
        while (next + 8 <= expected) {
            const size = view.getUint32(next - start)
            isOver = !["moof", "mdat"].includes(typeAt(view, next - start + 4)) || size < 8
            if (isOver) break
            next += size
        }
        const end = isOver || next < expected ? next - start : all.length
        held = isOver ? new Uint8Array() : all.slice(end)
        return all.subarray(0, end)
    }
}

/**
 * @param {DataView} moov
 * @returns {Track[]}
 */
function tracksOf(moov) {
    /** @type {Map<number, number>} */
    const flags = new Map()
    const mvex = child(moov, "mvex")
    for (const { type, body } of mvex ? boxes(mvex) : []) {
        if (type === "trex" && body.byteLength >= 24) flags.set(body.getUint32(4), body.getUint32(20))
    }
    /** @type {Track[]} */
    const tracks = []
    for (const { type, body } of boxes(moov)) {
        const mdia = type === "trak" ? child(body, "mdia") : null
        const tkhd = mdia && child(body, "tkhd")
        const mdhd = mdia && child(mdia, "mdhd")
        const hdlr = mdia && child(mdia, "hdlr")
        if (!tkhd || !mdhd || !hdlr) continue
        // Version 1 has times of eight bytes.
        const id = tkhd.getUint32(tkhd.getUint8(0) === 1 ? 20 : 12)
        const timescale = mdhd.getUint32(mdhd.getUint8(0) === 1 ? 20 : 12)
        tracks.push({ id, timescale, isVideo: typeAt(hdlr, 8) === "vide", flags: flags.get(id) ?? 0 })
    }
    return tracks
}

/**
 * The fragments that begin in some bytes from anywhere in the file, as far as their description is there.
 *
 * @param {Uint8Array} bytes
 * @param {number} at Their offset in the file.
 * @param {Track} track
 * @returns {Point[]}
 */
function findFragments(bytes, at, track) {
    const points = []
    const view = viewOf(bytes)
    for (let letter = bytes.indexOf(0x6d); letter >= 0; letter = bytes.indexOf(0x6d, letter + 1)) {
        const start = letter - 4
        if (start < 0 || letter + 12 > bytes.length || typeAt(view, letter) !== "moof") continue
        const size = view.getUint32(start)
        if (typeAt(view, letter + 8) !== "mfhd" || start + size > bytes.length) continue
        const fragment = readFragment(new DataView(bytes.buffer, bytes.byteOffset + start + 8, size - 8), track)
        if (fragment) points.push({ offset: at + start, ...fragment })
    }
    return points
}

/**
 * @param {DataView} moof
 * @param {Track} track
 */
function readFragment(moof, track) {
    for (const { type, body } of boxes(moof)) {
        const tfhd = type === "traf" ? child(body, "tfhd") : null
        if (!tfhd || tfhd.getUint32(4) !== track.id) continue
        const tfdt = child(body, "tfdt")
        if (!tfdt) continue
        const ticks = tfdt.getUint8(0) === 1 ? tfdt.getUint32(4) * 2 ** 32 + tfdt.getUint32(8) : tfdt.getUint32(4)
        const time = ticks / track.timescale
        return { time, end: time, isKey: (firstFlags(tfhd, child(body, "trun"), track) & NEEDS_OTHERS) === 0 }
    }
    return null
}

/**
 * Flags of the first sample.
 *
 * @param {DataView} tfhd
 * @param {DataView | null} trun
 * @param {Track} track
 */
function firstFlags(tfhd, trun, track) {
    const runHas = trun ? trun.getUint32(0) : 0
    if (trun && runHas & (FIRST_FLAGS | SAMPLE_FLAGS)) {
        const samples = 8 + (runHas & DATA_OFFSET ? 4 : 0)
        if (runHas & FIRST_FLAGS) return trun.getUint32(samples)
        return trun.getUint32(samples + (runHas & SAMPLE_DURATION ? 4 : 0) + (runHas & SAMPLE_SIZE ? 4 : 0))
    }
    const has = tfhd.getUint32(0)
    if (!(has & DEFAULT_FLAGS)) return track.flags
    let position = 8 + (has & BASE_OFFSET ? 8 : 0)
    for (const field of [DESCRIPTION, DEFAULT_DURATION, DEFAULT_SIZE]) if (has & field) position += 4
    return tfhd.getUint32(position)
}

/**
 * @param {DataView} view The content of a box, without its header.
 * @returns {Generator<{type: string, body: DataView}>}
 */
function* boxes(view) {
    for (let position = 0; position + 8 <= view.byteLength; ) {
        const size = view.getUint32(position)
        if (size < 8 || position + size > view.byteLength) return
        const body = new DataView(view.buffer, view.byteOffset + position + 8, size - 8)
        yield { type: typeAt(view, position + 4), body }
        position += size
    }
}

/**
 * @param {DataView} view
 * @param {string} wanted
 */
function child(view, wanted) {
    for (const { type, body } of boxes(view)) if (type === wanted) return body
    return null
}

/**
 * @param {DataView} view
 * @param {number} offset
 */
function typeAt(view, offset) {
    return String.fromCharCode(view.getUint8(offset), view.getUint8(offset + 1), view.getUint8(offset + 2), view.getUint8(offset + 3))
}

/** @param {Uint8Array} bytes */
function viewOf(bytes) {
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
