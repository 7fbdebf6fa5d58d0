// What our pages change in a session description, and read from one (RFC 8866).

/**
 * Lets lost sound be sent again: browsers know how to, but do not offer it by themselves. Nothing else is changed.
 * @param {string} sdp
 */
export function withAudioNack(sdp) {
    const sections = sdp.split(/(?=^m=)/m)
    return sections.map((section) => (section.startsWith("m=audio") ? withNack(section) : section)).join("")
}

/** @param {string} section */
function withNack(section) {
    const opus = section.match(/^a=rtpmap:(\d+) opus\/48000/im)?.[1]
    if (!opus || new RegExp(`^a=rtcp-fb:(?:${opus}|\\*) nack$`, "m").test(section)) return section
    return section.replace(new RegExp(`^a=rtpmap:${opus} .*$`, "m"), (line) => `${line}\r\na=rtcp-fb:${opus} nack`)
}

/**
 * The ICE part of an offer, as a restart sends it (RFC 9725 §4.3.3): BUNDLE group, first m-line, credentials.
 * @param {string} sdp
 */
export function iceFragment(sdp) {
    const [session, first = ""] = sdp.split(/(?=^m=)/m)
    const lines = [
        ...linesOf(session, /^a=(?:ice-options|group:BUNDLE)/),
        ...linesOf(first, /^(?:m=|a=mid:|a=ice-(?:ufrag|pwd|options):|a=candidate:)/),
    ]
    return `${lines.join("\r\n")}\r\n`
}

/**
 * An answer whose ICE credentials and candidates are those of a fragment; the rest stays.
 * @param {string} answer
 * @param {string} fragment
 */
export function withFragment(answer, fragment) {
    const ufrag = linesOf(fragment, /^a=ice-ufrag:/)[0]
    const password = linesOf(fragment, /^a=ice-pwd:/)[0]
    if (!ufrag || !password) throw new Error("The fragment has no ICE credentials")
    const candidates = linesOf(fragment, /^a=(?:candidate:|end-of-candidates)/)
    let isFirst = true
    return answer
        .split(/(?=^m=)/m)
        .map((section) => {
            const kept = section
                .split("\r\n")
                .filter((line) => candidates.length === 0 || !/^a=(?:candidate:|end-of-candidates)/.test(line))
                .map((line) => line.replace(/^a=ice-ufrag:.*$/, ufrag).replace(/^a=ice-pwd:.*$/, password))
            if (section.startsWith("m=") && isFirst) {
                isFirst = false
                kept.splice(kept.length - 1, 0, ...candidates)
            }
            return kept.join("\r\n")
        })
        .join("")
}

/** @param {string} text @param {RegExp} pattern */
function linesOf(text, pattern) {
    return text.split(/\r?\n/).filter((line) => pattern.test(line))
}

/**
 * The video codecs that a page can be asked for by name, as SDP spells them.
 * @typedef {"VP8" | "VP9" | "H264" | "AV1"} VideoCodec
 */

/** @type {VideoCodec[]} */
export const videoCodecs = ["VP8", "VP9", "H264", "AV1"]

/**
 * Offers this codec alone, so that nobody may choose another one.
 * @param {RTCRtpTransceiver} transceiver Of video.
 * @param {VideoCodec} codec
 * @returns {boolean} Whether this browser has it.
 */
export function offerOnly(transceiver, codec) {
    const codecs = RTCRtpSender.getCapabilities("video")?.codecs ?? []
    const wanted = codecs.filter(({ mimeType }) => mimeType.toUpperCase() === `VIDEO/${codec}`)
    if (wanted.length === 0) return false
    // Of H.264's profiles every receiver knows the constrained baseline in fragments.
    const rank = ({ sdpFmtpLine = "" }) =>
        (/profile-level-id=42e0/i.test(sdpFmtpLine) ? 0 : 2) + (/packetization-mode=1/.test(sdpFmtpLine) ? 0 : 1)
    if (codec === "H264") wanted.sort((left, right) => rank(left) - rank(right))
    transceiver.setCodecPreferences([...wanted, ...codecs.filter(({ mimeType }) => /\/rtx$/i.test(mimeType))])
    return true
}
