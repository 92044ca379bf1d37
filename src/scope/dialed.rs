//! Which host and port does `OLLAMA_HOST` mean?

use super::container::Env;
use super::shell::Statement;
use super::{Ran, Scope};

/// A host and a port, as Ollama reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'t> {
    /// The host; empty for all addresses.
    pub host: &'t str,
    /// The port: what is written, or what stands for it.
    pub port: u16,
    /// What stands before `://`.
    pub scheme: Option<&'t str>,
}

impl<'t> Address<'t> {
    /// Reads `host`, `host:port`, `http://host:port/path`; nothing where a variable stands in it.
    pub fn of(text: &'t str) -> Option<Self> {
        let text = text.trim().trim_matches(['"', '\'']);
        if text.contains('$') {
            return None;
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, text),
        };
        let usual = match scheme {
            Some("http") => 80,
            Some("https") => 443,
            _ => 11434,
        };
        let authority = rest.split('/').next().unwrap_or_default();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().unwrap_or(usual)),
            _ => (authority, usual),
        };
        Some(Self { host: host.trim_start_matches('[').trim_end_matches(']'), port, scheme })
    }

    /// Whether only the container's own pod reaches it.
    pub fn is_local(self) -> bool {
        self.host == "localhost" || self.host == "::1" || self.host.starts_with("127.")
    }

    /// Whether a client that has this address asks its own pod.
    pub fn is_here(self) -> bool {
        self.is_local() || matches!(self.host, "" | "0.0.0.0" | "::")
    }
}

impl<'a> Scope<'a> {
    /// Whether an `ollama` client in a program of a container asks its own pod, by all that is known.
    pub fn asks_itself(&self, ran: Ran<'_, 'a>) -> bool {
        let here = match self.env(ran.workload, ran.seat, "OLLAMA_HOST") {
            Env::Absent => true,
            Env::Text(text) => text.is_empty() || Address::of(text).is_some_and(Address::is_here),
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
    use super::Address;

    #[test]
    fn an_address_is_read_as_ollama_reads_it() {
        for (text, host, port) in [
            ("0.0.0.0", "0.0.0.0", 11434),
            ("0.0.0.0:8080", "0.0.0.0", 8080),
            (":8080", "", 8080),
            ("http://ollama", "ollama", 80),
            ("https://ollama/", "ollama", 443),
            ("http://ollama.llm.svc:11434", "ollama.llm.svc", 11434),
            ("ollama", "ollama", 11434),
            ("[::1]:99", "::1", 99),
            ("ollama:99999", "ollama", 11434),
        ] {
            let address = Address::of(text).expect("an address");
            assert_eq!((address.host, address.port), (host, port), "{text}");
        }
        assert_eq!(Address::of("http://$HOST:1"), None);
    }
}
