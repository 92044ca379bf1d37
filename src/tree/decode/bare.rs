//! What is a bare scalar to those who read it: a number, a boolean, nothing, or text?

use crate::tree::{Scalar, Style};

/// A bare scalar as a reader takes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bare {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text,
}

/// What kubectl takes a scalar for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Nothing.
    Null,
    /// True or false.
    Bool,
    /// A whole number.
    Whole,
    /// Another number.
    Number,
    /// Text.
    Text,
}

impl Scalar {
    /// What kubectl takes it for.
    pub fn reading(&self) -> Reading {
        if self.style == Style::Quoted {
            return Reading::Text;
        }
        match Bare::to_kubectl(&self.text) {
            Bare::Null => Reading::Null,
            Bare::Bool(_) => Reading::Bool,
            Bare::Unsigned(_) | Bare::Signed(_) => Reading::Whole,
            Bare::Float(_) => Reading::Number,
            Bare::Text => Reading::Text,
        }
    }
}

impl Bare {
    /// By YAML's core schema, which is what people mean by it.
    pub(super) fn as_meant(text: &str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => return Self::Null,
            "true" | "True" | "TRUE" => return Self::Bool(true),
            "false" | "False" | "FALSE" => return Self::Bool(false),
            _ => {}
        }
        if !begins_a_number(text) {
            return Self::Text;
        }
        decimal(text)
    }

    /// As kubectl reads it: YAML 1.1 without sexagesimal numbers and dates.
    ///
    /// Measured with kubectl 1.32, whose reader is go.yaml.in/yaml/v2; the same parser is in 1.37.
    pub(super) fn to_kubectl(text: &str) -> Self {
        const TRUE: [&str; 11] = ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"];
        const FALSE: [&str; 11] = ["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"];
        if text.len() <= 5 {
            if TRUE.contains(&text) {
                return Self::Bool(true);
            }
            if FALSE.contains(&text) {
                return Self::Bool(false);
            }
            if matches!(text, "" | "~" | "null" | "Null" | "NULL") {
                return Self::Null;
            }
        }
        if !begins_a_number(text) {
            return Self::Text;
        }
        let plain: String = text.chars().filter(|char| *char != '_').collect();
        let (negative, digits) = match plain.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
        };
        let radix = |prefix: &str, radix| digits.strip_prefix(prefix).map(|digits| u64::from_str_radix(digits, radix));
        let based = radix("0b", 2).or(radix("0x", 16)).or(radix("0X", 16)).or(radix("0o", 8)).or_else(|| {
            let octal = digits.len() > 1 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
            octal.then(|| radix("0", 8)).flatten()
        });
        match based {
            Some(Ok(value)) if negative => i64::try_from(value).map_or(Self::Text, |value| Self::Signed(-value)),
            Some(Ok(value)) => Self::Unsigned(value),
            Some(Err(_)) => Self::Text,
            None => decimal(&plain),
        }
    }

    /// What to call it.
    pub(super) fn words(self, text: &str) -> String {
        match self {
            Self::Null => "empty".into(),
            Self::Bool(_) => format!("the boolean {text}"),
            _ => format!("the number {text}"),
        }
    }
}

fn begins_a_number(text: &str) -> bool {
    text.starts_with(['+', '-', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
}

fn decimal(text: &str) -> Bare {
    if let Ok(value) = text.parse() {
        return Bare::Unsigned(value);
    }
    if let Ok(value) = text.parse() {
        return Bare::Signed(value);
    }
    if text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b))
    {
        return text.parse().ok().filter(|value: &f64| value.is_finite()).map_or(Bare::Text, Bare::Float);
    }
    Bare::Text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubectl_reads_words_and_numbers_of_yaml_1_1() {
        for text in ["yes", "No", "ON", "off", "y", "N", "true"] {
            assert!(matches!(Bare::to_kubectl(text), Bare::Bool(_)), "{text}");
        }
        for (text, value) in [("0777", 511), ("0o777", 511), ("0b101", 5), ("0x1F", 31), ("+1", 1), ("1_000", 1000)] {
            assert_eq!(Bare::to_kubectl(text), Bare::Unsigned(value), "{text}");
        }
        for (text, value) in [("1.10", 1.1), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("12e03", 12000.0)] {
            assert_eq!(Bare::to_kubectl(text), Bare::Float(value), "{text}");
        }
        for text in
            ["12:30", "2024-01-01", "inf", "nan", "1e400", "1e", "0x", "10Gi", "25%", "100m", "llama3.2:3b", "-", "."]
        {
            assert_eq!(Bare::to_kubectl(text), Bare::Text, "{text}");
        }
    }
}
