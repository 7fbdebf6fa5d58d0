/** Exponential delays with jitter, so that a family's tabs do not all come back in the same instant. */
export class Backoff {
    #attempt = 0
    #firstMs
    #longestMs

    /** @param {{firstMs?: number, longestMs?: number}} [options] */
    constructor(options) {
        this.#firstMs = options?.firstMs ?? 500
        this.#longestMs = options?.longestMs ?? 15_000
    }

    get attempts() {
        return this.#attempt
    }

    /** @returns {number} Milliseconds to wait: between half of the step and the whole step. */
    next() {
        const step = Math.min(this.#longestMs, this.#firstMs * 2 ** this.#attempt)
        this.#attempt += 1
        return step / 2 + Math.random() * (step / 2)
    }

    reset() {
        this.#attempt = 0
    }
}
