//! Which names does the API server take?

/// Whether a text is a DNS label: at most 63 lower-case letters, digits and hyphens, with no hyphen at its ends.
pub fn is_label(text: &str) -> bool {
    let is_inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=63).contains(&text.len()) && text.chars().all(is_inside) && !text.starts_with('-') && !text.ends_with('-')
}

/// What is wrong with the name of a port, if anything.
pub fn port_name_fault(text: &str) -> Option<&'static str> {
    if text.chars().count() > 15 {
        Some("is longer than 15 characters")
    } else if !text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        Some("has other characters than lower-case letters, digits and hyphens")
    } else if !text.chars().any(|c| c.is_ascii_lowercase()) {
        Some("has no letter")
    } else if text.starts_with('-') || text.ends_with('-') || text.contains("--") {
        Some("has a hyphen at its end, or two in a row")
    } else {
        None
    }
}

/// A text as the nearest DNS label.
pub fn as_label(text: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let label: String = text.chars().map(kept).take(63).collect();
    label.trim_matches('-').to_owned()
}
