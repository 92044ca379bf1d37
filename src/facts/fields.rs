//! What is known of the API server's fields: what they are where a manifest leaves them out, and which cannot change.

/// What a field is that a manifest leaves out.
#[derive(Debug)]
pub struct ApiDefault {
    /// The kind; `pod` for whatever a pod or a template of pods is, `container` for any container of it.
    pub of: &'static str,
    /// The way from there, `[]` for any item of a list.
    pub path: &'static str,
    /// As JSON.
    pub value: &'static str,
    /// The field beside it, `key=value`, with which this holds; empty: always.
    pub when: &'static str,
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// A field that the API server does not let change.
#[derive(Debug)]
pub struct Immutable {
    /// The kind.
    pub kind: &'static str,
    /// The way to it, `[]` for any item of a list; all below it is meant as well.
    pub path: &'static str,
    /// Ways below it that may change all the same.
    pub except: &'static [&'static str],
    /// What the old object must say, `field=value`; empty: always.
    pub when: &'static str,
    /// The way round, one command a line, with `{n}`, `{kind}`, `{name}`, `{user}`, `{apply}` to fill in.
    pub commands: &'static [&'static str],
    /// What the way round does.
    pub cost: &'static str,
    /// Where this is from, with the API server's own words.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

impl Immutable {
    /// Why it is refused, in the API server's own words.
    pub fn words(&self) -> &'static str {
        self.source.rsplit_once(": ").map_or(self.source, |(_, words)| words)
    }
}
