import { ApiError, request } from "../lib/api.js"
import { Backoff } from "../lib/backoff.js"
import { Database } from "../lib/storage.js"

/**
 * A run is one MediaRecorder from start to stop.
 * @typedef {object} Run
 * @property {string} runId
 * @property {string} sessionId
 * @property {string} startedAt RFC 3339.
 * @property {string} mimeType
 * @property {boolean} rollover It opens the session's next recording.
 * @property {number} nextChunk The chunks below are closed.
 *
 * Until it is written to IndexedDB, and for good where there is none, a slice stays in memory.
 * @typedef {{bytes: number, blob: Blob | null}} Slice
 * @typedef {{number: number, slices: Slice[], isClosed: boolean, isFinal: boolean}} Chunk
 * @typedef {{run: Run, chunks: Chunk[], isOwn: boolean}} Entry
 *
 * @typedef {object} UploadQueueHandlers
 * @property {() => void} onChange
 * @property {(run: Run, status: number) => void} onRejected
 * @property {(text: string) => void} notice
 */

const storedLimit = 600 * 1024 * 1024
const memoryLimit = 64 * 1024 * 1024
/** `keepalive` requests carry at most 64 KiB, the form's own lines included. */
const keepaliveLimit = 60 * 1024
const leftoversLastMs = 7 * 24 * 3600 * 1000

/** @param {string} runId */
const lockName = (runId) => `porthole-run-${runId}`

/**
 * Uploads recorded chunks in order, one at a time. What the server has not acknowledged waits in IndexedDB, slice by
 * slice, so that a closed tab loses about a second, and goes out at the next visit.
 */
export class UploadQueue {
    #handlers
    #database = new Database("porthole-recordings", {
        runs: "runId",
        slices: ["runId", "chunk", "slice"],
    })
    /**
     * Oldest first.
     * @type {Entry[]}
     */
    #entries = []
    #backoff = new Backoff({ firstMs: 1000, longestMs: 60_000 })
    #isPumping = false
    #isSignedOut = false
    #wake = () => {}
    /** The size of the session's recording as the server last told it. */
    recordingBytes = 0

    /** @param {UploadQueueHandlers} handlers */
    constructor(handlers) {
        this.#handlers = handlers
        addEventListener("online", () => this.#wake())
    }

    /** Chunks that are complete and not yet acknowledged. */
    get pending() {
        return this.#entries.flatMap(({ chunks }) => chunks).filter(({ isClosed }) => isClosed).length
    }

    get hasRoom() {
        const slices = this.#entries.flatMap(({ chunks }) => chunks.flatMap(({ slices }) => slices))
        const total = slices.reduce((sum, { bytes }) => sum + bytes, 0)
        const inMemory = slices.reduce((sum, { blob }) => sum + (blob?.size ?? 0), 0)
        return total < storedLimit && inMemory < memoryLimit
    }

    /** Takes up what an earlier visit left behind; runs that another open tab is still recording stay alone. */
    async resume() {
        try {
            for (const run of await this.#database.all("runs")) await this.#adopt(run)
        } catch (error) {
            console.warn("This browser keeps nothing between visits:", error instanceof Error ? error.name : "")
        }
        this.#changed()
        this.#pump()
    }

    /** @param {Run} run */
    async #adopt(run) {
        if (this.#find(run.runId) || !(await claim(run.runId))) return
        if (Date.now() - Date.parse(run.startedAt) > leftoversLastMs) return this.#forget(run.runId)
        /** @type {Entry} */
        const entry = { run, chunks: [], isOwn: false }
        for (const { chunk, slice, bytes } of await this.#database.all("slices", runRange(run.runId))) {
            this.#chunk(entry, chunk).slices[slice] = { bytes, blob: null }
        }
        if (run.nextChunk === 0 && entry.chunks.length === 0) return this.#forget(run.runId)
        const last = Math.max(run.nextChunk - 1, ...entry.chunks.map(({ number }) => number))
        const isTailKept = entry.chunks.some(({ number }) => number === last)
        // An empty last chunk tells the server that this run is complete, without waiting for its grace.
        this.#chunk(entry, isTailKept ? last : last + 1).isFinal = true
        for (const chunk of entry.chunks) chunk.isClosed = true
        this.#entries.push(entry)
        this.#entries.sort((a, b) => a.run.startedAt.localeCompare(b.run.startedAt))
    }

    /** @param {Run} run */
    open(run) {
        this.#entries.push({ run, chunks: [], isOwn: true })
        holdLock(run.runId)
        this.#database.put("runs", run).catch(keepInMemory)
        this.#changed()
    }

    /**
     * @param {string} runId
     * @param {Blob} blob
     */
    add(runId, blob) {
        const entry = this.#find(runId)
        if (!entry || blob.size === 0) return
        while (!this.hasRoom && this.#dropLeftovers()) continue
        const chunk = this.#chunk(entry, entry.run.nextChunk)
        /** @type {Slice} */
        const slice = { bytes: blob.size, blob }
        const key = { runId, chunk: chunk.number, slice: chunk.slices.length }
        chunk.slices.push(slice)
        this.#database.put("slices", { ...key, bytes: blob.size, blob }).then(() => {
            slice.blob = null
        }, keepInMemory)
    }

    /**
     * Hands the slices since the last call over as one chunk.
     * @param {string} runId
     * @param {{isFinal?: boolean}} [options]
     */
    closeChunk(runId, options) {
        const entry = this.#find(runId)
        if (!entry) return this.#changed()
        const chunk = this.#chunk(entry, entry.run.nextChunk)
        if (options?.isFinal && chunk.number === 0 && chunk.slices.length === 0) return this.#drop(entry)
        chunk.isClosed = true
        chunk.isFinal = options?.isFinal ?? false
        entry.run.nextChunk += 1
        this.#database.put("runs", entry.run).catch(keepInMemory)
        this.#changed()
        this.#pump()
    }

    /** @param {string} runId */
    #find(runId) {
        return this.#entries.find(({ run }) => run.runId === runId)
    }

    /** @param {Entry} entry @param {number} number */
    #chunk(entry, number) {
        let chunk = entry.chunks.find((chunk) => chunk.number === number)
        if (!chunk) {
            chunk = { number, slices: [], isClosed: false, isFinal: false }
            entry.chunks.push(chunk)
        }
        return chunk
    }

    #dropLeftovers() {
        const oldest = this.#entries.find(({ isOwn }) => !isOwn)
        if (!oldest) return false
        this.#drop(oldest)
        this.#handlers.notice("An older recording could not be uploaded in time, and its last part is lost.")
        return true
    }

    async #pump() {
        if (this.#isPumping || this.#isSignedOut) return
        this.#isPumping = true
        for (let next = this.#next(); next; next = this.#next()) {
            try {
                await this.#upload(next.entry, next.chunk)
                this.#backoff.reset()
                this.#acknowledged(next.entry, next.chunk)
            } catch (error) {
                if (!(error instanceof ApiError)) this.#unreadable(next.entry)
                else if (error.isTransient) await this.#pause(error.retryAfterMs ?? this.#backoff.next())
                else if (error.status === 401) {
                    this.#isSignedOut = true
                    break
                } else this.#reject(next.entry, error.status)
            }
        }
        this.#isPumping = false
    }

    #next() {
        for (const entry of this.#entries) {
            const chunk = entry.chunks[0]
            if (chunk?.isClosed) return { entry, chunk }
        }
        return null
    }

    /** @param {number} ms */
    #pause(ms) {
        return new Promise((resolve) => {
            const timer = setTimeout(resolve, ms)
            this.#wake = () => {
                clearTimeout(timer)
                resolve(undefined)
            }
        })
    }

    /** @param {Entry} entry @param {Chunk} chunk */
    async #upload({ run }, chunk) {
        const blob = await this.#read(run, chunk)
        const form = new FormData()
        // The server reads the fields before the file, while the body streams in.
        form.append("sessionId", run.sessionId)
        form.append("chunkNumber", String(chunk.number))
        form.append("runId", run.runId)
        form.append("startedAt", run.startedAt)
        if (run.rollover) form.append("rollover", "true")
        if (chunk.isFinal) form.append("final", "true")
        form.append("recording", blob, `${run.runId}-${chunk.number}`)
        const keepalive = document.hidden && blob.size < keepaliveLimit
        const response = await request("/api/recordings/upload", { method: "POST", body: form, keepalive })
        const { fileSize } = await response.json().catch(() => ({}))
        if (Number.isFinite(fileSize)) this.recordingBytes = Math.max(0, fileSize)
    }

    /** @param {Run} run @param {Chunk} chunk */
    async #read({ runId, mimeType }, { number, slices }) {
        const needsStored = slices.some(({ blob }) => blob === null)
        const range = IDBKeyRange.bound([runId, number, 0], [runId, number, Infinity])
        const stored = needsStored ? await this.#database.all("slices", range) : []
        const blobs = new Map(stored.map(({ slice, blob }) => [slice, blob]))
        return new Blob(
            slices.map(({ blob }, index) => {
                const part = blob ?? blobs.get(index)
                if (!(part instanceof Blob)) throw new Error("A stored slice is gone")
                return part
            }),
            { type: mimeType },
        )
    }

    /** @param {Entry} entry @param {Chunk} chunk */
    #acknowledged(entry, chunk) {
        const { runId } = entry.run
        entry.chunks = entry.chunks.filter((other) => other !== chunk)
        if (chunk.isFinal) this.#drop(entry)
        else {
            const range = IDBKeyRange.bound([runId, chunk.number, 0], [runId, chunk.number, Infinity])
            this.#database.delete("slices", range).catch(keepInMemory)
        }
        this.#changed()
    }

    /** @param {Entry} entry @param {number} status */
    #reject(entry, status) {
        this.#drop(entry)
        this.#handlers.notice(
            status === 413
                ? "The recording has reached its full size; a part of it was not kept."
                : "A part of the recording was not accepted, so it was not kept.",
        )
        this.#handlers.onRejected(entry.run, status)
    }

    /** @param {Entry} entry */
    #unreadable(entry) {
        this.#drop(entry)
        this.#handlers.notice("This browser lost a part of the recording before it was uploaded.")
        this.#handlers.onRejected(entry.run, 0)
    }

    /** @param {Entry} entry */
    #drop(entry) {
        this.#entries = this.#entries.filter((other) => other !== entry)
        this.#forget(entry.run.runId).catch(keepInMemory)
        this.#changed()
    }

    /** @param {string} runId */
    async #forget(runId) {
        await this.#database.delete("runs", runId)
        await this.#database.delete("slices", runRange(runId))
    }

    #changed() {
        this.#handlers.onChange()
    }
}

/** @param {string} runId */
const runRange = (runId) => IDBKeyRange.bound([runId], [runId, Infinity, Infinity])

/** Private windows may refuse IndexedDB: then everything stays in memory, within its limit. */
function keepInMemory() {}

/**
 * A run belongs to the tab that holds its lock; it goes with the tab.
 * @param {string} runId
 */
function holdLock(runId) {
    navigator.locks?.request(lockName(runId), () => new Promise(() => {}))
}

/**
 * @param {string} runId
 * @returns {Promise<boolean>} False while another tab records this run.
 */
function claim(runId) {
    if (!navigator.locks) return Promise.resolve(true)
    return new Promise((resolve) => {
        navigator.locks.request(lockName(runId), { ifAvailable: true }, (lock) => {
            resolve(lock !== null)
            return lock ? new Promise(() => {}) : undefined
        })
    })
}
