//! Whose GPUs are asked for, and how: by the resource of a device plugin, or by a claim?

use super::{Problem, Problems};
use crate::facts::{self, Version};
use crate::profile::{Gpu, GpuVendor, Profile};
use crate::units::Bytes;

/// How a pod asks for its GPUs.
#[derive(Clone, Debug)]
pub struct Device {
    /// Who made them.
    pub vendor: GpuVendor,
    /// By what they are asked for.
    pub way: Way,
    /// How much of a card each is.
    pub part: Part,
    /// The group of the host that may use them.
    pub render_group: Option<u32>,
}

/// By what GPUs are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// An extended resource of a device plugin.
    Resource(String),
    /// A claim of Dynamic Resource Allocation, for devices that the CEL expression holds for.
    Claim(Option<String>),
}

/// How much of a card a GPU is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// A slice with memory of its own (MIG), by the name of its profile.
    Slice(String),
    /// A share of time: its memory is everybody's.
    Share,
}

/// The class of NVIDIA's driver, and the domain of its attributes. Source: NVIDIA/k8s-dra-driver-gpu, chart and
/// deviceinfo.go.
pub const DEVICE_CLASS: &str = "gpu.nvidia.com";
/// The release that has `resource.k8s.io/v1`. Source: KEP-4381.
const CLAIMS_SINCE: Version = Version::minor(34);

impl Device {
    /// The key of a quota that counts them. Source: kubernetes pkg/quota/v1/evaluator/core, `pods.go` and
    /// `resource_claims.go`.
    pub fn quota_key(&self) -> String {
        match &self.way {
            Way::Resource(resource) => format!("requests.{resource}"),
            Way::Claim(_) => format!("{DEVICE_CLASS}.deviceclass.resource.k8s.io/devices"),
        }
    }
}

pub(super) fn device(profile: &Profile, asked: &Gpu, row: Option<&facts::Gpu>, problems: &mut Problems) -> Device {
    let vendor = vendor(asked, row, problems);
    let part = part(asked, problems);
    let resource = asked.resource.as_ref().map_or_else(|| vendor.resource().to_owned(), ToString::to_string);
    if !resource.contains('/') {
        let message = format!("`{resource}` is not the resource of a device plugin, which has a domain");
        problems.error(
            Problem::new("hardware.gpu.resource", message).help(format!("{}, or leave it out", vendor.resource())),
        );
    }
    let way = if asked.dra {
        claims(profile, asked, vendor, problems);
        Way::Claim(selector(row, asked.memory))
    } else {
        Way::Resource(resource)
    };
    if asked.render_group.is_some_and(|group| group == 0 || i32::try_from(group).is_err()) {
        problems.error(
            Problem::new("hardware.gpu.renderGroup", "Kubernetes knows no group of that number, or it is root's")
                .help("what `getent group render` shows on a GPU node; at most 2147483647"),
        );
    }
    experiments(asked, vendor, problems);
    Device { vendor, way, part, render_group: asked.render_group }
}

fn vendor(asked: &Gpu, row: Option<&facts::Gpu>, problems: &mut Problems) -> GpuVendor {
    let of_row = row.and_then(|row| GpuVendor::of(row.vendor));
    let of_resource = asked.resource.as_ref().and_then(|resource| GpuVendor::of(resource));
    let vendor = asked.vendor.or(of_row).or(of_resource).unwrap_or(GpuVendor::Nvidia);
    for (said, field) in [(of_row, "hardware.gpu.model"), (of_resource, "hardware.gpu.resource")] {
        if let Some(said) = said.filter(|said| *said != vendor) {
            let by = if asked.vendor.is_some() { "hardware.gpu.vendor" } else { "hardware.gpu.model" };
            problems.error(
                Problem::new(field, format!("this is {}'s", said.title()))
                    .and(by, format!("{} here", vendor.title()))
                    .help("keep one of them"),
            );
        }
    }
    vendor
}

fn part(asked: &Gpu, problems: &mut Problems) -> Part {
    let Some(resource) = &asked.resource else { return Part::Whole };
    let field = "hardware.gpu.resource";
    let part = if let Some(profile) = resource.strip_prefix("nvidia.com/mig-") {
        Part::Slice(profile.trim_end_matches(".me").to_owned())
    } else if resource.ends_with(".shared") {
        Part::Share
    } else {
        return Part::Whole;
    };
    let several = match &part {
        Part::Share => "several shares of one GPU are no more than one of them, and the device plugin may refuse them",
        _ => "Ollama takes several slices of one GPU for one: it tells GPUs apart by their PCI address",
    };
    if asked.count > 1 {
        problems.error(
            Problem::new("hardware.gpu.count", several)
                .and(field, "a part of a GPU")
                .help("set count: 1, and more replicas"),
        );
    }
    let known = match &part {
        Part::Slice(profile) => facts::mig(profile).is_some(),
        _ => false,
    };
    if asked.memory.is_none() && !known {
        let message = match &part {
            Part::Share => "how much of the GPU's memory this server may use, nobody can tell",
            _ => "the memory of this slice is not in the catalogue",
        };
        problems.error(Problem::new(field, message).help("add memory: the server's share, such as 10Gi"));
    }
    if part == Part::Share {
        let message = "shares of a GPU are not kept apart: others can take the memory that is counted here";
        problems.warning(
            Problem::new(field, message)
                .help("a slice (nvidia.com/mig-...) or a whole GPU, where that must not happen"),
        );
    }
    part
}

fn claims(profile: &Profile, asked: &Gpu, vendor: GpuVendor, problems: &mut Problems) {
    let field = "hardware.gpu.dra";
    if profile.kubernetes < CLAIMS_SINCE {
        let message = format!(
            "claims for devices are there from Kubernetes {CLAIMS_SINCE} on, and this must run on {}",
            profile.kubernetes
        );
        problems.error(
            Problem::new(field, message)
                .and("kubernetes", "the oldest cluster")
                .help(format!("set kubernetes: \"{CLAIMS_SINCE}\" or later, or leave dra out")),
        );
    }
    if vendor != GpuVendor::Nvidia {
        let message = format!("no class of devices of {} is known here", vendor.title());
        problems.error(Problem::new(field, message).help("leave dra out: the device plugin's resource works"));
    }
    if asked.resource.is_some() {
        problems.error(
            Problem::new(field, "a claim and a resource would ask for two GPUs")
                .and("hardware.gpu.resource", "the other one")
                .help("keep one of them"),
        );
    }
}

/// What a device must be, in CEL. A product is `NVIDIA A100-SXM4-80GB` here, of which node labels have no spaces.
fn selector(row: Option<&facts::Gpu>, memory: Option<Bytes>) -> Option<String> {
    let of = |map: &str| format!("device.{map}[\"{DEVICE_CLASS}\"]");
    if let Some(row) = row {
        let names: Vec<String> = row.products.iter().map(|product| product.replace('-', "[ -]")).collect();
        return Some(format!("{}.productName.matches(\"^({})$\")", of("attributes"), names.join("|")));
    }
    let least = Bytes::mib(super::card::least_shown(memory?));
    Some(format!("{}.memory.compareTo(quantity(\"{least}\")) > 0", of("capacity")))
}

/// What of other vendors must be known.
fn experiments(asked: &Gpu, vendor: GpuVendor, problems: &mut Problems) {
    let field = "hardware.gpu";
    match vendor {
        GpuVendor::Nvidia if asked.render_group.is_some() => problems.warning(
            Problem::new("hardware.gpu.renderGroup", "the devices of NVIDIA are for everybody, so this does nothing")
                .help("leave it out"),
        ),
        GpuVendor::Intel => problems.warning(
            Problem::new(field, "Ollama reaches GPUs of Intel through Vulkan, which is an experiment: how much memory is free is an estimate without CAP_PERFMON, and integrated GPUs need OLLAMA_IGPU_ENABLE")
                .help("look at `ollama ps` after the first request: PROCESSOR must be GPU"),
        ),
        _ => {}
    }
    if vendor != GpuVendor::Nvidia && asked.render_group.is_none() {
        problems.warning(
            Problem::new(field, "the group that owns the devices is not known: where not everybody may use them, the server falls back to the CPU")
                .help("set hardware.gpu.renderGroup to the number that `getent group render` shows on a GPU node"),
        );
    }
}
