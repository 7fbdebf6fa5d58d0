extension Settings {
    private static let onDisk = "this version keeps recordings on disk in DATA_DIR only"
    private static let bySMTP = "this version sends mail by SMTP_URL only"
    private static let guardians = "this version takes guardians from its API and from token claims only"
    private static let fixedTURN = "this version takes TURN_SECRET, or TURN_USERNAME and TURN_PASSWORD, only"

    /// Settings of parts that this version does not have: naming one stops the start.
    static let later: [Setting] = [
        .later(
            "DATABASE_URL",
            "this version keeps its data in SQLite in DATA_DIR only",
            secrecy: .secret,
            "Postgres or Supabase."
        ),
        .later("AWS_REGION", onDisk, "Object store."),
        .later("AWS_ACCESS_KEY_ID", onDisk, secrecy: .secret, "Object store."),
        .later("AWS_SECRET_ACCESS_KEY", onDisk, secrecy: .secret, "Object store."),
        .later("S3_BUCKET", onDisk, "Object store."),
        .later("S3_ENDPOINT", onDisk, "Object store."),
        .later("S3_PATH_STYLE", onDisk, "Object store."),
        .later("S3_PREFIX", onDisk, "Object store."),
        .later("SENDGRID_API_KEY", bySMTP, secrecy: .secret, "Mail by SendGrid."),
        .later("SENDGRID_BASE_URL", bySMTP, "Mail by SendGrid."),
        .later("GUARDIAN_LOOKUP_URL", guardians, "The studio's own service that knows a child's guardians."),
        .later(
            "GUARDIAN_LOOKUP_TOKEN",
            guardians,
            secrecy: .secret,
            "The studio's own service that knows a child's guardians."
        ),
        .later("TWILIO_ACCOUNT_SID", fixedTURN, "TURN by Twilio."),
        .later("TWILIO_AUTH_TOKEN", fixedTURN, secrecy: .secret, "TURN by Twilio."),
        .later("TWILIO_BASE_URL", fixedTURN, "TURN by Twilio."),
        .later(
            "SENTRY_DSN",
            "this version reports errors in its log only",
            secrecy: .secret,
            "Errors to Sentry."
        ),
    ]
}
