import Foundation

/// Limits of the process.
enum ResourceLimits {
    /// Raises the number of open files to what the system allows: a socket is a file.
    static func raise() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(resource, &limit)
    }
}

/// The port to listen on.
enum ListeningPort {
    /// Tries the port, so that the refusal is a plain line; 0 becomes a port that nobody uses now.
    ///
    /// - Throws: ``StartError`` when the port is taken or the address is not this machine's.
    static func find(host: String, port: Int) throws -> Int {
        var address = sockaddr_in()
        guard inet_pton(AF_INET, host == "localhost" ? "127.0.0.1" : host, &address.sin_addr) == 1 else {
            guard port == 0 else { return port }
            throw StartError("PORT 0 needs HOST to be an IPv4 address")
        }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw StartError("No socket can be opened") }
        defer { close(descriptor) }
        // As the server itself does: a port whose last connections are still dying is free.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isBound else {
            throw errno == EADDRINUSE
                ? StartError("Port \(port) is taken: stop what uses it, or choose another with --port")
                : StartError("HOST \(host) with PORT \(port) cannot be listened on")
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
