import { ApiError, request } from "../lib/api.js"
import { byId } from "../lib/dom.js"
import { troubleText } from "../library/access.js"

const page = document.documentElement
const button = byId("unsubscribe", HTMLButtonElement)
const trouble = byId("problem", HTMLElement)

async function unsubscribe() {
    button.disabled = true
    trouble.hidden = true
    try {
        const body = new URLSearchParams({ "List-Unsubscribe": "One-Click" })
        await request(location.pathname, { method: "POST", body, headers: { Accept: "application/json" } })
        page.dataset.state = "done"
        byId("done", HTMLElement).focus()
    } catch (problem) {
        page.dataset.state = "failed"
        trouble.textContent = explain(problem)
        trouble.hidden = false
        button.disabled = false
    }
}

/** @param {unknown} problem */
function explain(problem) {
    if (problem instanceof ApiError && problem.status === 404) {
        return "This link is not complete or no longer good. Please use the one in your newest mail."
    }
    return troubleText(problem)
}

byId("form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault()
    void unsubscribe()
})
