import { api, ApiError } from "../lib/api.js"
import { byId, setText } from "../lib/dom.js"
import { troubleMessage } from "../library/access.js"
import { element, message } from "../library/elements.js"
import { clockTime, counted, dayName } from "../library/format.js"

/**
 * @typedef {object} Mail
 * @property {string} id
 * @property {string} to
 * @property {string} subject
 * @property {string} created_at
 * @property {string} text
 * @property {string} html
 * @property {string[]} links
 */

const page = document.documentElement
const outbox = byId("outbox", HTMLElement)
const parts = ["html", "text"].map((name) => ({
    tab: byId(`tab-${name}`, HTMLElement),
    panel: byId(`part-${name}`, HTMLElement),
}))

/** The open mail stays open when the list is fetched again. */
let openID = ""

async function load() {
    byId("message", HTMLElement).replaceChildren()
    try {
        /** @type {{mails: Mail[]}} */
        const { mails } = await api("/dev/outbox.json")
        show(mails)
    } catch (problem) {
        page.dataset.state = "failed"
        outbox.hidden = true
        setText(byId("summary", HTMLElement), "")
        byId("message", HTMLElement).replaceChildren(trouble(problem))
    }
}

/** @param {unknown} problem */
function trouble(problem) {
    if (!(problem instanceof ApiError) || problem.status !== 404) return troubleMessage(problem, () => void load())
    return message({
        name: "absent",
        glyph: "letter",
        title: "There is no outbox here",
        text: "Mails are kept for looking at only by a server in development that has no mail server configured.",
    })
}

/** @param {Mail[]} mails */
function show(mails) {
    page.dataset.state = mails.length > 0 ? "ready" : "empty"
    setText(byId("summary", HTMLElement), `${counted(mails.length, "mail", "mails")}; nothing leaves this machine.`)
    outbox.hidden = mails.length === 0
    if (mails.length === 0) {
        byId("message", HTMLElement).replaceChildren(emptyMessage())
        return
    }
    byId("mails", HTMLElement).replaceChildren(...mails.map(entry))
    open(mails.find(({ id }) => id === openID) ?? mails[0])
}

function emptyMessage() {
    return message({
        name: "empty",
        glyph: "letter",
        title: "No mails yet",
        text: "Start a session of a child that has a guardian: the mail with the watch link lands here.",
    })
}

/** @param {Mail} mail */
function entry(mail) {
    const choose = () => {
        open(mail)
        byId("subject", HTMLElement).focus()
    }
    return element(
        "li",
        {},
        element(
            "button",
            { type: "button", "data-mail": mail.id, onclick: choose },
            element("strong", { class: "breakable" }, mail.subject),
            element("span", { class: "muted small breakable" }, mail.to),
            element("span", { class: "muted small" }, when(mail)),
        ),
    )
}

/** @param {Mail} mail */
function when({ created_at }) {
    return `${dayName(created_at)}, ${clockTime(created_at)}`
}

/** @param {Mail} mail */
function open(mail) {
    openID = mail.id
    for (const button of document.querySelectorAll("[data-mail]")) {
        if (button.getAttribute("data-mail") === mail.id) button.setAttribute("aria-current", "true")
        else button.removeAttribute("aria-current")
    }
    setText(byId("subject", HTMLElement), mail.subject)
    byId("envelope", HTMLElement).replaceChildren(
        ...[["To", mail.to], ["Written", when(mail)]].flatMap(([name, value]) => [
            element("dt", {}, name),
            element("dd", {}, value),
        ]),
    )
    // The frame has no scripts and may not navigate; its links open beside it.
    byId("preview", HTMLIFrameElement).srcdoc = mail.html.replace("<head>", '<head><base target="_blank">')
    byId("text", HTMLElement).textContent = mail.text
    byId("links", HTMLElement).replaceChildren(...mail.links.map(link))
}

/** @param {string} url */
function link(url) {
    const anchor = { href: url, target: "_blank", rel: "noopener", class: "breakable" }
    return element("li", {}, element("a", /^https?:/.test(url) ? anchor : { class: "breakable" }, url))
}

/** @param {number} index */
function choosePart(index) {
    parts.forEach(({ tab, panel }, position) => {
        tab.setAttribute("aria-selected", String(position === index))
        tab.tabIndex = position === index ? 0 : -1
        panel.hidden = position !== index
    })
}

parts.forEach(({ tab }, index) => {
    tab.addEventListener("click", () => choosePart(index))
    tab.addEventListener("keydown", (event) => {
        if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return
        const other = (index + 1) % parts.length
        choosePart(other)
        parts[other].tab.focus()
    })
})

byId("refresh", HTMLElement).addEventListener("click", () => void load())
await load()
