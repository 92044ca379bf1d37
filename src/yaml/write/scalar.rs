//! How is a string written, so that YAML 1.1 and YAML 1.2 readers both get that string?

use memchr::{memchr, memchr_iter};

/// Characters that a bare string may have after its first.
const BARE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        let others = matches!(byte, b'.' | b'_' | b'/' | b'@' | b'+' | b':' | b'-');
        table[byte as usize] = byte.is_ascii_alphanumeric() || others;
        byte += 1;
    }
    table
};

/// Words that some reader takes for a boolean, nothing or no number, whatever their case.
const WORDS: [&str; 12] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"];

/// Whether a string can stand without quotes: it begins with a letter or `/`, so it is no number, date or sign
/// in any version of YAML, has nothing that begins a comment or a mapping, and is none of the words.
pub(super) fn is_bare(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    (first.is_ascii_alphabetic() || *first == b'/')
        && *last != b':'
        && bytes.iter().all(|byte| BARE[*byte as usize])
        && !(text.len() <= 8 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)))
}

/// Whether a string of several lines can be a `|` block: readers differ on what begins or ends with white space.
pub(super) fn is_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    if memchr(b'\n', body.as_bytes()).is_none() || text.starts_with([' ', '\t', '\n']) || body.ends_with('\n') {
        return false;
    }
    let fits = |line: &str| is_printable_ascii(line) || !line.chars().any(must_escape);
    lines(body).all(|line| !line.ends_with([' ', '\t']) && fits(line))
}

/// What stands between the line feeds of a text.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    memchr_iter(b'\n', text.as_bytes()).chain([text.len()]).map(move |end| {
        let line = &text[start..end];
        start = end + 1;
        line
    })
}

/// Whether a string has nothing but printable ASCII characters; written so that many are looked at at once.
pub(super) fn is_printable_ascii(text: &str) -> bool {
    text.bytes().fold(true, |so_far, byte| so_far & matches!(byte, b' '..=b'~'))
}

/// Characters that readers refuse, fold or take for a line's end.
pub(super) fn must_escape(char: char) -> bool {
    matches!(char, '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Appends a string in double quotes, as JSON and YAML both read it.
pub(super) fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for char in text.chars() {
        escaped(out, char);
    }
    out.push('"');
}

/// Appends a character as it stands in double quotes.
pub(super) fn escaped(out: &mut String, char: char) {
    match char {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        char if must_escape(char) => {
            const DIGITS: &[u8; 16] = b"0123456789abcdef";
            out.push_str("\\u");
            for shift in [12, 8, 4, 0] {
                out.push(DIGITS[(char as usize >> shift) & 15] as char);
            }
        }
        char => out.push(char),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_any_reader_could_take_for_something_else_is_quoted() {
        for text in [
            "",
            "y",
            "No",
            "ON",
            "off",
            "True",
            "null",
            "~",
            "NaN",
            ".inf",
            "Infinity",
            "1",
            "-1",
            "+1",
            "0x1F",
            "0o7",
            "0777",
            "1_000",
            "1e3",
            "12:30",
            "2024-01-01",
            "=",
            "<<",
            "- a",
            "a: b",
            "a #b",
            "a:",
            " a",
            "a ",
            "@a",
            "*a",
            "&a",
            "!a",
            "%a",
            "`a",
            "{a",
            "[a",
            "'a",
            "a,b",
            "25%",
            "é",
        ] {
            assert!(!is_bare(text), "{text}");
        }
        for text in [
            "a",
            "llama3.2:3b",
            "ollama/ollama:0.34.2",
            "/v1/models/a:b",
            "nginx.ingress.kubernetes.io/x",
            "yesterday",
            "a@b+c",
        ] {
            assert!(is_bare(text), "{text}");
        }
    }

    #[test]
    fn only_safe_lines_become_a_block() {
        assert!(is_block("set -eu\n  x: [1]\n\n--- # y\n"));
        assert!(is_block("a\nb"));
        for text in [
            "a",
            "a\n",
            " a\nb\n",
            "\ta\nb\n",
            "\na\nb",
            "a \nb\n",
            "a\t\nb\n",
            "a\nb\n\n",
            "a\rb\nc\n",
            "a\u{85}b\nc\n",
            "a\u{feff}\nb",
        ] {
            assert!(!is_block(text), "{text:?}");
        }
    }
}
