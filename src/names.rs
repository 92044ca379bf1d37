//! What may things be called: Kubernetes' names, labels and addresses, checked when they are read.
//!
//! The rules are those of the API server, k8s.io/apimachinery `util/validation`; a name that passes here is
//! not refused there.

use std::fmt;
use std::net::IpAddr;
use std::ops::Deref;
use std::str::FromStr;

/// A text type whose values have passed a check.
macro_rules! name {
    ($(#[$doc:meta])* $Name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $Name(String);

        impl FromStr for $Name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let check: fn(&str) -> Result<(), String> = $check;
                check(text).map(|()| Self(text.to_owned()))
            }
        }

        impl Deref for $Name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// The name of a release: a DNS label of at most 40 characters, so that every name made from it fits.
    InstanceName,
    |text| dns_label(text, 40)
);
name!(
    /// A DNS label of at most 63 characters: a namespace, a port.
    DnsLabel,
    |text| dns_label(text, 63)
);
name!(
    /// A DNS name of at most 253 characters: a Secret, a host, a class.
    DnsName,
    dns_name
);
name!(
    /// The key of a label or annotation: an optional DNS name with `/`, then a word of at most 63 characters.
    LabelKey,
    label_key
);
name!(
    /// The value of a label: empty, or a word of at most 63 characters.
    LabelValue,
    |text| if text.is_empty() { Ok(()) } else { label_word(text) }
);
name!(
    /// The name of an environment variable: letters, digits and `_`, not beginning with a digit.
    EnvName,
    env_name
);
name!(
    /// A range of addresses such as `10.0.0.0/16`.
    Cidr,
    cidr
);

fn dns_label(text: &str, longest: usize) -> Result<(), String> {
    let valid = text.len() <= longest
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && !text.ends_with('-');
    if valid {
        return Ok(());
    }
    Err(format!(
        "\"{text}\" is not a DNS label: lower-case letters, digits and `-` inside, at most {longest} characters"
    ))
}

fn dns_name(text: &str) -> Result<(), String> {
    if text.len() <= 253 && text.split('.').all(|label| dns_label(label, 63).is_ok()) {
        return Ok(());
    }
    Err(format!("\"{text}\" is not a DNS name: lower-case labels with dots between them, at most 253 characters"))
}

fn label_word(text: &str) -> Result<(), String> {
    let valid = text.len() <= 63
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric());
    if valid {
        return Ok(());
    }
    Err(format!("\"{text}\" is not a label: letters and digits, with `-`, `_` and `.` inside, at most 63 characters"))
}

fn label_key(text: &str) -> Result<(), String> {
    match text.split_once('/') {
        Some((prefix, word)) => dns_name(prefix).and_then(|()| label_word(word)),
        None => label_word(text),
    }
}

fn env_name(text: &str) -> Result<(), String> {
    let valid = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if valid {
        return Ok(());
    }
    Err(format!("\"{text}\" is not the name of a variable: letters, digits and `_`, no digit first"))
}

fn cidr(text: &str) -> Result<(), String> {
    let range = text.split_once('/').and_then(|(address, length)| {
        let address: IpAddr = address.parse().ok()?;
        let length: u8 = length.parse().ok()?;
        Some((address, length))
    });
    match range {
        Some((IpAddr::V4(_), 0..=32) | (IpAddr::V6(_), 0..=128)) => Ok(()),
        _ => Err(format!("\"{text}\" is not a range of addresses such as 10.0.0.0/16")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_the_api_server_takes_are_taken_and_others_refused() {
        for good in ["a", "ollama-2", "0x", &"a".repeat(40)] {
            assert!(good.parse::<InstanceName>().is_ok(), "{good}");
        }
        for bad in ["", "Ollama", "a_b", "-a", "a-", "a.b", "ä", &"a".repeat(41)] {
            assert!(bad.parse::<InstanceName>().is_err(), "{bad}");
        }
        assert!("ollama.example.com".parse::<DnsName>().is_ok());
        for bad in ["a..b", ".a", "a.", "*.example.com", "https://a", "a:80"] {
            assert!(bad.parse::<DnsName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn labels_variables_and_ranges_are_checked() {
        assert!("team.example/gpu-type".parse::<LabelKey>().is_ok());
        assert!("a/b/c".parse::<LabelKey>().is_err());
        assert!("".parse::<LabelValue>().is_ok());
        assert!("qwen3:8b".parse::<LabelValue>().is_err());
        assert!("HTTPS_PROXY".parse::<EnvName>().is_ok());
        assert!("1A".parse::<EnvName>().is_err());
        assert!("fd00::/8".parse::<Cidr>().is_ok());
        for bad in ["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "fd00::/129"] {
            assert!(bad.parse::<Cidr>().is_err(), "{bad}");
        }
    }
}
