//! Is an address one of the inside: of a private network, of a house, of the cluster?

use std::net::IpAddr;

/// Parts of names that people keep for what is inside, wherever they stand.
const PARTS: [&str; 11] =
    ["local", "lan", "internal", "home", "homelab", "intranet", "int", "private", "priv", "localhost", "localdomain"];
/// Last parts of names that no public name server answers for.
const ENDS: [&str; 7] = ["arpa", "corp", "test", "lab", "cluster", "kubernetes", "k8s"];
/// Public names of what is the own machine, or inside.
const NAMES: [&str; 5] = ["fritz.box", "localtest.me", "lvh.me", "vcap.me", "ts.net"];

/// Whether a text is an address of a private network, or of the machine itself.
pub fn is_private(address: &str) -> bool {
    let address = address.split('/').next().unwrap_or_default();
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(v4)) => {
            let [a, b, ..] = v4.octets();
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || (a == 100 && (64..128).contains(&b))
        }
        Ok(IpAddr::V6(v6)) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
        Err(_) => false,
    }
}

/// Whether a host is one of the inside: `ollama.lan`, `ollama`, `10.0.0.5`, `ollama.10.0.0.5.nip.io`.
pub fn is_inside(host: &str) -> bool {
    let host = host.trim_start_matches("*.").trim_end_matches('.').to_ascii_lowercase();
    if let Some(name) = host.strip_suffix(".nip.io").or_else(|| host.strip_suffix(".sslip.io")) {
        let numbers: Vec<&str> = name.split(['.', '-']).collect();
        return numbers.len() >= 4 && is_private(&numbers[numbers.len() - 4..].join("."));
    }
    if host.parse::<IpAddr>().is_ok() {
        return is_private(&host);
    }
    let ends_with =
        |name: &str| host.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'));
    !host.contains('.')
        || NAMES.iter().any(|name| ends_with(name))
        || ENDS.iter().any(|end| ends_with(end))
        || host.split('.').any(|part| PARTS.contains(&part))
}

/// Whether a text has a variable in it that another tool replaces.
pub fn is_unknown(text: &str) -> bool {
    text.contains(['$', '{', '<']) && ["${", "{{", "$(", "<"].iter().any(|sign| text.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_inside_are_known() {
        for host in [
            "ollama",
            "ollama.lan",
            "*.home.arpa",
            "ollama.10.0.0.5.nip.io",
            "10-0-0-5.sslip.io",
            "192.168.1.4",
            "a.local.b.net",
            "a.localtest.me",
        ] {
            assert!(is_inside(host), "{host}");
        }
        for host in [
            "ollama.example.com",
            "203.0.113.4",
            "ollama.203.0.113.4.nip.io",
            "nip.io",
            "localized.org",
            "cluster.ai.example.com",
        ] {
            assert!(!is_inside(host), "{host}");
        }
        assert!(is_private("fd00::1") && is_private("10.0.0.0/8") && !is_private("8.8.8.8") && !is_private("10.0"));
    }
}
