import { byId, setText } from "../lib/dom.js"
import { clock } from "../lib/format.js"
import { enterByLink, isSignedOut, signedOutMessage, troubleMessage, troubleText } from "./access.js"
import { cardPicture, element, message, skeletonCards } from "./elements.js"
import { clockTime, counted, dayName, fileSize, playerName, spokenDuration } from "./format.js"
import { STATUS_WORDS, honestNotes, listRecordings } from "./recordings.js"

/** @typedef {import("./recordings.js").Recording} Recording */

const page = document.documentElement
const days = byId("days", HTMLElement)
const more = byId("more", HTMLButtonElement)
const summary = byId("summary", HTMLElement)
const userID = new URL(location.href).searchParams.get("user_id")

/** @type {string | null} */
let nextCursor = null
let count = 0

async function loadPage() {
    more.setAttribute("aria-busy", "true")
    more.disabled = true
    try {
        const { recordings, next_cursor } = await listRecordings(userID, nextCursor)
        append(recordings, next_cursor)
    } catch (problem) {
        showTrouble(problem)
    } finally {
        more.removeAttribute("aria-busy")
        more.disabled = false
    }
}

/**
 * @param {Recording[]} recordings
 * @param {string | null} cursor
 */
function append(recordings, cursor) {
    if (count === 0) days.replaceChildren()
    byId("message", HTMLElement).replaceChildren()
    const cards = recordings.map((recording) => {
        const made = card(recording)
        gridOf(dayName(recording.created_at)).append(made)
        return made
    })
    const isFirstPage = count === 0
    count += recordings.length
    nextCursor = cursor ?? null
    more.hidden = nextCursor === null
    page.dataset.state = count > 0 ? "ready" : "empty"
    setText(summary, `${counted(count, "recording", "recordings")}${nextCursor ? " so far" : ""}`)
    if (count === 0) showEmpty()
    if (!isFirstPage) cards[0]?.querySelector("a")?.focus()
}

/**
 * The grid of a day, made when its first recording comes.
 *
 * @param {string} day
 */
function gridOf(day) {
    const last = days.lastElementChild
    const lastGrid = last?.querySelector("ul")
    if (lastGrid && last?.querySelector("h2")?.textContent === day) return lastGrid
    const grid = element("ul", { class: "grid" })
    days.append(element("section", {}, element("h2", {}, day), grid))
    return grid
}

/** @param {Recording} recording */
function card(recording) {
    const { id, status, duration, thumbnail_url, created_at, clip } = recording
    const corner = []
    if (clip) corner.push(element("span", { class: "badge" }, "Clip"))
    if (status === "recording") corner.push(statusBadge(status))
    else if (duration !== null) corner.push(element("span", { class: "corner numeric" }, clock(duration)))
    const notes = honestNotes(recording)
    return element(
        "li",
        { "data-recording": id, "data-status": status, "data-clip": clip !== null },
        element(
            "article",
            { class: "card" },
            cardPicture(thumbnail_url, "film", ...corner),
            element(
                "div",
                { class: "card-body" },
                element(
                    "h3",
                    { class: "card-title" },
                    element("a", { href: `/recordings/${encodeURIComponent(id)}` }, `${clip ? "Clip" : "Session"} at ${clockTime(created_at)}`),
                ),
                status === "ready" || status === "recording"
                    ? element("p", { class: "muted small" }, line(recording))
                    : element("p", {}, statusBadge(status)),
                notes.length > 0 && element("ul", { class: "list small card-notes" }, ...notes.map(note)),
            ),
        ),
    )
}

/** @param {Recording} recording */
function line({ status, user_id, player_name, duration, file_size }) {
    const name = player_name ?? playerName(user_id)
    if (status === "recording") return `${name} · being recorded now`
    const parts = [name, duration === null ? null : spokenDuration(duration), fileSize(file_size)]
    return parts.filter(Boolean).join(" · ")
}

/** @param {Recording["status"]} status */
function statusBadge(status) {
    const { kind, text } = STATUS_WORDS[status]
    return element("span", { class: `badge ${kind}` }, element("span", { class: "dot" }), text)
}

/** @param {string} text */
function note(text) {
    return element("li", {}, text)
}

function showEmpty() {
    setText(summary, "")
    byId("message", HTMLElement).replaceChildren(
        message({
            name: "empty",
            glyph: "film",
            title: "No recordings yet",
            text: "A session is here as soon as it is recorded, and stays when it is over.",
            actions: [element("a", { class: "button", href: "/live" }, "Who is playing now")],
        }),
    )
}

/** @param {unknown} problem */
function showTrouble(problem) {
    if (isSignedOut(problem)) {
        showInstead("signed-out", signedOutMessage())
    } else if (count > 0) {
        setText(summary, troubleText(problem))
    } else {
        showInstead("failed", troubleMessage(problem, () => void loadPage()))
    }
}

/**
 * @param {string} state
 * @param {HTMLElement} content
 */
function showInstead(state, content) {
    page.dataset.state = state
    setText(summary, "")
    days.replaceChildren()
    more.hidden = true
    byId("message", HTMLElement).replaceChildren(content)
}

days.replaceChildren(element("ul", { class: "grid" }, ...skeletonCards(6)))
more.addEventListener("click", () => void loadPage())
await enterByLink()
await loadPage()
