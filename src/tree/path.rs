//! Which value of a profile is meant: `storage.createClass.parameters.server`, `models[0].name`.

use std::fmt;
use std::str::FromStr;

use compact_str::CompactString;

use super::{Entry, Node, Origin, Style, Value};

/// A way from the root to a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Into a mapping.
    Key(String),
    /// Into a sequence, from 0.
    Index(usize),
}

/// No profile nests deeper.
const MAX_STEPS: usize = 16;

impl FromStr for Path {
    type Err = String;

    /// Keys are separated by dots; a dot inside a key is written `\.`, an element as `[0]`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut steps = Vec::new();
        let mut rest = text;
        loop {
            let key = take_key(&mut rest);
            if key.is_empty() {
                return Err(format!("a key is missing in the path `{text}`"));
            }
            steps.push(Step::Key(key));
            while let Some(after) = rest.strip_prefix('[') {
                let (index, after) = after
                    .split_once(']')
                    .and_then(|(index, after)| Some((index.parse().ok()?, after)))
                    .ok_or_else(|| format!("expected a number and `]` after `[` in the path `{text}`"))?;
                steps.push(Step::Index(index));
                rest = after;
            }
            if steps.len() > MAX_STEPS {
                return Err(format!("the path `{text}` has more than {MAX_STEPS} steps"));
            }
            match rest.strip_prefix('.') {
                Some(after) => rest = after,
                None if rest.is_empty() => return Ok(Self(steps)),
                None => return Err(format!("expected a dot after `]` in the path `{text}`")),
            }
        }
    }
}

/// Cuts a key off the front of `rest`, up to a bare dot or bracket.
fn take_key(rest: &mut &str) -> String {
    let mut key = String::new();
    let mut chars = rest.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '.' | '[' => {
                *rest = &rest[at..];
                return key;
            }
            '\\' => key.extend(chars.next().map(|(_, escaped)| escaped)),
            _ => key.push(char),
        }
    }
    *rest = "";
    key
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    if number > 0 {
                        f.write_str(".")?;
                    }
                    for char in key.chars() {
                        if matches!(char, '.' | '[' | '\\') {
                            f.write_str("\\")?;
                        }
                        write!(f, "{char}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Node {
    /// The value at a path.
    pub fn at(&self, path: &Path) -> Option<&Self> {
        path.0.iter().try_fold(self, |node, step| match (step, &node.value) {
            (Step::Key(key), _) => node.get(key),
            (Step::Index(index), Value::Sequence(items)) => items.get(*index),
            (Step::Index(_), _) => None,
        })
    }

    /// The nearest place that exists for a path: the value itself, or what it would stand in.
    pub fn place(&self, path: &Path) -> Origin {
        let mut place = self.origin;
        let mut node = self;
        for step in &path.0 {
            match (step, &node.value) {
                (Step::Key(key), Value::Mapping(entries)) => match entries.iter().find(|entry| entry.key == *key) {
                    Some(entry) => {
                        node = &entry.value;
                        place = if matches!(node.value, Value::Scalar(_)) { node.origin } else { entry.key_origin };
                    }
                    None => return place,
                },
                (Step::Index(index), Value::Sequence(items)) if *index < items.len() => {
                    node = &items[*index];
                    place = node.origin;
                }
                _ => return place,
            }
        }
        place
    }

    /// Puts `value` at `path`, which was written at `named`, making the mappings on the way.
    ///
    /// # Errors
    /// What is in the way: a value that is no mapping, or a list that is too short.
    pub fn put(&mut self, path: &Path, named: Origin, value: Self) -> Result<(), String> {
        let mut node = self;
        for (number, step) in path.0.iter().enumerate() {
            let so_far = || Path(path.0[..number].to_vec());
            if node.is_null() {
                node.value = match step {
                    Step::Key(_) => Value::Mapping(Vec::new()),
                    Step::Index(_) => Value::Sequence(Vec::new()),
                };
                node.origin = named;
            }
            node = match (step, &mut node.value) {
                (Step::Key(key), Value::Mapping(entries)) => {
                    let at = entries.iter().position(|entry| entry.key == *key).unwrap_or_else(|| {
                        let (key, value) = (key.into(), null(named));
                        entries.push(Entry { key, key_origin: named, key_style: Style::Shell, value });
                        entries.len() - 1
                    });
                    &mut entries[at].value
                }
                (Step::Index(index), Value::Sequence(items)) => {
                    if *index > items.len() {
                        let have = items.len();
                        return Err(format!("`{}` has {have} elements, so [{index}] would leave a gap", so_far()));
                    }
                    if *index == items.len() {
                        items.push(null(named));
                    }
                    &mut items[*index]
                }
                (Step::Index(_), _) => return Err(format!("`{}` is not a list", so_far())),
                (Step::Key(_), _) => return Err(format!("`{}` is not a mapping", so_far())),
            };
        }
        *node = value;
        Ok(())
    }
}

fn null(origin: Origin) -> Node {
    let scalar = super::Scalar { text: CompactString::default(), style: Style::Plain };
    Node { origin, value: Value::Scalar(scalar) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_printed_as_it_is_read() {
        for text in [
            "replicas",
            "storage.createClass.parameters.server",
            "models[0].name",
            r"labels.team\.example/x",
            "a[1][2]",
        ] {
            assert_eq!(text.parse::<Path>().map(|path| path.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn a_path_with_a_hole_is_refused() {
        for text in ["", ".a", "a.", "a..b", "a[", "a[x]", "a[0]b", "[0]"] {
            assert!(text.parse::<Path>().is_err(), "{text}");
        }
    }
}
