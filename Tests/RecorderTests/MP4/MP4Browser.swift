import Foundation

/// Plays files in a headless Chromium, by a server that serves ranges.
enum MP4Browser {
    struct Answer: Decodable {
        struct Seek: Decodable {
            var to: Double
            /// Milliseconds until the picture is there.
            var took: Double
            /// When the picture begins that is shown.
            var shown: Double?
            /// Seconds that were played from there.
            var played: Double
        }
        var error: String?
        var duration = 0.0
        /// Milliseconds until the first picture could be shown.
        var opened = 0.0
        var seeks: [Seek] = []
    }

    /// Whether times are judged, which takes a machine that does nothing else.
    static let judgesFigures = ProcessInfo.processInfo.environment["PORTHOLE_FIGURES"] != nil

    /// One with Playwright.
    static let python = ProcessInfo.processInfo.environment["PORTHOLE_TEST_PYTHON"]

    /// - Parameter growing: Whether it is given to a `SourceBuffer`, piece by piece.
    static func play(_ file: MP4TestFile, seeks: [Double], growing: Bool = false) throws -> Answer {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(file.bytes).write(to: folder.appendingPathComponent("file.mp4"))
        try Data(page.utf8).write(to: folder.appendingPathComponent("page.html"))
        try Data(script.utf8).write(to: folder.appendingPathComponent("play.py"))
        let arguments = [folder.path, seeks.description, growing ? "true" : "false"]
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: python ?? "")
        process.arguments = [folder.appendingPathComponent("play.py").path] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode(Answer.self, from: bytes)
    }

    private static let page = """
        <!doctype html>
        <video id="video" muted preload="auto"></video>
        <script>
        const video = document.getElementById("video")
        const happens = (target, name) => new Promise((resolve, reject) => {
            target.addEventListener(name, resolve, { once: true })
            video.addEventListener("error", () => reject(new Error(video.error.message)), { once: true })
            setTimeout(() => reject(new Error(`no ${name} in 20 s`)), 20_000)
        })
        const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

        // In pieces that begin and end anywhere.
        async function grow() {
            const bytes = await (await fetch("file.mp4")).arrayBuffer()
            const source = new MediaSource()
            video.src = URL.createObjectURL(source)
            await happens(source, "sourceopen")
            const buffer = source.addSourceBuffer('video/mp4; codecs="avc1.42e01f,opus"')
            for (let offset = 0; offset < bytes.byteLength; offset += 50_021) {
                buffer.appendBuffer(bytes.slice(offset, offset + 50_021))
                await happens(buffer, "updateend")
            }
        }

        // When the picture begins that was shown last.
        let latest = null
        function watch(_, { mediaTime }) {
            latest = mediaTime
            video.requestVideoFrameCallback(watch)
        }
        video.requestVideoFrameCallback(watch)

        async function play(seeks, isGrowing) {
            const answer = { duration: 0, opened: 0, seeks: [] }
            try {
                const start = performance.now()
                const loaded = happens(video, "loadeddata")
                if (isGrowing) await grow()
                else video.src = "file.mp4"
                await loaded
                answer.opened = performance.now() - start
                answer.duration = isGrowing ? video.buffered.end(0) : video.duration
                for (const to of seeks) {
                    const start = performance.now()
                    const seeked = happens(video, "seeked")
                    video.currentTime = to
                    await seeked
                    const took = performance.now() - start
                    // What was shown before may still be told of.
                    await sleep(500)
                    const shown = latest
                    await video.play()
                    const before = video.currentTime
                    await sleep(1_000)
                    video.pause()
                    answer.seeks.push({ to, took, shown, played: video.currentTime - before })
                    if (video.error) throw new Error(video.error.message)
                }
            } catch (error) {
                answer.error = String(error)
            }
            return answer
        }
        </script>
        """

    private static let script = """
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        from json import dumps, loads
        from os import environ
        from pathlib import Path
        from re import fullmatch
        from sys import argv
        from threading import Thread

        from playwright.sync_api import sync_playwright

        folder, seeks, growing = Path(argv[1]), loads(argv[2]), loads(argv[3])


        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path = folder / self.path.strip("/")
                if not path.is_file():
                    return self.send_error(404)
                size = path.stat().st_size
                asked = fullmatch(r"bytes=(\\d+)-(\\d*)", self.headers.get("Range", ""))
                first, last = (int(asked[1]), int(asked[2] or size - 1)) if asked else (0, size - 1)
                self.send_response(206 if asked else 200)
                self.send_header("Content-Type", "video/mp4" if path.suffix == ".mp4" else "text/html")
                self.send_header("Accept-Ranges", "bytes")
                self.send_header("Content-Length", str(last - first + 1))
                if asked:
                    self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
                self.end_headers()
                with path.open("rb") as file:
                    file.seek(first)
                    while first <= last and (piece := file.read(min(65_536, last - first + 1))):
                        try:
                            self.wfile.write(piece)
                        except OSError:
                            self.close_connection = True
                            return
                        first += len(piece)

            def log_message(self, *arguments):
                pass


        class Server(ThreadingHTTPServer):
            # Browsers hang up when they have seen enough.
            def handle_error(self, request, address):
                pass


        server = Server(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/page.html")
            print(dumps(page.evaluate("([seeks, growing]) => play(seeks, growing)", [seeks, growing])))
            browser.close()
        """
}
