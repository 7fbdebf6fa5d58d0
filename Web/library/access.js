import { ApiError, exchangeToken } from "../lib/api.js"
import { takePageToken } from "../lib/page-token.js"
import { element, message } from "./elements.js"

/**
 * Trades the token of a mailed link for the page cookie. A link that is no longer good leaves an earlier cookie, if
 * there is one, in charge; the page's own first request tells.
 */
export async function enterByLink() {
    if (window.self !== window.top) document.documentElement.classList.add("embedded")
    const token = takePageToken()
    if (token === null) return
    try {
        await exchangeToken(token)
    } catch (problem) {
        if (!(problem instanceof ApiError)) throw problem
    }
}

/** @param {unknown} problem */
export function isSignedOut(problem) {
    return problem instanceof ApiError && problem.status === 401
}

/** Shown instead of content to a reader whom the server does not know (any more). */
export function signedOutMessage() {
    return message({
        name: "signed-out",
        glyph: "lock",
        title: "Please come in by your link",
        text:
            "Only the family can look in here. Open the link in your newest mail from us: it signs you in without a "
            + "password. Links end when they expire or are taken back.",
        actions: [element("a", { class: "button", href: "/" }, "Start page")],
    })
}

/**
 * Shown when the server cannot be reached, is busy or fails.
 *
 * @param {unknown} problem
 * @param {() => void} retry
 */
export function troubleMessage(problem, retry) {
    return message({
        name: "trouble",
        glyph: "storm",
        title: "That did not work",
        text: troubleText(problem),
        actions: [element("button", { class: "button primary", type: "button", onclick: retry }, "Try again")],
    })
}

/**
 * What went wrong, in words for a parent.
 *
 * @param {unknown} problem
 */
export function troubleText(problem) {
    if (!(problem instanceof ApiError) || problem.status === 0) {
        return "The server cannot be reached right now. Are you online?"
    }
    if (problem.status === 429) return "That was a lot of requests. Please wait a few minutes and try again."
    if (problem.status >= 500) return "The server has a problem of its own. Please try again in a moment."
    return problem.message
}
