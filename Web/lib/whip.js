import { HttpPeer } from "./http-peer.js"
import { offerOnly } from "./sdp.js"

/**
 * @typedef {object} WhipOptions
 * @property {MediaStream} stream At most one track of each kind.
 * @property {import("./sdp.js").VideoCodec | null} codec Null leaves the choice to browser and server.
 * @property {number} maxBitrate Of the picture, bits a second.
 * @property {number} framesPerSecond
 */

/** Publishes a stream by WHIP (RFC 9725). */
export class WhipPeer extends HttpPeer {
    /** Whether this browser has the codec that was asked for. */
    hasCodec = true

    /**
     * @param {import("./http-peer.js").HttpPeerOptions & WhipOptions} options
     * @param {import("./http-peer.js").HttpPeerHandlers} handlers
     */
    constructor(options, handlers) {
        super(options, handlers)
        const { stream, codec, maxBitrate, framesPerSecond } = options
        for (const track of [...stream.getVideoTracks(), ...stream.getAudioTracks()]) {
            const sendEncodings = track.kind === "video" ? [{ maxBitrate, maxFramerate: framesPerSecond }] : undefined
            const transceiver = this.connection.addTransceiver(track, { direction: "sendonly", streams: [stream], sendEncodings })
            if (track.kind !== "video") continue
            keepResolution(transceiver.sender)
            if (codec) this.hasCodec = offerOnly(transceiver, codec)
        }
    }
}

/**
 * A recording of pictures that change their size is hard on players; rather fewer frames for a moment.
 * @param {RTCRtpSender} sender
 */
export function keepResolution(sender) {
    const parameters = sender.getParameters()
    parameters.degradationPreference = "maintain-resolution"
    sender.setParameters(parameters).catch(() => console.warn("This browser chooses the picture's size by itself"))
}
