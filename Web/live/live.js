import { api, ApiError } from "../lib/api.js"
import { byId, setText } from "../lib/dom.js"
import { enterByLink, isSignedOut, signedOutMessage, troubleMessage, troubleText } from "../library/access.js"
import { cardPicture, element, message, skeletonCards } from "../library/elements.js"
import { ago, clockTime, counted, dayName, playerName } from "../library/format.js"
import { Polling } from "./polling.js"

/**
 * @typedef {object} ActiveSession
 * @property {string} id
 * @property {string} user_id
 * @property {string | null} player_name
 * @property {string} room_name
 * @property {string} started_at
 * @property {string} status
 * @property {"waiting" | "live" | "interrupted" | "ended"} state
 * @property {number} active_viewers
 * @property {string | null} thumbnail_url
 */

const STATE_WORDS = {
    live: { kind: "live", text: "Live" },
    waiting: { kind: "busy", text: "Waiting for the headset" },
    interrupted: { kind: "warn", text: "Headset lost, may come back" },
    ended: { kind: "", text: "Ended" },
}

const page = document.documentElement
const list = byId("sessions", HTMLElement)
const stale = byId("stale", HTMLElement)
const refresh = byId("refresh", HTMLButtonElement)
const updated = byId("updated", HTMLElement)

/** What was last shown, to change the page only when something changed. */
let shown = ""
let updatedAt = 0

const polling = new Polling(load)

/**
 * Asks once and shows the answer.
 *
 * @returns {Promise<"changed" | "same" | "failed" | "stop">}
 */
async function load() {
    refresh.setAttribute("aria-busy", "true")
    try {
        /** @type {ActiveSession[]} */
        const sessions = await api("/api/sessions/active")
        updatedAt = Date.now()
        stale.hidden = true
        return show(sessions) ? "changed" : "same"
    } catch (problem) {
        return showTrouble(problem)
    } finally {
        refresh.removeAttribute("aria-busy")
        showAge()
    }
}

/** @param {ActiveSession[]} sessions */
function show(sessions) {
    const answer = JSON.stringify(sessions)
    if (answer === shown && page.dataset.state !== "loading") return false
    shown = answer
    page.dataset.state = sessions.length > 0 ? "live" : "empty"
    setText(byId("summary", HTMLElement), summary(sessions.length))
    keepFocus(() => list.replaceChildren(...sessions.map(card)))
    byId("message", HTMLElement).replaceChildren(...(sessions.length > 0 ? [] : [emptyMessage()]))
    return true
}

/** @param {number} count */
function summary(count) {
    return count === 0 ? "Nobody at the moment." : `${counted(count, "session", "sessions")} you can look into.`
}

/**
 * Redraws without taking the keyboard away from the card it is on.
 *
 * @param {() => void} redraw
 */
function keepFocus(redraw) {
    const focused = document.activeElement?.getAttribute("href")
    redraw()
    if (!focused) return
    for (const link of list.querySelectorAll("a")) if (link.getAttribute("href") === focused) link.focus()
}

/** @param {ActiveSession} session */
function card(session) {
    return element(
        "li",
        { "data-session": session.id, "data-session-state": session.state },
        element(
            "article",
            { class: "card" },
            cardPicture(session.thumbnail_url, "headset", stateBadge(session.state)),
            element(
                "div",
                { class: "card-body" },
                element(
                    "h2",
                    { class: "card-title breakable" },
                    element("a", { href: `/watch/${encodeURIComponent(session.id)}` }, `Watch ${session.player_name ?? playerName(session.user_id)}`),
                ),
                element("p", { class: "muted small" }, `${since(session.started_at)} · ${viewers(session.active_viewers)}`),
            ),
        ),
    )
}

/** @param {ActiveSession["state"]} state */
function stateBadge(state) {
    const { kind, text } = STATE_WORDS[state]
    return element("span", { class: `badge ${kind}` }, element("span", { class: "dot" }), text)
}

/** @param {string} startedAt */
function since(startedAt) {
    const day = dayName(startedAt)
    return day === "Today" ? `Since ${clockTime(startedAt)}` : `Since ${day}, ${clockTime(startedAt)}`
}

/** @param {number} count */
function viewers(count) {
    return count === 0 ? "nobody is watching" : `${counted(count, "person is", "people are")} watching`
}

function emptyMessage() {
    return message({
        name: "empty",
        glyph: "headset",
        title: "All headsets are resting",
        text: "When a session starts it shows up here by itself, and the family gets a mail with a link.",
        actions: [element("a", { class: "button", href: "/recordings" }, "Watch a recording")],
    })
}

/**
 * @param {unknown} problem
 * @returns {"failed" | "stop"}
 */
function showTrouble(problem) {
    if (isSignedOut(problem)) {
        showInstead("signed-out", signedOutMessage())
        return "stop"
    }
    if (!(problem instanceof ApiError)) throw problem
    if (updatedAt === 0) {
        showInstead("trouble", troubleMessage(problem, () => polling.now()))
    } else {
        setText(stale, `${troubleText(problem)} What you see here may be out of date.`)
        stale.hidden = false
    }
    return "failed"
}

/**
 * @param {string} state
 * @param {HTMLElement} content
 */
function showInstead(state, content) {
    shown = ""
    page.dataset.state = state
    setText(byId("summary", HTMLElement), "")
    list.replaceChildren()
    refresh.hidden = state === "signed-out"
    byId("message", HTMLElement).replaceChildren(content)
}

function showAge() {
    setText(updated, updatedAt === 0 ? "" : `Updated ${ago(updatedAt)}`)
}

list.replaceChildren(...skeletonCards(3))
refresh.addEventListener("click", () => polling.now())
setInterval(showAge, 10_000)
await enterByLink()
polling.start()
