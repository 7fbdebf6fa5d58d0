/** Quick after a change, slower while nothing happens: 100 requests in 15 minutes are for everything a family does. */
const SHORTEST_MS = 15_000
const LONGEST_MS = 45_000
const AFTER_TROUBLE_MS = 30_000
/** Leafing through tabs is not a reason to ask each time. */
const FRESH_MS = 5_000

/** Repeats a question while somebody looks at the page. */
export class Polling {
    #ask
    #delay = SHORTEST_MS
    #timer = 0
    #asking = false
    #stopped = true
    #askedAt = 0

    /** @param {() => Promise<"changed" | "same" | "failed" | "stop">} ask */
    constructor(ask) {
        this.#ask = ask
    }

    start() {
        this.#stopped = false
        document.addEventListener("visibilitychange", () => this.#visibilityChanged())
        this.now()
    }

    /** Asks at once, unless a question is already under way. */
    now() {
        clearTimeout(this.#timer)
        if (!this.#asking) void this.#once()
    }

    async #once() {
        this.#asking = true
        this.#askedAt = Date.now()
        const outcome = await this.#ask().finally(() => (this.#asking = false))
        this.#stopped = outcome === "stop"
        if (outcome === "changed") this.#delay = SHORTEST_MS
        if (outcome === "same") this.#delay = Math.min(LONGEST_MS, this.#delay * 1.25)
        if (outcome === "failed") this.#delay = AFTER_TROUBLE_MS
        this.#schedule()
    }

    #schedule() {
        clearTimeout(this.#timer)
        if (this.#stopped || document.hidden) return
        this.#timer = window.setTimeout(() => this.now(), this.#delay)
    }

    #visibilityChanged() {
        if (Date.now() - this.#askedAt < FRESH_MS) this.#schedule()
        else if (document.hidden) clearTimeout(this.#timer)
        else if (!this.#stopped) this.now()
    }
}
