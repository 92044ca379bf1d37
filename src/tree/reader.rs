//! How is a text read, event by event, into trees?

use std::borrow::Cow;
use std::collections::BTreeMap;

use compact_str::CompactString;
use granit_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::keys::{Places, begins_another, take_in_merged, weight};
use super::refusal;
use super::{Entry, Fault, FaultKind, Node, Origin, Scalar, SourceId, Style, Value};

/// Deeper than any manifest or profile; what comes after is recursive.
const MAX_DEPTH: usize = 64;
/// What aliases may make of a text, in bytes and nodes: a text of this size would be refused as well.
const MAX_EXPANDED: usize = 16 << 20;
/// More values than any object has: they alone would be larger than what etcd keeps of one.
const MAX_NODES: usize = 500_000;
/// More faults than anybody reads of one text.
const MAX_FAULTS: usize = 100;

/// A collection that is still open.
struct Open {
    start: usize,
    anchor: usize,
    inside: Inside,
}

/// What is in an open collection so far: what is on the reader's stacks from a place on.
enum Inside {
    Sequence {
        from: usize,
    },
    Mapping {
        from: usize,
        /// The key whose value comes next.
        key: Option<(CompactString, Origin, Style)>,
        places: Places,
    },
}

/// What reads a text.
pub(super) struct Reader {
    source: SourceId,
    /// Where the text begins in its source.
    offset: usize,
    /// What a bare scalar counts as.
    bare: Style,
    open: Vec<Open>,
    /// The elements of the open sequences, one behind the other, so that each is no larger than it must be when it closes.
    items: Vec<Node>,
    /// The entries of the open mappings.
    entries: Vec<Entry>,
    anchors: BTreeMap<usize, Node>,
    expanded: usize,
    /// What is kept of the document because it has a name.
    anchored: usize,
    /// Values of the document so far.
    nodes: usize,
    end: usize,
    pub(super) documents: Vec<Node>,
    pub(super) faults: Vec<Fault>,
}

impl Reader {
    pub(super) fn new(source: SourceId, offset: usize, text: &str, bare: Style) -> Self {
        Self {
            source,
            offset,
            bare,
            open: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            anchors: BTreeMap::new(),
            expanded: 0,
            anchored: 0,
            nodes: 0,
            end: text.len(),
            documents: Vec::new(),
            faults: Vec::new(),
        }
    }

    pub(super) fn run(&mut self, text: &str) {
        let options = granit_parser::options! {
            emit_comments: false,
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
        };
        for event in Parser::new_from_str_with_options(text, options) {
            match event {
                Ok((event, span)) => self.take(event, span),
                Err(error) => {
                    return self
                        .faults
                        .push(refusal::of_syntax(text, self.end, &error, |start, end| self.origin(start, end)));
                }
            }
            let at = || self.origin(0, text.chars().next().map_or(0, char::len_utf8));
            if self.expanded + self.anchored > MAX_EXPANDED {
                return self.faults.push(
                    Fault::new(at(), "aliases make this text larger than 16 MiB", "")
                        .of_kind(FaultKind::Limit)
                        .help("write the values out instead of `*name`"),
                );
            }
            if self.nodes > MAX_NODES {
                let message = format!("this document has more than {MAX_NODES} values");
                return self.faults.push(
                    Fault::new(at(), message, "").of_kind(FaultKind::Limit).help("split it: no object is so large"),
                );
            }
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) {
        self.nodes += 1;
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
                let inside = Inside::Sequence { from: self.items.len() };
                self.open.push(Open { start: range.start, anchor, inside });
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse(tag.as_deref(), at);
                let inside = Inside::Mapping { from: self.entries.len(), key: None, places: Places::default() };
                self.open.push(Open { start: range.start, anchor, inside });
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(Open { start, anchor, inside }) = self.open.pop() {
                    let value = match inside {
                        Inside::Sequence { from } => Value::Sequence(self.items.drain(from..).collect()),
                        Inside::Mapping { from, .. } => {
                            let mut entries = self.entries.drain(from..).collect();
                            self.expanded += take_in_merged(&mut entries);
                            Value::Mapping(entries)
                        }
                    };
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
                    let message = "this alias stands inside the value that it names";
                    self.tell(Fault::new(at, message, "").help("write the value out"));
                    let node = self.scalar("".into(), Style::Plain, at);
                    self.place(node, 0);
                }
            }
            Event::DocumentStart(..) => {
                self.anchors.clear();
                self.anchored = 0;
                self.nodes = 0;
            }
            _ => {}
        }
    }

    /// Puts a finished node where it belongs: into the open collection, or among the documents.
    fn place(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.anchored += weight(&node);
            self.anchors.insert(anchor, node.clone());
        }
        let depth = self.open.len();
        let Some(Open { start, inside, .. }) = self.open.last_mut() else {
            return self.documents.push(node);
        };
        let Inside::Mapping { from, key, places } = inside else {
            return self.items.push(node);
        };
        let Some((key, key_origin, key_style)) = key.take() else {
            if let Value::Scalar(scalar) = node.value {
                *key = Some((scalar.text, node.origin, scalar.style));
            } else {
                *key = Some((CompactString::default(), node.origin, Style::Quoted));
                self.tell(Fault::new(node.origin, "a list or mapping cannot be a key", ""));
            }
            return;
        };
        let entry = Entry { key, key_origin, key_style, value: node };
        let Some(first) = places.of(&self.entries[*from..], &entry.key).map(|at| *from + at) else {
            return self.entries.push(entry);
        };
        let first_origin = self.entries[first].key_origin;
        if depth == 1 && self.bare == Style::Plain && begins_another(&self.entries[*from..], &entry.key) {
            let whole = Origin { end: key_origin.start, start: byte(self.offset + *start), ..key_origin };
            let fault = Fault::new(key_origin, "a second object begins here without `---`", "")
                .and(first_origin, "the first one")
                .of_kind(FaultKind::MissingSeparator)
                .help("put a line with `---` above it");
            let entries = self.entries.drain(*from..).collect();
            self.documents.push(Node { origin: whole, value: Value::Mapping(entries) });
            *start = key_origin.start as usize - self.offset;
            *places = Places::default();
            self.entries.push(entry);
            return self.tell(fault);
        }
        let message = format!("the key `{}` is there twice", entry.key);
        let fault = Fault::new(key_origin, message, "a second time")
            .and(first_origin, "first here")
            .of_kind(FaultKind::DoubledKey)
            .help("keep one of them: some readers take the last, others refuse the text");
        self.entries[first] = entry;
        self.tell(fault);
    }

    /// A scalar; its text must get through every YAML reader on the way to the API server unchanged.
    pub(super) fn scalar(&mut self, text: Cow<'_, str>, style: Style, origin: Origin) -> Node {
        if let Some(char) = refusal::mangled(&text) {
            let message = format!("the character U+{:04X} does not survive Kubernetes' YAML readers", char as u32);
            self.tell(Fault::new(origin, message, "").help("leave it out"));
        }
        Node { origin, value: Value::Scalar(Scalar { text: text.into(), style }) }
    }

    /// Keeps a fault, unless there are more than anybody reads.
    fn tell(&mut self, fault: Fault) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault);
        }
    }

    fn refuse(&mut self, tag: Option<&Tag>, at: Origin) {
        if let Some(tag) = tag {
            self.tell(refusal::of_tag(tag, at));
        }
    }

    pub(super) fn origin(&self, start: usize, end: usize) -> Origin {
        Origin { source: self.source, start: byte(self.offset + start), end: byte(self.offset + end) }
    }
}

fn byte(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
