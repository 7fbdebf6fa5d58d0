import { element } from "../library/elements.js"

/**
 * A link that signs in and opens a page; only a development server hands these out.
 *
 * @typedef {{title: string, description?: string, url: string}} ReadyLink
 */

async function showReadyLinks() {
    const answer = await fetch("/dev/links", { headers: { Accept: "application/json" } })
    if (!answer.ok) return
    /** @type {{links: ReadyLink[]}} */
    const { links } = await answer.json()
    document.getElementById("ready-links")?.replaceChildren(...links.map(linkCard))
    document.getElementById("ready")?.toggleAttribute("hidden", links.length === 0)
}

/** @param {ReadyLink} link */
function linkCard({ title, description, url }) {
    return element(
        "li",
        {},
        element(
            "article",
            { class: "card" },
            element(
                "div",
                { class: "card-body" },
                element("h3", { class: "card-title" }, element("a", { href: url, target: "_blank", rel: "noopener" }, title)),
                element("p", { class: "muted small" }, description ?? ""),
            ),
        ),
    )
}

showReadyLinks().catch((problem) => console.warn("The ready links did not arrive.", problem))
