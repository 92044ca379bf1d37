//! What does the person on call need to know of this bundle, trouble by trouble?

use minijinja::context;

use super::MadeFrom;
use super::about::About;
use super::templates::fill;
use crate::bundle::Bundle;
use crate::facts;
use crate::plan::Plan;

/// A section of the page.
struct Section {
    /// The template, and the symptoms that belong to it.
    trouble: &'static str,
    title: &'static str,
    /// Kinds of bundle that have it, any of which is enough; none: all.
    when: &'static [&'static str],
}

const SECTIONS: &[Section] = &[
    Section { trouble: "pull", title: "The pull stalls, or has failed", when: &["init", "job"] },
    Section { trouble: "models", title: "The models are not there", when: &["copy", "nobody"] },
    Section { trouble: "memory", title: "OOMKilled", when: &[] },
    Section { trouble: "claim", title: "A claim is Pending", when: &["any_claim", "copy_of_claim"] },
    Section { trouble: "pending", title: "A pod is Pending", when: &[] },
    Section { trouble: "quota", title: "Pods are not created: exceeded quota", when: &["quota"] },
    Section { trouble: "image", title: "ImagePullBackOff", when: &[] },
    Section { trouble: "timeout", title: "Requests time out", when: &[] },
    Section { trouble: "ingress", title: "The Ingress answers 401, 404, 413 or 504", when: &["ingress"] },
    Section { trouble: "gateway", title: "The Gateway answers 404, 503 or 504", when: &["gateway"] },
    Section { trouble: "proxy", title: "The proxy answers 401, 404 or 503", when: &["proxy"] },
    Section { trouble: "moved", title: "The model is not available after a move to another node", when: &[] },
    Section { trouble: "slow", title: "Answers are slow", when: &[] },
    Section { trouble: "rollout", title: "A rollout or a drain hangs", when: &[] },
    Section { trouble: "change", title: "Change the model", when: &[] },
    Section { trouble: "grow", title: "Grow the claim", when: &["own_claim"] },
    Section { trouble: "remove", title: "Remove it all", when: &[] },
];

/// The page for whoever is on call and has never seen this bundle, in Markdown. `bundle` is what was made of `plan`.
pub fn runbook(plan: &Plan, bundle: &Bundle, made_from: &MadeFrom) -> String {
    let about = About::new(plan, bundle, made_from);
    let sections = SECTIONS.iter().filter(|section| about.is_any(section.when)).map(|section| {
        let symptoms = facts::symptoms_of(section.trouble).filter(|symptom| about.is_any(symptom.when));
        let symptoms: Vec<_> = symptoms
            .map(|symptom| context! { look => symptom.look, shows => symptom.shows, means => symptom.means })
            .collect();
        let body = without_gaps(&fill(section.trouble, &about));
        fill("section", context! { title => section.title, symptoms, body => body.trim() })
    });
    let head = without_gaps(&fill("page", &about));
    [head.trim_end().to_owned() + "\n"]
        .into_iter()
        .chain(sections)
        .map(|part| part.trim_end().to_owned() + "\n")
        .collect()
}

/// What to do after apply, for a terminal. `bundle` is what was made of `plan`.
pub fn notes(plan: &Plan, bundle: &Bundle, made_from: &MadeFrom) -> String {
    without_gaps(&fill("notes", About::new(plan, bundle, made_from)))
}

/// One empty line where blocks that were left out have left several, and one line's end at the end.
fn without_gaps(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    lines.join("\n").trim_end().to_owned() + "\n"
}
