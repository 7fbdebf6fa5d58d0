// A publisher and viewers without any of our pages: what the media plane is measured with.
// Pictures are made of bytes, one for each tick, and read from bytes: each carries its number in its first row of
// blocks (Web/studio/frame-code.js says how) and the clock's milliseconds in its second.

globalThis.lab = (() => {
    const blocks = 32
    const bits = 28
    const clock = () => performance.timeOrigin + performance.now()

    // WHIP and WHEP

    /** @returns {Promise<{status: number, sdp: string, location: string | null, etag: string | null}>} */
    async function post(url, sdp, token) {
        const headers = { "Content-Type": "application/sdp" }
        if (token) headers.Authorization = `Bearer ${token}`
        const response = await fetch(url, { method: "POST", headers, body: sdp })
        const location = response.headers.get("Location")
        return {
            status: response.status,
            sdp: await response.text(),
            location: location && new URL(location, response.url).href,
            etag: response.headers.get("ETag"),
        }
    }

    async function negotiate(connection, url, token, marks = {}) {
        const { type, sdp } = await connection.createOffer()
        await connection.setLocalDescription({ type, sdp: withResentSound(sdp) })
        // With a relay there is nothing else to reach us by; without one the server learns our address from our checks.
        if (connection.getConfiguration().iceTransportPolicy === "relay") await gathered(connection)
        marks.posted = clock()
        const answer = await post(url, connection.localDescription.sdp, token)
        if (answer.status !== 201) throw new Error(`${url}: ${answer.status} ${answer.sdp.slice(0, 300)}`)
        marks.answered = clock()
        await connection.setRemoteDescription({ type: "answer", sdp: answer.sdp })
        return answer
    }

    /** Chromium resends sound if it is told that it may, and does not offer it by itself. Our pages do the same. */
    function withResentSound(sdp) {
        return sdp.replace(/^a=rtpmap:(\d+) opus\/.*$/m, (line, type) => `${line}\r\na=rtcp-fb:${type} nack`)
    }

    function gathered(connection) {
        return new Promise((resolve) => {
            const look = () => connection.iceGatheringState === "complete" && resolve()
            connection.addEventListener("icegatheringstatechange", look)
            look()
        })
    }

    async function end(answer, token) {
        const headers = token ? { Authorization: `Bearer ${token}` } : {}
        return (await fetch(answer.location, { method: "DELETE", headers })).status
    }

    // Codes

    function writeCode(luma, stride, top, width, height, number) {
        const bit = (block) => Math.floor(number / 2 ** (bits + 1 - block)) % 2
        let odd = 0
        for (let block = 2; block < bits + 2; block += 1) odd ^= bit(block)
        const value = (block) => [1, 0][block] ?? { 30: odd, 31: 1 - odd }[block] ?? bit(block)
        for (let block = 0; block < blocks; block += 1) {
            const left = Math.round((block * width) / blocks)
            const right = Math.round(((block + 1) * width) / blocks)
            for (let y = top; y < top + height; y += 1) luma.fill(value(block) ? 235 : 16, y * stride + left, y * stride + right)
        }
    }

    /** The number in a row of blocks; null if it does not add up. */
    function readCode(luma, stride, top, width, height) {
        const light = []
        for (let block = 0; block < blocks; block += 1) {
            const left = Math.floor(((block + 0.25) * width) / blocks)
            const right = Math.max(left + 1, Math.floor(((block + 0.75) * width) / blocks))
            let sum = 0
            let count = 0
            for (let y = top + (height >> 2); y < top + height - (height >> 2); y += 2) {
                for (let x = left; x < right; x += 2, count += 1) sum += luma[y * stride + x]
            }
            light.push(sum / count)
        }
        if (light[0] - light[1] < 60) return null
        const middle = (light[0] + light[1]) / 2
        let number = 0
        let odd = 0
        for (let block = 2; block < bits + 2; block += 1) {
            const bit = light[block] > middle ? 1 : 0
            number = number * 2 + bit
            odd ^= bit
        }
        const isWhole = light[30] > middle === (odd === 1) && light[31] > middle === (odd === 0)
        return isWhole ? number : null
    }

    // Publisher

    /** Pictures of a moving ramp, or with so much of noise (0 to 1) that no codec makes them small. */
    function pictures({ width, height, noise }) {
        const size = width * height
        return Array.from({ length: noise ? 8 : 30 }, (_, index) => {
            const picture = new Uint8Array((size * 3) / 2).fill(128, size)
            for (let y = 0; y < height; y += 1) {
                const isNoisy = y < height * (noise ?? 0)
                for (let x = 0; x < width; x += 1) {
                    picture[y * width + x] = isNoisy ? Math.random() * 256 : (x + y + index * 8) & 255
                }
            }
            return picture
        })
    }

    /** A dark picture and a light one. */
    function plainPictures({ width, height }) {
        const size = width * height
        return [16, 235].map((luma) => new Uint8Array((size * 3) / 2).fill(luma, 0, size).fill(128, size))
    }

    /** Notes when a connection first came into each of its states. */
    function markStates(connection, marks) {
        connection.addEventListener("connectionstatechange", () => (marks[connection.connectionState] ??= clock()))
    }

    class Publisher {
        constructor(options) {
            this.options = { width: 640, height: 360, fps: 30, bitrate: 1_000_000, audio: true, ...options }
            this.frame = 0
            this.isPaused = false
            this.marks = {}
        }

        async start(url) {
            const { width, height, fps, codec, bitrate, audio, flashes, iceServers, iceTransportPolicy, token } = this.options
            const generator = new MediaStreamTrackGenerator({ kind: "video" })
            this.writer = generator.writable.getWriter()
            this.pictures = flashes ? plainPictures(this.options) : pictures(this.options)
            this.timer = setInterval(() => this.draw(width, height), 1000 / fps)

            this.stream = new MediaStream([generator])
            this.connection = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers, iceTransportPolicy })
            markStates(this.connection, this.marks)
            const encoding = { maxBitrate: bitrate, maxFramerate: fps }
            const video = this.connection.addTransceiver(generator, { direction: "sendonly", sendEncodings: [encoding] })
            if (codec) {
                const all = RTCRtpSender.getCapabilities("video").codecs
                const chosen = all.filter(({ mimeType }) => mimeType.toLowerCase() === `video/${codec.toLowerCase()}`)
                const repair = all.filter(({ mimeType }) => /\/rtx$/.test(mimeType))
                video.setCodecPreferences([...chosen, ...repair])
            }
            if (audio) {
                this.sound = new AudioContext()
                const tone = new OscillatorNode(this.sound, { frequency: 440 })
                const output = this.sound.createMediaStreamDestination()
                this.level = new GainNode(this.sound, { gain: flashes ? 0 : 0.5 })
                tone.connect(this.level).connect(output)
                tone.start()
                const [track] = output.stream.getAudioTracks()
                this.stream.addTrack(track)
                this.connection.addTransceiver(track, { direction: "sendonly" })
            }
            this.video = video.sender
            this.answer = await negotiate(this.connection, url, token)
            const parameters = this.video.getParameters()
            parameters.degradationPreference = "maintain-resolution"
            await this.video.setParameters(parameters)
            const { keyFrameSeconds } = this.options
            if (keyFrameSeconds) this.keyTimer = setInterval(() => this.makeKeyFrame(), keyFrameSeconds * 1000)
        }

        async makeKeyFrame() {
            await this.video.setParameters(this.video.getParameters(), { encodingOptions: [{ keyFrame: true }] })
        }

        draw(width, height) {
            if (this.isPaused) return
            const picture = this.takePicture()
            const row = Math.round(height / 18)
            this.frame += 1
            writeCode(picture, width, 0, width, row, this.frame)
            writeCode(picture, width, row, width, row, Math.round(clock()) % 2 ** bits)
            const init = { format: "I420", codedWidth: width, codedHeight: height, timestamp: Math.round(performance.now() * 1000) }
            // A full queue means that the encoder is behind; the frame is dropped there, not here.
            this.writer.write(new VideoFrame(picture, init)).catch(() => {})
        }

        /** One after the other; or dark ones, and at each new second three light ones and a beep. */
        takePicture() {
            if (!this.options.flashes) return this.pictures[this.frame % this.pictures.length]
            const second = Math.floor(clock() / 1000)
            if (second !== this.second) {
                this.second = second
                this.lastLight = this.frame + 2
                const now = this.sound.currentTime
                this.level.gain.setValueAtTime(0.5, now).setValueAtTime(0, now + 0.1)
            }
            return this.pictures[this.frame <= this.lastLight ? 1 : 0]
        }

        /** Lets the browser itself record what is published, until `recorded`. */
        record() {
            this.recorder = new MediaRecorder(this.stream, { mimeType: "video/webm;codecs=vp8,opus" })
            this.recorder.start()
        }

        /** @returns {Promise<string>} the file of the browser's own recorder, in base64 */
        async recorded() {
            const event = new Promise((resolve) => this.recorder.addEventListener("dataavailable", resolve))
            this.recorder.stop()
            const reader = new FileReader()
            const isRead = new Promise((resolve) => reader.addEventListener("load", resolve))
            reader.readAsDataURL((await event).data)
            await isRead
            return reader.result.split(";base64,")[1]
        }

        close(isSilent = false) {
            clearInterval(this.timer)
            clearInterval(this.keyTimer)
            this.sound?.close()
            this.marks.closed = clock()
            this.connection.close()
            if (!isSilent) return end(this.answer, this.options.token)
        }
    }

    // Viewers

    /** Somebody's connection, and every picture that its decoder gives. */
    class Witness {
        constructor(connection) {
            /** @type {[number, number | null, number | null][]} arrival by the clock, number, the source's clock */
            this.frames = []
            this.marks = {}
            if (connection) this.attend(connection)
        }

        attend(connection) {
            this.connection = connection
            markStates(connection, this.marks)
            connection.addEventListener("track", ({ track }) => {
                if (track.kind === "video" && this.isRecording !== false) this.read(track)
            })
        }

        async read(track) {
            // Deep enough that no decoded frame is dropped while the page is busy.
            const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 60 }).readable.getReader()
            for (;;) {
                const { value: frame, done } = await reader.read()
                if (done) return
                const arrival = clock()
                const { width, height } = frame.visibleRect
                const row = Math.round(height / 18)
                const rect = { x: 0, y: 0, width: width & ~1, height: (2 * row + 1) & ~1 }
                const bytes = new Uint8Array(frame.allocationSize({ rect }))
                const [luma] = await frame.copyTo(bytes, { rect })
                frame.close()
                this.size = [width, height]
                const plane = bytes.subarray(luma.offset)
                const number = readCode(plane, luma.stride, 0, width, row)
                this.frames.push([arrival, number, readCode(plane, luma.stride, row, width, row)])
            }
        }

        /** What was seen since then. */
        take(since = 0) {
            return this.frames.filter(([arrival]) => arrival >= since)
        }
    }

    class Viewer extends Witness {
        constructor(options) {
            super()
            this.options = { audio: true, ...options }
            this.isRecording = this.options.isRecording
        }

        async start(url) {
            const { iceServers, iceTransportPolicy, token, audio } = this.options
            this.marks.started = clock()
            this.attend(new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers, iceTransportPolicy }))
            this.connection.addTransceiver("video", { direction: "recvonly" })
            if (audio) this.connection.addTransceiver("audio", { direction: "recvonly" })
            this.element = document.createElement("video")
            this.element.autoplay = true
            this.element.width = 320
            this.element.srcObject = new MediaStream()
            this.element.requestVideoFrameCallback(() => (this.marks.presented = clock()))
            document.body.append(this.element)
            this.connection.ontrack = ({ track }) => this.element.srcObject.addTrack(track)
            this.answer = await negotiate(this.connection, url, token, this.marks)
        }

        close(isSilent = false) {
            this.connection.close()
            this.element.remove()
            if (!isSilent) return end(this.answer, this.options.token)
        }
    }

    // Figures

    /** Statistics of a connection: what goes out and comes in by kind, and the pair of addresses in use. */
    async function figures(connection) {
        const reports = [...(await connection.getStats()).values()]
        const byID = (id) => reports.find((report) => report.id === id)
        const rtp = (type) => reports.filter((report) => report.type === type)
            .map((report) => ({ ...report, mimeType: byID(report.codecId)?.mimeType }))
        const transport = reports.find(({ type }) => type === "transport")
        const pair = byID(transport?.selectedCandidatePairId)
        return {
            at: clock(),
            state: connection.connectionState,
            outbound: rtp("outbound-rtp"),
            inbound: rtp("inbound-rtp"),
            remoteInbound: rtp("remote-inbound-rtp"),
            tls: transport?.tlsVersion,
            dtls: transport?.dtlsCipher,
            srtp: transport?.srtpCipher,
            pair: pair && { ...pair, local: byID(pair.localCandidateId), remote: byID(pair.remoteCandidateId) },
        }
    }

    const peers = []

    return {
        clock,
        readCode,
        post,
        peers,
        figures: (index) => figures(peers[index].connection),

        /** From now on the page's own connections are looked into as well. */
        spy() {
            const Original = globalThis.RTCPeerConnection
            globalThis.RTCPeerConnection = class extends Original {
                constructor(...options) {
                    super(...options)
                    peers.push(new Witness(this))
                }
            }
        },

        /** The index of the page's newest connection that is connected; -1 without one. */
        connected: () => peers.findLastIndex(({ connection }) => connection?.connectionState === "connected"),

        async publish(url, options) {
            const publisher = new Publisher(options)
            peers.push(publisher)
            await publisher.start(url)
            return peers.indexOf(publisher)
        },

        async watch(url, options) {
            const viewer = new Viewer(options)
            peers.push(viewer)
            await viewer.start(url)
            return peers.indexOf(viewer)
        },
    }
})()
