/**
 * @typedef {object} PictureOptions
 * @property {number} width
 * @property {number} height
 * @property {number} framesPerSecond
 * @property {number} noise The share of the test picture that noise covers, from 0 to 1.
 *
 * @typedef {object} Source
 * @property {MediaStream} stream
 * @property {() => void} stop
 * @property {AudioContext | null} audio Of the tone: a browser may keep it silent until the page is touched.
 * @property {() => number} startedAt When the test picture began to count, milliseconds since 1970; 0 without one.
 */

/**
 * @param {string} kind
 * @param {PictureOptions} options
 * @returns {Promise<Source>}
 */
export function openSource(kind, options) {
    if (kind === "camera") return openCamera(options)
    if (kind === "screen") return openScreen(options)
    return Promise.resolve(openTestPicture(options))
}

/** @param {PictureOptions} options @returns {Source} */
function openTestPicture(options) {
    const picture = startPicture(options)
    const tone = startTone()
    return {
        stream: new MediaStream([picture.track, ...tone.stream.getAudioTracks()]),
        audio: tone.audio,
        startedAt: picture.startedAt,
        stop() {
            picture.stop()
            tone.stop()
        },
    }
}

/**
 * The worker feeds the track itself where the browser lets it; elsewhere it sends its pictures to a canvas here.
 * @param {PictureOptions} options
 */
function startPicture(options) {
    const worker = new Worker(new URL("./picture-worker.js", import.meta.url), { type: "module" })
    let startedAt = 0
    worker.addEventListener("message", ({ data }) => {
        startedAt = data.startedAt ?? startedAt
    })
    const track = typeof MediaStreamTrackGenerator === "undefined" ? drawn(worker, options) : fed(worker, options)
    // The encoder is to keep the frame rate, as with the game that this stands for.
    track.contentHint = "motion"
    return {
        track,
        startedAt: () => startedAt,
        stop() {
            track.stop()
            worker.postMessage({ stop: true })
        },
    }
}

/** @param {Worker} worker @param {PictureOptions} options */
function fed(worker, options) {
    const track = new MediaStreamTrackGenerator({ kind: "video" })
    const { writable } = track
    worker.postMessage({ ...options, writable }, [writable])
    return track
}

/** @param {Worker} worker @param {PictureOptions} options @returns {MediaStreamTrack} */
function drawn(worker, options) {
    const canvas = document.createElement("canvas")
    canvas.width = options.width
    canvas.height = options.height
    const context = canvas.getContext("bitmaprenderer")
    worker.addEventListener("message", ({ data }) => data.bitmap && context?.transferFromImageBitmap(data.bitmap))
    worker.postMessage(options)
    return canvas.captureStream(options.framesPerSecond).getVideoTracks()[0]
}

/** 440 Hz, and a beep an octave above at every second. */
function startTone() {
    const audio = new AudioContext({ sampleRate: 48_000 })
    const output = audio.createMediaStreamDestination()
    const tone = audio.createOscillator()
    const toneGain = audio.createGain()
    tone.frequency.value = 440
    toneGain.gain.value = 0.12
    tone.connect(toneGain).connect(output)
    tone.start()

    const beep = audio.createBufferSource()
    beep.buffer = beepEverySecond(audio)
    beep.loop = true
    beep.connect(output)
    beep.start()
    return { stream: output.stream, audio, stop: () => void audio.close() }
}

/** @param {AudioContext} audio */
function beepEverySecond(audio) {
    const buffer = audio.createBuffer(1, audio.sampleRate, audio.sampleRate)
    const samples = buffer.getChannelData(0)
    const length = audio.sampleRate * 0.1
    for (let index = 0; index < length; index += 1) {
        const envelope = Math.sin((Math.PI * index) / length)
        samples[index] = 0.2 * envelope * Math.sin((2 * Math.PI * 880 * index) / audio.sampleRate)
    }
    return buffer
}

/** @param {PictureOptions} options @returns {Promise<Source>} */
async function openCamera({ width, height, framesPerSecond }) {
    const video = { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: framesPerSecond } }
    return captured(await navigator.mediaDevices.getUserMedia({ video, audio: true }))
}

/** @param {PictureOptions} options @returns {Promise<Source>} */
async function openScreen({ width, height, framesPerSecond }) {
    const video = { width: { max: width }, height: { max: height }, frameRate: { max: framesPerSecond } }
    return captured(await navigator.mediaDevices.getDisplayMedia({ video, audio: true }))
}

/** @param {MediaStream} stream @returns {Source} */
function captured(stream) {
    for (const track of stream.getVideoTracks()) track.contentHint = "motion"
    return { stream, audio: null, startedAt: () => 0, stop: () => stream.getTracks().forEach((track) => track.stop()) }
}
