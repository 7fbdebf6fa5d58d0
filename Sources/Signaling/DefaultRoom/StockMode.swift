/// How the default room brings clients together.
public enum StockMode: String, Sendable {
    /// Offers go to everybody; any number of peers.
    case `public`
    /// A connection id joins exactly two clients.
    case `private`
}
