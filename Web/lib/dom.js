/**
 * The element with this id; a page without it is a mistake in our markup, so it throws.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new (...args: any[]) => T} type
 * @returns {T}
 */
export function byId(id, type) {
    const element = document.getElementById(id)
    if (element instanceof type) return element
    throw new Error(`The page has no ${type.name} #${id}`)
}

/**
 * Writes text only when it changed, so that a screen reader does not repeat an unchanged live region.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function setText(element, text) {
    if (element.textContent !== text) element.textContent = text
}
