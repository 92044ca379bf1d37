//! `keda-activation`: a server at zero is woken by a value that is hardly ever reached.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scaler, Scope};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "keda-activation",
    severity: Severity::Warning,
    summary: "a server at zero is woken by a value that is hardly ever reached",
    versions: Versions::All,
    docs: include_str!("keda_activation.md"),
    check,
};

/// Values for scaling, and for waking, by the type of the trigger. Source: KEDA documentation, "Activating and scaling
/// thresholds", and the pages of these scalers.
const VALUES: [(&str, &str, &str); 6] = [
    ("prometheus", "threshold", "activationThreshold"),
    ("graphite", "threshold", "activationThreshold"),
    ("metrics-api", "targetValue", "activationTargetValue"),
    ("redis", "listLength", "activationListLength"),
    ("rabbitmq", "value", "activationValue"),
    ("kafka", "lagThreshold", "activationLagThreshold"),
];
/// So many times the value for scaling are no caution any more.
const MANY: f64 = 10.0;

/// Metrics with the most that they can be. Source: NVIDIA DCGM API, "Field Identifiers": a share in percent, and shares
/// of 1.
const SHARES: [(&str, f64); 5] = [
    ("DCGM_FI_DEV_GPU_UTIL", 100.0),
    ("DCGM_FI_DEV_MEM_COPY_UTIL", 100.0),
    ("DCGM_FI_PROF_GR_ENGINE_ACTIVE", 1.0),
    ("DCGM_FI_PROF_SM_ACTIVE", 1.0),
    ("DCGM_FI_PROF_DRAM_ACTIVE", 1.0),
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, number, trigger) in scope.keda_triggers() {
        // Another trigger wakes as well, and a formula has a bound of its own.
        let triggers = item.at(&["spec", "triggers"]).map_or(&[][..], Node::items);
        if triggers.len() != 1 || item.at(&["spec", "advanced", "scalingModifiers"]).is_some() {
            continue;
        }
        // With a pod that always runs nobody is woken.
        let least = Scaler::of(item).map(|scaler| scaler.least().1);
        if least.flatten().is_some_and(|least| least > 0) {
            continue;
        }
        let kind = trigger.get("type").and_then(Node::text).unwrap_or_default();
        let Some((_, scales, wakes)) = VALUES.iter().find(|(own, ..)| *own == kind) else { continue };
        let text = |key: &str| trigger.get("metadata")?.get(key)?.text();
        let value = |key: &str| Some((text(key)?, text(key)?.parse::<f64>().ok()?));
        let Some((wake, woken)) = value(wakes) else { continue };
        let at = format!("spec.triggers[{number}].metadata");
        if let Some(most) = text("query").and_then(most).filter(|most| woken >= *most) {
            findings.add(
                item,
                format!("{at}.{wakes}"),
                format!("from zero it starts only above {wake}, and the query never gives more than {most}: it sleeps for ever"),
                format!("set {wakes} below {most}, or leave it out: then anything above 0 wakes it"),
            );
            continue;
        }
        let Some((scale, target)) = value(scales).filter(|(_, target)| *target > 0.0) else { continue };
        if woken >= target * MANY {
            findings
                .add(
                    item,
                    format!("{at}.{wakes}"),
                    format!(
                        "from zero it starts only above {wake}, where each server is to have {scale}: below that it \
                         sleeps on, and is put to sleep while it works"
                    ),
                    format!("set {wakes} below {scales}, or leave it out: then anything above 0 wakes it"),
                )
                .also(item, format!("{at}.{scales}"), "what each server is to have");
        }
    }
}

/// The most that a query can give: of a share that is only averaged, or of which the largest is taken.
fn most(query: &str) -> Option<f64> {
    let mut bare = String::new();
    let mut depth = 0;
    for sign in query.chars() {
        match sign {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ if depth == 0 => bare.push(sign),
            _ => {}
        }
    }
    let mut words = bare.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    let known = ["avg", "max", "min", "avg_over_time", "max_over_time", "min_over_time"];
    let share = |word: &str| SHARES.iter().find(|(name, _)| *name == word).map(|(_, most)| *most);
    let most = words.clone().find_map(share)?;
    let is_kept = words.all(|word| known.contains(&word) || share(word).is_some());
    (is_kept && !bare.contains(['+', '-', '*', '/', '%', '^', '<', '>', '='])).then_some(most)
}

#[cfg(test)]
mod tests {
    use super::most;

    #[test]
    fn a_share_is_bounded_as_long_as_nothing_is_added_to_it() {
        for (query, bound) in [
            ("avg(DCGM_FI_DEV_GPU_UTIL{namespace=\"farm\"})", Some(100.0)),
            ("max(avg_over_time(DCGM_FI_PROF_SM_ACTIVE{pod=~\"llama-.*\"}[2m]))", Some(1.0)),
            ("sum(DCGM_FI_DEV_GPU_UTIL)", None),
            ("avg(DCGM_FI_PROF_SM_ACTIVE) * 100", None),
            ("sum(rate(llama[5m]))", None),
        ] {
            assert_eq!(most(query), bound, "{query}");
        }
    }
}
