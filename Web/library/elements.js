/**
 * Makes an element. Text is always set as text, so nothing that a server or a child wrote becomes markup.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | (() => void) | null | undefined>} [attributes] A function under
 *   `onclick` listens to clicks; false, null and undefined leave the attribute out.
 * @param {...(Node | string | null | false)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag)
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === "function") made.addEventListener(name.replace(/^on/, ""), () => value())
        else if (value === true) made.setAttribute(name, "")
        else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value))
    }
    for (const child of children) if (child !== null && child !== false) made.append(child)
    return made
}

const STROKES = {
    fill: "none",
    stroke: "currentColor",
    "stroke-width": "1.6",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
}

const GLYPHS = {
    headset:
        "M3 9.5A2.5 2.5 0 0 1 5.5 7h13A2.5 2.5 0 0 1 21 9.5v5a2.5 2.5 0 0 1-2.5 2.5h-2.3c-.8 0-1.5-.4-2-1"
        + "l-.9-1.2a1.6 1.6 0 0 0-2.6 0l-.9 1.2c-.5.6-1.2 1-2 1H5.5A2.5 2.5 0 0 1 3 14.5z",
    lock: "M6 11h12v8.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2",
    storm: "M7 15a4 4 0 0 1 .5-8A5 5 0 0 1 17 8.5a3.3 3.3 0 0 1 0 6.5M12.5 11.5l-2 3.5h3l-2 4",
    film: "M4 6h16v12H4zM10 9.5v5l4.5-2.5z",
    letter: "M3.5 6.5h17v11h-17zM4 7l8 6.5L20 7",
    bin: "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7",
}

/** @typedef {keyof typeof GLYPHS} Glyph */

/**
 * The round window with a line drawing in it, for pictures that are not there and for messages.
 *
 * @param {Glyph} glyph
 */
export function porthole(glyph) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
    svg.setAttribute("viewBox", "0 0 24 24")
    for (const [name, value] of Object.entries(STROKES)) svg.setAttribute(name, value)
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path")
    path.setAttribute("d", GLYPHS[glyph])
    svg.append(path)
    return element("div", { class: "porthole", "aria-hidden": "true" }, svg)
}

/**
 * A big centred message in place of content.
 *
 * @param {object} content
 * @param {string} content.name The `data-message` by which scripts recognise it.
 * @param {Glyph} content.glyph
 * @param {string} content.title
 * @param {string} content.text
 * @param {HTMLElement[]} [content.actions]
 */
export function message({ name, glyph, title, text, actions = [] }) {
    return element(
        "div",
        { class: "state", "data-message": name },
        porthole(glyph),
        element("h2", {}, title),
        element("p", {}, text),
        actions.length > 0 && element("div", { class: "row" }, ...actions),
    )
}

/**
 * A picture that makes way for the round window when it cannot be loaded (any more).
 *
 * @param {string | null | undefined} url
 * @param {Glyph} glyph
 * @param {...HTMLElement} corners What lies over the picture.
 */
export function cardPicture(url, glyph, ...corners) {
    const frame = element("div", { class: "card-picture" }, ...corners)
    if (!url) {
        frame.prepend(porthole(glyph))
        return frame
    }
    const picture = element("img", { src: url, alt: "", loading: "lazy", decoding: "async" })
    picture.addEventListener("error", () => picture.replaceWith(porthole(glyph)), { once: true })
    frame.prepend(picture)
    return frame
}

/**
 * Cards of the size of what is coming, so that nothing jumps when it does.
 *
 * @param {number} count
 */
export function skeletonCards(count) {
    return Array.from({ length: count }, () =>
        element(
            "li",
            { "aria-hidden": "true" },
            element(
                "div",
                { class: "card flat" },
                element("div", { class: "skeleton picture" }),
                element(
                    "div",
                    { class: "card-body" },
                    element("div", { class: "skeleton line" }),
                    element("div", { class: "skeleton line" }),
                ),
            ),
        ),
    )
}
