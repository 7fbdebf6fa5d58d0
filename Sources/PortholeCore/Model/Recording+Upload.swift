extension Recording {
    /// How far a file has got into the object store, part by part; gone when the store has all of it.
    public struct Upload: Equatable, Sendable, Codable {
        /// A part that the store has.
        public struct Part: Equatable, Sendable, Codable {
            /// From 1.
            public var number: Int
            /// Bytes.
            public var size: Int64
            /// SHA-256 of the bytes that were sent, in hexadecimal digits.
            public var sha256: String
            /// The store's own word for them.
            public var tag: String
        }

        /// The store's own name for it.
        public let id: String
        /// Bytes of every part but the last.
        public let partSize: Int
        /// In order of number.
        public private(set) var parts: [Part] = []

        /// One that has just begun.
        init(id: String, partSize: Int) {
            self.id = id
            self.partSize = partSize
        }

        /// The part of a number; `nil` takes it out.
        subscript(part number: Int) -> Part? {
            get { parts.first { $0.number == number } }
            set {
                parts.removeAll { $0.number == number }
                guard let newValue else { return }
                let index = parts.firstIndex { $0.number > number } ?? parts.endIndex
                parts.insert(newValue, at: index)
            }
        }
    }

    /// What the object store calls the uploads of its files.
    var uploads: [ObjectUpload] { segments.compactMap { upload(of: $0) } }

    /// What the object store calls the upload of a file; `nil` without one.
    func upload(of segment: Segment) -> ObjectUpload? {
        segment.upload.map { ObjectUpload(key: key(of: segment), id: $0.id) }
    }
}

extension ObjectPart {
    init(_ part: Recording.Upload.Part) {
        self.init(number: part.number, size: part.size, tag: part.tag)
    }
}
