//! Small pieces that the index and the pages of scenarios share: the mark of a verdict, and the letters of an id.

use maud::{Markup, html};

/// A verdict as a sign, with the word for who does not see it.
pub fn verdict_mark(verdict: &str) -> Markup {
    let sign = match verdict {
        "passed" => "✓",
        "pending" => "…",
        _ => "✗",
    };
    html! { span.v.(verdict) role="img" aria-label=(verdict) { (sign) } }
}

/// Letters and digits, and `-` for whatever else there is.
pub fn slug(text: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || c == '_' { c } else { '-' };
    text.chars().map(safe).collect()
}
