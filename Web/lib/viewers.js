import { list } from "./format.js"

/**
 * @typedef {{name: string | null, isYou: boolean}} Viewer
 */

/**
 * The viewers of a `session` event or of `GET /api/sessions/{id}`, in words that a page can show.
 * @param {unknown} value An array of `{id, name}`, one of them perhaps with `you: true`.
 * @returns {Viewer[]}
 */
export function parseViewers(value) {
    if (!Array.isArray(value)) return []
    return value.map((entry) => {
        const name = typeof entry === "string" ? entry : entry?.name
        return { name: typeof name === "string" && name.trim() ? name.trim() : null, isYou: entry?.you === true }
    })
}

/**
 * "Mum and you", "Mum and 2 more", "Someone", "3 people".
 * @param {Viewer[]} viewers
 */
export function describe(viewers) {
    const words = viewers.flatMap(({ name, isYou }) => (name && !isYou ? [name] : []))
    const you = viewers.some(({ isYou }) => isYou)
    const unnamed = viewers.length - words.length - (you ? 1 : 0)
    if (unnamed > 0) words.push(words.length ? `${unnamed} more` : unnamed === 1 ? "Someone" : `${unnamed} people`)
    if (you) words.push("you")
    return list(words)
}
