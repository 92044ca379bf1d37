//! Which card does a server get, how much of it can be used, and how do nodes show that they carry it?

use super::device::device;
use super::{Because, Device, Part, Problem, Problems, Way};
use crate::facts::{self, CardBy, Platform};
use crate::profile::{Gpu as Asked, GpuVendor, Profile};
use crate::units::Bytes;

/// A card of this catalogue or size: what a program can use of it, and how nodes show that they carry it.
#[derive(Clone, Debug)]
pub struct Card {
    /// The row of the catalogue, where the profile names one.
    pub row: Option<&'static facts::Gpu>,
    /// How many, all on one node.
    pub count: u32,
    /// What a program can use of each; none: the profile does not say.
    pub usable: Option<Bytes>,
    /// What labels of a node must say.
    pub labels: Vec<Because<NodeLabel>>,
    /// How a pod asks for them.
    pub device: Device,
    /// Whose nodes they are.
    pub platform: &'static Platform,
}

/// What a label of a node must say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeLabel {
    /// Its key.
    pub key: String,
    /// Its value.
    pub is: LabelIs,
}

/// The value of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LabelIs {
    /// One of these.
    OneOf(Vec<String>),
    /// A number above this.
    Above(u64),
}

impl NodeLabel {
    /// The value, of a label that the cluster sets by itself and that can have but one: it can stand in a
    /// `nodeSelector`, where those who make nodes look.
    pub fn only(&self) -> Option<&str> {
        let found = ["nvidia.com/", "amd.com/", "gpu.intel.com/"].iter().any(|vendor| self.key.starts_with(vendor));
        match &self.is {
            LabelIs::OneOf(values) if !found && values.len() == 1 => values.first().map(String::as_str),
            _ => None,
        }
    }
}

/// Of a card that is sold as so many GB a node's label shows at least 92 % (an old driver on a T4 of 16 GB: 15109 MiB), and
/// a program sees at least 90 % (a new driver on the same: 14912 MiB).
const LABELLED: u64 = 92;
const USABLE: u64 = 90;

pub(super) fn card(profile: &Profile, platform: &'static Platform, problems: &mut Problems) -> Option<Card> {
    let asked = profile.hardware.gpu.as_ref()?;
    let count = asked.count.clamp(1, 16);
    if count != asked.count {
        problems.error(
            Problem::new("hardware.gpu.count", format!("{} GPUs cannot be on one node", asked.count)).help("1 to 16"),
        );
    }
    let row = asked.model.as_ref().and_then(|name| {
        let row = facts::gpu(name);
        if row.is_none() {
            problems.error(unknown(name));
        }
        row
    });
    let device = device(profile, asked, row, problems);
    if device.part == Part::Whole && asked.model.is_some() && asked.memory.is_some() {
        problems.error(
            Problem::new("hardware.gpu.memory", "both a card and its memory are given")
                .and("hardware.gpu.model", "the card")
                .help("keep one of them"),
        );
    }
    let usable = usable(asked, row, &device.part);
    let mut labels = match device.way {
        Way::Resource(_) => labels(asked, row, count, &device, platform, problems),
        // The claim chooses by what the devices say of themselves.
        Way::Claim(_) => Vec::new(),
    };
    required(row, &device, platform, problems);
    labels.retain(|label| !profile.hardware.node_selector.keys().any(|key| **key == *label.value.key));
    Some(Card { row, count, usable, labels, device, platform })
}

fn usable(asked: &Asked, row: Option<&facts::Gpu>, part: &Part) -> Option<Bytes> {
    let slice = match part {
        Part::Slice(profile) => facts::mig(profile).map(|row| Bytes::mib(row.memory)),
        _ => None,
    };
    match (part, row, asked.memory) {
        (Part::Whole, Some(row), _) => Some(Bytes::mib(row.usable())),
        (Part::Whole, None, memory) => memory.map(|memory| Bytes::mib(memory.0.div_ceil(1 << 20) * USABLE / 100)),
        (Part::Slice(_) | Part::Share, _, memory) => memory.or(slice),
    }
}

/// The least MiB that a card of this size shows.
pub(super) fn least_shown(memory: Bytes) -> u64 {
    memory.0.div_ceil(1 << 20) * LABELLED / 100
}

fn labels(
    asked: &Asked,
    row: Option<&'static facts::Gpu>,
    count: u32,
    device: &Device,
    platform: &Platform,
    problems: &mut Problems,
) -> Vec<Because<NodeLabel>> {
    let one_of = |key: &str, values: Vec<&str>, reason: String| {
        let is = LabelIs::OneOf(values.into_iter().map(str::to_owned).collect());
        Because::new(NodeLabel { key: key.to_owned(), is }, reason)
    };
    if device.vendor != GpuVendor::Nvidia {
        let key = if device.vendor == GpuVendor::Amd { "amd.com/gpu.product-name" } else { "gpu.intel.com/product" };
        let products = row.map(|row| row.products).unwrap_or_default();
        if products.is_empty() && (row.is_some() || asked.memory.is_some()) {
            let field = if row.is_some() { "hardware.gpu.model" } else { "hardware.gpu.memory" };
            let message = format!("no label of nodes is known that tells this of GPUs of {}", device.vendor.title());
            problems.warning(
                Problem::new(field, message)
                    .help("all such nodes are taken to carry it; hardware.nodeSelector chooses"),
            );
        }
        return (!products.is_empty()).then(|| one_of(key, products.to_vec(), figures(key, row))).into_iter().collect();
    }
    let mut labels = Vec::new();
    if let Some((key, value)) = platform.gpu_nodes.split_once('=') {
        labels.push(one_of(key, vec![value], String::new()));
    }
    match (row, asked.memory) {
        (Some(row), _) => {
            let values = platform.card_values(row, count);
            if values.is_empty() {
                problems.error(not_there(row, count, platform));
            } else {
                let reason = figures(platform.card_label, Some(row));
                labels.push(one_of(platform.card_label, values, reason));
            }
            // EC2 calls cards with more and with less memory alike.
            let alike = facts::GPUS.iter().filter(|other| !row.ec2.is_empty() && other.ec2 == row.ec2).count() > 1;
            if platform.card_by() == CardBy::Ec2 && alike {
                let reason = "MiB: there are others of that name with less".to_owned();
                labels.push(above(platform.memory_label, row.memory * LABELLED / 100, reason));
            }
        }
        (None, Some(memory)) if device.part == Part::Whole => {
            let least = least_shown(memory);
            if platform.memory_label.is_empty() {
                let enough = platform.cards().filter(|card| card.memory > least);
                let values = enough.flat_map(|card| platform.card_values(card, count)).collect();
                labels.push(one_of(
                    platform.card_label,
                    values,
                    format!("cards of {memory} or more, as they are sold"),
                ));
            } else {
                let reason =
                    format!("MiB: {LABELLED} % of {memory}, as drivers show less than is sold; no smaller card");
                labels.push(above(platform.memory_label, least, reason));
                if !platform.discovers {
                    let message =
                        format!("nodes of {} show their memory only with GPU feature discovery", platform.name);
                    problems.warning(
                        Problem::new("hardware.gpu.memory", message)
                            .and("platform", "this one")
                            .help("name the card with hardware.gpu.model: its machine types are known"),
                    );
                }
            }
        }
        (None, _) => {}
    }
    labels
}

fn figures(key: &str, row: Option<&facts::Gpu>) -> String {
    let by = if key.starts_with("nvidia.com/") { "; by GPU feature discovery" } else { "" };
    row.map(|row| format!("{} MiB, of which programs see {}{by}", row.memory, row.usable())).unwrap_or_default()
}

fn above(key: &str, least: u64, reason: String) -> Because<NodeLabel> {
    Because::new(NodeLabel { key: key.to_owned(), is: LabelIs::Above(least) }, reason)
}

/// What a platform demands of who asks for a GPU.
fn required(row: Option<&facts::Gpu>, device: &Device, platform: &Platform, problems: &mut Problems) {
    let cards: Vec<&str> = platform.cards().map(|card| card.name).collect();
    if platform.card_required && (row.is_none() || device.vendor != GpuVendor::Nvidia) {
        problems.error(
            Problem::new(
                "hardware.gpu",
                format!("{} makes a node with a GPU only for a card that is named", platform.name),
            )
            .and("platform", "this one")
            .help(format!("set hardware.gpu: {{model: CARD}}, one of {}", cards.join(", "))),
        );
    }
    if let Part::Slice(profile) = &device.part
        && platform.card_by() == CardBy::Gke
    {
        let key = "cloud.google.com/gke-gpu-partition-size";
        problems.error(
            Problem::new("hardware.gpu.resource", format!("{} calls slices nvidia.com/gpu too", platform.name))
                .and("platform", "this one")
                .help(format!(
                    "leave resource out, and set hardware.nodeSelector: {{{key}: {profile}}} and hardware.gpu.memory"
                )),
        );
    }
}

fn not_there(row: &facts::Gpu, count: u32, platform: &Platform) -> Problem {
    let there: Vec<&str> =
        platform.cards().filter(|card| !platform.card_values(card, count).is_empty()).map(|card| card.name).collect();
    let many = if count > 1 { format!("{count} x ") } else { String::new() };
    Problem::new("hardware.gpu.model", format!("no node of {} with {many}{} is known", platform.name, row.name))
        .and("platform", "this one")
        .help(format!("there are: {}; or leave model out, and set hardware.nodeSelector", there.join(", ")))
}

fn unknown(name: &str) -> Problem {
    let known = facts::GPUS.iter().map(|row| row.name);
    let near: Vec<&str> = known.filter(|known| alike(known, name)).take(6).collect();
    let help = if near.is_empty() { String::new() } else { format!("there are: {}; ", near.join(", ")) };
    Problem::new("hardware.gpu.model", format!("no GPU \"{name}\" in the catalogue"))
        .help(format!("{help}`ollama-k8s gpus` lists them; or give memory: 24Gi as it is sold"))
}

/// Whether both begin with the same letter and digit, as `a100` and `A10G` do.
fn alike(known: &str, name: &str) -> bool {
    let start = |text: &str| {
        text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase()).take(2).collect::<Vec<_>>()
    };
    start(known) == start(name)
}
