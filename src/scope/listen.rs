//! Which host and port does `OLLAMA_HOST` mean, to a server and to a client? As `envconfig.Host` of Ollama reads it.

use std::net::IpAddr;

use super::shell::Statement;
use super::{Env, Ran, Scope, Seat, Workload};

/// A host and a port, as Ollama reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// The host; empty: all addresses.
    pub host: &'a str,
    /// The port.
    pub port: u16,
}

impl<'a> Address<'a> {
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

    /// Whether a client that has this address asks its own pod.
    pub fn is_here(self) -> bool {
        self.is_loopback() || matches!(self.host, "" | "0.0.0.0" | "::")
    }

    /// Whether only its own pod reaches it.
    pub fn is_loopback(self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl<'a> Scope<'a> {
    /// Where a server listens; nothing where the manifests do not say it.
    pub fn listens(&self, workload: &Workload<'a>, seat: &Seat<'a>) -> Option<Address<'a>> {
        match self.env(workload, seat, "OLLAMA_HOST") {
            Env::Text(value) if !super::is_unknown(value) => Some(Address::of(value)),
            Env::Absent if !seat.script().contains("OLLAMA_HOST=") => Some(Address { host: "0.0.0.0", port: 11434 }),
            _ => None,
        }
    }

    /// Whether an `ollama` client in a program of a container asks its own pod, by all that is known.
    pub fn asks_itself(&self, ran: Ran<'_, 'a>) -> bool {
        let here = match self.env(ran.workload, ran.seat, "OLLAMA_HOST") {
            Env::Absent => true,
            Env::Text(text) => !text.contains('$') && Address::of(text).is_here(),
            Env::Unknown => false,
        };
        let tells = |statement: &Statement<'_>| {
            statement.simple.has("OLLAMA_HOST")
                || statement.simple.assignments.iter().any(|(name, _)| name == "OLLAMA_HOST")
        };
        here && ran.workload.pod.host_network != Some(true) && !ran.program.script.statements().iter().any(tells)
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
            (":8080", "", 8080),
            (":11434", "", 11434),
            ("http://ollama", "ollama", 80),
            ("https://ollama/", "ollama", 443),
            ("http://ollama.llm.svc:11434", "ollama.llm.svc", 11434),
            ("ollama", "ollama", 11434),
            ("[::1]:99", "::1", 99),
            ("ollama:99999", "ollama", 11434),
            ("http://0.0.0.0", "0.0.0.0", 80),
            ("http://0.0.0.0:11434/", "0.0.0.0", 11434),
            ("https://ollama", "ollama", 443),
            ("[::]:11434", "::", 11434),
            ("::", "::", 11434),
            ("11434", "11434", 11434),
            ("", "127.0.0.1", 11434),
            ("0.0.0.0:many", "0.0.0.0", 11434),
        ] {
            assert_eq!(Address::of(value), Address { host, port }, "{value}");
        }
        assert!(Address::of("localhost:11434").is_loopback() && Address::of("[::1]").is_loopback());
    }
}
