// The peer connections of a Unity application, in the order in which its Broadcast and SingleConnection make them.
// Signaling is elsewhere: messages go out through `signal` and come in through `unity.receive`.

globalThis.unity = (() => {
    const resendMs = 5000
    /** @type {Map<string, UnityPeer>} */
    const peers = new Map()
    const problems = []
    const stream = startPicture()
    let connectedAt

    class UnityPeer {
        constructor(connectionId, polite) {
            this.connectionId = connectionId
            this.polite = polite
            this.makingOffer = false
            this.ignoredOffer = false
            this.connection = new RTCPeerConnection()
            this.connection.onnegotiationneeded = () => this.offer()
            this.connection.onicecandidate = ({ candidate }) => {
                if (!candidate?.candidate) return
                const { sdpMid, sdpMLineIndex } = candidate
                signal({ type: "candidate", connectionId, candidate: candidate.candidate, sdpMid, sdpMLineIndex })
            }
            this.connection.onconnectionstatechange = () => {
                if (this.connection.connectionState === "connected") connectedAt ??= performance.now()
                if (this.connection.connectionState !== "failed") return
                signal({ type: "disconnect", connectionId })
                dispose(connectionId)
            }
            this.resending = setInterval(() => {
                if (this.connection.signalingState === "have-local-offer") this.sendDescription()
            }, resendMs)
        }

        addSenders() {
            for (const track of [...stream.getVideoTracks(), ...stream.getAudioTracks()]) {
                // Without a stream: `a=msid:- ID`.
                this.connection.addTransceiver(track, { direction: "sendonly", streams: [] })
            }
        }

        async describeLocally() {
            const { type, sdp } = await (this.connection.signalingState === "have-remote-offer"
                ? this.connection.createAnswer()
                : this.connection.createOffer())
            await this.connection.setLocalDescription({ type, sdp: type === "offer" ? asUnityWrites(sdp) : sdp })
        }

        async offer() {
            this.makingOffer = true
            try {
                await this.describeLocally()
                this.sendDescription()
            } finally {
                this.makingOffer = false
            }
        }

        async describe({ type, sdp }, beforeAnswer) {
            const collides = type === "offer" && (this.makingOffer || this.connection.signalingState !== "stable")
            this.ignoredOffer = collides && !this.polite
            if (this.ignoredOffer) return
            await this.connection.setRemoteDescription({ type, sdp })
            if (type !== "offer") return
            beforeAnswer?.()
            await this.describeLocally()
            this.sendDescription()
        }

        // No queue: what comes before the remote description is lost, and an empty candidate throws.
        async add({ candidate, sdpMid, sdpMLineIndex }) {
            if (!candidate) problems.push("an empty candidate")
            if (typeof sdpMid !== "string" || typeof sdpMLineIndex !== "number") problems.push("a candidate's fields swapped")
            if (!this.connection.remoteDescription) return void problems.push("a candidate before the description")
            try {
                await this.connection.addIceCandidate({ candidate, sdpMid, sdpMLineIndex })
            } catch (error) {
                if (!this.ignoredOffer) problems.push(String(error))
            }
        }

        sendDescription() {
            const { type, sdp } = this.connection.localDescription
            signal({ type, connectionId: this.connectionId, sdp })
        }

        close() {
            clearInterval(this.resending)
            this.connection.close()
        }
    }

    /** What a Quest's offers have and Chromium's have not: the encoder's name in every fmtp of video, and Opus as 96. */
    function asUnityWrites(sdp) {
        const sections = sdp.split(/(?=^m=)/m).map((section) => {
            if (!section.startsWith("m=video")) return section
            return [...section.matchAll(/^a=rtpmap:(\d+) (VP8|VP9|H264|AV1)\/90000\r\n/gm)].reduce((text, [line, type]) => {
                const fmtp = new RegExp(`^a=fmtp:${type} .*(?=\r\n)`, "m")
                if (fmtp.test(text)) return text.replace(fmtp, "$&;implementation_name=Internal")
                return text.replace(line, `${line}a=fmtp:${type} implementation_name=Internal\r\n`)
            }, section)
        })
        return swapPayloadTypes(sections.join(""), sdp.match(/^a=rtpmap:(\d+) opus/m)?.[1], "96")
    }

    function swapPayloadTypes(sdp, one, other) {
        if (one === undefined || one === other) return sdp
        const swap = (type) => ({ [one]: other, [other]: one })[type] ?? type
        return sdp
            .replace(/^(m=\S+ \d+ \S*RTP\S* )(.*)/gm, (_, head, types) => head + types.replace(/\d+/g, swap))
            .replace(/^(a=(?:rtpmap|fmtp|rtcp-fb):)(\d+)/gm, (_, head, type) => head + swap(type))
            .replace(/^(a=fmtp:\d+ .*apt=)(\d+)/gm, (_, head, type) => head + swap(type))
            .replace(/^(a=fmtp:\d+ )(\d+(?:\/\d+)+)$/gm, (_, head, types) => head + types.replace(/\d+/g, swap))
    }

    function dispose(connectionId) {
        peers.get(connectionId)?.close()
        peers.delete(connectionId)
    }

    function make(connectionId, polite) {
        const peer = new UnityPeer(connectionId, polite)
        peers.set(connectionId, peer)
        return peer
    }

    function startPicture() {
        const canvas = document.createElement("canvas")
        canvas.width = 640
        canvas.height = 360
        const context = canvas.getContext("2d")
        let frame = 0
        setInterval(() => {
            context.fillStyle = `hsl(${frame % 360} 60% 50%)`
            context.fillRect(0, 0, canvas.width, canvas.height)
            drawFrameCounter(context, canvas.width, canvas.height, frame++)
        }, 1000 / 30)
        const audio = new AudioContext()
        const output = audio.createMediaStreamDestination()
        const tone = new OscillatorNode(audio, { frequency: 440 })
        tone.connect(new GainNode(audio, { gain: 0.5 })).connect(output)
        tone.start()
        return new MediaStream([...canvas.captureStream(30).getVideoTracks(), ...output.stream.getAudioTracks()])
    }

    // Messages of one connection are worked on one after the other, as on Unity's main thread.
    let inbox = Promise.resolve()
    const receive = (message, handle) => {
        inbox = inbox.then(() => handle(message)).catch((error) => problems.push(String(error)))
    }

    return {
        problems,
        /** The application is killed: nobody is told. The seconds since it was first connected. */
        kill() {
            for (const connectionId of [...peers.keys()]) dispose(connectionId)
            return (performance.now() - connectedAt) / 1000
        },

        states: () => [...peers.values()].map(({ connection }) => connection.connectionState),

        /** Broadcast: says nothing by itself and answers a fresh connection's first offer, before it makes its own. */
        broadcast: (message) => receive(message, async ({ type, connectionId, sdp, polite, ...rest }) => {
            const known = peers.get(connectionId)
            if (type === "disconnect") dispose(connectionId)
            else if (type === "candidate") await known?.add(rest)
            else if (type === "answer") await known?.describe({ type, sdp })
            else if (type === "offer" && known) problems.push("a second offer on a known connection")
            else if (type === "offer") {
                const peer = make(connectionId, polite)
                await peer.describe({ type, sdp }, () => peer.addSenders())
            }
        }),

        /** SingleConnection: connects by itself, and on the reply makes the first offer, with media. */
        single: (message) => receive(message, async ({ type, connectionId, sdp, polite, ...rest }) => {
            const known = peers.get(connectionId)
            if (type === "connect" && !known) make(connectionId, polite).addSenders()
            else if (type === "disconnect") dispose(connectionId)
            else if (type === "candidate") await known?.add(rest)
            else if (type === "offer" || type === "answer") await known?.describe({ type, sdp })
        }),
    }
})()
