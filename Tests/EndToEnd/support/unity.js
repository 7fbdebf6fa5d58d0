// The peer connections of a Unity application, in the order in which its Broadcast and SingleConnection make them.
// Signaling is elsewhere: messages go out through `signal` and come in through `unity.receive`.

globalThis.unity = (() => {
    const resendMs = 5000
    /** @type {Map<string, UnityPeer>} */
    const peers = new Map()
    const problems = []
    const stream = startPicture()

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
                this.connection.addTransceiver(track, { direction: "sendonly", streams: [stream] })
            }
        }

        async offer() {
            this.makingOffer = true
            try {
                await this.connection.setLocalDescription()
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
            await this.connection.setLocalDescription()
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
        return new MediaStream([...canvas.captureStream(30).getVideoTracks(), ...output.stream.getAudioTracks()])
    }

    // Messages of one connection are worked on one after the other, as on Unity's main thread.
    let inbox = Promise.resolve()
    const receive = (message, handle) => {
        inbox = inbox.then(() => handle(message)).catch((error) => problems.push(String(error)))
    }

    return {
        problems,
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
