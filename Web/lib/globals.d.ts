// What the pages use and Debian's TypeScript does not know yet.

/** Chromium only: a track that is fed with frames. Its `writable` can be handed to a worker, where it never sleeps. */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
    constructor(init: { kind: "video" | "audio" })
    readonly writable: WritableStream & Transferable
}

interface OffscreenCanvasRenderingContext2D
    extends CanvasState,
        CanvasTransform,
        CanvasFillStrokeStyles,
        CanvasRect,
        CanvasDrawPath,
        CanvasText,
        CanvasTextDrawingStyles,
        CanvasImageData,
        CanvasPath {}

declare class OffscreenCanvas extends EventTarget {
    constructor(width: number, height: number)
    getContext(kind: "2d", options?: { alpha?: boolean }): OffscreenCanvasRenderingContext2D | null
    transferToImageBitmap(): ImageBitmap
}

declare class VideoFrame {
    constructor(source: OffscreenCanvas, init: { timestamp: number })
    close(): void
}
