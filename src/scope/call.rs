//! Which addresses of Ollama does a pod dial, by its variables and its commands?

use super::{Scope, Seat, Workload};

/// An address that a container is told.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// As it is written: `http://ollama:11434`.
    pub url: &'a str,
    /// Whether it begins with `https`.
    pub is_tls: bool,
    /// The host.
    pub host: &'a str,
    /// The port, where it is written.
    pub port: Option<u16>,
    /// The way to the text that it stands in.
    pub path: String,
}

impl<'a> Call<'a> {
    /// The name and the namespace that the host has where it is that of a Service: `ollama`, `ollama.llm`,
    /// `ollama.llm.svc` and what goes on so.
    pub fn service(&self) -> Option<(&'a str, Option<&'a str>)> {
        let mut labels = self.host.split('.');
        let (name, namespace) = (labels.next()?, labels.next());
        labels.next().is_none_or(|rest| rest == "svc").then_some((name, namespace))
    }
}

impl<'a> Scope<'a> {
    /// As [`Scope::dialled`], of a pod with a network of its own: in that of its node `localhost` is the node.
    pub fn calls(&self, workload: &Workload<'a>, seat: &Seat<'a>) -> Vec<Call<'a>> {
        if workload.pod.host_network == Some(true) { Vec::new() } else { self.dialled(seat) }
    }

    /// The addresses in variables that are named after Ollama or hold its port, and in all commands of a container.
    pub fn dialled(&self, seat: &Seat<'a>) -> Vec<Call<'a>> {
        let mut found = Vec::new();
        for (at, variable) in seat.container.env.iter().flatten().enumerate() {
            let Some(value) = variable.value.as_deref() else { continue };
            if variable.name.contains("OLLAMA") || value.contains(":11434") {
                found.extend(urls(value, || format!("{}.env[{at}].value", seat.path)));
            }
        }
        for (name, words) in [("command", &seat.container.command), ("args", &seat.container.args)] {
            for (at, word) in words.iter().flatten().enumerate() {
                found.extend(urls(word, || format!("{}.{name}[{at}]", seat.path)));
            }
        }
        found.retain(|call: &Call<'a>| !call.host.is_empty());
        found
    }
}

/// The addresses in a text, of `http` and `https`.
fn urls(text: &str, path: impl Fn() -> String) -> Vec<Call<'_>> {
    let is_end = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':'));
    let signs = text.match_indices("://").filter_map(|(at, sign)| {
        let scheme = if text[..at].ends_with("https") { "https" } else { "http" };
        let start = at.checked_sub(scheme.len()).filter(|start| text[*start..].starts_with(scheme))?;
        let rest = &text[at + sign.len()..];
        let authority = rest.split(is_end).next().unwrap_or_default();
        // A variable of another tool may be any host.
        if rest[authority.len()..].starts_with(['$', '{', '%', '<']) {
            return None;
        }
        let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
        let url = &text[start..at + sign.len() + authority.len()];
        Some(Call { url, is_tls: scheme == "https", host, port: port.parse().ok(), path: path() })
    });
    signs.collect()
}

#[cfg(test)]
mod tests {
    use super::urls;

    #[test]
    fn an_address_ends_where_its_path_begins() {
        let found = urls("curl -s https://ollama.llm.svc:11434/api/tags; wget http://$HOST:1/ http://a/b", String::new);
        let told: Vec<_> = found.iter().map(|call| (call.url, call.is_tls, call.host, call.port)).collect();
        assert_eq!(
            told,
            [("https://ollama.llm.svc:11434", true, "ollama.llm.svc", Some(11434)), ("http://a", false, "a", None)]
        );
    }
}
