//! Which object is meant by a name that none has?

use super::spelling::is_filled_in_later;
use super::{Item, Scope};

/// Words behind a name that say what the object is.
const WORDS: [&str; 16] = [
    "-persistent-volume-claim",
    "-service",
    "-svc",
    "-api",
    "-server",
    "-http",
    "-headless",
    "-deployment",
    "-deploy",
    "-statefulset",
    "-pvc",
    "-claim",
    "-helm",
    "-charts",
    "-chart",
    "-repo",
];

/// How a name is like another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// The same with a slip of the pen: `llama-farm` and `lama-farm`.
    Slip,
    /// With another word for what it is: `ollama-svc` and `ollama-service`.
    Word,
    /// With a word for what it is, and without: `ollama` and `ollama-deployment`. There may well be both.
    Longer,
}

impl<'a> Scope<'a> {
    /// The object of a kind that is meant by a name which none has: the only one of almost that name, among those that
    /// `may` be meant.
    pub fn meant(&self, kind: &str, name: &str, may: impl Fn(Item<'a>, Likeness) -> bool) -> Option<Item<'a>> {
        if is_filled_in_later(name) || self.of_name(kind, name).next().is_some() || self.renames() {
            return None;
        }
        let mut near = self.few(kind).filter(|item| {
            !is_filled_in_later(item.name()) && likeness(item.name(), name).is_some_and(|likeness| may(*item, likeness))
        });
        near.next().filter(|_| near.next().is_none())
    }

    /// The objects of a kind; none where there are so many that one of nearly a name proves nothing.
    pub fn few(&self, kind: &str) -> impl Iterator<Item = Item<'a>> {
        const MOST: usize = 256;
        let found = Some(self.index.of_kind(kind)).filter(|found| found.len() <= MOST).unwrap_or_default();
        found.iter().map(|at| self.items[*at])
    }

    /// Whether a kustomization puts something before or behind all names.
    fn renames(&self) -> bool {
        self.kustomizations().any(|node| ["namePrefix", "nameSuffix"].iter().any(|key| node.get(key).is_some()))
    }
}

/// Whether two names are one with a slip of the pen: `llama-farm` and `lama-farm`, but not `llama-1` and `llama-2`.
pub fn is_slip(one: &str, other: &str) -> bool {
    let bare = |name: &str| name.replace('-', "");
    if bare(one) == bare(other) {
        return true;
    }
    let (one, other): (Vec<&str>, Vec<&str>) = (one.split('-').collect(), other.split('-').collect());
    let pairs: Vec<_> = one.iter().zip(&other).filter(|(one, other)| one != other).collect();
    let [(part, written)] = pairs[..] else { return false };
    let letters = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
    let distance = strsim::osa_distance(part, written);
    let least = part.len().min(written.len());
    // A letter too few in the middle of a short word; with others it may well be another word.
    let has_lost_one = least >= 3
        && distance == 1
        && part.len() != written.len()
        && part.chars().next() == written.chars().next()
        && part.chars().last() == written.chars().last();
    one.len() == other.len()
        && letters(part) != letters(written)
        && (has_lost_one || least >= 4 && distance <= least.div_ceil(6))
}

/// Of some names the one that a text has the fewest slips from, at most so many; none where two are as near.
pub fn closest<T: AsRef<str>>(written: &str, known: impl Iterator<Item = T>, most: usize) -> Option<T> {
    let mut best: Option<(usize, Option<T>)> = None;
    for name in known {
        let distance = strsim::osa_distance(name.as_ref(), written);
        match &mut best {
            _ if distance > most => {}
            Some((least, _)) if *least < distance => {}
            Some((least, found)) if *least == distance => *found = None,
            _ => best = Some((distance, Some(name))),
        }
    }
    best?.1
}

/// How two names are almost the same.
pub fn likeness(one: &str, other: &str) -> Option<Likeness> {
    let is_thing = one != other && bare(one) == bare(other);
    match (bare(one) != one, bare(other) != other) {
        (true, true) if is_thing => Some(Likeness::Word),
        _ if is_thing => Some(Likeness::Longer),
        _ => is_slip(one, other).then_some(Likeness::Slip),
    }
}

/// A name without the word for what it is.
fn bare(name: &str) -> &str {
    WORDS.iter().find_map(|word| name.strip_suffix(word)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_no_other_number_and_no_other_word() {
        for (one, other, is_it) in [
            ("llama-farm", "lama-farm", true),
            ("llama-farm", "llamafarm", true),
            ("ollama-models-pvc", "ollama-model-pvc", true),
            ("ai-infra", "ai-infa", true),
            ("llama-1", "llama-2", false),
            ("ollama", "ollama-webui", false),
            ("dev", "prod", false),
        ] {
            assert_eq!(is_slip(one, other), is_it, "{one} {other}");
        }
    }

    #[test]
    fn the_closest_name_is_one_and_no_other_is_as_near() {
        let known = ["ebs.csi.aws.com", "efs.csi.aws.com"];
        assert_eq!(closest("ebs.csi.aws.con", known.iter(), 2), Some(&known[0]));
        assert_eq!(closest("exs.csi.aws.com", known.iter(), 2), None);
        assert_eq!(closest("nfs.csi.k8s.io", known.iter(), 2), None);
    }

    #[test]
    fn a_word_for_what_it_is_makes_no_other_thing() {
        for (one, other, like) in [
            ("ollama-svc", "ollama-service", Some(Likeness::Word)),
            ("ollama", "ollama-deployment", Some(Likeness::Longer)),
            ("ollama", "ollama-webui", None),
        ] {
            assert_eq!(likeness(one, other), like, "{one} {other}");
        }
    }
}
