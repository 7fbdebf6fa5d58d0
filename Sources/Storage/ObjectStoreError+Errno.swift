import Foundation
import PortholeCore

extension ObjectStoreError {
    /// The error that `errno` stands for after an operation.
    static func last(_ operation: String, code: Int32 = errno) -> ObjectStoreError {
        switch code {
        case ENOSPC, EDQUOT: .outOfSpace
        default: .failed(operation: operation, reason: String(cString: strerror(code)))
        }
    }
}
