import { byId, setText } from "../lib/dom.js"

/** @typedef {import("./growing-source.js").GrowingSource} GrowingSource */

/** The way back to the edge of a recording that goes on: lit while the viewer is there. */
export class LiveButton {
    #button = byId("live", HTMLButtonElement)
    #waiting = byId("buffering-text", HTMLElement)
    #source
    #wasAtEdge = false

    /**
     * @param {GrowingSource} source
     * @param {() => void} atEdge Called when the viewer gets there.
     */
    constructor(source, atEdge) {
        this.#source = source
        this.atEdge = atEdge
        this.#button.addEventListener("click", () => source.goLive())
    }

    draw() {
        const { isOpen, isAtEdge, isStill } = this.#source
        this.#button.hidden = !isOpen
        const isLit = isOpen && isAtEdge && !isStill
        this.#button.classList.toggle("lit", isLit)
        this.#button.setAttribute("aria-label", isAtEdge ? "You are live" : "Go to live")
        setText(this.#waiting, isOpen && isAtEdge && isStill ? "Waiting for the headset…" : "")
        if (isAtEdge && !this.#wasAtEdge) this.atEdge()
        this.#wasAtEdge = isAtEdge
    }
}
