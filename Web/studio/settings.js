import { byId } from "../lib/dom.js"
import { videoCodecs } from "../lib/sdp.js"
import { noiseShare } from "./noise.js"

/**
 * What to stream, by the form and the address. The address may also hold `width` and `height`, `maxBitrate` (bits a
 * second, as WebRTC counts it) and `noise` (the share of the picture that noise covers, instead of what fills the
 * bitrate).
 * @typedef {object} StudioSettings
 * @property {string} source
 * @property {import("./sources.js").PictureOptions} picture
 * @property {number} maxBitrate Bits a second.
 * @property {import("../lib/sdp.js").VideoCodec | null} codec Null leaves it to the browser and the other side.
 */

/** What the address asks for is also what the form shows. */
export function fillForm() {
    const query = new URLSearchParams(location.search)
    const [width, height] = [query.get("width"), query.get("height")]
    const maxBitrate = Number(query.get("maxBitrate"))
    const size = width && height ? `${width}x${height}` : query.get("size")
    const bitrate = maxBitrate > 0 ? String(Math.round(maxBitrate / 1000)) : query.get("bitrate")
    showChoice("size", size, size?.replace("x", " × "))
    showChoice("fps", query.get("fps"), `${query.get("fps")} fps`)
    showChoice("bitrate", bitrate, `${bitrate} kbit/s`)
    showChoice("codec", query.get("codec")?.toUpperCase())
    const source = document.querySelector(`input[name=source][value="${CSS.escape(query.get("source") ?? "")}"]`)
    if (source instanceof HTMLInputElement) source.checked = true
}

/**
 * @param {string} name
 * @param {string | null | undefined} value
 * @param {string} [text] Of a value that the form does not offer.
 */
function showChoice(name, value, text) {
    const select = byId(name, HTMLSelectElement)
    if (!value) return
    if (![...select.options].some((option) => option.value === value)) select.add(new Option(text ?? value, value))
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
    const source = String(form.get("source"))
    const picture = {
        width: width || 1280,
        height: height || 720,
        framesPerSecond: Number(form.get("fps")) || 30,
        noise: 0,
    }
    const maxBitrate = (Number(form.get("bitrate")) || 3000) * 1000
    if (source === "noise") {
        const share = noiseShare(picture.width, picture.height, picture.framesPerSecond, maxBitrate)
        picture.noise = Number(query.get("noise")) || share
    }
    return {
        source,
        picture,
        maxBitrate,
        codec: videoCodecs.find((codec) => codec === form.get("codec")) ?? null,
    }
}
