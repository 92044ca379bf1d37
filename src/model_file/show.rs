//! What does the answer of Ollama's `/api/show` say?
//!
//! Source: ollama v0.34.2 `api/types.go` `ShowResponse`, `fs/gguf/metadata.go` `Values`: without `verbose` a list of more
//! than 1024 is an empty one (older versions: null), and there are no tensors.

use std::fmt;
use std::io::BufRead;

use k8s_openapi::serde_json;
use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::facts;
use crate::units::Bytes;

use super::keys::{Keys, LONGEST_LIST, LONGEST_NAME, Value, Wanted};
use super::squeeze::squeezed;
use super::tensors::{self, Tensors};
use super::{Error, Found, INSTEAD, network, quoted};

/// The answer, as far as it is of use.
#[derive(Deserialize)]
struct Show {
    error: Option<String>,
    #[serde(default)]
    details: Details,
    model_info: Option<Keys>,
    tensors: Option<Tensors>,
}

#[derive(Default, Deserialize)]
struct Details {
    parameter_size: Option<String>,
    quantization_level: Option<String>,
}

/// Reads an answer.
pub(super) fn read(from: impl BufRead) -> Result<Found, Error> {
    let json = squeezed(from)?;
    let show: Show = serde_json::from_slice(&json).map_err(|fault| {
        let fault = fault.to_string();
        // The place is one of the squeezed text.
        let fault = fault.rsplit_once(" at line ").map_or(fault.as_str(), |(fault, _)| fault);
        let fault: String = fault.chars().take(200).map(|c| if c.is_control() { ' ' } else { c }).collect();
        Error(format!("it is no answer of /api/show: {fault}; {INSTEAD}"))
    })?;
    if let Some(error) = show.error {
        return Err(Error(format!("the server answered {}; ask it for a model that it has", quoted(&error))));
    }
    let keys = show.model_info.ok_or_else(|| Error(format!("there is no \"model_info\"; {INSTEAD}")))?;
    network::check(&keys)?;
    let tensors = show.tensors.unwrap_or_default();
    let stated = show.details.quantization_level.filter(|name| {
        name.len() <= 16 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && name != "unknown"
    });
    let quantization = match stated {
        Some(name) if !name.is_empty() => Some(name),
        _ if keys.states("general.file_type") => {
            tensors::file_type(keys.whole("general.file_type")?).map(str::to_owned)
        }
        _ => None,
    };
    let size = size(&keys, &tensors, show.details.parameter_size.as_deref(), quantization.as_deref())?;
    let name = keys.text("general.name");
    let name = (!name.is_empty()).then(|| name.to_owned());
    Ok(Found { name, quantization, size, estimated: true, network: network::of(&keys, &tensors)? })
}

/// Bytes of the tensors, or of so many weights of such a type.
fn size(keys: &Keys, tensors: &Tensors, weights: Option<&str>, quantization: Option<&str>) -> Result<Bytes, Error> {
    // Of a list that long some were left out.
    if tensors.count > 0 && tensors.count <= LONGEST_LIST && tensors.unknown == 0 {
        return Ok(Bytes(tensors.bytes));
    }
    let again = "ask /api/show again with \"verbose\": true, or give the model's GGUF file";
    let weights = match keys.whole("general.parameter_count")? {
        0 => weights.and_then(rounded).unwrap_or_default(),
        count => count,
    };
    if weights == 0 {
        return Err(Error(format!("the answer does not say how many weights there are; {again}")));
    }
    let name = quantization.unwrap_or_default();
    let row = facts::quantization(name.strip_suffix("_MOE").unwrap_or(name));
    let row =
        row.ok_or_else(|| Error(format!("the size of weights of type {} is not known; {again}", quoted(name))))?;
    let bytes = u128::from(weights) * u128::from(row.weight) / 80_000;
    Ok(Bytes(u64::try_from(bytes).unwrap_or(u64::MAX)))
}

/// `8.0B`, `334.09M` or `22K`. Source: ollama v0.34.2 `format/format.go` `HumanNumber`.
fn rounded(text: &str) -> Option<u64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit: u64 = match unit {
        "T" => 1_000_000_000_000,
        "B" => 1_000_000_000,
        "M" => 1_000_000,
        "K" => 1000,
        _ => return None,
    };
    let (whole, hundredths) = number.split_once('.').unwrap_or((number, ""));
    let hundredths: u64 = if hundredths.len() > 2 { return None } else { format!("{hundredths:0<2}").parse().ok()? };
    whole.parse::<u64>().ok()?.checked_mul(unit)?.checked_add(hundredths * (unit / 100))
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Keys;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("keys and values")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Keys, A::Error> {
                let mut keys = Keys::default();
                keys.json = true;
                while let Some(key) = entries.next_key::<String>()? {
                    if keys.wanted(&key) == Wanted::Nothing || key.len() as u64 > LONGEST_NAME {
                        entries.next_value::<IgnoredAny>()?;
                    } else {
                        let value = entries.next_value()?;
                        keys.insert(key, value, 0).map_err(de::Error::custom)?;
                    }
                }
                Ok(keys)
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_bool<E>(self, holds: bool) -> Result<Value, E> {
        Ok(Value::Number(u64::from(holds)))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }
    fn visit_i64<E>(self, _: i64) -> Result<Value, E> {
        Ok(Value::Other("a number below zero"))
    }
    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Other("a fraction"))
    }
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        let short = text.len() as u64 <= LONGEST_NAME;
        Ok(if short { Value::Text(text.to_owned()) } else { Value::Other("a long text") })
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::LeftOut)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Other("an object"))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let (mut numbers, mut count) = (Vec::new(), 0);
        // Not of numbers, or too long: only counted.
        while let Some(value) = list.next_element::<Value>()? {
            count += 1;
            if let (Value::Number(number), true) = (value, count <= LONGEST_LIST) {
                numbers.push(number);
            }
        }
        Ok(if numbers.len() as u64 == count { Value::Numbers(numbers) } else { Value::Counted(count) })
    }
}

#[derive(Deserialize)]
struct Tensor {
    name: String,
    r#type: String,
    shape: Value,
}

impl<'de> Deserialize<'de> for Tensors {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Tensors;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of tensors")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tensors, A::Error> {
                let mut tensors = Tensors::default();
                while let Some(Tensor { name, r#type, shape }) = list.next_element()? {
                    let Value::Numbers(shape) = shape else {
                        return Err(de::Error::custom("a tensor without a shape"));
                    };
                    tensors.add(&name, &shape, tensors::named(&r#type), 0).map_err(de::Error::custom)?;
                }
                Ok(tensors)
            }
        }
        deserializer.deserialize_seq(List)
    }
}
