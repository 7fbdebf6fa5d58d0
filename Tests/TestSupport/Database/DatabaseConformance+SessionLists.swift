import Foundation
import PortholeCore
import Testing

extension DatabaseConformance {
    private typealias Fixture = DatabaseFixture

    static let sessionLists: [DatabaseConformance] = [
        DatabaseConformance("lists the sessions that a caller may see and no other") { database in
            let mine = try Fixture.session(of: "child-a", startedAt: 1)
            let shared = Fixture.ended(try Fixture.session(of: "child-b", startedAt: 2), at: 3)
            let hidden = try Fixture.session(of: "child-b", startedAt: 3)
            try await database.write {
                for session in [mine, shared, hidden] { try $0.sessions.insert(session) }
            }

            let list = { @Sendable (scope: VisibleScope, userID: UserID?, activeOnly: Bool) in
                try await database.read {
                    try $0.sessions.list(
                        scope,
                        userID: userID,
                        activeOnly: activeOnly,
                        after: nil,
                        limit: 10
                    )
                }
            }
            let both = VisibleScope(children: [mine.userID], sessions: [shared.id])
            #expect(try await list(VisibleScope(), nil, false) == [])
            #expect(try await list(VisibleScope(children: [try Fixture.child("nobody")]), nil, false) == [])
            #expect(try await list(VisibleScope(children: [mine.userID]), nil, false) == [mine])
            #expect(try await list(VisibleScope(sessions: [shared.id]), nil, false) == [shared])
            #expect(try await list(both, nil, false) == [shared, mine])
            #expect(try await list(both, nil, true) == [mine])
            #expect(try await list(both, hidden.userID, false) == [shared])
            #expect(try await list(VisibleScope(everything: true), nil, false) == [hidden, shared, mine])
            #expect(try await list(VisibleScope(everything: true), hidden.userID, true) == [hidden])
        },
        DatabaseConformance("pages through sessions of one instant without gaps or doubles") { database in
            let sessions = try (0..<23).map { try Fixture.session(startedAt: Double($0 / 8)) }
            try await database.write { for session in sessions { try $0.sessions.insert(session) } }
            let expected = sessions.sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
            let scopes = [
                VisibleScope(everything: true),
                VisibleScope(children: [try Fixture.child()], sessions: [sessions[0].id]),
            ]
            for (scope, limit) in scopes.flatMap({ scope in [1, 4, 23, 50].map { (scope, $0) } }) {
                let paged = try await pages(
                    limit: limit,
                    cursor: { PageCursor(createdAt: $0.startedAt, id: $0.id.text) },
                    { after in
                        try await database.read {
                            try $0.sessions.list(
                                scope,
                                userID: nil,
                                activeOnly: false,
                                after: after,
                                limit: limit
                            )
                        }
                    }
                )
                #expect(paged == expected)
            }
        },
        DatabaseConformance("returns nothing for a limit of zero or less") { database in
            let session = try Fixture.session()
            try await database.write { try $0.sessions.insert(session) }
            for limit in [0, -1] {
                let list = try await database.read {
                    try $0.sessions.list(
                        VisibleScope(everything: true),
                        userID: nil,
                        activeOnly: false,
                        after: nil,
                        limit: limit
                    )
                }
                #expect(list.isEmpty)
            }
        },
        DatabaseConformance("takes scopes of any size") { database in
            let session = try Fixture.session(of: "child-4999")
            try await database.write { try $0.sessions.insert(session) }
            let scope = VisibleScope(
                children: Set(try (0..<5000).map { try Fixture.child("child-\($0)") }),
                sessions: Set((0..<5000).map { _ in SessionID() })
            )
            let list = try await database.read {
                try $0.sessions.list(scope, userID: nil, activeOnly: false, after: nil, limit: 10)
            }
            #expect(list == [session])
            let counts = try await database.read { try $0.viewers.openCounts(Array(scope.sessions)) }
            #expect(counts.isEmpty)
        },
    ]
}
