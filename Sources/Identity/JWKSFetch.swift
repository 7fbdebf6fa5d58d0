public import AsyncHTTPClient
public import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Gives the bytes of the issuer's key set.
public typealias JWKSFetch = @Sendable () async throws -> Data

/// The issuer's answer was not a key set.
struct JWKSFetchError: Error {
    let status: UInt
}

/// Fetches a key set over HTTP: 5 s, 256 KiB.
public func fetchJWKS(from url: String, with client: HTTPClient) -> JWKSFetch {
    {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "Accept", value: "application/json")
        let response = try await client.execute(request, timeout: .seconds(5))
        guard response.status == .ok else { throw JWKSFetchError(status: response.status.code) }
        return Data(buffer: try await response.body.collect(upTo: 256 * 1024))
    }
}
