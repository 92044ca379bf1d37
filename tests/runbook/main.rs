//! Is the page for the person on call right for each bundle: its sections, its commands, its lines of the profile?

#[path = "../built_in/mod.rs"]
mod built_in;
mod command;
mod names;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use built_in::{load, names as profiles, render};
use ollama_k8s::text::{self, MadeFrom};
use ollama_k8s::{Rendered, facts, plan};

/// Bundles of every topology, delivery and way in, by profile and settings, and which of `SOME` sections they have.
const BUNDLES: &[(&str, &[&str], &str)] = &[
    ("single-gpu", &[], "pull claim quota grow"),
    ("cpu-72b", &[], "pull claim quota grow"),
    ("ha-rwx", &[], "pull claim quota ingress grow"),
    ("eks-efs", &[], "pull claim quota ingress grow"),
    ("per-replica", &[], "pull claim quota grow"),
    ("air-gapped", &[], "models claim quota grow"),
    ("local-copy", &[], "models claim quota"),
    ("local-copy", &["storage.class=fast"], "models claim quota grow"),
    (
        "single-gpu",
        &["storage={topology: copy, source: {image: a.b/c:1}, class: fast}", "kubernetes=1.36"],
        "models claim quota grow",
    ),
    ("single-gpu", &["storage={topology: image, source: {image: a.b/c:1}}", "kubernetes=1.36"], "models quota"),
    ("single-gpu", &["storage={topology: ephemeral}", "replicas=3"], "pull quota"),
    ("single-gpu", &["storage.existingClaim=given", "createNamespace=false"], "pull claim"),
    (
        "single-gpu",
        &["replicas=2", "storage={topology: shared, existingClaim: given}", "pull.by=none"],
        "models claim quota",
    ),
    ("per-replica", &["replicas=4", "createNamespace=false", "disruption=off"], "pull claim grow"),
    (
        "ha-rwx",
        &["createNamespace=false", "expose.ingress.tls={secret: null, clusterIssuer: ours}", "replicas=4"],
        "pull claim ingress grow",
    ),
    (
        "single-gpu",
        &["models=[{name: hand, modelfile: FROM llama3.2:3b}, nomic-embed-text]", "pull.key=key"],
        "pull claim quota grow",
    ),
    (
        "single-gpu",
        &["expose={proxy: {keys: farm-keys, metrics: {namespace: watch}}, \
             gateway: {parent: {name: gate, namespace: gates}, hostnames: [llama.farm]}}"],
        "pull claim quota grow",
    ),
    (
        "cpu-72b",
        &["models=[nomic-embed-text]", "hardware.nodeSelector={farm: llama}", "server.parallel=4"],
        "pull claim quota grow",
    ),
];

const NAMES: [&str; 2] = ["name=llama-farm", "namespace=barn"];

fn settings(own: &[&'static str]) -> Vec<&'static str> {
    NAMES.iter().chain(own).copied().collect()
}

fn made_from() -> MadeFrom {
    MadeFrom { profile: "farm.yaml".into(), examples: Vec::new() }
}

fn page(rendered: &Rendered) -> String {
    text::runbook(&rendered.plan, &rendered.bundle, &made_from())
}

fn notes(rendered: &Rendered) -> String {
    text::notes(&rendered.plan, &rendered.bundle, &made_from())
}

fn each(mut look: impl FnMut(&str, &Rendered)) {
    for (profile, own, _) in BUNDLES {
        look(&format!("{profile} {own:?}"), &render(profile, &settings(own)));
    }
}

/// Command lines: those of the page's blocks, or the indented ones of the notes.
fn commands(text: &str) -> Vec<&str> {
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).flat_map(str::lines);
    let indented = text.lines().filter_map(|line| line.strip_prefix("  "));
    let is_command = |line: &&str| line.starts_with("kubectl ") || line.starts_with("curl ");
    blocks.chain(indented.filter(is_command)).filter(|line| !line.is_empty()).collect()
}

/// `path: value` of each line of the profile that the page names, and what stands behind it.
fn profile_lines(page: &str) -> Vec<(&str, &str)> {
    let lines = page.lines().filter_map(|line| line.strip_prefix("- Profile: `"));
    lines.map(|line| line.split_once("`: ").expect("a line, and why")).collect()
}

#[test]
fn two_pages_and_the_notes_are_what_was_reviewed() {
    let mut snapshots = insta::Settings::clone_current();
    snapshots.set_snapshot_path("../../snapshots/runbook");
    snapshots.set_prepend_module_to_snapshot(false);
    snapshots.set_omit_expression(true);
    snapshots.bind(|| {
        for name in ["cpu-72b", "ha-rwx"] {
            insta::assert_snapshot!(name, page(&render(name, &NAMES)));
        }
        insta::assert_snapshot!("notes-of-single-gpu", notes(&render("single-gpu", &NAMES)));
    });
}

#[test]
fn a_bundle_has_the_sections_that_apply_to_it_and_no_others() {
    const SOME: [(&str, &str); 6] = [
        ("pull", "The pull stalls, or has failed"),
        ("models", "The models are not there"),
        ("claim", "A claim is Pending"),
        ("quota", "Pods are not created: exceeded quota"),
        ("ingress", "The Ingress answers 401, 404, 413 or 504"),
        ("grow", "Grow the claim"),
    ];
    for (profile, own, expected) in BUNDLES {
        let which = format!("{profile} {own:?}");
        let page = page(&render(profile, &settings(own)));
        let titles: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let some = SOME.iter().filter(|(_, title)| titles.contains(title)).map(|(name, _)| *name);
        assert_eq!(some.collect::<Vec<_>>().join(" "), *expected, "{which}");
        for always in [
            "What this is",
            "OOMKilled",
            "A pod is Pending",
            "ImagePullBackOff",
            "Requests time out",
            "The model is not available after a move to another node",
            "Answers are slow",
            "A rollout or a drain hangs",
            "Change the model",
            "Remove it all",
        ] {
            assert!(titles.contains(&always), "{which}: {always}");
        }
        let unique: BTreeSet<&&str> = titles.iter().collect();
        assert_eq!(unique.len(), titles.len(), "{which}");
    }
}

#[test]
fn what_a_bundle_lacks_is_not_spoken_of() {
    let lacks = |bundle: usize, words: &[&str]| {
        let (profile, own, _) = BUNDLES[bundle];
        let page = page(&render(profile, &settings(own)));
        for word in words {
            assert!(!page.contains(word), "{profile} {own:?}: {word}");
        }
    };
    lacks(0, &["component=puller", "Job", "pdb", "Ingress ", "StatefulSet", "anti-affinity", "says Retain"]);
    lacks(1, &["GPU", "gpu", "component=puller", "pdb"]);
    lacks(2, &["StatefulSet", "volumeattachments", "-c pull --", "Init:0/2"]);
    lacks(3, &["401**: the name", "-u NAME"]);
    lacks(5, &["-c pull", "registry.ollama.ai", "pull.timeout"]);
    lacks(9, &["pvc", "claim", "kubectl get pv"]);
    lacks(11, &["delete namespace", "exceeded quota"]);
}

#[test]
fn every_command_names_what_is_in_the_bundle_and_runs_only_what_the_image_has() {
    let mut seen = 0;
    each(|which, rendered| {
        let there = names::There::of(rendered);
        for text in [page(rendered), notes(rendered)] {
            for line in commands(&text) {
                if let Err(why) = there.check(&command::words(line)) {
                    panic!("{which}: {why}: {line}");
                }
                seen += 1;
            }
        }
    });
    assert!(seen > 500, "{seen}");
}

#[test]
fn a_command_that_names_what_is_not_there_is_noticed() {
    let there = names::There::of(&render("ha-rwx", &NAMES));
    for wrong in [
        "kubectl -n ollama get pods",
        "kubectl get pods",
        "kubectl -n barn get deployment/ollama",
        "kubectl -n barn describe pvc llama-farm-model",
        "kubectl -n barn logs deployment/llama-farm -c pull",
        "kubectl -n barn get pods -l app.kubernetes.io/instance=ollama",
        "kubectl -n barn exec deployment/llama-farm -c ollama -- curl localhost:11434",
        "kubectl -n barn exec deployment/llama-farm -c ollama -- ollama launch",
        "kubectl -n barn port-forward service/llama-farm 11434:80",
        "wget http://localhost:11434",
    ] {
        assert!(there.check(&command::words(wrong)).is_err(), "{wrong}");
    }
}

#[test]
fn the_real_kubectl_understands_every_command() {
    let mut lines = BTreeSet::new();
    each(|_, rendered| {
        for text in [page(rendered), notes(rendered)] {
            lines.extend(commands(&text).into_iter().filter(|line| line.starts_with("kubectl ")).map(str::to_owned));
        }
    });
    assert!(lines.len() > 50, "{}", lines.len());
    command::all_reach_the_server(&lines);
}

#[test]
fn every_line_of_the_profile_is_taken_and_changes_the_bundle() {
    let mut seen = BTreeSet::new();
    for (profile, own, _) in BUNDLES {
        let own = settings(own);
        let rendered = render(profile, &own);
        let before = built_in::text(&rendered, ollama_k8s::yaml::Format::Yaml);
        for (line, why) in profile_lines(&page(&rendered)) {
            let (path, value) = line.split_once(": ").expect("a path and a value");
            let setting = format!("{path}={value}");
            let all: Vec<&str> = own.iter().copied().chain([setting.as_str()]).collect();
            let loaded = load(profile, &all);
            let (plan, problems) = plan::draft(&loaded.profile);
            let errors: Vec<_> = problems.iter().filter(|problem| problem.severity == plan::Severity::Error).collect();
            assert!(plan.is_some() && errors.is_empty(), "{profile} {all:?}: {errors:?}");
            let after = built_in::text(&render(profile, &all), ollama_k8s::yaml::Format::Yaml);
            assert_eq!(before == after, why.starts_with("as it is now"), "{profile} {all:?}");
            seen.insert(path.to_owned());
        }
    }
    assert!(seen.len() >= 24, "{seen:?}");
}

#[test]
fn every_symptom_is_on_some_page_and_our_scripts_say_theirs() {
    let mut pages = String::new();
    each(|_, rendered| pages.push_str(&page(rendered)));
    for symptom in facts::SYMPTOMS {
        let row = format!("| {} | `{}` | {} |", symptom.look, symptom.shows, symptom.means);
        assert!(pages.contains(&row), "{row}");
        let script = symptom.source.split([';', ' ']).next().unwrap_or_default();
        if Path::new(script).extension().is_none_or(|extension| extension != "sh") {
            continue;
        }
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(script)).expect(script);
        if !script.starts_with("templates/") {
            assert!(text.contains(symptom.shows), "{script}: {}", symptom.shows);
            continue;
        }
        for part in symptom.shows.split('…').filter(|part| !part.is_empty()) {
            assert!(text.contains(part), "{script} never says {part:?}");
        }
    }
}

#[test]
fn pages_are_markdown_without_gaps() {
    each(|which, rendered| {
        let page = page(rendered);
        assert!(!page.contains("\n\n\n") && !page.contains("{{") && !page.contains("{%"), "{which}");
        assert_eq!(page.matches("```").count() % 2, 0, "{which}");
        assert!(page.ends_with('\n') && !page.lines().any(|line| line.ends_with(' ')), "{which}");
        let lines: Vec<&str> = page.lines().collect();
        for pair in lines.windows(2) {
            let starts = |mark: &str| pair[1].starts_with(mark) && !pair[0].starts_with(mark);
            // A table or a list begins a paragraph; an item may have further lines.
            assert!(!starts("|") || pair[0].is_empty(), "{which}: {pair:?}");
            assert!(!starts("- ") || pair[0].is_empty() || pair[0].starts_with("  "), "{which}: {pair:?}");
            assert!(!pair[1].starts_with("## ") || pair[0].is_empty(), "{which}: {pair:?}");
        }
        for table in page.split("\n\n").filter(|part| part.starts_with('|')) {
            let columns = |row: &str| row.matches(" |").count();
            assert!(table.lines().all(|row| row.ends_with('|')), "{which}: {table}");
            assert!(
                table.lines().skip(2).all(|row| columns(row) == table.lines().nth(2).map_or(0, columns)),
                "{table}"
            );
        }
    });
}

#[test]
fn the_command_prints_the_notes_and_the_page() {
    let run = |arguments: &[&str]| {
        let output =
            std::process::Command::new(env!("CARGO_BIN_EXE_ollama-k8s")).args(arguments).output().expect("it runs");
        (
            output.status.code(),
            String::from_utf8(output.stdout).expect("text"),
            String::from_utf8(output.stderr).expect("text"),
        )
    };
    for name in profiles() {
        let (status, notes, said) = run(&["notes", name, "--example"]);
        assert_eq!((status, said.as_str()), (Some(0), ""), "{name}");
        assert!(notes.contains("rollout status"), "{notes}");
        let (status, page, _) = run(&["notes", name, "--example", "--runbook"]);
        assert_eq!(status, Some(0), "{name}");
        assert!(page.starts_with("# Runbook: ollama in the namespace ollama\n"), "{page}");
    }
    let (status, printed, said) = run(&["notes", "ha-rwx"]);
    assert_eq!((status, printed.as_str()), (Some(3), ""));
    assert!(said.contains("needs 3 values that only you know"), "{said}");
    let (status, _, said) = run(&["notes", "cpu-72b", "--set", "hardware.memory=4Gi"]);
    assert_eq!(status, Some(3));
    assert!(said.contains("49Gi is needed"), "{said}");
}
