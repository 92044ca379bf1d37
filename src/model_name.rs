//! Which model is meant: how Ollama reads a name, and where its store keeps what the name stands for.

use std::fmt;
use std::str::FromStr;

/// Where names without a host come from.
pub const DEFAULT_HOST: &str = "registry.ollama.ai";
const DEFAULT_NAMESPACE: &str = "library";
const DEFAULT_TAG: &str = "latest";

/// A model's name, `[host[:port]/][namespace/]model[:tag]`, with what Ollama fills in.
///
/// Source: ollama v0.34.2 `types/model/name.go`. Two parts are a namespace and a model, never a host and a
/// model. Ollama does not mind letter case, but its store does: names of Ollama's own registry, which are all
/// lower case there, are kept so; those of other registries as they were written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModelName {
    /// Registry, `registry.ollama.ai` where none is given.
    pub host: String,
    /// User or organisation, `library` where none is given.
    pub namespace: String,
    /// The model proper.
    pub model: String,
    /// Size and quantisation, `latest` where none is given.
    pub tag: String,
}

impl ModelName {
    /// The name without a registry and namespace: what can be asked for in a URL path.
    #[must_use]
    pub fn short(&self) -> Self {
        Self { host: DEFAULT_HOST.into(), namespace: DEFAULT_NAMESPACE.into(), ..self.clone() }
    }

    /// The same model at another registry.
    #[must_use]
    pub fn at(&self, host: &str) -> Self {
        Self { host: host.into(), ..self.clone() }
    }

    /// Whether the name has a registry of its own.
    pub fn has_host(&self) -> bool {
        self.host != DEFAULT_HOST
    }

    /// Whether `GET /v1/models/NAME` can find it: a slash in the name is 404 for ever (measured, 0.34.2).
    pub fn fits_in_a_path(&self) -> bool {
        !self.has_host() && self.namespace == DEFAULT_NAMESPACE
    }
}

impl FromStr for ModelName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let invalid = |why: &str| format!("\"{text}\" is not the name of a model: {why}");
        let (path, tag) = match text.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, tag),
            _ => (text, DEFAULT_TAG),
        };
        let parts: Vec<&str> = path.split('/').collect();
        let (host, namespace, model) = match parts[..] {
            [model] => (DEFAULT_HOST, DEFAULT_NAMESPACE, model),
            [namespace, model] => (DEFAULT_HOST, namespace, model),
            [host, namespace, model] => (host, namespace, model),
            _ => return Err(invalid("it has more than three parts, host/namespace/model:tag")),
        };
        if !is_word(namespace, b"-_") {
            return Err(invalid(
                "the namespace may have letters, digits, `-` and `_`; a registry needs host/namespace/model",
            ));
        }
        if !is_word(model, b"-_.") || !is_word(tag, b"-_.") {
            return Err(invalid("model and tag may have letters, digits, `-`, `_` and `.`"));
        }
        if host.len() > 350
            || !host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:".contains(&b))
            || host.is_empty()
        {
            return Err(invalid("the host may have letters, digits, `-`, `.`, and a port"));
        }
        let kept = |text: &str| if host == DEFAULT_HOST { text.to_ascii_lowercase() } else { text.to_owned() };
        Ok(Self { host: host.into(), namespace: kept(namespace), model: kept(model), tag: kept(tag) })
    }
}

/// 1 to 80 letters, digits and some others, the first no dash or dot.
fn is_word(text: &str, others: &[u8]) -> bool {
    text.len() <= 80
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || others.contains(&b))
}

impl fmt::Display for ModelName {
    /// As short as Ollama's own listing: no default host or namespace, always the tag.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_host() {
            write!(f, "{}/{}/", self.host, self.namespace)?;
        } else if self.namespace != DEFAULT_NAMESPACE {
            write!(f, "{}/", self.namespace)?;
        }
        write!(f, "{}:{}", self.model, self.tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_ollama_reads_them() {
        for (text, printed, manifest) in [
            ("tiny", "tiny:latest", "manifests/registry.ollama.ai/library/tiny/latest"),
            ("Qwen2.5:72B", "qwen2.5:72b", "manifests/registry.ollama.ai/library/qwen2.5/72b"),
            ("farm/llama:q4", "farm/llama:q4", "manifests/registry.ollama.ai/farm/llama/q4"),
            ("hf.co/Farm/Llama:Q4", "hf.co/Farm/Llama:Q4", "manifests/hf.co/Farm/Llama/Q4"),
            (
                "a.example:5000/farm/llama",
                "a.example:5000/farm/llama:latest",
                "manifests/a.example:5000/farm/llama/latest",
            ),
        ] {
            let name: ModelName = text.parse().expect(text);
            // Where Ollama's store keeps it shows every part.
            let file = format!("manifests/{}/{}/{}/{}", name.host, name.namespace, name.model, name.tag);
            assert_eq!((name.to_string().as_str(), file.as_str()), (printed, manifest));
        }
    }

    #[test]
    fn a_name_with_a_slash_has_a_short_name_for_probes() {
        let name: ModelName = "hf.co/farm/llama:q4".parse().expect("a name");
        assert!(!name.fits_in_a_path());
        assert_eq!(name.short().to_string(), "llama:q4");
        assert!(name.short().fits_in_a_path());
    }

    #[test]
    fn what_ollama_refuses_is_refused() {
        for text in
            ["", ":", "a:", ":b", "a b", "a/b/c/d", "localhost:5000/llama", "a$b", "a\nb", "-a", "a//b", "a:b:c"]
        {
            assert!(text.parse::<ModelName>().is_err(), "{text}");
        }
    }
}
