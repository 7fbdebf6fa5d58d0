/// What running recordings have that is settled goes into a store that takes parts, so that little is left at the end.
extension RecordingUpload {
    /// No byte changes so far behind the end of a growing file: the longest open cluster and a frame are shorter.
    private static let unsettled: Int64 = 8 << 20

    /// One round over what is being recorded.
    ///
    /// - Parameter failed: Told about a recording that must wait for another try, and why.
    public func advanceRunning(
        _ recorder: any MediaRecorder,
        failed: (RecordingID, any Error) -> Void = { _, _ in }
    ) async throws {
        guard store.partSize != nil else { return }
        for local in try await recorder.recordings() {
            for file in local.segments {
                do {
                    let settled = max(0, file.segment.fileSize - Self.unsettled)
                    try await advance(file, of: local.id, settledLength: settled)
                } catch {
                    failed(local.id, error)
                }
            }
        }
    }
}
