// Porthole's HTTP API from a page of your own: `fetch`, a user token, nothing else.
// docs/web-app-integration.md explains it; /openapi.yaml on your server lists every route.

/** An answer that is not a success; `message` is for people. */
export class PortholeError extends Error {
    /**
     * @param {number} status
     * @param {string} message
     */
    constructor(status, message) {
        super(message)
        this.name = "PortholeError"
        this.status = status
    }
}

export class Porthole {
    #server
    #getToken

    /**
     * @param {string} server Where Porthole is, such as `https://porthole.example.com`.
     * @param {() => string | Promise<string>} getToken Gives a user token that has not expired.
     */
    constructor(server, getToken) {
        this.#server = server
        this.#getToken = getToken
    }

    /** Who is streaming now, of those whom the user may watch. */
    active() {
        return this.#call("GET", "/api/sessions/active")
    }

    /** @param {string} sessionId */
    session(sessionId) {
        return this.#call("GET", `/api/sessions/${encodeURIComponent(sessionId)}`)
    }

    /**
     * Starts a session of the user; the same connection id gives the same session while it is active.
     * @param {string} connectionId
     * @param {Record<string, string>} [metadata]
     */
    start(connectionId, metadata = {}) {
        return this.#call("POST", "/api/sessions/start", { connectionId, metadata })
    }

    /** @param {string} sessionId */
    end(sessionId) {
        return this.#call("POST", `/api/sessions/end/${encodeURIComponent(sessionId)}`, {})
    }

    /**
     * The address of the player for this user, for an iframe or a new tab. The token stays in the fragment, which
     * no server sees; the player trades it for a cookie of its own.
     * @param {string} sessionId
     */
    async playerAddress(sessionId) {
        const address = new URL(`/watch/${encodeURIComponent(sessionId)}`, this.#server)
        address.hash = new URLSearchParams({ token: await this.#getToken() }).toString()
        return address.href
    }

    /**
     * Makes a link that opens the player without an account. Its address is shown this once.
     * @param {string} sessionId
     * @param {{rights?: string[], guardian_id?: string, expires_in?: number, scope?: "session" | "child"}} [link]
     */
    makeWatchLink(sessionId, link = {}) {
        return this.#call("POST", `/api/sessions/${encodeURIComponent(sessionId)}/watch-links`, link)
    }

    /** @param {string} sessionId */
    sessionRecordings(sessionId) {
        return this.#call("GET", `/api/recordings/session/${encodeURIComponent(sessionId)}`)
    }

    /** Every recording that the user may see, newest first; asks for the next page only when it is needed. */
    async *recordings() {
        let path = "/api/recordings"
        while (path) {
            const page = await this.#call("GET", path)
            yield* page.recordings
            path = page.next_cursor ? `/api/recordings?cursor=${encodeURIComponent(page.next_cursor)}` : ""
        }
    }

    /** @param {string} recordingId */
    recording(recordingId) {
        return this.#call("GET", `/api/recordings/${encodeURIComponent(recordingId)}`)
    }

    /**
     * The address of one of a recording's files, good for fifteen minutes and for Range requests.
     * @param {{url: string}} segment One of the recording's `segments`.
     * @returns {Promise<{url: string, expiresAt: Date}>}
     */
    async recordingFile(segment) {
        const { url, expires_at } = await this.#call("GET", segment.url)
        return { url: new URL(url, this.#server).href, expiresAt: new Date(expires_at) }
    }

    /**
     * Keeps a moment of a recording, running or ready. The answer is a recording that is made a moment later.
     * @param {string} recordingId
     * @param {{last: number} | {start: number, end: number}} stretch Seconds.
     */
    clip(recordingId, stretch) {
        return this.#call("POST", `/api/recordings/${encodeURIComponent(recordingId)}/clips`, stretch)
    }

    /** @param {string} recordingId */
    deleteRecording(recordingId) {
        return this.#call("DELETE", `/api/recordings/${encodeURIComponent(recordingId)}`)
    }

    /**
     * @param {string} method
     * @param {string} path
     * @param {unknown} [body]
     * @returns {Promise<any>}
     */
    async #call(method, path, body) {
        const headers = new Headers({ Authorization: `Bearer ${await this.#getToken()}` })
        if (body !== undefined) headers.set("Content-Type", "application/json")
        const response = await fetch(new URL(path, this.#server), {
            method,
            headers,
            body: body === undefined ? undefined : JSON.stringify(body),
        })
        const answer = await response.json().catch(() => ({}))
        if (!response.ok) throw new PortholeError(response.status, answer.error ?? response.statusText)
        return answer
    }
}

/**
 * Plays the files of a ready recording in order, mostly one, and asks for a fresh address when the old one has expired, at
 * the same position.
 * @param {HTMLVideoElement} video
 * @param {Porthole} porthole
 * @param {string} recordingId
 */
export async function playRecording(video, porthole, recordingId) {
    const { segments } = await porthole.recording(recordingId)
    let number = 0
    let file = await porthole.recordingFile(segments[number])
    video.onended = async () => {
        if (number + 1 === segments.length) return
        number += 1
        file = await porthole.recordingFile(segments[number])
        video.src = file.url
        await video.play()
    }
    video.onerror = async () => {
        if (Date.now() < file.expiresAt.getTime()) return
        const position = video.currentTime
        file = await porthole.recordingFile(segments[number])
        video.src = file.url
        video.currentTime = position
        await video.play()
    }
    video.src = file.url
}
