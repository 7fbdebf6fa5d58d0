import { byId } from "../lib/dom.js"
import { clock } from "../lib/format.js"
import { ApiError } from "../lib/api.js"
import { element } from "./elements.js"
import { clockTime, dayName } from "./format.js"
import { getRecording } from "./recordings.js"

/** @typedef {import("./recordings.js").Recording} Recording */

/** What is known of the recording that the page's clip is cut from. */
let known = ""

/**
 * Says of a clip what it is cut from, with a way there.
 *
 * @param {Recording} recording
 */
export async function showClipSource({ clip }) {
    const line = byId("clip-of", HTMLElement)
    line.hidden = clip === null
    if (clip === null || known === clip.recording_id) return
    known = clip.recording_id
    const stretch = `${clock(clip.start)} – ${clock(clip.end)}`
    const href = `/recordings/${encodeURIComponent(clip.recording_id)}#t=${Math.floor(clip.start)}`
    /** @param {string} name */
    const show = (name) => line.replaceChildren(`A clip: ${stretch} of `, element("a", { href }, name))
    show("the full recording")
    try {
        const { created_at } = await getRecording(clip.recording_id)
        show(`the recording of ${dayName(created_at)}, ${clockTime(created_at)}`)
    } catch (problem) {
        if (problem instanceof ApiError && problem.status === 404) {
            line.replaceChildren(`A clip: ${stretch} of a recording that is not there any more`)
        } else {
            known = ""
        }
    }
}
