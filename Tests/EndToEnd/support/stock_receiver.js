// The stock receiver page of Unity Render Streaming, as far as the server sees it: the order of its calls, its
// perfect negotiation (it is polite if told so), its resends, and the two fields of a candidate that it swaps.

globalThis.stockReceiver = (address, preferredCodec) => {
    const connectionId = crypto.randomUUID()
    const counts = { offersSent: 0, answersSent: 0, offersReceived: 0, answersReceived: 0, candidatesReceived: 0 }
    const problems = []
    const stream = new MediaStream()
    const video = document.createElement("video")
    video.muted = true
    video.playsInline = true
    video.srcObject = stream
    video.addEventListener("loadedmetadata", () => video.play())
    document.body.append(video)

    const socket = new WebSocket(address)
    const send = (message) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message))
    let peer = null
    let makingOffer = false
    let ignoresOffer = false
    let isWaitingForAnswer = false
    let resending = 0
    const state = { connectionId, counts, problems, isStopped: false, channel: "" }

    function stop() {
        if (state.isStopped) return
        state.isStopped = true
        clearInterval(resending)
        peer?.close()
        socket.close()
    }

    function sendDescription() {
        const { type, sdp } = peer.localDescription
        counts[`${type}sSent`] += 1
        isWaitingForAnswer = type === "offer"
        send({ type, from: connectionId, data: { sdp, connectionId } })
    }

    function connect(polite) {
        peer = new RTCPeerConnection({ sdpSemantics: "unified-plan", iceServers: [] })
        peer.ontrack = ({ track }) => stream.addTrack(track)
        peer.onicecandidate = ({ candidate }) => {
            if (!candidate) return
            const data = { candidate: candidate.candidate, connectionId }
            send({ type: "candidate", from: connectionId, data: { ...data, sdpMLineIndex: candidate.sdpMid, sdpMid: candidate.sdpMLineIndex } })
        }
        peer.oniceconnectionstatechange = () => peer.iceConnectionState === "disconnected" && stop()
        peer.onnegotiationneeded = async () => {
            makingOffer = true
            try {
                await peer.setLocalDescription()
                sendDescription()
            } catch (error) {
                problems.push(String(error))
            } finally {
                makingOffer = false
            }
        }
        resending = setInterval(() => isWaitingForAnswer && sendDescription(), 5000)
        const channel = peer.createDataChannel("input", { ordered: true })
        channel.onopen = () => (state.channel = "open")
        state.channel = channel.readyState
        state.peer = peer
        state.polite = polite
    }

    async function describe({ type, sdp }) {
        counts[`${type}sReceived`] += 1
        const collides = type === "offer" && (makingOffer || peer.signalingState !== "stable")
        ignoresOffer = collides && !state.polite
        if (ignoresOffer) return
        if (type === "answer") isWaitingForAnswer = false
        await peer.setRemoteDescription({ type, sdp })
        if (type !== "offer") return
        if (preferredCodec) {
            const codecs = RTCRtpSender.getCapabilities("video").codecs
            const chosen = codecs.find(({ mimeType }) => mimeType === preferredCodec)
            for (const transceiver of peer.getTransceivers().filter(({ receiver }) => receiver.track.kind === "video")) {
                transceiver.setCodecPreferences([chosen])
            }
        }
        await peer.setLocalDescription()
        sendDescription()
    }

    socket.onopen = () => send({ type: "connect", connectionId })
    let inbox = Promise.resolve()
    socket.onmessage = ({ data: text }) => {
        const message = JSON.parse(text)
        const id = message.connectionId ?? message.from
        if (id !== connectionId) return
        const work = {
            connect: () => connect(message.polite),
            disconnect: stop,
            offer: () => describe({ type: "offer", sdp: message.data.sdp }),
            answer: () => describe({ type: "answer", sdp: message.data.sdp }),
            candidate: () => {
                counts.candidatesReceived += 1
                const { candidate, sdpMid, sdpMLineIndex } = message.data
                return peer.addIceCandidate({ candidate, sdpMid, sdpMLineIndex })
            },
        }[message.type]
        inbox = inbox.then(work).catch((error) => ignoresOffer || problems.push(String(error)))
    }
    return state
}
