/// The paths on which an authenticated check has been seen.
///
/// At most 16: more never are in use at a time, and a peer that roams for days must not grow. When full, the path
/// that was checked longest ago goes, though never the selected one.
struct ICEPathTable {
    static let capacity = 16

    private(set) var paths: [NetworkPath] = []

    func contains(_ path: NetworkPath) -> Bool { paths.contains(path) }

    /// Notes a check on a path: whether the path is new, and which one had to go for it.
    mutating func note(
        _ path: NetworkPath,
        keeping selected: NetworkPath?
    ) -> (isNew: Bool, evicted: NetworkPath?) {
        if let index = paths.firstIndex(of: path) {
            paths.append(paths.remove(at: index))
            return (false, nil)
        }
        var evicted: NetworkPath?
        if paths.count >= Self.capacity, let index = paths.firstIndex(where: { $0 != selected }) {
            evicted = paths.remove(at: index)
        }
        paths.append(path)
        return (true, evicted)
    }

    mutating func remove(_ path: NetworkPath) -> Bool {
        guard let index = paths.firstIndex(of: path) else { return false }
        paths.remove(at: index)
        return true
    }
}
