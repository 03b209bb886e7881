/// The page's files, embedded into the binary: no build step, no file beside it.
public enum PageAssets {
    /// The page; it asks for the two others.
    public static let html = String(decoding: PackageResources.page_html, as: UTF8.self)
    /// How it looks.
    public static let css = String(decoding: PackageResources.page_css, as: UTF8.self)
    /// What it does.
    public static let js = String(decoding: PackageResources.page_js, as: UTF8.self)

    /// Where the page asks for its style and its script.
    static let styleLink = "<link rel=\"stylesheet\" href=\"page.css\">"
    static let scriptLink = "<script src=\"page.js\" defer></script>"
}
