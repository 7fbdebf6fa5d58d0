import { ApiError, request } from "../lib/api.js"

/** A signed URL is renewed this long before it ends. */
const EARLY_MS = 60_000

/** A file on the server that may still grow, read in pieces by URLs that expire. */
export class GrowingFile {
    #sign
    #url = ""
    #renewAt = 0
    /** Bytes, as of the last answer. */
    size = 0

    /** @param {() => Promise<{url: string, expires_at: string}>} sign */
    constructor(sign) {
        this.#sign = sign
    }

    /**
     * Reads at most `length` bytes from `first` on, and hands them over as they come.
     *
     * @param {number} first
     * @param {number} length
     * @param {AbortSignal} signal
     * @param {(bytes: Uint8Array, offset: number) => Promise<boolean>} take Says whether it wants more.
     * @returns {Promise<number>} How many came; none at the end of the file.
     */
    async stream(first, length, signal, take) {
        // With the byte before: at the end of the file that is an answer, too, and not an error.
        const known = first > 0 ? 1 : 0
        const response = await this.#ask(`bytes=${first - known}-${first + length - 1}`, signal)
        if (response === null) return 0
        const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader()
        let offset = first - known
        for (;;) {
            const { done, value } = await reader.read().catch(interrupted)
            if (done || value === undefined) return offset - first
            const bytes = value.subarray(Math.max(0, first - offset))
            offset += value.byteLength
            if (bytes.length === 0 || (await take(bytes, offset - bytes.length))) continue
            reader.cancel().catch(() => undefined)
            return offset - first
        }
    }

    /**
     * The bytes there, fewer at the end of the file.
     *
     * @param {number} first
     * @param {number} length
     * @param {AbortSignal} signal
     */
    async read(first, length, signal) {
        const response = await this.#ask(`bytes=${first}-${first + length - 1}`, signal)
        return response === null ? new Uint8Array() : new Uint8Array(await response.arrayBuffer().catch(interrupted))
    }

    /**
     * Asks how long the file is now.
     *
     * @param {AbortSignal} signal
     */
    async measure(signal) {
        await this.read(Math.max(0, this.size - 1), 1, signal)
        return this.size
    }

    /**
     * @param {string} range
     * @param {AbortSignal} signal
     * @returns {Promise<Response | null>} Null where the file has not got so far.
     */
    async #ask(range, signal) {
        try {
            return await this.#askOnce(range, signal)
        } catch (problem) {
            // The URL was good for less long than it said, as after a sleep or with a clock that is wrong.
            if (!(problem instanceof ApiError) || problem.status !== 403) throw problem
            this.#renewAt = 0
            return this.#askOnce(range, signal)
        }
    }

    /**
     * @param {string} range
     * @param {AbortSignal} signal
     */
    async #askOnce(range, signal) {
        if (Date.now() >= this.#renewAt) {
            const { url, expires_at } = await this.#sign()
            this.#url = url
            // Not again for a minute, whatever this machine's clock says.
            this.#renewAt = Math.max(Date.parse(expires_at) - EARLY_MS, Date.now() + EARLY_MS)
        }
        try {
            const response = await request(this.#url, { headers: { Range: range }, signal })
            if (response.status !== 206) throw new ApiError(0, "The server does not give parts of the file")
            const [, size] = /\/(\d+)$/.exec(response.headers.get("Content-Range") ?? "") ?? []
            this.size = Math.max(this.size, Number(size ?? 0))
            return response
        } catch (problem) {
            if (problem instanceof ApiError && problem.status === 416) return null
            throw problem
        }
    }
}

/** @returns {never} */
function interrupted() {
    throw new ApiError(0, "The server cannot be reached")
}
