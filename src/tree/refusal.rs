//! What of a text is not taken: characters that do not survive, tags, and what is no YAML?

use granit_parser::{ErrorKind, ScanError, Tag};

use super::{Fault, FaultKind, Origin};

/// The first character that does not get through every YAML reader on the way to the API server.
pub(super) fn mangled(text: &str) -> Option<char> {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    if text.bytes().all(is_plain) { None } else { text.chars().find(|char| is_mangled(*char)) }
}

/// Control characters and the code points that kustomize's reader changes or refuses even when they are escaped:
/// DEL, C1 controls with NEL, U+FFFE and U+FFFF. Measured with kubectl 1.32 and kustomize 5.5, 2026-08.
fn is_mangled(char: char) -> bool {
    matches!(char, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\x7f'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
}

/// A tag, of which no reader of Kubernetes makes anything.
pub(super) fn of_tag(tag: &Tag, at: Origin) -> Fault {
    Fault::new(at, format!("the tag `{}` has no meaning here", tag.original()), "")
        .help("leave the tag out; put quotes around a value to make it text")
}

/// What the parser does not take. `place`: where bytes of the text are.
pub(super) fn of_syntax(text: &str, end: usize, error: &ScanError, place: impl Fn(usize, usize) -> Origin) -> Fault {
    let at = error.marker().byte_offset().unwrap_or(end).min(text.len());
    // At the end of the text there is nothing to point at but what stands last.
    let last = text.trim_end().char_indices().next_back().map_or(0, |(last, _)| last);
    let at = if text[at..].trim().is_empty() { last } else { at };
    let end = text[at..].chars().next().map_or(at, |char| at + char.len_utf8());
    let fault = Fault::new(place(at, end), format!("this is not YAML: {}", error.info()), "").ending();
    let is_too_deep = matches!(error.kind(), ErrorKind::RecursionLimitExceeded);
    if is_too_deep { fault.of_kind(FaultKind::Limit) } else { fault }
}
