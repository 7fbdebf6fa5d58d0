import { ApiError, getRecordings } from "../lib/api.js"
import { MOMENT_SECONDS } from "../lib/clips.js"
import { byId } from "../lib/dom.js"
import { canPlayWhileGrowing } from "../lib/media-source.js"

/** A network may be gone for a while. */
const ASK_AFTER_MS = [0, 2_000, 5_000, 15_000, 60_000]

/** Ways from the live picture back into what is recorded of it, and to keep a moment, for those who may see recordings. */
export class Rewind {
    #sessionId
    #row = byId("rewind-row", HTMLElement)
    #button = byId("rewind", HTMLAnchorElement)
    #little = byId("rewind-little", HTMLAnchorElement)
    #all = byId("rewind-all", HTMLAnchorElement)
    #save = byId("save-moment", HTMLButtonElement)
    #saveShort = byId("save-moment-short", HTMLButtonElement)
    #clips = byId("clips", HTMLElement)
    #recordingId = ""
    #isRecorded = false
    #isAsking = false
    #isFound = false

    /** @param {string} sessionId */
    constructor(sessionId) {
        this.#sessionId = sessionId
        for (const button of [this.#save, this.#saveShort]) button.addEventListener("click", () => void this.#saveMoment())
        // Full screen shows the picture and what is in it.
        const home = this.#clips.parentElement
        document.addEventListener("fullscreenchange", () => (document.fullscreenElement ?? home)?.append(this.#clips))
    }

    /** @param {boolean} isRecorded Whether the server records now. */
    setRecorded(isRecorded) {
        this.#isRecorded = isRecorded
        if (isRecorded) {
            void this.#find()
        } else {
            this.#isFound = false
            this.#show(false)
        }
    }

    async #find() {
        if (this.#isAsking || this.#isFound) return
        this.#isAsking = true
        for (const ms of ASK_AFTER_MS) {
            await new Promise((resolve) => setTimeout(resolve, ms))
            if (!this.#isRecorded) break
            const recordings = await getRecordings(this.#sessionId).catch(refusal)
            // Who may not see recordings asks once, and no other recording of the session is seen either.
            if (recordings === null) return
            if (!this.#isRecorded) break
            const running = recordings.find(({ source, status }) => source === "server" && status === "recording")
            if (!running) continue
            this.#isFound = true
            if (!canPlayWhileGrowing(running)) break
            const page = `/recordings/${encodeURIComponent(running.id)}`
            this.#little.href = this.#button.href = `${page}#t=-${MOMENT_SECONDS}`
            this.#all.href = `${page}#t=0`
            this.#recordingId = running.id
            this.#show(true)
            break
        }
        this.#isAsking = false
    }

    /** @param {boolean} isPossible */
    #show(isPossible) {
        this.#row.hidden = this.#button.hidden = this.#saveShort.hidden = !isPossible
    }

    /** What it takes is fetched by those who want it. */
    async #saveMoment() {
        const { ClipNotices } = await import("../lib/clip-notices.js")
        await new ClipNotices(this.#clips).save(this.#recordingId, { last: MOMENT_SECONDS }, `the last ${MOMENT_SECONDS} s`)
    }
}

/**
 * Whoever may not see recordings is told so, and need not ask again.
 *
 * @param {unknown} problem
 */
function refusal(problem) {
    return problem instanceof ApiError && problem.isTransient ? [] : null
}
