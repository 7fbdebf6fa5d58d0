import Foundation
import Notifications
import PortholeCore
import Testing

@Suite("Mail texts")
struct MailRendererTests {
    private let renderer: MailRenderer

    init() throws { renderer = try MailRenderer() }

    @Test(arguments: [
        (MailTemplate.sessionStarted, "Mia is live in VR"),
        (.sessionEnded, "Mia's VR session has ended"),
        (.recordingReady, "Mia's VR recording is ready"),
    ])
    func `each mail greets, says what happened, and links`(template: MailTemplate, subject: String) {
        let mail = Mail.sample(template)
        let rendered = renderer.render(mail)
        #expect(rendered.subject == subject)
        for text in [rendered.text, rendered.html] {
            #expect(text.contains("Hello Ana Núñez,"))
            #expect(text.contains("Mia"))
            #expect(text.contains(mail.link))
            #expect(text.contains(mail.unsubscribeLink))
            #expect(text.contains("because you are a guardian of Mia"))
            #expect(!text.contains("{{") && !text.contains("}}"))
            #expect(text.contains("1 hour and 5 minutes") == (template != .sessionStarted))
        }
    }

    @Test(arguments: MailTemplate.allCases)
    func `what is not known is left out gracefully`(template: MailTemplate) {
        var mail = Mail.sample(template, name: nil, child: nil)
        mail.durationSeconds = nil
        let rendered = renderer.render(mail)
        #expect(rendered.text.hasPrefix("Hello,\n"))
        #expect(rendered.html.contains("Hello,"))
        #expect(rendered.text.contains("your child"))
        #expect(!rendered.subject.isEmpty && !rendered.subject.hasPrefix("'"))
        #expect(!rendered.text.contains("()") && !rendered.text.contains("after"))
    }

    @Test(arguments: MailTemplate.allCases)
    func `names are text, in every part`(template: MailTemplate) {
        let mail = Mail.sample(
            template,
            name: "<b>A&B</b>",
            child: "{{link}}<script>\"x'\r\nBcc: a@b.c\u{202E}"
        )
        let rendered = renderer.render(mail)
        #expect(!rendered.html.contains("<b>A") && !rendered.html.contains("<script>"))
        #expect(rendered.html.contains("&lt;b&gt;A&amp;B&lt;/b&gt;"))
        #expect(rendered.text.contains("<b>A&B</b>"))
        #expect(rendered.text.contains("{{link}}"))
        #expect(!rendered.subject.contains { $0.isNewline || $0 == "\u{202E}" })
    }

    @Test func `long names are cut`() {
        let rendered = renderer.render(.sample(child: String(repeating: "é", count: 500)))
        #expect(rendered.subject.count == 64 + " is live in VR".count)
    }

    @Test(arguments: MailTemplate.allCases)
    func `the HTML loads nothing and names both colour schemes`(template: MailTemplate) {
        let html = renderer.render(.sample(template)).html
        for outside in ["<img", "src=", "url(", "@import", "<link", "<script", "http://"] {
            #expect(!html.contains(outside), "\(outside)")
        }
        #expect(html.contains("<meta name=\"color-scheme\" content=\"light dark\">"))
        #expect(html.contains("prefers-color-scheme: dark"))
        #expect(
            html.components(separatedBy: "https://").count - 1 == 4,
            "button, plain link twice, unsubscribe"
        )
        #expect(html.split(separator: "\n").allSatisfy { $0.utf8.count < 998 })
    }

    @Test(arguments: [
        (0, "less than a minute"), (29, "less than a minute"), (30, "1 minute"), (150, "3 minutes"),
        (3570, "1 hour"), (3600, "1 hour"), (3660, "1 hour and 1 minute"), (7500, "2 hours and 5 minutes"),
        (-5, "less than a minute"),
    ])
    func `durations are said in words`(seconds: Int, words: String) {
        var mail = Mail.sample(.sessionEnded)
        mail.durationSeconds = seconds
        #expect(renderer.render(mail).text.contains("after \(words)."))
    }
}
