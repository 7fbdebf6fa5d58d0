/// The program's version.
public let portholeVersion = "0.1.0"
