/// The system's generator with a state: ThreadSanitizer does not bear the address of one that has none.
struct StatefulGenerator: RandomNumberGenerator {
    private var calls: UInt64 = 0

    mutating func next() -> UInt64 {
        calls &+= 1
        return UInt64.random(in: 0 ... .max)
    }
}
