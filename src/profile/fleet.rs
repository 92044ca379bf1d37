//! Which profiles does a text hold: one a document, and of each which environments?

use std::ops::Range;

use super::layers::{self, Loaded};
use crate::tree::{Fault, SourceId, Sources};

/// The texts that profiles are made of; later ones win over earlier ones.
#[derive(Clone, Debug)]
pub struct Layers {
    /// The profiles themselves, one a document.
    pub base: SourceId,
    /// Layers for each of them.
    pub overlays: Vec<SourceId>,
    /// `PATH=VALUE` for each of them.
    pub settings: Vec<SourceId>,
}

impl Layers {
    /// The documents of the base, each a part of its text; at least one. As a line that begins with `---` ends a
    /// document whatever it stands in (YAML 1.2.2, 9.1.2), no document is read to find where the next one begins.
    pub fn documents(&self, sources: &Sources) -> Vec<Range<usize>> {
        let text = sources.get(self.base).text.as_str();
        let is_mark = |at: &usize| text[at + 3..].chars().next().is_none_or(char::is_whitespace);
        let marks = text.match_indices("---").map(|(at, _)| at);
        let marks = marks.filter(|at| (*at == 0 || text[..*at].ends_with('\n')) && is_mark(at));
        let starts: Vec<usize> = std::iter::once(0).chain(marks).chain([text.len()]).collect();
        let parts = starts.windows(2).map(|pair| pair[0]..pair[1]);
        let mut found: Vec<Range<usize>> = parts.filter(|part| says_something(&text[part.clone()])).collect();
        if found.is_empty() {
            found.push(0..text.len());
        }
        found
    }

    /// The environments that a document and the layers over it have, in the order in which they are written.
    pub fn environments(&self, sources: &Sources, document: &Range<usize>) -> Vec<String> {
        layers::environments(sources, self, document)
    }

    /// A document with the layers over it, as one of its environments has it, or as none has.
    ///
    /// # Errors
    /// Everything that is wrong with the layers, each fault in the layer that it came from.
    pub fn load(
        &self,
        sources: &Sources,
        document: &Range<usize>,
        environment: Option<&str>,
    ) -> Result<Loaded, Vec<Fault>> {
        layers::load(sources, self, document, environment)
    }
}

/// Whether a part of a text has more in it than comments.
fn says_something(part: &str) -> bool {
    let rest = part.strip_prefix("---").unwrap_or(part);
    rest.lines().map(str::trim).any(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use indoc::indoc;

    fn layers(text: &str) -> (Sources, Layers) {
        let mut sources = Sources::default();
        let base = sources.add("farm.yaml", text);
        (sources, Layers { base, overlays: Vec::new(), settings: Vec::new() })
    }

    #[test]
    fn documents_are_told_apart_by_their_marks_alone() {
        for (text, count) in [
            ("a: 1\n", 1),
            ("--- # the first\na: 1\n---\nb: 2\n", 2),
            ("# nothing yet\n---\na: 1\n---\n# nothing more\n", 1),
            ("a: |\n  ---\n  text\nb: ---\n", 1),
            ("a: 1\n----\n", 1),
            ("", 1),
        ] {
            let (sources, layers) = layers(text);
            assert_eq!(layers.documents(&sources).len(), count, "{text:?}");
        }
    }

    #[test]
    fn an_environment_wins_over_its_file_and_loses_to_the_files_above() {
        let mut sources = Sources::default();
        let base = sources.add(
            "farm.yaml",
            indoc! {"
                apiVersion: ollama-k8s/v1
                kind: Profile
                namespace: farm
                replicas: 1
                environments:
                  dev: {namespace: farm-dev, replicas: 2}
                  prod: {namespace: farm-prod}
            "},
        );
        let over = sources.add("over.yaml", "replicas: 3\nenvironments: {dev: {name: llama}}\n");
        let layers = Layers { base, overlays: vec![over], settings: Vec::new() };
        let documents = layers.documents(&sources);
        assert_eq!(layers.environments(&sources, &documents[0]), ["dev", "prod"]);
        let load = |name| layers.load(&sources, &documents[0], name).expect("a profile").profile;
        let (dev, none) = (load(Some("dev")), load(None));
        assert_eq!((&*dev.namespace, dev.replicas, &*dev.name), ("farm-dev", Some(3), "llama"));
        assert_eq!((&*none.namespace, none.replicas), ("farm", Some(3)));
    }
}
