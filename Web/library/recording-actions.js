import { ApiError } from "../lib/api.js"
import { byId } from "../lib/dom.js"
import { troubleText } from "./access.js"
import { element } from "./elements.js"
import { deletedMessage } from "./recording-view.js"
import { deleteRecording, signForSaving } from "./recordings.js"
import { toast } from "./toast.js"

/** @param {string} id */
export function wireDownload(id) {
    const button = byId("download", HTMLButtonElement)
    button.addEventListener("click", () => void whileBusy(button, () => download(id)))
}

/** @param {string} id */
async function download(id) {
    try {
        const { url } = await signForSaving(id)
        element("a", { href: url, download: "" }).click()
    } catch (problem) {
        const isForbidden = problem instanceof ApiError && problem.status === 403
        toast(isForbidden ? "Your link does not include downloads." : troubleText(problem), "bad")
    }
}

/**
 * @param {string} id
 * @param {(content: HTMLElement) => void} deleted
 */
export function wireDeletion(id, deleted) {
    const dialog = byId("confirm", HTMLDialogElement)
    const confirm = byId("confirm-delete", HTMLButtonElement)
    const trouble = byId("confirm-problem", HTMLElement)
    byId("delete", HTMLElement).addEventListener("click", () => {
        trouble.hidden = true
        dialog.showModal()
    })
    const remove = async () => {
        try {
            await deleteRecording(id)
            dialog.close()
            byId("actions", HTMLElement).hidden = true
            deleted(deletedMessage())
        } catch (problem) {
            trouble.textContent = deletionTrouble(problem)
            trouble.hidden = false
        }
    }
    confirm.addEventListener("click", () => void whileBusy(confirm, remove))
}

/** @param {unknown} problem */
function deletionTrouble(problem) {
    if (!(problem instanceof ApiError)) return troubleText(problem)
    if (problem.status === 401) return "You are signed out. Open the page again by your link."
    if (problem.status === 403) return "A mailed link never deletes. The player, or a parent who is signed in to the game's app, can."
    if (problem.status === 404) return "It is not there any more: somebody deleted it already."
    return troubleText(problem)
}

/**
 * @param {HTMLButtonElement} button
 * @param {() => Promise<void>} work
 */
async function whileBusy(button, work) {
    button.disabled = true
    button.setAttribute("aria-busy", "true")
    try {
        await work()
    } finally {
        button.disabled = false
        button.removeAttribute("aria-busy")
    }
}
