//! What does the header of a GGUF file say?
//!
//! Source of the format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>, versions 2 and 3.

use std::io::BufRead;

use crate::units::Bytes;

use super::bytes::{Place, Source};
use super::keys::{Keys, LONGEST_LIST, LONGEST_NAME, Value, Wanted};
use super::tensors::{self, Tensors};
use super::{Error, Found, network};

/// Lists in lists; the format allows them, and no known key has one.
const DEEPEST: u32 = 4;
/// Bytes of a key with an empty text, and of a tensor without dimensions.
const SMALLEST_KEY: u64 = 8 + 4 + 1;
const SMALLEST_TENSOR: u64 = 8 + 4 + 4 + 8;
/// Many times those of the largest models: some 60 keys, 2000 tensors.
const MOST_KEYS: u64 = 1 << 16;
const MOST_TENSORS: u64 = 1 << 18;
/// Source: `GGML_MAX_DIMS` of llama.cpp's `ggml.h`.
const MOST_DIMENSIONS: u32 = 4;

/// Reads a file of `length` bytes, from behind its first four.
pub(super) fn read(from: impl BufRead, length: u64) -> Result<Found, Error> {
    let mut source = Source::new(from, 4, length);
    version(&mut source)?;
    let (tensors, keys) = (source.u64()?, source.u64()?);
    for (count, smallest, most, of) in
        [(tensors, SMALLEST_TENSOR, MOST_TENSORS, "tensors"), (keys, SMALLEST_KEY, MOST_KEYS, "keys")]
    {
        source.claim_list(count, smallest, of)?;
        if count > most {
            return Err(source.error(&format!("{count} {of}, and no model has more than {most}; the file is damaged")));
        }
    }
    let keys = metadata(&mut source, keys)?;
    network::check(&keys)?;
    if tensors == 0 {
        return Err(Error("the file has no tensors: it is a vocabulary; give the file of the whole model".to_owned()));
    }
    let tensors = list(&mut source, tensors)?;
    let alignment = keys.whole("general.alignment")?;
    let alignment = if alignment == 0 { 32 } else { alignment };
    let begin = source.at.checked_next_multiple_of(alignment).unwrap_or(u64::MAX);
    let end = begin.saturating_add(tensors.end);
    if end > length {
        let wrong = format!("the file has {length} bytes, and its last tensor ends at byte {end}");
        return Err(Error(wrong + ": it was cut off; download it again"));
    }
    let name = keys.text("general.name");
    Ok(Found {
        name: (!name.is_empty()).then(|| name.to_owned()),
        quantization: file_type(&keys)?.map(str::to_owned),
        size: Bytes(length),
        estimated: false,
        network: network::of(&keys, &tensors)?,
    })
}

/// The name of the type of most weights.
fn file_type(keys: &Keys) -> Result<Option<&'static str>, Error> {
    // 0 is a type, so an absent key must not become one.
    let stated = keys.states("general.file_type");
    Ok(if stated { tensors::file_type(keys.whole("general.file_type")?) } else { None })
}

/// Reads the version, and from it in which order numbers have their bytes.
fn version(source: &mut Source<impl BufRead>) -> Result<(), Error> {
    let mut version = source.u32()?;
    // A version in the other order has its low half empty.
    if version.trailing_zeros() >= 16 && version > 0 {
        source.big_endian = true;
        version = version.swap_bytes();
    }
    match version {
        2 | 3 => Ok(()),
        1 => Err(source.error("version 1 of GGUF, which Ollama does not read either; convert the model again")),
        other => Err(source.error(&format!("version {other} of GGUF is not known; there are 2 and 3"))),
    }
}

fn metadata(source: &mut Source<impl BufRead>, count: u64) -> Result<Keys, Error> {
    let mut keys = Keys::default();
    for n in 1..=count {
        source.place = Place::Key(n, count);
        let at = source.at;
        let key = source.text(LONGEST_NAME, "the key")?;
        let kind = source.u32()?;
        let value = match (keys.wanted(&key), kind) {
            (Wanted::Nothing, _) => {
                skip(source, kind, 0)?;
                continue;
            }
            (Wanted::Text, STRING) => Value::Text(source.text(LONGEST_NAME, "the name")?),
            (Wanted::Text, _) => return Err(source.error(&format!("{key} is not a text; the file is damaged"))),
            (Wanted::Number, LIST) => numbers(source)?,
            (Wanted::Number, _) => number(source, kind)?,
        };
        keys.insert(key, value, at).map_err(|wrong| source.error(&wrong))?;
    }
    Ok(keys)
}

const BOOL: u32 = 7;
const STRING: u32 = 8;
const LIST: u32 = 9;

/// Bytes of a value of a type that always has as many, and whether it may be below zero.
fn width(kind: u32) -> Option<(u64, bool)> {
    Some(match kind {
        0 | BOOL => (1, false),
        1 => (1, true),
        2 => (2, false),
        3 => (2, true),
        4 => (4, false),
        5 | 6 => (4, true),
        10 => (8, false),
        11 | 12 => (8, true),
        _ => return None,
    })
}

fn is_fraction(kind: u32) -> bool {
    matches!(kind, 6 | 12)
}

/// A value that should be a whole number.
fn number(source: &mut Source<impl BufRead>, kind: u32) -> Result<Value, Error> {
    match width(kind) {
        Some((width, signed)) if !is_fraction(kind) => {
            Ok(source.whole(width, signed)?.map_or(Value::Other("a number below zero"), Value::Number))
        }
        _ => {
            skip(source, kind, 0)?;
            Ok(Value::Other(if kind == STRING { "a text" } else { "a fraction" }))
        }
    }
}

/// A list that should be of whole numbers; one of something else, or a long one, is only counted.
fn numbers(source: &mut Source<impl BufRead>) -> Result<Value, Error> {
    let (kind, count) = (source.u32()?, source.u64()?);
    let Some((width, signed)) = width(kind).filter(|_| count <= LONGEST_LIST && !is_fraction(kind)) else {
        skip_list(source, kind, count, 0)?;
        return Ok(Value::Counted(count));
    };
    source.claim_list(count, width, "numbers")?;
    let mut numbers = Vec::new();
    let mut below_zero = false;
    for _ in 0..count {
        match source.whole(width, signed)? {
            Some(number) => numbers.push(number),
            None => below_zero = true,
        }
    }
    Ok(if below_zero { Value::Other("a list with numbers below zero") } else { Value::Numbers(numbers) })
}

/// Leaves out a value.
fn skip(source: &mut Source<impl BufRead>, kind: u32, depth: u32) -> Result<(), Error> {
    match kind {
        STRING => source.skip_text(),
        LIST => {
            let (kind, count) = (source.u32()?, source.u64()?);
            skip_list(source, kind, count, depth + 1)
        }
        _ => {
            let (width, _) = width(kind).ok_or_else(|| unknown(source, kind))?;
            source.skip(width)
        }
    }
}

/// Leaves out the values of a list.
fn skip_list(source: &mut Source<impl BufRead>, kind: u32, count: u64, depth: u32) -> Result<(), Error> {
    if depth > DEEPEST {
        return Err(source.error("lists are nested deeper than any model has them; the file is damaged"));
    }
    if let Some((width, _)) = width(kind) {
        source.claim_list(count, width, "numbers")?;
        return source.skip(count.saturating_mul(width));
    }
    let smallest = match kind {
        STRING => 8,
        LIST => 4 + 8,
        _ => return Err(unknown(source, kind)),
    };
    source.claim_list(count, smallest, if kind == STRING { "texts" } else { "lists" })?;
    for _ in 0..count {
        skip(source, kind, depth)?;
    }
    Ok(())
}

fn unknown(source: &Source<impl BufRead>, kind: u32) -> Error {
    source.error(&format!("a value of type {kind}, and types end with 12; the file is damaged"))
}

/// Reads the descriptions of the tensors.
fn list(source: &mut Source<impl BufRead>, count: u64) -> Result<Tensors, Error> {
    let mut tensors = Tensors::default();
    for n in 1..=count {
        source.place = Place::Tensor(n, count);
        let name = source.text(LONGEST_NAME, "the name of a tensor")?;
        let dimensions = source.u32()?;
        if dimensions > MOST_DIMENSIONS {
            let wrong = format!("a tensor of {dimensions} dimensions, and none has more than {MOST_DIMENSIONS}");
            return Err(source.error(&(wrong + "; the file is damaged")));
        }
        let mut shape = [1; MOST_DIMENSIONS as usize];
        for size in shape.iter_mut().take(dimensions as usize) {
            *size = source.u64()?;
        }
        let kind = source.u32()?;
        let offset = source.u64()?;
        tensors.add(&name, &shape, tensors::numbered(kind), offset)?;
    }
    Ok(tensors)
}
