//! Where does a server listen? As `envconfig.Host` of Ollama reads `OLLAMA_HOST`.

use std::net::IpAddr;

use super::{Env, Scope, Seat, Workload};

/// An address as the server reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen<'a> {
    /// The host; empty: all addresses.
    pub host: &'a str,
    /// The port.
    pub port: u16,
}

impl<'a> Listen<'a> {
    /// Reads a value of `OLLAMA_HOST`: `http://` means port 80, `https://` 443, and a path behind it does not count.
    pub fn of(value: &'a str) -> Self {
        let value = value.trim().trim_matches(['"', '\'']).trim();
        let (scheme, rest) = value.split_once("://").unwrap_or(("", value));
        let default = match scheme {
            "http" => 80,
            "https" => 443,
            _ => 11434,
        };
        let address = rest.split('/').next().unwrap_or_default();
        if address.is_empty() {
            return Self { host: "127.0.0.1", port: default };
        }
        let bare = address.trim_start_matches('[').trim_end_matches(']');
        if bare.parse::<IpAddr>().is_ok() {
            return Self { host: bare, port: default };
        }
        let split = address.rsplit_once(':').filter(|(host, _)| !host.contains(':') || host.starts_with('['));
        match split {
            Some((host, port)) => {
                let host = host.trim_start_matches('[').trim_end_matches(']');
                Self { host, port: port.parse().unwrap_or(default) }
            }
            None => Self { host: address, port: default },
        }
    }

    /// Whether only its own pod reaches it.
    pub fn is_loopback(self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl<'a> Scope<'a> {
    /// Where a server listens; nothing where the manifests do not say it.
    pub fn listens(&self, workload: &Workload<'a>, seat: &Seat<'a>) -> Option<Listen<'a>> {
        match self.env(workload, seat, "OLLAMA_HOST") {
            Env::Text(value) if !super::is_unknown(value) => Some(Listen::of(value)),
            Env::Absent if !seat.script().contains("OLLAMA_HOST=") => Some(Listen { host: "0.0.0.0", port: 11434 }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_the_server_reads_it() {
        for (value, host, port) in [
            ("0.0.0.0", "0.0.0.0", 11434),
            ("0.0.0.0:8080", "0.0.0.0", 8080),
            (":11434", "", 11434),
            ("http://0.0.0.0", "0.0.0.0", 80),
            ("http://0.0.0.0:11434/", "0.0.0.0", 11434),
            ("https://ollama", "ollama", 443),
            ("[::]:11434", "::", 11434),
            ("::", "::", 11434),
            ("11434", "11434", 11434),
            ("", "127.0.0.1", 11434),
            ("0.0.0.0:many", "0.0.0.0", 11434),
        ] {
            assert_eq!(Listen::of(value), Listen { host, port }, "{value}");
        }
        assert!(Listen::of("localhost:11434").is_loopback() && Listen::of("[::1]").is_loopback());
    }
}
