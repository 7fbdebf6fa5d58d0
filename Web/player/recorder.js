import { uuid } from "../lib/uuid.js"

/** @typedef {import("./upload-queue.js").Run} Run */
/** @typedef {import("./upload-queue.js").UploadQueue} UploadQueue */

const sliceMs = 1000
const slicesPerChunk = 10
/** Below the server's 500 MB by more than one chunk, so that the next recording begins before the limit. */
const rolloverBytes = 470_000_000

/** Best first. */
const mimeTypes = [
    "video/webm;codecs=vp9,opus",
    "video/webm;codecs=vp8,opus",
    "video/webm;codecs=h264,opus",
    "video/mp4;codecs=avc1.42E01E,mp4a.40.2",
    "video/mp4",
]

/**
 * The best codec that this browser has and this machine can keep up with.
 * @param {MediaStreamTrack | undefined} video
 * @returns {Promise<string | null>}
 */
async function chooseMimeType(video) {
    if (typeof MediaRecorder === "undefined") return null
    const supported = mimeTypes.filter((type) => MediaRecorder.isTypeSupported(type))
    const { width = 1280, height = 720 } = video?.getSettings() ?? {}
    for (const mimeType of supported) {
        const contentType = mimeType.replace(/,.*$/, "")
        const configuration = { contentType, width, height, bitrate: bitrate(height), framerate: 30 }
        const info = await navigator.mediaCapabilities
            ?.encodingInfo({ type: "record", video: configuration })
            .catch(() => null)
        if (!info || info.smooth) return mimeType
    }
    return supported[0] ?? null
}

/** @param {number} height */
function bitrate(height) {
    return height > 720 ? 4_500_000 : 3_000_000
}

/**
 * Records what this viewer sees, when the server has elected it to. Each stretch of unbroken media is a run of its
 * own; the server joins them.
 */
export class SessionRecorder {
    #sessionId
    #queue
    #notice
    /** @type {MediaStream | null} */
    #stream = null
    #isLive = false
    #isElected = false
    #isBlocked = false
    #isStarting = false
    /** @type {{recorder: MediaRecorder, run: Run, tracks: string} | null} */
    #current = null
    #opensNextRecording = false
    #recordedBytes = 0
    #flushes = false

    /**
     * @param {string} sessionId
     * @param {UploadQueue} queue
     * @param {(text: string) => void} notice
     */
    constructor(sessionId, queue, notice) {
        this.#sessionId = sessionId
        this.#queue = queue
        this.#notice = notice
        document.addEventListener("visibilitychange", () => document.hidden && this.#flush())
        addEventListener("pagehide", () => this.#stop())
    }

    get isRecording() {
        return this.#current !== null
    }

    /** @param {MediaStream} stream */
    setStream(stream) {
        this.#stream = stream
        this.#update()
    }

    /** @param {boolean} isLive */
    setLive(isLive) {
        this.#isLive = isLive
        this.#update()
    }

    /** @param {boolean} isElected */
    setElected(isElected) {
        this.#isElected = isElected
        this.#update()
    }

    /**
     * The server wants no more of this run.
     * @param {Run} run
     * @param {number} status
     */
    rejected(run, status) {
        if (run.runId !== this.#current?.run.runId) return
        this.#isBlocked = status !== 413 && status !== 0
        this.#opensNextRecording = status === 413
        this.#recordedBytes = 0
        this.#stop()
        this.#update()
    }

    #update() {
        const tracks = this.#trackIds()
        if (this.#current && (!this.#wants || tracks !== this.#current.tracks)) this.#stop()
        if (!this.#current && this.#wants && !this.#isStarting) this.#start()
    }

    get #wants() {
        return this.#isElected && this.#isLive && !this.#isBlocked && this.#trackIds() !== ""
    }

    #trackIds() {
        const tracks = this.#stream?.getTracks().filter(({ readyState }) => readyState === "live") ?? []
        return tracks.map(({ id }) => id).join()
    }

    async #start() {
        this.#isStarting = true
        const mimeType = await chooseMimeType(this.#stream?.getVideoTracks()[0])
        this.#isStarting = false
        if (!this.#wants || !this.#stream) return
        if (mimeType === null) {
            this.#isBlocked = true
            this.#notice("This browser cannot record. The picture is not affected.")
            return
        }
        if (!this.#queue.hasRoom) {
            this.#notice("Recording pauses: uploads are not keeping up. It goes on by itself.")
            setTimeout(() => this.#update(), 10_000)
            return
        }
        this.#record(this.#stream, mimeType)
    }

    /** @param {MediaStream} stream @param {string} mimeType */
    #record(stream, mimeType) {
        const height = stream.getVideoTracks()[0]?.getSettings().height ?? 720
        const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: bitrate(height) })
        /** @type {Run} */
        const run = {
            runId: uuid(),
            sessionId: this.#sessionId,
            startedAt: new Date().toISOString(),
            mimeType: recorder.mimeType || mimeType,
            rollover: this.#opensNextRecording,
            nextChunk: 0,
        }
        this.#opensNextRecording = false
        this.#current = { recorder, run, tracks: this.#trackIds() }
        this.#queue.open(run)
        let slices = 0
        recorder.ondataavailable = ({ data }) => {
            this.#queue.add(run.runId, data)
            this.#recordedBytes += data.size
            slices += 1
            if (recorder.state !== "inactive" && (slices >= slicesPerChunk || this.#flushes)) {
                this.#flushes = false
                slices = 0
                this.#queue.closeChunk(run.runId)
                this.#checkLimits()
            }
        }
        recorder.onstart = () => this.#mark("recordingStarted")
        recorder.onstop = () => {
            this.#mark("recordingStopped")
            if (this.#current?.recorder === recorder) this.#current = null
            this.#queue.closeChunk(run.runId, { isFinal: true })
            this.#update()
        }
        recorder.start(sliceMs)
    }

    /**
     * When the recorder worked, by this page's clock, for whoever compares it with the file.
     * @param {string} name
     */
    #mark(name) {
        document.documentElement.dataset[name] = String(Date.now())
    }

    #checkLimits() {
        const bytes = Math.max(this.#recordedBytes, this.#queue.recordingBytes)
        if (bytes >= rolloverBytes) {
            this.#opensNextRecording = true
            this.#recordedBytes = 0
            this.#queue.recordingBytes = 0
            this.#stop()
            this.#update()
        } else if (!this.#queue.hasRoom) {
            this.#stop()
            this.#update()
        }
    }

    #stop() {
        const current = this.#current
        this.#current = null
        // Its `stop` event hands over the last chunk.
        if (current && current.recorder.state !== "inactive") current.recorder.stop()
    }

    /** A hidden page may never come back: what is recorded so far goes out now. */
    #flush() {
        if (this.#current?.recorder.state !== "recording") return
        this.#flushes = true
        this.#current.recorder.requestData()
    }
}
