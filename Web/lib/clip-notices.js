import { element } from "../library/elements.js"
import { clipPage, clipTrouble, madeClip, requestClip } from "./clips.js"

/** Notices of clips that are being made, each of which becomes the clip's link. */
export class ClipNotices {
    #list

    /** @param {HTMLElement} list A live region. */
    constructor(list) {
        this.#list = list
    }

    /**
     * @param {string} recordingID
     * @param {import("./clips.js").Stretch} stretch
     * @param {string} name "The last 30 s", "0:32 – 1:02"
     */
    async save(recordingID, stretch, name) {
        const notice = element("div", { class: "notice clip-notice", "data-clip": "saving" })
        show(notice, "saving", element("span", { class: "spinner", "aria-hidden": "true" }), `Saving: ${name}…`)
        this.#list.append(notice)
        try {
            const requested = await requestClip(recordingID, stretch)
            const clip = await madeClip(requested)
            const actions = [...links(clip.id), hider(notice)]
            if (clip.status === "failed") this.fail("This clip could not be made. Perhaps nothing is recorded there.", notice)
            else if (clip.status === "ready") show(notice, "good", `Saved: ${name}`, ...actions)
            else show(notice, "warn", "This takes a while. The clip is on its page when it is made.", ...actions)
        } catch (problem) {
            this.fail(clipTrouble(problem), notice)
        }
    }

    /**
     * @param {string} text Why there is no clip.
     * @param {HTMLElement} [notice] The one that said that it is being made.
     */
    fail(text, notice = element("div", { class: "notice clip-notice" })) {
        if (!notice.isConnected) this.#list.append(notice)
        notice.setAttribute("role", "alert")
        show(notice, "bad", text, hider(notice))
    }
}

/**
 * @param {HTMLElement} notice
 * @param {"saving" | "good" | "warn" | "bad"} kind
 * @param {...(Node | string)} content
 */
function show(notice, kind, ...content) {
    notice.className = `notice clip-notice ${kind}`
    notice.dataset.clip = kind
    const nodes = content.map((part) => (typeof part === "string" ? element("span", { class: "clip-text" }, part) : part))
    notice.replaceChildren(...nodes)
}

/** @param {string} id */
function links(id) {
    const copy = element("button", { class: "button", type: "button" }, "Copy link")
    copy.addEventListener("click", () => void copyLink(id, copy))
    return [element("a", { class: "button primary", href: clipPage(id) }, "Open clip"), copy]
}

/** @param {HTMLElement} notice */
function hider(notice) {
    const attributes = { class: "button icon quiet clip-hide", type: "button", "aria-label": "Hide" }
    return element("button", { ...attributes, onclick: () => notice.remove() }, "×")
}

/**
 * Where a browser does not let us copy, the link is there to be copied by hand.
 *
 * @param {string} id
 * @param {HTMLButtonElement} button
 */
async function copyLink(id, button) {
    const url = new URL(clipPage(id), location.href).href
    try {
        await navigator.clipboard.writeText(url)
        button.textContent = "Copied"
        window.setTimeout(() => (button.textContent = "Copy link"), 3_000)
    } catch {
        const field = element("input", { class: "input clip-link", readonly: true, value: url, "aria-label": "Link of the clip" })
        button.replaceWith(field)
        field.select()
    }
}
