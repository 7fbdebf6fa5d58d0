/// Where datagrams of a peer come from and go to: one of our sockets (or TCP connections) and a remote address.
public struct NetworkPath: Hashable, Sendable {
    /// Which local socket or TCP connection; the driver gives the number its meaning.
    public var socket: Int32
    /// The other end.
    public var remote: TransportAddress

    /// A path through a local socket to a remote address.
    public init(socket: Int32, remote: TransportAddress) {
        self.socket = socket
        self.remote = remote
    }
}
