//! Which sizes do the models of Ollama's library come in?

use super::LIBRARY;

/// A model of the library.
#[derive(Debug)]
pub struct LibraryModel {
    /// Its name, without a tag.
    pub name: &'static str,
    /// What its tags begin with, from the smallest to the largest.
    pub sizes: &'static [&'static str],
    /// Whether there may be other sizes.
    pub partial: bool,
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

impl LibraryModel {
    /// Whether the library has tags of the size that a tag begins with; none: it begins with none, or is of the cloud.
    pub fn has_size_of(&self, tag: &str) -> Option<bool> {
        let of_the_cloud = tag.rsplit('-').next().is_some_and(|last| last.eq_ignore_ascii_case("cloud"));
        let size = leading_size(tag).filter(|_| !of_the_cloud)?;
        Some(self.sizes.iter().any(|known| known.eq_ignore_ascii_case(size)))
    }
}

/// The row of a model of the library, by its name without a tag.
pub fn library_model(name: &str) -> Option<&'static LibraryModel> {
    LIBRARY.iter().find(|row| row.name == name)
}

/// The size that a tag begins with: `8b` of `8b-instruct-q4_K_M`, `8x7b`, `e4b`, `270m`.
pub fn leading_size(tag: &str) -> Option<&str> {
    let first = tag.split('-').next()?;
    let number = first.strip_suffix(['b', 'B', 'm', 'M'])?;
    let number = number.strip_prefix(['e', 'E']).unwrap_or(number);
    let number = match number.split_once(['x', 'X']) {
        Some((experts, each)) if experts.bytes().all(|b| b.is_ascii_digit()) && !experts.is_empty() => each,
        _ => number,
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (is_number(whole) && is_number(part)).then_some(first)
}
