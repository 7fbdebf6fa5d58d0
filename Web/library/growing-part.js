import { GrowingFile } from "./growing-file.js"
import { MediaMap } from "./media-map.js"
import { signSegment } from "./recordings.js"

/** @typedef {import("./recordings.js").Segment} Segment */

/** One file of a recording that goes on, and what is known of where its pictures are. */
export class GrowingPart {
    /** @type {MediaMap | null} */
    #map = null
    #signal = new AbortController().signal

    /** @param {Segment} segment */
    constructor(segment) {
        this.segment = segment
        this.type = segment.mime_type
        this.file = new GrowingFile(() => signSegment(segment))
    }

    /**
     * The map of the file, for which its head is read once.
     *
     * @param {AbortSignal} signal Ends this and what the map reads later on.
     */
    async open(signal) {
        this.#signal = signal
        this.#map ??= await MediaMap.open(this.type, (first, length) => this.file.read(first, length, this.#signal))
        signal.throwIfAborted()
        return this.#map
    }
}
