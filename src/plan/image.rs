//! What do the pods run?

use super::{Problem, Problems};
use crate::facts::{OLLAMA_IMAGE, OLLAMA_VERSION};
use crate::profile::{GpuVendor, Profile, PullPolicy};

/// What the pods run.
#[derive(Clone, Debug)]
pub struct Image {
    /// As a container's `image`.
    pub reference: String,
    /// As a container's `imagePullPolicy`.
    pub pull_policy: &'static str,
    /// Secrets with credentials for its registry.
    pub pull_secrets: Vec<String>,
    /// The server's version, where the tag says it, as a label's value.
    pub version: Option<String>,
}

/// Before this release llama-server's prompt cache could grow beyond its limit (llama.cpp pull request 25070,
/// merged in July 2026), so the sums would not hold.
const OLDEST_SERVER: (u32, u32, u32) = (0, 32, 15);

pub(super) fn image(profile: &Profile, gpu: Option<GpuVendor>, problems: &mut Problems) -> Image {
    let server = &profile.server;
    if server.version.is_some() && server.image.is_some() {
        problems.error(
            Problem::new("server.version", "both a version and an image are given")
                .and("server.image", "the other one")
                .help("keep one of them: version for Ollama's own image, image for another"),
        );
    }
    let image = server.image.clone().unwrap_or_default();
    let field = if server.image.is_some() { "server.image" } else { "server.version" };
    let repository = image.repository.unwrap_or_else(|| OLLAMA_IMAGE.to_owned());
    let tag = match (server.version.clone().or(image.tag), &image.digest) {
        (Some(tag), _) => Some(tag),
        (None, Some(_)) => None,
        (None, None) if server.image.is_some() => {
            problems.error(
                Problem::new("server.image", "the image has neither tag nor digest: every node could run another one")
                    .help(format!("add tag: {OLLAMA_VERSION}")),
            );
            None
        }
        (None, None) => Some(OLLAMA_VERSION.to_owned()),
    };
    let tag = if server.image.is_none() { tag.map(|tag| of_vendor(tag, gpu)) } else { tag };
    if let (Some(tag), Some(vendor)) = (&tag, gpu) {
        backend(field, &repository, tag, vendor, problems);
    }
    let version = tag.as_deref().and_then(release_of);
    if version.is_some_and(|version| version < OLDEST_SERVER) {
        problems.error(
            Problem::new(
                field,
                format!(
                    "Ollama {} is too old: its prompt cache can outgrow its limit, so no memory limit would hold",
                    tag.as_deref().unwrap_or_default()
                ),
            )
            .help(format!("0.32.15 or newer; {OLLAMA_VERSION} was tested")),
        );
    }
    for text in [Some(&repository), tag.as_ref(), image.digest.as_ref()].into_iter().flatten() {
        let valid = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./:".contains(&b));
        if !valid {
            problems.error(Problem::new(field, format!("\"{text}\" cannot be part of an image's name")));
        }
    }
    if matches!(tag.as_deref(), Some("latest" | "rocm")) {
        problems.warning(
            Problem::new(field, "the tag moves: a restart may bring another release than the one that was tested")
                .help(format!("name a release, such as {OLLAMA_VERSION}")),
        );
    }
    let colon = tag.iter().map(|tag| format!(":{tag}"));
    let at = image.digest.iter().map(|digest| format!("@{digest}"));
    Image {
        reference: colon.chain(at).fold(repository, |image, part| image + &part),
        pull_policy: match image.pull_policy {
            Some(PullPolicy::Always) => "Always",
            Some(PullPolicy::Never) => "Never",
            Some(PullPolicy::IfNotPresent) | None => "IfNotPresent",
        },
        pull_secrets: image.pull_secrets.iter().map(ToString::to_string).collect(),
        version: version.and(tag),
    }
}

/// The release that a tag begins with, `0.34.2` or `0.34.2-rocm`.
fn release_of(tag: &str) -> Option<(u32, u32, u32)> {
    let mut parts = tag.split('-').next()?.splitn(3, '.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

/// Ollama's tag with the library for the GPU. Source: ollama `scripts/build_docker.sh` and `tag_latest.sh`.
fn of_vendor(tag: String, gpu: Option<GpuVendor>) -> String {
    match tag.as_str() {
        _ if gpu != Some(GpuVendor::Amd) || tag.contains("rocm") => tag,
        "latest" => "rocm".to_owned(),
        _ => format!("{tag}-rocm"),
    }
}

/// An image holds either `ROCm`, or CUDA and Vulkan. Source: ollama Dockerfile.
fn backend(field: &str, repository: &str, tag: &str, vendor: GpuVendor, problems: &mut Problems) {
    let with_rocm = tag.contains("rocm");
    if with_rocm == (vendor == GpuVendor::Amd) {
        return;
    }
    let message = match vendor {
        GpuVendor::Amd => "holds no ROCm, so a GPU of AMD would be reached through Vulkan at best",
        GpuVendor::Nvidia => "holds ROCm and no CUDA: the CPU would do the work",
        GpuVendor::Intel => "holds ROCm and no Vulkan: the CPU would do the work",
    };
    let problem = Problem::new(field, format!("the image with the tag {tag} {message}"))
        .and("hardware.gpu", format!("of {}", vendor.title()));
    if with_rocm {
        problems.error(problem.help(format!("a tag without rocm, such as {OLLAMA_VERSION}")));
    } else if repository == OLLAMA_IMAGE {
        problems.error(problem.help(format!("set tag: {tag}-rocm")));
    } else {
        problems.warning(problem.help("an image with ROCm, whose tag says so: Ollama's own ends in -rocm"));
    }
}
