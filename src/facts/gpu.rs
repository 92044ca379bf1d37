//! What is known of GPUs: how much memory they have, what nodes call them, and which machines carry them.

use serde::Serialize;

use super::{GPUS, MIGS};

/// A GPU.
#[derive(Debug, Serialize)]
pub struct Gpu {
    /// As people type it.
    pub name: &'static str,
    /// Who made it: `nvidia`, `amd` or `intel`.
    pub vendor: &'static str,
    /// MiB in all, as the driver says: for NVIDIA the label `nvidia.com/gpu.memory` of GPU feature discovery.
    pub memory: u64,
    /// MiB that a program sees; 0 where nobody published it.
    pub usable: u64,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// Values of the label `nvidia.com/gpu.product` (AMD: `amd.com/gpu.product-name`).
    pub products: &'static [&'static str],
    /// Machine types of the clouds, `aws g6.xlarge`, with `x4` where they carry several.
    pub machines: &'static [&'static str],
    /// The label `cloud.google.com/gke-accelerator`; empty: GKE does not have it.
    pub gke: &'static str,
    /// The label `eks.amazonaws.com/instance-gpu-name`; empty: EC2 does not have it.
    pub ec2: &'static str,
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

impl Gpu {
    /// MiB that a program can use. Where it is not known: 95 %, the least share of the cards where it is.
    pub fn usable(&self) -> u64 {
        if self.usable > 0 { self.usable } else { self.memory * 95 / 100 }
    }

    /// Machine types of a cloud, `aws`, `gcp` or `azure`, that carry at least so many.
    pub fn machines_of(&self, cloud: &str, count: u32) -> impl Iterator<Item = &'static str> {
        self.machines.iter().filter_map(move |machine| {
            let machine = machine.strip_prefix(cloud)?.strip_prefix(' ')?;
            let (name, number) = machine.split_once(" x").unwrap_or((machine, "1"));
            number.parse().is_ok_and(|number: u32| number >= count).then_some(name)
        })
    }
}

/// A slice of an NVIDIA card.
#[derive(Debug)]
pub struct Mig {
    /// As in the resource `nvidia.com/mig-PROFILE`.
    pub profile: &'static str,
    /// The least MiB that was published for it.
    pub memory: u64,
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// The row of a slice.
pub fn mig(profile: &str) -> Option<&'static Mig> {
    MIGS.iter().find(|row| row.profile == profile)
}

/// The row of a GPU, by one of its names: letter case, spaces, dashes and underscores do not count, nor the memory behind
/// the name, where it is not needed to tell cards apart.
pub fn gpu(name: &str) -> Option<&'static Gpu> {
    let wanted: Vec<u8> = plain(name).collect();
    let wanted = wanted.strip_prefix(b"nvidia").unwrap_or(&wanted);
    called(wanted).or_else(|| {
        let with_memory = str::from_utf8(wanted.strip_suffix(b"gb")?).ok()?;
        let name = with_memory.trim_end_matches(|c: char| c.is_ascii_digit());
        // Of `rtx409024gb` the last one to three digits may be the memory.
        (name.len()..with_memory.len()).rev().take(3).find_map(|at| {
            let sold: u64 = with_memory[at..].parse().ok()?;
            called(&with_memory.as_bytes()[..at]).filter(|row| row.memory.div_ceil(1024).abs_diff(sold) <= sold / 16)
        })
    })
}

/// What counts of a name.
fn plain(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(|b| !matches!(b, b' ' | b'-' | b'_')).map(|b| b.to_ascii_lowercase())
}

fn called(wanted: &[u8]) -> Option<&'static Gpu> {
    let is_wanted = |name: &&str| plain(name).eq(wanted.iter().copied());
    GPUS.iter().find(|row| is_wanted(&row.name) || row.aliases.iter().any(is_wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_found_as_people_write_it() {
        for (typed, name) in [
            ("L4", "l4"),
            ("NVIDIA L40S", "l40s"),
            ("a100", "a100-80gb"),
            ("RTX 4090", "rtx4090"),
            ("RTX 4090 24GB", "rtx4090"),
            ("NVIDIA A10 24 GB", "a10"),
        ] {
            assert_eq!(gpu(typed).map(|row| row.name), Some(name), "{typed}");
        }
        for unknown in ["l5", "a100-64gb", "l4 48gb", "gb", ""] {
            assert!(gpu(unknown).is_none(), "{unknown}");
        }
    }

    #[test]
    fn a_program_sees_nearly_all_of_a_card() {
        for row in GPUS {
            assert!(row.usable <= row.memory && row.usable() >= row.memory * 95 / 100, "{}", row.name);
            assert!(gpu(row.name).is_some_and(|found| std::ptr::eq(found, row)), "{}", row.name);
            assert!(["nvidia", "amd", "intel"].contains(&row.vendor), "{}", row.name);
        }
    }
}
