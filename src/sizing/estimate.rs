//! What is known of a model by its name: a row of the catalogue, or another quantisation of one.

use crate::facts::{self, MODELS, Quantization};
use crate::model_name::ModelName;
use crate::units::Bytes;

use super::shape::Shape;

/// Where a model's figures come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A tag of the catalogue.
    Catalogue,
    /// Another quantisation of such a tag.
    Estimate,
    /// The profile.
    Profile,
}

impl Origin {
    /// As scripts read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Catalogue => "catalogue",
            Self::Estimate => "estimate",
            Self::Profile => "profile",
        }
    }
}

/// What is known of a model.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Its size and shape.
    pub shape: Shape,
    /// The row that says so, of this tag or of another quantisation.
    pub row: &'static facts::Model,
    /// The type of its weights.
    pub quantization: &'static str,
    /// Which of the two it is.
    pub origin: Origin,
}

/// Looks a name up; a tag that is not there but differs from one that is by its quantisation alone is estimated: the
/// bytes in proportion to the bits of a weight, the shape as it is.
pub fn known(name: &ModelName) -> Option<Known> {
    if let Some(row) = facts::model(name) {
        return Some(Known { shape: Shape::of(row), row, quantization: row.quantization, origin: Origin::Catalogue });
    }
    if !name.fits_in_a_path() {
        return None;
    }
    let (stem, quantization) = name.tag.rsplit_once('-').unwrap_or(("", &name.tag));
    let wanted = facts::quantization(quantization)?;
    let row = relative(&name.model, stem)?;
    let own = facts::quantization(row.quantization)?;
    let weights = requantised(Bytes(row.bytes - row.vision()), own, wanted);
    let shape = Shape::quantised(row, weights, Some(wanted));
    Some(Known { shape, row, quantization: wanted.name, origin: Origin::Estimate })
}

/// The tag of that model that has the most in common with what stands before the quantisation: `8b-instruct` is
/// a kind of `8b`, and nothing at all is what `latest` is.
fn relative(model: &str, stem: &str) -> Option<&'static facts::Model> {
    let tags = MODELS.iter().filter_map(|row| Some((row, row.name.strip_prefix(model)?.strip_prefix(':')?)));
    if stem.is_empty() {
        return tags.clone().find(|(_, tag)| *tag == "latest").map(|(row, _)| row);
    }
    let is_of = |tag: &str| tag == stem || stem.strip_prefix(tag).is_some_and(|rest| rest.starts_with('-'));
    let shorter = tags.clone().filter(|(_, tag)| is_of(tag)).max_by_key(|(_, tag)| tag.len());
    // `8b-instruct-q8_0` may stand there without a plain `8b`.
    let longer = || tags.clone().find(|(_, tag)| tag.strip_prefix(stem).is_some_and(|rest| rest.starts_with('-')));
    shorter.or_else(longer).map(|(row, _)| row)
}

/// What the library offers of most models, coarsest first.
const OFFERED: [&str; 5] = ["Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0", "F16"];

/// The next finer type of weights that a tag could carry.
pub fn next_finer(than: &Quantization) -> Option<&'static Quantization> {
    OFFERED.into_iter().filter_map(facts::quantization).find(|row| row.weight > than.weight)
}

/// What weights of one type take as another, in proportion to the bits of a weight.
pub fn requantised(weights: Bytes, from: &Quantization, to: &Quantization) -> Bytes {
    let scaled = u128::from(weights.0) * u128::from(to.weight) / u128::from(from.weight);
    Bytes(u64::try_from(scaled).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look_up(name: &str) -> Option<Known> {
        known(&name.parse().expect("a name"))
    }

    #[test]
    fn another_quantisation_is_estimated_from_the_bits_of_a_weight() {
        let estimate = look_up("llama3.1:8b-text-q6_K").expect("a relative");
        assert_eq!((estimate.origin, estimate.quantization), (Origin::Estimate, "Q6_K"));
        // The library prints 6.6 GB for 8b-instruct-q6_K.
        assert!(estimate.shape.weights.0.abs_diff(6_600_000_000) < 100_000_000, "{}", estimate.shape.weights.0);
        assert_eq!(estimate.shape.full, look_up("llama3.1:8b").expect("known").shape.full);
    }

    #[test]
    fn a_model_of_another_registry_or_of_unknown_size_is_not_guessed() {
        for name in
            ["example.com/team/llama3.1:8b", "llama3.1:9b", "llama3.1:9b-q8_0", "llama3.1:8b-chat", "nothing:q8_0"]
        {
            assert!(look_up(name).is_none(), "{name}");
        }
    }
}
