import { readMP4Head } from "./mp4.js"
import { readWebMHead } from "./webm.js"

/**
 * A place where a player may begin to read: a cluster or a fragment. Times are seconds of the file.
 *
 * @typedef {object} Point
 * @property {number} offset
 * @property {number} time
 * @property {number} end How far it goes at least.
 * @property {boolean} isKey Whether its first picture needs no other.
 *
 * @typedef {object} Head
 * @property {Uint8Array} init What a player needs before any media.
 * @property {number} mediaOffset
 * @property {(bytes: Uint8Array, offset: number) => Point[]} find The points in bytes from anywhere in the file.
 * @property {(bytes: Uint8Array, offset: number) => Uint8Array} [media] What of bytes a player takes, where not all.
 *
 * @typedef {(first: number, length: number) => Promise<Uint8Array>} Reader
 */

/** Read at once while looking for a point, and before giving up. */
const PROBE = 128 << 10
const LONGEST_PROBE = 4 << 20
/** Points that are closer together need nothing between them. */
const CLOSE_BYTES = 1 << 20
const CLOSE_SECONDS = 3
const MOST_PROBES = 10
/** More than the description of a fragment, which may come in two pieces. */
const OVERLAP = 2 << 10
/** What is before the media is small, but for space that is kept free. */
const HEAD_WINDOW = 8 << 10

/** Which time is where in a file that grows: what was seen while reading, and what is looked up between. */
export class MediaMap {
    #head
    #read
    /** @type {Point[]} In order. */
    #points = []
    #tail = new Uint8Array()
    #tailEnd = 0

    /**
     * @param {Head} head
     * @param {Reader} read
     */
    constructor(head, read) {
        this.#head = head
        this.#read = read
        this.#add([{ offset: head.mediaOffset, time: 0, end: 0, isKey: true }])
    }

    /**
     * @param {string} mimeType
     * @param {Reader} read
     */
    static async open(mimeType, read) {
        const windowed = throughWindow(read)
        const head = await (/^video\/mp4/.test(mimeType) ? readMP4Head(windowed) : readWebMHead(windowed))
        return new MediaMap(head, read)
    }

    get init() {
        return this.#head.init
    }

    /**
     * What of these bytes, which go on or begin with media, a player takes.
     *
     * @param {Uint8Array} bytes
     * @param {number} offset
     */
    media(bytes, offset) {
        return this.#head.media ? this.#head.media(bytes, offset) : bytes
    }

    /** Where the media begins. */
    get first() {
        return this.#points[0]
    }

    /** How far the file is known to go, in seconds. */
    get end() {
        return Math.max(...this.#points.slice(-2).map(({ end }) => end))
    }

    /**
     * Learns from bytes that came in.
     *
     * @param {Uint8Array} bytes
     * @param {number} offset
     */
    scan(bytes, offset) {
        if (offset === this.#tailEnd && this.#tail.length > 0) {
            const seam = new Uint8Array(this.#tail.length + Math.min(OVERLAP, bytes.length))
            seam.set(this.#tail)
            seam.set(bytes.subarray(0, OVERLAP), this.#tail.length)
            this.#add(this.#head.find(seam, offset - this.#tail.length))
        }
        this.#add(this.#head.find(bytes, offset))
        this.#tail = bytes.slice(-OVERLAP)
        this.#tailEnd = offset + bytes.length
    }

    /**
     * Looks at the end of the file.
     *
     * @param {number} size Bytes of the file.
     */
    async findEnd(size) {
        for (let length = PROBE; length <= LONGEST_PROBE; length *= 4) {
            const first = Math.max(this.#head.mediaOffset, size - length)
            const found = this.#head.find(await this.#read(first, size - first), first)
            this.#add(found)
            if (found.length > 0 || first === this.#head.mediaOffset) break
        }
        return this.end
    }

    /**
     * Where to begin reading for a picture at that time: at the last key frame before it, if that is known, else so
     * early that there will be one on the way.
     *
     * @param {number} time
     * @param {number} lead Seconds in which there is a key frame; infinite for none.
     */
    async locate(time, lead) {
        if (lead === Infinity) return this.first
        const key = this.#points.filter((point) => point.isKey && point.time <= time).at(-1)
        if (key && key.time >= time - lead) return key
        const early = Math.max(0, time - lead)
        for (let count = 0; count < MOST_PROBES; count += 1) {
            const next = this.#points.findIndex((point) => point.time > early)
            const [low, high] = [this.#points.at(next - 1), this.#points[next]]
            if (low === undefined || high === undefined || next < 1) break
            if (high.offset - low.offset < CLOSE_BYTES || high.time - low.time < CLOSE_SECONDS) return low
            const share = (early - low.time) / (high.time - low.time)
            const guess = Math.floor(low.offset + share * (high.offset - low.offset) - PROBE)
            if (!(await this.#probe(Math.max(guess, low.offset + 1), high.offset))) return low
        }
        return this.#points.filter((point) => point.time <= early).at(-1) ?? this.#points[0]
    }

    /**
     * A time before what is at that offset.
     *
     * @param {number} offset
     */
    timeAt(offset) {
        return this.#points.filter((point) => point.offset < offset).at(-1)?.time ?? 0
    }

    /**
     * Looks for a point that is not known yet.
     *
     * @param {number} first
     * @param {number} end
     */
    async #probe(first, end) {
        for (let offset = first, length = PROBE; offset < end && length <= LONGEST_PROBE; length *= 2) {
            const bytes = await this.#read(offset, Math.min(length, end - offset))
            const found = this.#head.find(bytes, offset)
            this.#add(found)
            if (found.length > 0) return true
            if (bytes.length <= OVERLAP) return false
            offset += bytes.length - OVERLAP
        }
        return false
    }

    /** @param {Point[]} found */
    #add(found) {
        for (const point of found) {
            let place = this.#points.length
            while (place > 0 && this.#points[place - 1].offset > point.offset) place -= 1
            const known = this.#points[place - 1]
            if (known?.offset === point.offset) {
                // Seen again, perhaps with more of it.
                known.isKey ||= point.isKey
                known.end = Math.max(known.end, point.end)
                if (known.offset !== this.#head.mediaOffset) known.time = point.time
            } else {
                this.#points.splice(place, 0, point)
            }
        }
    }
}

/**
 * Small reads from a few larger ones.
 *
 * @param {Reader} read
 * @returns {Reader}
 */
function throughWindow(read) {
    let start = 0
    let window = new Uint8Array()
    return async (first, length) => {
        if (first < start || first + length > start + window.length) {
            start = first
            window = await read(first, Math.max(length, HEAD_WINDOW))
        }
        return window.slice(first - start, first - start + length)
    }
}
