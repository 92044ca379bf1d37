//! Does a real API server take every way in, every platform and every option, by the real definitions of those who read them?

use k8s_openapi::serde_json::{self, Value};
use ollama_k8s::Refusal;
use ollama_k8s::bundle::Object;

use crate::built_in::{load, try_render};
use crate::combinations::{Combination, all};
use crate::kubectl::{feed, kubectl, say, stdout};

const NAMESPACE: &str = "farm-combinations";
/// One combination in so many, so that all are met over time: each profile, platform and way is among them.
const ONE_IN: usize = 7;
/// So many objects go to the API server at once.
const AT_ONCE: usize = 150;

/// The objects of a combination, in the namespace of this test; none where it is refused.
fn objects(combination: &Combination) -> Vec<Value> {
    let mut own: Vec<String> = combination.settings.clone();
    own.push(format!("namespace={NAMESPACE}"));
    let texts: Vec<&str> = own.iter().map(String::as_str).collect();
    let needs = load(combination.profile, &texts).missing;
    own.extend(needs.iter().map(|value| format!("{}={}", value.path, value.example)));
    let texts: Vec<&str> = own.iter().map(String::as_str).collect();
    match try_render(combination.profile, &texts) {
        Ok(rendered) => {
            rendered.bundle.iter().map(|object: &Object| serde_json::to_value(object).expect("JSON")).collect()
        }
        Err(Refusal::Profile(_)) => Vec::new(),
        Err(Refusal::Bundle(findings)) => panic!("{}: {findings:?}", combination.name),
    }
}

/// The minor release of the cluster.
fn minor() -> u32 {
    let version: Value = serde_json::from_str(&kubectl(&["version", "-o", "json"])).expect("JSON");
    let minor = version["serverVersion"]["minor"].as_str().expect("a release");
    minor.trim_end_matches('+').parse().expect("a number")
}

/// The minor release that a combination is for: an older one knows not all of its fields.
fn asked(combination: &Combination) -> u32 {
    let asked = combination.settings.iter().find_map(|setting| setting.strip_prefix("kubernetes=1."));
    asked.map_or(28, |minor| minor.parse().expect("a number"))
}

#[test]
#[ignore = "needs a cluster"]
fn combinations_are_valid_by_the_definitions_of_those_who_read_them() {
    let namespace = format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {NAMESPACE}}}\n");
    stdout(&feed(&["apply", "--server-side", "-f", "-"], &namespace));
    let known = kubectl(&["api-resources", "--no-headers"]);
    let known: Vec<&str> = known.lines().filter_map(|line| line.split_whitespace().next_back()).collect();
    let (mut taken, mut unknown) = (0, std::collections::BTreeSet::new());
    let mut items: Vec<Value> = Vec::new();
    let minor = minor();
    for combination in all().into_iter().step_by(ONE_IN).filter(|combination| asked(combination) <= minor) {
        for mut object in objects(&combination) {
            let kind = object["kind"].as_str().expect("a kind").to_owned();
            if kind == "Namespace" {
                continue;
            }
            if !known.contains(&&*kind) {
                unknown.insert(kind);
                continue;
            }
            // Many of one name: the API server judges each by itself.
            object["metadata"]["name"] =
                Value::from(format!("{}-{taken}", object["metadata"]["name"].as_str().expect("a name")));
            items.push(object);
            taken += 1;
        }
    }
    for part in items.chunks(AT_ONCE) {
        let list = serde_json::json!({ "apiVersion": "v1", "kind": "List", "items": part });
        let told = feed(
            &["apply", "--server-side", "--validate=strict", "--dry-run=server", "--field-manager=test", "-f", "-"],
            &list.to_string(),
        );
        assert_eq!(stdout(&told).lines().count(), part.len());
        // Google's controller knows its classes by nothing else.
        let warnings = String::from_utf8_lossy(&told.stderr).into_owned();
        let warnings: Vec<&str> =
            warnings.lines().filter(|line| !line.contains("kubernetes.io/ingress.class")).collect();
        assert!(warnings.is_empty(), "{warnings:?}");
    }
    say(&format!("{taken} objects were taken"));
    assert!(taken > 1000, "{taken}");
    // Of these no definitions are at hand.
    unknown.retain(|kind| !matches!(kind.as_str(), "BackendConfig" | "Middleware"));
    for kind in unknown {
        say(&format!("skipped: the cluster has no {kind}"));
    }
    kubectl(&["delete", "namespace", NAMESPACE, "--wait=false"]);
}
