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
        CanvasCompositing,
        CanvasDrawImage,
        CanvasDrawPath,
        CanvasText,
        CanvasTextDrawingStyles,
        CanvasImageData,
        CanvasPath {}

declare class OffscreenCanvas extends EventTarget {
    constructor(width: number, height: number)
    readonly width: number
    readonly height: number
    getContext(kind: "2d", options?: { alpha?: boolean; willReadFrequently?: boolean }): OffscreenCanvasRenderingContext2D | null
    transferToImageBitmap(): ImageBitmap
}

declare class VideoFrame {
    constructor(source: OffscreenCanvas, init: { timestamp: number })
    readonly format: string | null
    readonly visibleRect: DOMRectReadOnly | null
    allocationSize(options: { rect: DOMRectInit }): number
    copyTo(destination: Uint8Array, options: { rect: DOMRectInit }): Promise<{ offset: number; stride: number }[]>
    close(): void
}

/** Chromium only: the pictures of a track, as they come out of the decoder. */
declare class MediaStreamTrackProcessor {
    constructor(init: { track: MediaStreamTrack; maxBufferSize?: number })
    readonly readable: ReadableStream<VideoFrame> & Transferable
}
