//! How does YAML text become located trees, with every fault of the text told and hostile text stopped.

use std::borrow::Cow;
use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};

use super::{Entry, Fault, Node, Origin, Scalar, SourceId, Sources, Style, Value};

/// Deeper than any manifest or profile; what comes after is recursive.
const MAX_DEPTH: usize = 64;
/// What aliases may make of a text, in bytes and nodes: a text of this size would be refused as well.
const MAX_EXPANDED: usize = 16 << 20;

/// All documents of a source, and what is wrong with it. After a fault of syntax the rest is missing.
pub fn read(sources: &Sources, id: SourceId) -> (Vec<Node>, Vec<Fault>) {
    let text = sources.get(id).text.as_str();
    let mut reader = Reader::new(id, 0, text, Style::Plain);
    reader.run(text);
    (reader.documents, reader.faults)
}

/// The value in a `PATH=VALUE` source from byte `start` on: a list or mapping in brackets, or text as it stands.
///
/// # Errors
/// What is wrong with it.
pub fn read_value(sources: &Sources, id: SourceId, start: usize) -> Result<Node, Vec<Fault>> {
    let text = &sources.get(id).text[start..];
    let mut reader = Reader::new(id, start, text, Style::Shell);
    if !text.starts_with(['{', '[']) {
        let at = reader.origin(0, text.len());
        let scalar = reader.scalar(text.into(), Style::Shell, at);
        return if reader.faults.is_empty() { Ok(scalar) } else { Err(reader.faults) };
    }
    reader.run(text);
    match reader.documents.pop() {
        Some(node) if reader.faults.is_empty() => Ok(node),
        _ => Err(reader.faults),
    }
}

/// A collection that is still open.
struct Open {
    start: usize,
    anchor: usize,
    value: Value,
    /// The key whose value comes next.
    key: Option<(String, Origin)>,
}

struct Reader {
    source: SourceId,
    /// Where the text begins in its source.
    offset: usize,
    /// What a bare scalar counts as.
    bare: Style,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    expanded: usize,
    end: usize,
    documents: Vec<Node>,
    faults: Vec<Fault>,
}

impl Reader {
    fn new(source: SourceId, offset: usize, text: &str, bare: Style) -> Self {
        Self {
            source,
            offset,
            bare,
            open: Vec::new(),
            anchors: BTreeMap::new(),
            expanded: 0,
            end: text.len(),
            documents: Vec::new(),
            faults: Vec::new(),
        }
    }

    fn run(&mut self, text: &str) {
        let options = granit_parser::options! {
            emit_comments: false,
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
        };
        for event in Parser::new_from_str_with_options(text, options) {
            match event {
                Ok((event, span)) => self.take(event, span),
                Err(error) => return self.faults.push(self.syntax(text, &error)),
            }
            if self.expanded > MAX_EXPANDED {
                let at = self.origin(0, 0);
                return self.faults.push(
                    Fault::new(at, "aliases make this text larger than 16 MiB", "")
                        .help("write the values out instead of `*name`"),
                );
            }
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) {
        let range = span.byte_range().unwrap_or(0..0);
        let at = self.origin(range.start, range.end);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse(tag.as_deref(), at);
                let style = if style == ScalarStyle::Plain { self.bare } else { Style::Quoted };
                let node = self.scalar(text, style, at);
                self.place(node, anchor);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse(tag.as_deref(), at);
                let value = Value::Sequence(Vec::new());
                self.open.push(Open { start: range.start, anchor, value, key: None });
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse(tag.as_deref(), at);
                let value = Value::Mapping(Vec::new());
                self.open.push(Open { start: range.start, anchor, value, key: None });
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(Open { start, anchor, value, .. }) = self.open.pop() {
                    let node = Node { origin: self.origin(start, range.end.max(start)), value };
                    self.place(node, anchor);
                }
            }
            Event::Alias(anchor) => {
                if let Some(node) = self.anchors.get(&anchor) {
                    let node = node.clone();
                    self.expanded += weight(&node);
                    self.place(node, 0);
                } else {
                    self.faults.push(
                        Fault::new(at, "this alias stands inside the value that it names", "")
                            .help("write the value out"),
                    );
                    let node = self.scalar("".into(), Style::Plain, at);
                    self.place(node, 0);
                }
            }
            Event::DocumentStart(..) => self.anchors.clear(),
            _ => {}
        }
    }

    /// Puts a finished node where it belongs: into the open collection, or among the documents.
    fn place(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(Open { value, key, .. }) = self.open.last_mut() else { return self.documents.push(node) };
        match (value, key.take()) {
            (Value::Sequence(items), _) => items.push(node),
            (Value::Mapping(entries), Some((name, key_origin))) => {
                match entries.iter().find(|entry| entry.key == name) {
                    Some(first) => {
                        let fault = Fault::new(key_origin, format!("the key `{name}` is there twice"), "a second time")
                            .and(first.key_origin, "first here")
                            .help("keep one of them");
                        self.faults.push(fault);
                    }
                    None => entries.push(Entry { key: name, key_origin, value: node }),
                }
            }
            (Value::Mapping(_), None) => {
                if let Value::Scalar(scalar) = node.value {
                    *key = Some((scalar.text, node.origin));
                } else {
                    *key = Some((String::new(), node.origin));
                    self.faults.push(Fault::new(node.origin, "a list or mapping cannot be a key", ""));
                }
            }
            (Value::Scalar(_), _) => unreachable!("a scalar is never open"),
        }
    }

    /// A scalar; its text must get through every YAML reader on the way to the API server unchanged.
    fn scalar(&mut self, text: Cow<'_, str>, style: Style, origin: Origin) -> Node {
        if let Some(char) = text.chars().find(|char| is_mangled(*char)) {
            let message = format!("the character U+{:04X} does not survive Kubernetes' YAML readers", char as u32);
            self.faults.push(Fault::new(origin, message, "").help("leave it out"));
        }
        Node { origin, value: Value::Scalar(Scalar { text: text.into_owned(), style }) }
    }

    fn refuse(&mut self, tag: Option<&Tag>, at: Origin) {
        if let Some(tag) = tag {
            let fault = Fault::new(at, format!("the tag `{}` has no meaning here", tag.original()), "")
                .help("leave the tag out; put quotes around a value to make it text");
            self.faults.push(fault);
        }
    }

    fn syntax(&self, text: &str, error: &ScanError) -> Fault {
        let at = error.marker().byte_offset().unwrap_or(self.end).min(text.len());
        let end = text[at..].chars().next().map_or(at, |char| at + char.len_utf8());
        Fault::new(self.origin(at, end), format!("this is not YAML: {}", error.info()), "")
    }

    fn origin(&self, start: usize, end: usize) -> Origin {
        let byte = |at: usize| u32::try_from(self.offset + at).unwrap_or(u32::MAX);
        Origin { source: self.source, start: byte(start), end: byte(end) }
    }
}

/// What a copy of a node costs, in bytes of text and about the same for each node.
fn weight(node: &Node) -> usize {
    const NODE: usize = 64;
    match &node.value {
        Value::Scalar(scalar) => NODE + scalar.text.len(),
        Value::Sequence(items) => NODE + items.iter().map(weight).sum::<usize>(),
        Value::Mapping(entries) => NODE + entries.iter().map(|e| e.key.len() + weight(&e.value)).sum::<usize>(),
    }
}

/// Control characters and the code points that kustomize's reader changes or refuses even when they are escaped:
/// DEL, C1 controls with NEL, U+FFFE and U+FFFF. Measured with kubectl 1.32 and kustomize 5.5, 2026-08.
fn is_mangled(char: char) -> bool {
    matches!(char, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\x7f'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (Vec<Node>, Vec<Fault>) {
        let mut sources = Sources::default();
        let id = sources.add("llama.yaml", text);
        read(&sources, id)
    }

    fn messages(text: &str) -> Vec<String> {
        read_text(text).1.into_iter().map(|fault| fault.message).collect()
    }

    #[test]
    fn every_value_knows_its_place_and_a_plain_one_its_own_text() {
        let text = "a: 1.30\nb:\n  - \"x y\"\n  - {c: yes}\n";
        let (documents, faults) = read_text(text);
        assert!(faults.is_empty());
        let slice = |path: &str| {
            let at = documents[0].at(&path.parse().expect("a path")).expect("a value").origin;
            &text[at.start as usize..at.end as usize]
        };
        assert_eq!(slice("a"), "1.30");
        assert_eq!(slice("b[0]"), "\"x y\"");
        assert_eq!(slice("b[1]"), "{c: yes}");
        assert_eq!(slice("b[1].c"), "yes");
    }

    #[test]
    fn all_doubled_keys_of_a_text_are_told() {
        assert_eq!(
            messages("a: 1\na: 2\nb: {c: 1, c: 2}\n"),
            ["the key `a` is there twice", "the key `c` is there twice"]
        );
    }

    #[test]
    fn aliases_are_written_out_and_documents_kept_apart() {
        let (documents, faults) = read_text("a: &x [1]\nb: *x\n---\nc: 2\n");
        assert!(faults.is_empty());
        assert_eq!(documents.len(), 2);
        assert_eq!(documents[0].get("a").map(|n| &n.value), documents[0].get("b").map(|n| &n.value));
    }

    #[test]
    fn hostile_texts_end_in_a_fault() {
        let mut bomb = String::from("a: &a [x,x,x,x,x,x,x,x,x,x]\n");
        for (this, last) in ('b'..='k').zip('a'..) {
            bomb.extend([format!("{this}: &{this} ["), format!("*{last},").repeat(10), "]\n".into()]);
        }
        let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(50_000), "*a,".repeat(20_000));
        for text in [
            bomb,
            long,
            "[".repeat(100_000),
            "{a: ".repeat(100_000),
            "- ".repeat(100_000),
            "a: &a [*a]".into(),
            "a: *missing".into(),
            "a: \"\\u0085\"".into(),
            "? [a]\n: b".into(),
            "a: !secret b".into(),
            "a: \"open".into(),
            "a: 'b\nc: d".into(),
            "a:\n\tb: c".into(),
        ] {
            assert!(!read_text(&text).1.is_empty(), "{text:.40}");
        }
    }
}
