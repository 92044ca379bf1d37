//! Which word is meant by one that is misspelt, and is a text a time, or for another tool to fill in?

/// The word that another one is meant to be: the same but for a letter or two, or for its case and its dashes.
pub(super) fn almost<'w>(wrong: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let bare = |word: &str| word.to_ascii_lowercase().replace(['-', '_', ' '], "");
    let own = bare(wrong);
    let far = if own.len() < 6 { 1 } else { 2 };
    let distance = |word: &str| strsim::osa_distance(&own, &bare(word));
    let near = words
        .map(|word| (distance(word), word))
        .filter(|(distance, word)| *distance == 0 || *distance <= far && word.len() > 3);
    near.min_by_key(|(distance, _)| *distance).map(|(_, word)| word)
}

/// Whether a text is for another tool to fill in: `${NAME}`, `{{ name }}`, `<name>`.
pub(super) fn is_filled_in_later(text: &str) -> bool {
    text.contains(['$', '{', '<'])
}

/// Whether a text is numbers with units, one behind the other.
pub(super) fn is_time(text: &str, units: &[&str]) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        let letters = rest[digits..].len() - rest[digits..].trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        if rest[..digits].parse::<f64>().is_err() || !units.contains(&&rest[digits..digits + letters]) {
            // Prometheus takes 0 without a unit.
            return text == "0" && units.contains(&"y");
        }
        rest = &rest[digits + letters..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_numbers_with_the_units_that_its_field_takes() {
        for (text, units, is_it) in [
            ("1h30m", "ms s m h", true),
            ("1.5h", "ms s m h", true),
            ("5 minutes", "ms s m h", false),
            ("1h", "ms s m", false),
            ("10", "ms s m h", false),
            ("1d", "y w d h m s ms", true),
            ("0", "y w d h m s ms", true),
            ("m", "ms s m h", false),
        ] {
            assert_eq!(is_time(text, &units.split(' ').collect::<Vec<_>>()), is_it, "{text}");
        }
    }

    #[test]
    fn a_word_is_almost_another_one_within_two_letters() {
        for (wrong, near) in [
            ("remediaton", Some("remediation")),
            ("createnamespace", Some("createNamespace")),
            ("valueFrom", None),
            ("retry", None),
        ] {
            assert_eq!(almost(wrong, ["remediation", "createNamespace", "values"].into_iter()), near, "{wrong}");
        }
    }
}
