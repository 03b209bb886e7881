import Page

/// The page at `/`, its style and its script: from the binary, with no path to anywhere else.
enum PageRoutes {
    static let all = [
        Route(path: "/", summary: "The page for people", contentType: "text/html") { _ in
            .response(
                HTTPResponse(
                    contentType: "text/html; charset=utf-8", body: PageAssets.html, headers: [policy(inline: false)]))
        },
        Route(path: "/page.css", summary: "How the page looks", contentType: "text/css") { _ in
            .response(HTTPResponse(contentType: "text/css; charset=utf-8", body: PageAssets.css))
        },
        Route(path: "/page.js", summary: "What the page does", contentType: "text/javascript") { _ in
            .response(HTTPResponse(contentType: "text/javascript; charset=utf-8", body: PageAssets.js))
        },
    ]

    /// What a browser may load for it: its own parts and nothing from elsewhere.
    static func policy(inline: Bool) -> (String, String) {
        let own = inline ? "'unsafe-inline'" : "'self'"
        return (
            "Content-Security-Policy",
            "default-src 'none'; script-src \(own); style-src \(own); connect-src \(inline ? "'none'" : "'self'"); "
                + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
    }
}
