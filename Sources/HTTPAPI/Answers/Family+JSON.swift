import HTTPTypes
import PortholeCore

extension Guardian {
    /// The guardian as the API shows it.
    var json: JSONValue {
        [
            "id": .string(id.text),
            "email": .string(email),
            "name": .text(name),
            "user_id": .text(userID?.text),
            "unsubscribed_at": .time(unsubscribedAt),
        ]
    }
}

extension Consent {
    /// The consent record as the API shows it.
    var json: JSONValue {
        [
            "live": .bool(live),
            "record": .bool(record),
            "notify": .bool(notify),
            "method": .string(method),
            "policy_version": .text(policyVersion),
            "granted_by": .string(grantedBy),
            "granted_at": .time(grantedAt),
            "updated_at": .time(updatedAt),
        ]
    }
}

extension Children.RetentionPeriod {
    /// The time as the API shows it.
    var json: JSONValue { ["days": .number(days), "is_default": .bool(isDefault)] }
}

extension Tombstone {
    /// The deletion as the API shows it.
    var json: JSONValue {
        [
            "id": .string(id.text),
            "recording_id": .text(recordingID?.text),
            "recordings": .number(recordings),
            "reason": .string(reason.rawValue),
            "file_size": .number(fileSize),
            "deleted_at": .time(deletedAt),
        ]
    }
}

extension WatchLinks.Overview {
    /// The link as the API shows it; its URL only when it was just made.
    var json: JSONValue {
        var object: [String: JSONValue] = [
            "id": .string(link.id.text),
            "session_id": .text(link.sessionID?.text),
            "user_id": .string(link.childID.text),
            "guardian_id": .text(link.guardianID?.text),
            "guardian_email": .text(guardian?.email),
            "rights": .array(WatchRight.allCases.filter(link.rights.contains).map { .string($0.rawValue) }),
            "expires_at": .time(link.expiresAt),
            "revoked_at": .time(link.revokedAt),
            "created_at": .time(link.createdAt),
        ]
        if let url { object["url"] = .string(url) }
        return .object(object)
    }
}

extension AccessLogEntry {
    /// The line as the API shows it.
    var json: JSONValue {
        [
            "id": .string(id.text),
            "at": .time(at),
            "actor": .string(actor),
            "action": .string(action.rawValue),
            "session_id": .text(sessionID?.text),
            "recording_id": .text(recordingID?.text),
            "ip": .text(address),
        ]
    }
}
