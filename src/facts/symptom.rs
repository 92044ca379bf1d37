//! What do people see when a bundle is in trouble?

use super::SYMPTOMS;

/// Something that is seen, and what it means.
#[derive(Debug)]
pub struct Symptom {
    /// The section of the runbook.
    pub trouble: &'static str,
    /// The command that shows it, or a client.
    pub look: &'static str,
    /// Word for word; `…` stands for what differs.
    pub shows: &'static str,
    /// What it means, and what happens by itself.
    pub means: &'static str,
    /// Kinds of bundle in which it is seen, any of which is enough; none: in all.
    pub when: &'static [&'static str],
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// What is seen of a trouble, in the order in which to look.
pub fn symptoms_of(trouble: &str) -> impl Iterator<Item = &'static Symptom> {
    SYMPTOMS.iter().filter(move |row| row.trouble == trouble)
}
