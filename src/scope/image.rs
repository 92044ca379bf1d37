//! What does the name of an image say?

use crate::facts::Release;

/// An image's name in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image<'a> {
    /// Registry and repository.
    pub repository: &'a str,
    /// What stands behind the colon, if anything.
    pub tag: Option<&'a str>,
    /// What stands behind the `@`, if anything.
    pub digest: Option<&'a str>,
}

impl<'a> Image<'a> {
    /// The parts of `docker.io/ollama/ollama:0.34.2@sha256:…`.
    pub fn of(text: &'a str) -> Self {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (text, None),
        };
        let last = name.rfind('/').map_or(0, |slash| slash + 1);
        match name[last..].split_once(':') {
            Some((repository, tag)) => Self { repository: &name[..last + repository.len()], tag: Some(tag), digest },
            None => Self { repository: name, tag: None, digest },
        }
    }

    /// Whether it is Ollama's server: Ollama's own image, or one that is called so.
    pub fn is_ollama(self) -> bool {
        self.repository.rsplit('/').next() == Some("ollama")
    }

    /// Whether it is called after Ollama: an image with models in it, `farm/ollama-llama`, or something beside it.
    pub fn is_made_of_ollama(self) -> bool {
        self.repository.rsplit('/').next().is_some_and(|name| name.starts_with("ollama-") || name.ends_with("-ollama"))
    }

    /// Whether it is the image that Ollama publishes, or a mirror of it.
    pub fn is_official(self) -> bool {
        self.repository == "ollama/ollama" || self.repository.ends_with("/ollama/ollama")
    }

    /// The release of Ollama, where the tag of its own image says one.
    pub fn release(self) -> Option<Release> {
        self.tag.filter(|_| self.is_official())?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_has_a_repository_a_tag_and_a_digest() {
        for (text, repository, tag, release) in [
            ("ollama/ollama", "ollama/ollama", None, None),
            ("docker.io/ollama/ollama:0.34.2-rocm", "docker.io/ollama/ollama", Some("0.34.2-rocm"), Some("0.34.2")),
            ("mirror.example:5000/ollama/ollama:rocm", "mirror.example:5000/ollama/ollama", Some("rocm"), None),
            ("ollama/ollama:0.5.7@sha256:00", "ollama/ollama", Some("0.5.7"), Some("0.5.7")),
            ("alpine/ollama:0.3.1", "alpine/ollama", Some("0.3.1"), None),
        ] {
            let image = Image::of(text);
            let named = image.release().map(|release| release.to_string());
            assert_eq!((image.repository, image.tag, named.as_deref()), (repository, tag, release), "{text}");
        }
        assert!(!Image::of("ghcr.io/open-webui/open-webui:ollama").is_ollama());
    }
}
