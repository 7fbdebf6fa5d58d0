/**
 * Server-sent events by `fetch`: an `EventSource` cannot carry a token.
 * @param {string} url
 * @param {RequestInit} init
 * @param {(name: string, data: string) => void} onEvent
 * @returns {Promise<void>} Ends with the stream, or throws when it breaks off.
 */
export async function readEvents(url, init, onEvent) {
    const response = await fetch(url, { cache: "no-store", ...init, headers: { ...init.headers, Accept: "text/event-stream" } })
    if (!response.ok || !response.body) throw new Error(`Events answered ${response.status}`)
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    const parser = new EventParser(onEvent)
    for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        parser.take(value)
    }
}

/** Takes a stream of server-sent events apart (WHATWG HTML §9.2.6); ids and retry times are of no use here. */
export class EventParser {
    #onEvent
    #rest = ""
    #name = ""
    /** @type {string[]} */
    #data = []

    /** @param {(name: string, data: string) => void} onEvent */
    constructor(onEvent) {
        this.#onEvent = onEvent
    }

    /** @param {string} text */
    take(text) {
        const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/)
        this.#rest = lines.pop() ?? ""
        for (const line of lines) this.#line(line)
    }

    /** @param {string} line */
    #line(line) {
        if (line === "") return this.#dispatch()
        const colon = line.indexOf(":")
        const field = colon < 0 ? line : line.slice(0, colon)
        const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "")
        if (field === "event") this.#name = value
        else if (field === "data") this.#data.push(value)
    }

    #dispatch() {
        if (this.#data.length > 0 || this.#name) this.#onEvent(this.#name || "message", this.#data.join("\n"))
        this.#name = ""
        this.#data = []
    }
}
