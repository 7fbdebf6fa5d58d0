import { byId } from "../lib/dom.js"
import { videoCodecs } from "../lib/sdp.js"

/**
 * What to stream, by the form and the address. The address may also hold `width` and `height`, `maxBitrate` (bits a
 * second, as WebRTC counts it) and `noise` (contrast of the noise, from 0 to 1).
 * @typedef {object} StudioSettings
 * @property {string} source
 * @property {import("./sources.js").PictureOptions} picture
 * @property {number} maxBitrate Bits a second.
 * @property {import("../lib/sdp.js").VideoCodec | null} codec Null leaves it to the browser and the other side.
 */

/** Contrast of the noise: enough for 8 Mbit/s at any size, and not so much that an encoder has to skip frames for it. */
const defaultNoise = 0.25

/** What the address asks for is also what the form shows. */
export function fillForm() {
    const query = new URLSearchParams(location.search)
    const [width, height] = [query.get("width"), query.get("height")]
    const maxBitrate = Number(query.get("maxBitrate"))
    showChoice("size", width && height ? `${width}x${height}` : query.get("size"))
    showChoice("fps", query.get("fps"))
    showChoice("bitrate", maxBitrate > 0 ? String(Math.round(maxBitrate / 1000)) : query.get("bitrate"))
    showChoice("codec", query.get("codec")?.toUpperCase())
    const source = document.querySelector(`input[name=source][value="${CSS.escape(query.get("source") ?? "")}"]`)
    if (source instanceof HTMLInputElement) source.checked = true
}

/** @param {string} name @param {string | null | undefined} value */
function showChoice(name, value) {
    const select = byId(name, HTMLSelectElement)
    if (!value) return
    if (![...select.options].some((option) => option.value === value)) select.add(new Option(value, value))
    select.value = value
}

/**
 * Read before the form is disabled: a disabled field has no value.
 * @returns {StudioSettings}
 */
export function readSettings() {
    const form = new FormData(byId("options", HTMLFormElement))
    const query = new URLSearchParams(location.search)
    const [width, height] = String(form.get("size")).split("x").map(Number)
    const framesPerSecond = Number(form.get("fps")) || 30
    return {
        source: String(form.get("source")),
        picture: {
            width: width || 1280,
            height: height || 720,
            framesPerSecond,
            noise: Number(query.get("noise")) || defaultNoise,
        },
        maxBitrate: (Number(form.get("bitrate")) || 3000) * 1000,
        codec: videoCodecs.find((codec) => codec === form.get("codec")) ?? null,
    }
}
