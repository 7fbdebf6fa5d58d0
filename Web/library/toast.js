import { element } from "./elements.js"

const SHOWN_MS = 6_000

/**
 * A short message at the foot of the page that goes away by itself.
 *
 * @param {string} text
 * @param {"good" | "bad"} kind
 */
export function toast(text, kind) {
    const stack = document.querySelector(".toasts") ?? document.body.appendChild(element("div", { class: "toasts" }))
    const made = element("p", { class: `toast ${kind}`, role: kind === "bad" ? "alert" : "status" }, text)
    stack.append(made)
    window.setTimeout(() => made.remove(), SHOWN_MS)
}
