//! How is an account shown to people: sums with their parts, and bars of what is used and what is left?

use std::fmt::Write;

use super::{Account, GpuAccount, Part};
use crate::units::{Bytes, Millicores, Seconds};

/// Whether bars are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bars {
    /// In a terminal.
    Drawn,
    /// In a pipe.
    Plain,
}

/// The width of a bar.
const BAR: u64 = 40;

/// An account as text. `whole`: with the claim, the namespace, the times and every number of the bundle.
pub fn write(account: &Account, bars: Bars, whole: bool) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = models(&mut out, account)
        .and_then(|()| pods(&mut out, account, bars))
        .and_then(|()| gpus(&mut out, &account.gpus, bars))
        .and_then(|()| if whole { bundle(&mut out, account, bars) } else { Ok(()) })
        .and_then(|()| fits(&mut out, account));
    out
}

fn models(out: &mut String, account: &Account) -> std::fmt::Result {
    for model in &account.models {
        let quantization = model.quantization.unwrap_or("quantisation unknown");
        let disk = Bytes(model.disk).in_gib();
        writeln!(out, "Model {}: {quantization}, {disk} GiB on disk", model.name)?;
        let parallel =
            if model.parallel == 1 { "1 request".to_owned() } else { format!("{} requests", model.parallel) };
        writeln!(out, "  {} tokens for {parallel} at once, {} cache", model.context, model.cache_type)?;
        let memory = &model.memory;
        for (what, bytes) in [
            ("weights", memory.weights),
            ("projector", memory.projector),
            ("KV cache", memory.kv_cache),
            ("recurrent state", memory.recurrent),
            ("compute", memory.compute),
            ("output", memory.output),
            ("prompt cache", memory.prompt_cache),
        ] {
            part(out, what, bytes)?;
        }
        writeln!(out, "{:>8} GiB in memory", Bytes(memory.total).in_gib().to_string())?;
        writeln!(out, "  {}: {}\n", model.origin, model.source)?;
    }
    Ok(())
}

fn part(out: &mut String, what: &str, bytes: u64) -> std::fmt::Result {
    if bytes < 10 << 20 {
        return Ok(());
    }
    if bytes < 100 << 20 {
        return writeln!(out, "{:>8} GiB {what} ({} MiB)", Bytes(bytes).in_gib().to_string(), bytes >> 20);
    }
    writeln!(out, "{:>8} GiB {what}", Bytes(bytes).in_gib().to_string())
}

fn parts(out: &mut String, parts: &[Part]) -> std::fmt::Result {
    parts.iter().try_for_each(|each| part(out, each.what, each.bytes))
}

/// What is used of what there is: a bar for people, the figures for all.
fn used(out: &mut String, bars: Bars, used: u64, there: u64) -> std::fmt::Result {
    let of = format!("{} of {} GiB", Bytes(used).in_gib(), Bytes(there).in_gib());
    let percent = u128::from(used) * 100 / u128::from(there.max(1));
    if bars == Bars::Plain {
        return writeln!(out, "  {of}, {percent} %");
    }
    let filled = u64::try_from(u128::from(used) * u128::from(BAR) / u128::from(there.max(1))).unwrap_or(BAR).min(BAR);
    let (filled, left) = (usize::try_from(filled).unwrap_or(0), usize::try_from(BAR - filled).unwrap_or(0));
    let over = if used > there { " does not fit" } else { "" };
    writeln!(out, "  [{}{}] {of}, {percent} %{over}", "█".repeat(filled), "·".repeat(left))
}

fn pods(out: &mut String, account: &Account, bars: Bars) -> std::fmt::Result {
    for pod in &account.pods {
        let each = match (pod.min_replicas, pod.replicas) {
            (Some(min), max) => format!(", {min} to {max} of them"),
            (None, 1) => String::new(),
            (None, count) => format!(", {count} of them"),
        };
        let cores = if pod.millicores == 1000 { "core" } else { "cores" };
        let (cpu, memory) = (Millicores(pod.millicores), Bytes(pod.memory));
        writeln!(out, "Pod {}{each}: {cpu} {cores}, {memory} of memory", pod.name)?;
        used(out, bars, pod.used, pod.memory)?;
        parts(out, &pod.parts)?;
        out.push('\n');
    }
    Ok(())
}

fn gpus(out: &mut String, gpus: &[GpuAccount], bars: Bars) -> std::fmt::Result {
    for (at, gpu) in gpus.iter().enumerate() {
        let name = gpu.name.map(|name| format!(": {name}")).unwrap_or_default();
        writeln!(out, "GPU {} of {}{name}", at + 1, gpus.len())?;
        match gpu.usable {
            Some(usable) => used(out, bars, gpu.used, usable)?,
            None => writeln!(out, "  {} GiB of a card that the profile does not name", Bytes(gpu.used).in_gib())?,
        }
        parts(out, &gpu.parts)?;
        out.push('\n');
    }
    Ok(())
}

fn bundle(out: &mut String, account: &Account, bars: Bars) -> std::fmt::Result {
    for claim in &account.claims {
        let each = if claim.count == 1 { String::new() } else { format!(", {} of them", claim.count) };
        let name = claim.name.as_ref().map_or("Part of the node's disk".to_owned(), |name| format!("Claim {name}"));
        writeln!(out, "{name}{each}: {}", Bytes(claim.bytes))?;
        used(out, bars, claim.used, claim.bytes)?;
        parts(out, &claim.parts)?;
        out.push('\n');
    }
    if !account.quota.is_empty() {
        writeln!(out, "Quota of the namespace")?;
        for amount in &account.quota {
            let reason = if amount.reason.is_empty() { "as the profile says" } else { &amount.reason };
            writeln!(out, "  {} {}: {reason}", amount.resource, amount.hard)?;
        }
        out.push('\n');
    }
    let times = &account.times;
    writeln!(out, "Times")?;
    for (what, seconds) in [
        ("until all models are there, at most", times.pull),
        ("that a load may stand still", times.load),
        ("until a server answers at all", times.startup),
        ("until a rollout counts as failed", times.progress),
        ("for a server to stop", times.grace),
    ] {
        writeln!(out, "  {:>8} {what}", Seconds(seconds).to_string())?;
    }
    if let Some(wake) = &times.wake {
        writeln!(
            out,
            "  {:>8} until a server that is added answers, at most",
            Seconds(wake.image_on_node).to_string()
        )?;
        writeln!(out, "           {}", wake.reason)?;
    }
    writeln!(out, "\nEvery number of the bundle")?;
    for reason in &account.reasons {
        writeln!(out, "  {} = {}\n      {}", reason.path, reason.value, reason.reason)?;
    }
    out.push('\n');
    Ok(())
}

fn fits(out: &mut String, account: &Account) -> std::fmt::Result {
    let lines = account.fits.lines();
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "It would also fit")?;
    lines.iter().try_for_each(|line| writeln!(out, "  {line}"))
}
