//! How does YAML text become located trees, with every fault of the text told and hostile text stopped.

use std::ops::Range;

use super::reader::Reader;
use super::{Fault, FaultKind, Node, Origin, SourceId, Sources, Style, Value};

/// All documents of a source, and what is wrong with it. After a fault of syntax the rest is missing.
pub fn read(sources: &Sources, id: SourceId) -> (Vec<Node>, Vec<Fault>) {
    let source = sources.get(id);
    if let Some(at) = source.broken {
        let at = Origin { source: id, start: at, end: at + 1 };
        let fault = Fault::new(at, "this text is not UTF-8", "from here on");
        let fault = fault.of_kind(FaultKind::Limit).help("save it as UTF-8");
        return (Vec::new(), vec![fault]);
    }
    read_part(sources, id, 0..source.text.len())
}

/// All documents of a part of a source, such as the text of a block scalar that holds YAML itself.
pub fn read_part(sources: &Sources, id: SourceId, part: Range<usize>) -> (Vec<Node>, Vec<Fault>) {
    let text = &sources.get(id).text[part.clone()];
    let mut reader = Reader::new(id, part.start, text, Style::Plain);
    reader.run(text);
    (reader.documents, reader.faults)
}

/// The first document of a text inside a text: a block scalar that holds YAML itself. Its places are those of the text
/// that it stands in; nothing for a text in quotes, which has no such places, and for one that cannot be read.
pub fn read_block(sources: &Sources, block: &Node) -> Option<Node> {
    let Origin { source, start, end } = block.origin;
    let text = sources.get(source).text.get(start as usize..end as usize)?;
    let is_block =
        matches!(&block.value, Value::Scalar(scalar) if scalar.style == Style::Quoted || scalar.text.contains('\n'));
    let from = match text.strip_prefix(['|', '>']) {
        Some(_) => start as usize + text.find('\n')? + 1,
        None if is_block && !text.starts_with(['"', '\'']) => {
            let before = sources.get(source).text.get(..start as usize)?;
            before.rfind('\n').map_or(0, |newline| newline + 1)
        }
        None => return None,
    };
    let (documents, faults) = read_part(sources, source, from..end as usize);
    if faults.iter().any(|fault| fault.kind == FaultKind::Syntax) { None } else { documents.into_iter().next() }
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
