import ArgumentParser

@main
struct Porthole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "porthole",
        abstract: "A window into a child's VR session, for the family.",
        discussion: """
            Settings come from flags, then the environment, then .env in the working directory. \
            `porthole config` shows what is in use; docs/configuration.md explains each.
            """,
        subcommands: [
            Serve.self, Demo.self, Simulate.self, Token.self, Config.self, Migrate.self, Version.self,
        ],
        defaultSubcommand: Serve.self
    )
}
