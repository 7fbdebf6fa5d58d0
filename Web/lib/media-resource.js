import { ApiError, request } from "./api.js"
import { after } from "./timer.js"

/** An answer may take the server one look into its database and one ICE gathering that it has done before. */
const answerMs = 10_000

/**
 * @typedef {object} LinkTarget
 * @property {string} url
 * @property {Record<string, string>} parameters
 */

/**
 * The values of a `Link` header (RFC 8288), quoted commas and semicolons included.
 * @param {string | null} header
 * @param {string} base
 * @returns {LinkTarget[]}
 */
export function parseLinks(header, base) {
    const links = (header ?? "").matchAll(/<([^>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+\s*(?:=\s*(?:"[^"]*"|[^\s,;"]+))?)*)/g)
    return [...links].map(([, target, rest]) => {
        const found = rest.matchAll(/;\s*([\w!#$&+.^`|~*-]+)\s*(?:=\s*(?:"([^"]*)"|([^\s,;"]+)))?/g)
        const parameters = Object.fromEntries([...found].map(([, name, quoted, bare]) => [name.toLowerCase(), quoted ?? bare ?? ""]))
        return { url: new URL(target, base).href, parameters }
    })
}

/** What WHIP and WHEP call a session: the server's end of one peer connection, by its URL (RFC 9725 §4.2). */
export class MediaResource {
    url
    answer
    links
    #token

    /**
     * @param {string} url
     * @param {string} answer
     * @param {LinkTarget[]} links
     * @param {string | null} token
     */
    constructor(url, answer, links, token) {
        this.url = url
        this.answer = answer
        this.links = links
        this.#token = token
    }

    /**
     * Posts an offer. Whoever has no token is known by the page's cookie.
     * @param {string} endpoint
     * @param {string} offer
     * @param {string | null} token
     */
    static async create(endpoint, offer, token) {
        const controller = new AbortController()
        const cancel = after(answerMs, () => controller.abort())
        try {
            const headers = { ...authorization(token), "Content-Type": "application/sdp", Accept: "application/sdp" }
            const response = await request(endpoint, { method: "POST", headers, body: offer, signal: controller.signal })
            const location = response.headers.get("Location")
            if (response.status !== 201 || !location) throw new ApiError(response.status, "The server did not open a connection")
            const base = response.url || new URL(endpoint, document.baseURI).href
            const answer = await response.text()
            const links = parseLinks(response.headers.get("Link"), base)
            return new MediaResource(new URL(location, base).href, answer, links, token)
        } finally {
            cancel()
        }
    }

    /** Whether the server still knows it; after a restart it does not. */
    async isGone() {
        try {
            await this.#request("GET")
            return false
        } catch (error) {
            return error instanceof ApiError && [404, 410].includes(error.status)
        }
    }

    /**
     * Restarts ICE (RFC 9725 §4.3.3).
     * @param {string} fragment Our new credentials.
     * @returns {Promise<string>} The server's.
     */
    async restartIce(fragment) {
        const headers = { "Content-Type": "application/trickle-ice-sdpfrag", "If-Match": "*" }
        return (await this.#request("PATCH", { headers, body: fragment })).text()
    }

    /** Ends it, also from a page that is on its way out. */
    remove() {
        this.#request("DELETE", { keepalive: true }).catch(ignoreEnding)
    }

    /**
     * @param {string} url
     * @param {string[]} events
     * @returns {Promise<string | null>} Where these events can be listened to.
     */
    async subscribe(url, events) {
        const headers = { ...authorization(this.#token), "Content-Type": "application/json" }
        const response = await request(url, { method: "POST", headers, body: JSON.stringify(events) })
        const location = response.headers.get("Location")
        return location ? new URL(location, url).href : null
    }

    /** The headers that speak for whoever opened it. */
    get authorization() {
        return authorization(this.#token)
    }

    /** @param {string} method @param {RequestInit} [init] */
    #request(method, init) {
        return request(this.url, { ...init, method, headers: { ...authorization(this.#token), ...init?.headers } })
    }
}

/** @param {string | null} token @returns {Record<string, string>} */
function authorization(token) {
    return token ? { Authorization: `Bearer ${token}` } : {}
}

/** A server that cannot be told notices by itself that nobody answers any more. */
function ignoreEnding() {}
