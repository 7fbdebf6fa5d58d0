/// The sending half of a socket, as the hub needs it: neither call waits.
protocol SignalingSocket: Sendable {
    func send(_ text: String)
    func close(_ code: WebSocketCloseCode, reason: String)
}

extension WebSocketOutbound: SignalingSocket {
    func send(_ text: String) {
        send(.text(text))
    }
}
