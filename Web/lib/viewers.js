/**
 * @typedef {{name: string, isYou: boolean}} Viewer
 */

/**
 * The viewers of a `session` event or of `GET /api/sessions/{id}`, in words that a page can show.
 * @param {unknown} value An array of `{id, name, you}`.
 * @returns {Viewer[]}
 */
export function parseViewers(value) {
    if (!Array.isArray(value)) return []
    return value.map((entry) => {
        const name = typeof entry === "string" ? entry : entry?.name
        return { name: typeof name === "string" && name.trim() ? name.trim() : "Someone", isYou: entry?.you === true }
    })
}
