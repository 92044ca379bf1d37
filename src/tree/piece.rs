//! Where in its source does a part of a scalar's text stand?

use std::ops::Range;

use super::{Node, Origin, Sources};

/// The place of bytes `part` of the text that a scalar holds: in a block, in quotes or on several lines, where its text is
/// not what stands in the file. Nothing where the two cannot be laid side by side.
pub fn place_of(sources: &Sources, node: &Node, part: Range<usize>) -> Option<Origin> {
    let text = node.text()?;
    let Origin { source, start, end } = node.origin;
    let raw = sources.get(source).text.get(start as usize..end as usize)?;
    let mut written = Written::of(raw);
    let (mut from, mut to) = (None, None);
    for (at, char) in text.char_indices().filter(|(_, char)| !char.is_whitespace()) {
        if at >= part.end {
            break;
        }
        let (place, own) = written.next()?;
        if own != char {
            return None;
        }
        if at >= part.start {
            from = from.or(Some(place.start));
            to = Some(place.end);
        }
    }
    let place = |at: usize| u32::try_from(at).ok().map(|at| start + at);
    Some(Origin { source, start: place(from?)?, end: place(to?)? })
}

/// The characters that a scalar is written with, and what each stands for; white space, which folding and indentation
/// change, is left out.
struct Written<'s> {
    raw: &'s str,
    at: usize,
    /// What is in front and behind, if anything.
    quote: Option<char>,
}

impl<'s> Written<'s> {
    fn of(raw: &'s str) -> Self {
        let first = raw.chars().next();
        match first {
            Some('|' | '>') => Self { raw, at: raw.find('\n').map_or(raw.len(), |newline| newline + 1), quote: None },
            Some('"' | '\'') => Self { raw, at: 1, quote: first },
            _ => Self { raw, at: 0, quote: None },
        }
    }

    /// The character of an escape in double quotes, and how long it is written.
    fn escaped(rest: &str) -> Option<(char, usize)> {
        let kind = rest[1..].chars().next()?;
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            'n' | 't' | 'r' | '\n' | '\r' | '\t' | 'N' | '_' | 'L' | 'P' | 'v' | 'f' => return Some((' ', 2)),
            '0' => return Some(('\0', 2)),
            'a' => return Some(('\x07', 2)),
            'b' => return Some(('\x08', 2)),
            'e' => return Some(('\x1b', 2)),
            other => return Some((other, 1 + other.len_utf8())),
        };
        let number = u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok()?;
        Some((char::from_u32(number)?, 2 + digits))
    }
}

impl Iterator for Written<'_> {
    type Item = (Range<usize>, char);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.at;
            let rest = self.raw.get(start..)?;
            let first = rest.chars().next()?;
            let (char, length) = match (self.quote, first) {
                (Some('"'), '\\') => Self::escaped(rest)?,
                (Some('\''), '\'') if rest.starts_with("''") => ('\'', 2),
                (Some(quote), char) if quote == char => return None,
                _ => (first, first.len_utf8()),
            };
            self.at = start + length;
            if !char.is_whitespace() {
                return Some((start..self.at, char));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::read;

    #[test]
    fn a_part_of_a_text_is_found_where_it_is_written() {
        for text in [
            "a: |\n    set -e\n    é pull  llama\n\n    wait\n",
            "a: |2-\n    set -e\n    é pull  llama\n    wait\n",
            "a: |\r\n  set -e\r\n  é pull  llama\r\n  wait\r\n",
            "a: >\n  set -e;\n  é pull  llama;\n  wait\n",
            "a: set -e;\n  é pull  llama; wait\n",
            "a: set -e; é pull  llama; wait\n",
            "a: \"set -e\\n\\u0065cho \\\"'\\\\; é pull  llama\\twait\"\n",
            "a: \"set -e; \\\n   é pull  llama; wait\"\n",
            "a: 'echo ''x''; é pull  llama; wait'\n",
            "- [sh, -c, \"é pull  llama\"]\n",
            "- - |+\n    é pull  llama\n",
        ] {
            let mut sources = Sources::default();
            let id = sources.add("farm.yaml", text);
            let (documents, _) = read(&sources, id);
            let mut node = documents[0].get("a").unwrap_or(&documents[0]);
            while let Some(last) = node.items().last() {
                node = last;
            }
            let script = node.text().expect("a text");
            let at = script.find("é pull").expect("the command");
            let end = script.find("llama").expect("its end") + 5;
            let place = place_of(&sources, node, at..end).expect("a place");
            assert_eq!(&text[place.start as usize..place.end as usize], "é pull  llama", "{text}");
            assert_eq!(place_of(&sources, node, at..at), None);
        }
    }
}
