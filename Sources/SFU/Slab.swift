/// A growable list whose elements are read and changed where they are.
///
/// What `ContiguousArray` would be, without its check for uniqueness at each change. In a profile of forwarding to 200
/// viewers the runtime's bookkeeping, that check among it, was 8 % of all cost. It is never shared: nothing to copy.
@safe final class Slab<Element> {
    private var elements: UnsafeMutablePointer<Element>
    private var capacity: Int
    /// How many elements there are.
    private(set) var count = 0

    /// An empty list.
    init(capacity: Int = 16) {
        self.capacity = capacity
        unsafe elements = .allocate(capacity: capacity)
    }

    /// A list of so many equal elements.
    convenience init(repeating element: Element, count: Int) {
        self.init(capacity: count)
        unsafe elements.initialize(repeating: element, count: count)
        self.count = count
    }

    deinit {
        unsafe elements.deinitialize(count: count)
        unsafe elements.deallocate()
    }

    var isEmpty: Bool { count == 0 }
    var indices: Range<Int> { 0..<count }
    var last: Element? { isEmpty ? nil : self[count - 1] }

    @inline(__always)
    subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count, "within the list")
            return unsafe elements[index]
        }
        _modify {
            precondition(index >= 0 && index < count, "within the list")
            yield unsafe &elements[index]
        }
    }

    func append(_ element: Element) {
        if count == capacity { grow() }
        unsafe (elements + count).initialize(to: element)
        count += 1
    }

    private func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        unsafe larger.moveInitialize(from: elements, count: count)
        unsafe elements.deallocate()
        unsafe elements = larger
        capacity *= 2
    }

    func removeLast() {
        precondition(count > 0, "something to remove")
        count -= 1
        unsafe (elements + count).deinitialize(count: 1)
    }

    func removeAll() {
        unsafe elements.deinitialize(count: count)
        count = 0
    }

    func swapAt(_ first: Int, _ second: Int) {
        let element = self[first]
        self[first] = self[second]
        self[second] = element
    }

    func contains(where isMeant: (Element) -> Bool) -> Bool {
        indices.contains { isMeant(self[$0]) }
    }
}
