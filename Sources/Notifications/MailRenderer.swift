import Foundation
import Mustache
public import PortholeCore

/// Fills the templates: `Templates/<name>.{subject,text,html}.mustache` for each ``MailTemplate``.
public struct MailRenderer: Sendable {
    private let library: MustacheLibrary

    /// Reads all templates.
    ///
    /// - Throws: ``MailRendererError`` when one is missing, or the parser's error.
    public init() throws {
        var library = MustacheLibrary()
        for name in ["layout.html", "layout.text"] + MailTemplate.allCases.flatMap(Self.names) {
            guard let file = Bundle.module.url(forResource: "Templates/\(name)", withExtension: "mustache")
            else {
                throw MailRendererError.missing(template: name)
            }
            try library.register(String(contentsOf: file, encoding: .utf8), named: name)
        }
        self.library = library
    }

    /// The texts of one mail, with what is missing about it left out gracefully.
    public func render(_ mail: Mail) -> RenderedMail {
        let child = PlainText.name(mail.childName)
        var values = [
            "link": mail.link, "unsubscribeLink": mail.unsubscribeLink, "who": child ?? "your child",
        ]
        values["child"] = child
        values["recipient"] = PlainText.name(mail.recipientName)
        values["duration"] = mail.durationSeconds.map(Self.words(forSeconds:))
        let name = mail.template.rawValue
        return RenderedMail(
            subject: PlainText.line(text("\(name).subject", values)),
            text: text("\(name).text", values).trimmingCharacters(in: .newlines) + "\n",
            html: text("\(name).html", values)
        )
    }

    private func text(_ template: String, _ values: [String: String]) -> String {
        guard let text = library.render(values, withTemplate: template) else {
            preconditionFailure("init found every template")
        }
        return text
    }

    private static func names(of template: MailTemplate) -> [String] {
        ["subject", "text", "html"].map { "\(template.rawValue).\($0)" }
    }

    /// A duration as a parent would say it.
    static func words(forSeconds seconds: Int) -> String {
        func count(_ number: Int, _ unit: String) -> String { "\(number) \(unit)\(number == 1 ? "" : "s")" }
        let minutes = (max(0, seconds) + 30) / 60
        switch minutes {
        case 0: return "less than a minute"
        case 1..<60: return count(minutes, "minute")
        default:
            let rest = minutes % 60
            return count(minutes / 60, "hour") + (rest == 0 ? "" : " and " + count(rest, "minute"))
        }
    }
}

/// Why mails cannot be rendered.
public enum MailRendererError: Error, Equatable, Sendable {
    /// The program was installed without this file.
    case missing(template: String)
}
