import PortholeCore
import Subprocess

/// Runs one program with limits: niceness, memory, time, no standard input, a bare environment.
struct ChildProcess: Sendable {
    /// How a program ended.
    struct Outcome: Sendable {
        let status: TerminationStatus
        let output: [UInt8]
        /// The last 4 KiB of standard error.
        let complaint: String
    }

    /// After this, SIGTERM; five seconds later, SIGKILL.
    let timeout: Duration

    /// - Throws: ``RemuxError`` when the program cannot be started or takes too long.
    func run(_ program: String, _ arguments: [String]) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask { try await Self.spawn(program, arguments) }
            group.addTask { [timeout] in
                try await Task.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let outcome = first else {
                throw RemuxError.failed(reason: "the media tool took longer than \(timeout)")
            }
            return outcome
        }
    }

    private static func spawn(_ program: String, _ arguments: [String]) async throws -> Outcome {
        let command = limits + [program] + arguments
        var options = PlatformOptions()
        // A group of its own: a wrapper script goes together with what it started, and Ctrl-C in a terminal reaches
        // only the server, which then cancels this task.
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(5))
        ]
        do {
            let result = try await Subprocess.run(
                .name(command[0]),
                arguments: Arguments(Array(command.dropFirst())),
                environment: .custom(["PATH": MediaTools.searchPath, "LC_ALL": "C"]),
                platformOptions: options,
                input: .none,
                output: .bytes(limit: 1 << 20),
                error: .sequence
            ) { try await tail(of: $0.standardError) }
            return Outcome(
                status: result.terminationStatus,
                output: result.standardOutput,
                complaint: String(decoding: result.closureResult, as: UTF8.self)
            )
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw RemuxError.failed(reason: "the media tool did not start: \(error.code)")
        }
    }

    private static func tail(of errors: SubprocessOutputSequence) async throws -> [UInt8] {
        var tail: [UInt8] = []
        for try await buffer in errors {
            buffer.withUnsafeBytes { tail.append(contentsOf: $0) }
            if tail.count > 4096 { tail.removeFirst(tail.count - 4096) }
        }
        return tail
    }

    /// What goes before the program.
    ///
    /// `setpriv` lets the kernel kill the program when the server dies by SIGKILL: the thread that starts programs
    /// lives as long as the process. It and `prlimit` come with util-linux, which is everywhere but not on macOS.
    private static let limits: [String] = {
        var words: [String] = []
        if MediaTools.find("setpriv") != nil { words += ["setpriv", "--pdeathsig", "KILL", "--"] }
        if MediaTools.find("prlimit") != nil { words += ["prlimit", "--as=\(2 << 30)", "--core=0", "--"] }
        return words + ["nice", "-n", "10"]
    }()
}
