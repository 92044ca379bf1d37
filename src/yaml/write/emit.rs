//! How are keys, scalars and comments laid out as lines?

use super::scalar;
use crate::bundle::Comment;

/// How mappings and lists are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// By indentation.
    Block,
    /// With braces and brackets, as in KYAML.
    Braces,
}

/// The longest line of a comment.
const WIDTH: usize = 116;

/// Appends lines that begin with `#`, and after each the indentation of the next line. Long ones are broken between
/// words, but not indented ones: those are commands.
pub(super) fn comment(out: &mut String, text: &str, indent: usize) {
    let width = WIDTH.saturating_sub(indent).max(20);
    for mut line in text.lines() {
        loop {
            let (now, later) = if line.starts_with(' ') { (line, "") } else { fit(line, width) };
            out.push('#');
            if !now.is_empty() {
                out.push(' ');
                printable(out, now);
            }
            out.push('\n');
            spaces(out, indent);
            if later.is_empty() {
                break;
            }
            line = later;
        }
    }
}

/// As many words as fit, at least one, and the rest.
fn fit(line: &str, width: usize) -> (&str, &str) {
    let bytes = line.as_bytes();
    if bytes.len() <= width {
        return (line, "");
    }
    let is_space = |byte: &u8| *byte == b' ';
    let last = bytes[..=width].iter().rposition(is_space);
    let next = || bytes[width..].iter().position(is_space).map(|at| width + at);
    last.or_else(next).map_or((line, ""), |at| (&line[..at], &line[at + 1..]))
}

/// Appends text with what any reader would take for a line's end made visible: it would end the comment.
fn printable(out: &mut String, text: &str) {
    if scalar::is_printable_ascii(text) {
        out.push_str(text);
    } else {
        out.extend(text.chars().map(|char| if scalar::must_escape(char) { '\u{fffd}' } else { char }));
    }
}

pub(super) fn spaces(out: &mut String, count: usize) {
    const SPACES: &str = "                                                                ";
    let mut left = count;
    while left > 0 {
        let some = left.min(SPACES.len());
        out.push_str(&SPACES[..some]);
        left -= some;
    }
}

pub(super) struct Emitter<'a> {
    pub(super) out: &'a mut String,
    pub(super) layout: Layout,
    /// By path, so that those below a field stand together.
    comments: Vec<&'a Comment>,
    /// The fields of all open structures: rank, and where their lines begin.
    pub(super) fields: Vec<(usize, usize)>,
    /// Kept for the next structure that must be sorted.
    scratch: (String, Vec<(usize, usize, usize)>),
    /// Where the value of the key just written goes.
    pub(super) after_key: Option<Place>,
}

/// Where a value goes.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) kind: PlaceKind,
    /// Of the key, or of the list's dash.
    pub(super) indent: usize,
    /// The comments at or below this place: a range, and how much of their paths leads here.
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) taken: usize,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum PlaceKind {
    Document,
    Field,
    Item,
    /// The key of a map, not a value.
    Key,
}

impl<'a> Emitter<'a> {
    /// For one document with these comments; the place is the document's own.
    pub(super) fn new(out: &'a mut String, layout: Layout, comments: &'a [Comment]) -> (Self, Place) {
        let mut comments: Vec<&Comment> = comments.iter().collect();
        comments.sort_by(|a, b| a.path.cmp(&b.path));
        let own = comments.iter().take_while(|comment| comment.path.is_empty()).count();
        for about in &comments[..own] {
            comment(out, &about.text, 0);
        }
        let place = Place { kind: PlaceKind::Document, indent: 0, from: own, to: comments.len(), taken: 0 };
        (Self { out, layout, comments, fields: Vec::new(), scratch: Default::default(), after_key: None }, place)
    }

    /// Appends a key behind the comments above it, and says where its value goes.
    pub(super) fn key(&mut self, key: &str, place: Place, indent: usize) -> Place {
        let below = self.comments_of(key, place, indent);
        if scalar::is_bare(key) {
            self.out.push_str(key);
        } else {
            scalar::quoted(self.out, key);
        }
        self.out.push(':');
        below
    }

    /// The same for a field of a structure, whose name is never in need of quotes.
    pub(super) fn field(&mut self, key: &str, place: Place, indent: usize) -> Place {
        let below = self.comments_of(key, place, indent);
        self.out.push_str(key);
        self.out.push(':');
        below
    }

    /// Appends the comments of a field, and says where its value goes.
    fn comments_of(&mut self, key: &str, place: Place, indent: usize) -> Place {
        if place.from == place.to {
            return Place { kind: PlaceKind::Field, indent, ..place };
        }
        let mut below = self.below(key, place);
        while below.from < below.to && self.comments[below.from].path.len() <= below.taken {
            comment(self.out, &self.comments[below.from].text, indent);
            below.from += 1;
        }
        Place { kind: PlaceKind::Field, indent, ..below }
    }

    /// The comments at or below a field of a place.
    pub(super) fn below(&self, key: &str, place: Place) -> Place {
        let leads_here = |comment: &&&Comment| {
            let rest = comment.path.get(place.taken..).unwrap_or_default();
            rest.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        let all = &self.comments[place.from..place.to];
        let from = place.from + all.iter().take_while(|comment| !leads_here(comment)).count();
        let to = from + self.comments[from..place.to].iter().take_while(leads_here).count();
        Place { from, to, taken: place.taken + key.len() + 1, ..place }
    }

    /// Puts the fields of a structure, which begin at `fields[base..]` behind their indentation, in order. Those at
    /// either end that stand where they belong are left alone: the last is often by far the largest.
    pub(super) fn sort_fields(&mut self, base: usize, indent: usize) {
        let mine = &self.fields[base..];
        if !mine.is_sorted_by_key(|(rank, _)| *rank) {
            let (text, parts) = &mut self.scratch;
            parts.clear();
            let ends = mine.iter().skip(1).map(|(_, start)| *start - indent).chain([self.out.len()]);
            parts.extend(mine.iter().zip(ends).map(|((rank, start), end)| (*rank, *start, end)));
            parts.sort_unstable();
            let belongs = |((_, start), (_, wanted, _)): (&(usize, usize), &(usize, usize, usize))| start == wanted;
            let head = mine.iter().zip(&*parts).take_while(|pair| belongs(*pair)).count();
            let tail = mine.iter().zip(&*parts).rev().take_while(|pair| belongs(*pair)).count();
            text.clear();
            for (_, start, end) in &parts[head..parts.len() - tail] {
                if !text.is_empty() {
                    spaces(text, indent);
                }
                text.push_str(&self.out[*start..*end]);
            }
            let begin = mine[head].1;
            self.out.replace_range(begin..begin + text.len(), text);
        }
        self.fields.truncate(base);
    }

    pub(super) fn scalar(&mut self, place: Place, write: impl FnOnce(&mut String)) {
        match (self.layout, place.kind) {
            (_, PlaceKind::Field) => self.out.push(' '),
            (Layout::Block, PlaceKind::Item) => {
                spaces(self.out, place.indent);
                self.out.push_str("- ");
            }
            _ => {}
        }
        write(self.out);
        if self.layout == Layout::Block {
            self.out.push('\n');
        }
    }

    pub(super) fn text(&mut self, text: &str, place: Place) {
        if place.kind == PlaceKind::Key {
            self.after_key = Some(self.key(text, place, place.indent));
            return;
        }
        match self.layout {
            Layout::Block if scalar::is_bare(text) => self.scalar(place, |out| out.push_str(text)),
            Layout::Block if scalar::is_block(text) => self.scalar(place, |out| block(out, text, place.indent + 2)),
            Layout::Braces if text.as_bytes().contains(&b'\n') => {
                self.scalar(place, |out| folded(out, text, place.indent + 2));
            }
            _ => self.scalar(place, |out| scalar::quoted(out, text)),
        }
    }
}

/// A `|` block, without the last line's end.
fn block(out: &mut String, text: &str, indent: usize) {
    let body = text.strip_suffix('\n');
    out.push_str(if body.is_some() { "|" } else { "|-" });
    for line in scalar::lines(body.unwrap_or(text)) {
        out.push('\n');
        if !line.is_empty() {
            spaces(out, indent);
            out.push_str(line);
        }
    }
}

/// KYAML's form of several lines: in quotes, each line's end written out, then a line of its own.
fn folded(out: &mut String, text: &str, indent: usize) {
    out.push_str("\"\\\n");
    for line in text.split_inclusive('\n') {
        spaces(out, indent);
        // What leads a line would be dropped: either a space that may be, or a backslash before one that must not.
        out.push(if line.starts_with([' ', '\t']) { '\\' } else { ' ' });
        for char in line.chars() {
            if char == '\t' { out.push('\t') } else { scalar::escaped(out, char) }
        }
        out.push_str("\\\n");
    }
    spaces(out, indent);
    out.push('"');
}
