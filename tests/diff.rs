//! Does `diff` foresee what a change of manifests does?
//!
//! The table of changes is held against a real API server by `tests/cluster`.

#[path = "changes/mod.rs"]
mod changes;

use std::fs;
use std::process::{Command, Output, Stdio};

use k8s_openapi::serde_json::Value;
use ollama_k8s::diff::{Changes, Set, diff};
use ollama_k8s::report;
use ollama_k8s::tree::Sources;
use ollama_k8s::yaml::Manifests;

use changes::{BASE, CHANGES, Happens};

const APPLY: &str = "kubectl apply --server-side -f new.yaml";

/// Compares two texts.
fn compared<T>(old: &str, new: &str, look: impl FnOnce(&Changes) -> T) -> T {
    let read = |text: &str| {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", text);
        let mut manifests = Manifests::default();
        manifests.read(&sources, id);
        (sources, manifests)
    };
    let ((old_sources, old), (new_sources, new)) = (read(old), read(new));
    let old = Set::of(&old, &old_sources).expect("manifests");
    let new = Set::of(&new, &new_sources).expect("manifests");
    look(&diff(&old, &new, APPLY))
}

/// What is told of a change of the base by a few edits.
fn told(edits: &[(&str, &str)]) -> String {
    let new = edits.iter().fold(BASE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "no {from:?}");
        text.replace(from, to)
    });
    compared(BASE, &new, report::diff)
}

#[test]
fn every_change_of_the_table_does_what_the_table_says() {
    assert!(CHANGES.len() > 25);
    for change in CHANGES {
        let new = BASE.replace(change.before(), &change.after());
        compared(BASE, &new, |changes| {
            let what = format!("{}: {changes:#?}", change.what);
            if change.happens == Happens::Nothing {
                assert!(changes.changes.is_empty(), "{what}");
                return;
            }
            let [found] = &changes.changes[..] else { panic!("{what}") };
            assert_eq!(found.object, change.object, "{what}");
            assert!(!found.fields.is_empty(), "{what}");
            assert_eq!(found.restarts, matches!(change.happens, Happens::Restarts(_)), "{what}");
            assert_eq!(found.refused.is_some(), matches!(change.happens, Happens::Refused(_)), "{what}");
            match (change.happens, &found.rollout, &found.refused) {
                (Happens::Restarts(how), Some(rollout), None) => assert!(rollout.how.contains(how), "{what}"),
                (Happens::Refused(why), None, Some(refused)) => {
                    assert!(refused.why.contains(why), "{what}");
                    let applied = refused.instead.is_empty() || refused.instead.iter().any(|line| line == APPLY);
                    assert!(applied && !refused.cost.is_empty(), "{what}");
                    assert!(
                        !refused.instead.iter().any(|line| line.contains(['{', '}']) && !line.contains("-p '")),
                        "{what}"
                    );
                }
                (Happens::Stays, None, None) => {}
                _ => panic!("{what}"),
            }
        });
    }
}

#[test]
fn objects_lists_with_names_and_keys_may_stand_in_any_order() {
    let turned: Vec<&str> = BASE.split("---\n").collect();
    let turned: Vec<&str> = turned.into_iter().rev().collect();
    let ends = turned.join("\n---\n").replace("kind: ClusterRole, name: view", "name: view, kind: ClusterRole");
    compared(BASE, &ends, |changes| assert!(changes.changes.is_empty(), "{changes:#?}"));
    compared(&ends, BASE, |changes| assert_eq!(changes.same, turned.len()));
}

#[test]
fn a_rollout_that_keeps_a_pod_leaves_nobody_without_an_answer() {
    let text = told(&[("image: ollama/ollama:0.34.1\n          env", "image: ollama/ollama:0.34.2\n          env")]);
    for line in [
        "Deployment/llama-farm in barn: changed",
        "  spec.template.spec.containers[llama].image: ollama/ollama:0.34.1 -> ollama/ollama:0.34.2",
        "  > restarts 2 pods: 1 at a time, the new one first (maxSurge 1, maxUnavailable 0)",
        "  > models are loaded again, not pulled again: they are on the claim llama-models (/root/.ollama/models), which is kept",
        "  > somebody answers all the time",
        "1 changed, 15 the same; restarts: Deployment/llama-farm",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}

#[test]
fn a_pod_that_is_alone_is_missed_while_it_stops_pulls_and_loads() {
    let text = told(&[
        (
            "name: llama-alone, namespace: barn}\nspec:\n  replicas: 1",
            "name: llama-alone, namespace: barn}\nspec:\n  progressDeadlineSeconds: 1000\n  replicas: 1",
        ),
        ("llama3.2:1b\"", "llama3.2:1b && true\""),
    ]);
    assert!(text.contains("  > restarts 1 pod: all old pods stop before a new one starts (Recreate)\n"), "{text}");
    assert!(text.contains("models are loaded again, pulled: llama3.2:1b: they are on an emptyDir (/root/.ollama/models), gone with the pod\n"), "{text}");
    // 1,321,098,329 bytes: 132 s at 10 MB/s, 13 s at 100 MB/s.
    let line = "  > nobody answers for up to 2 min 55 s: 30 s for the old pod to stop (terminationGracePeriodSeconds), \
                2 min 12 s to pull 1.2 GiB at 10 MB/s, 13 s to load 1.2 GiB at 100 MB/s\n";
    assert!(text.contains(line), "{text}");
}

#[test]
fn what_is_not_known_is_said_not_guessed() {
    let text = told(&[("llama3.2:1b\"", "farm/unheard-of\"")]);
    assert!(text.contains("  > nobody answers for up to 30 s for the old pod to stop (terminationGracePeriodSeconds); the rest depends on the size of farm/unheard-of:latest\n"), "{text}");
}

#[test]
fn another_model_is_pulled_and_the_others_are_kept() {
    let text = told(&[("ollama pull llama3.2:3b\"", "ollama pull llama3.2:3b; ollama pull llama3.2:1b\"")]);
    assert!(text.contains("  > models are loaded again, pulled: llama3.2:1b: the others are on the claim llama-models (/root/.ollama/models), which is kept\n"), "{text}");
}

#[test]
fn another_claim_is_empty() {
    let text = told(&[("claimName: llama-models", "claimName: llama-stable")]);
    assert!(text.contains("pulled: llama3.2:3b: they were on the claim llama-models (/root/.ollama/models), and will be on the claim llama-stable (/root/.ollama/models)\n"), "{text}");
}

#[test]
fn pods_that_go_on_with_old_settings_are_told() {
    let text = told(&[("OLLAMA_KEEP_ALIVE: 24h", "OLLAMA_KEEP_ALIVE: 1h")]);
    assert!(text.contains("  data.OLLAMA_KEEP_ALIVE: 24h -> 1h\n  > Deployment/llama-farm reads it as variables, which stay as they are until its pods restart: kubectl -n barn rollout restart deployment/llama-farm\n"), "{text}");
    let with_hash =
        told(&[("OLLAMA_KEEP_ALIVE: 24h", "OLLAMA_KEEP_ALIVE: 1h"), ("config-hash: \"1\"", "config-hash: \"2\"")]);
    assert!(!with_hash.contains("rollout restart"), "{with_hash}");
}

#[test]
fn a_job_of_another_name_takes_the_place_of_the_old_one() {
    let (old, new) = ("name: llama-pull-0a1b2c3d4e", "name: llama-pull-5f6a7b8c9d");
    let old = BASE.replace("name: llama-pull", old);
    let new = BASE.replace("name: llama-pull", new).replace("[pull, \"llama3.2:3b\"]", "[pull, \"llama3.2:1b\"]");
    compared(&old, &new, |changes| {
        let [found] = &changes.changes[..] else { panic!("{changes:#?}") };
        assert_eq!(found.object, "Job/llama-pull-5f6a7b8c9d");
        assert_eq!(found.replaces.as_deref(), Some("Job/llama-pull-0a1b2c3d4e"));
        assert_eq!(found.refused, None);
        let paths: Vec<String> = found.fields.iter().map(|field| field.way.shown()).collect();
        assert_eq!(paths, ["spec.template.spec.containers[pull].args[1]"]);
    });
}

#[test]
fn the_way_round_names_the_objects() {
    compared(
        BASE,
        &BASE.replace(
            "[ReadWriteMany]\n  resources: {requests: {storage: 10Gi}}\n---\napiVersion: v1\nkind: Service",
            "[ReadWriteOnce]\n  resources: {requests: {storage: 10Gi}}\n---\napiVersion: v1\nkind: Service",
        ),
        |changes| {
            let refused = changes.changes[0].refused.as_ref().expect("refused");
            let expected = [
                "kubectl -n barn scale deployment/llama-farm --replicas=0",
                "kubectl -n barn delete persistentvolumeclaim llama-models",
                APPLY,
            ];
            assert_eq!(refused.instead, expected);
        },
    );
    compared(BASE, &BASE.replace("serviceName: llama-herd", "serviceName: llama-flock"), |changes| {
        let refused = changes.changes[0].refused.as_ref().expect("refused");
        assert_eq!(refused.instead, ["kubectl -n barn delete statefulset llama-herd --cascade=orphan", APPLY]);
    });
}

/// Runs `diff` in a folder with these files.
fn run(files: &[(&str, &str)], arguments: &[&str], stdin: Option<&str>) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::create_dir_all(folder.path().join(name).parent().expect("a folder")).expect("a folder");
        fs::write(folder.path().join(name), text).expect("it is written");
    }
    let input = match stdin {
        Some(name) => fs::File::open(folder.path().join(name)).expect("a file").into(),
        None => Stdio::null(),
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_ollama-k8s"));
    command.arg("diff").args(arguments).current_dir(&folder).stdin(input).output().expect("it runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("it was not killed")
}

#[test]
fn the_status_says_whether_there_is_a_difference() {
    let changed = BASE.replace("24h", "1h");
    let files = [
        ("old.yaml", BASE),
        ("new.yaml", changed.as_str()),
        ("folder/a.yaml", BASE),
        ("broken.yaml", "apiVersion: v1\nkind: [\n"),
    ];
    for (arguments, stdin, expected) in [
        (&["old.yaml", "old.yaml"][..], None, 0),
        (&["old.yaml", "folder"], None, 0),
        (&["-", "new.yaml"], Some("new.yaml"), 0),
        (&["old.yaml", "new.yaml"], None, 1),
        (&["old.yaml", "new.yaml", "-o", "json"], None, 1),
        (&["-", "new.yaml"], None, 1),
        (&["old.yaml"], None, 2),
        (&["-", "-"], None, 2),
        (&["old.yaml", "new.yaml", "--set", "replicas=2"], None, 2),
        (&["old.yaml", "broken.yaml"], None, 3),
        (&["old.yaml", "ha-rwx"], None, 3),
        (&["old.yaml", "nowhere.yaml"], None, 4),
    ] {
        let output = run(&files, arguments, stdin);
        assert_eq!(status(&output), expected, "{arguments:?} {}", text(&output.stderr));
        assert_eq!(output.stdout.is_empty(), expected > 1, "{arguments:?}");
        assert_eq!(output.stderr.is_empty(), expected <= 1, "{arguments:?} {}", text(&output.stderr));
    }
}

#[test]
fn the_same_object_twice_is_no_side_of_a_comparison() {
    let twice = format!("{BASE}---\n{}", BASE.split("---\n").nth(5).expect("a Secret"));
    let output = run(&[("a.yaml", BASE), ("b.yaml", &twice)], &["a.yaml", "b.yaml"], None);
    assert_eq!(status(&output), 3);
    assert!(
        text(&output.stderr).contains("Secret/llama-key in barn is there twice, also at b.yaml:"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_profile_is_rendered_and_layers_are_for_the_new_side() {
    let output = run(&[], &["single-gpu", "single-gpu"], None);
    assert_eq!((status(&output), text(&output.stderr)), (0, ""));
    let output = run(&[], &["single-gpu", "single-gpu", "--set", "server.contextLength=16384"], None);
    let shown = text(&output.stdout);
    assert_eq!(status(&output), 1, "{}", text(&output.stderr));
    assert!(shown.contains("  data.OLLAMA_CONTEXT_LENGTH: 8192 -> 16384\n"), "{shown}");
    assert!(shown.contains("  > models are loaded again, not pulled again: they are on the claim ollama-models (/models), which is kept\n"), "{shown}");
    assert!(shown.ends_with("; restarts: Deployment/ollama\n"), "{shown}");
    let profile = "apiVersion: ollama-k8s/v1\nkind: Profile\nname: llama-farm\nmodels: [llama3.2:3b]\n";
    let more = profile.replace("3b]", "3b, llama3.2:1b]");
    let output = run(&[("old.yaml", profile), ("new.yaml", &more)], &["-", "new.yaml"], Some("old.yaml"));
    let shown = text(&output.stdout);
    assert!(
        shown.contains("pulled: llama3.2:1b: the others are on the claim llama-farm-models (/models), which is kept"),
        "{shown} {}",
        text(&output.stderr)
    );
}

#[test]
fn scripts_get_what_the_design_promises() {
    let new = BASE.replace("serviceName: llama-herd", "serviceName: llama-flock").replace("\"8192\"", "\"4096\"");
    let output = run(&[("a.yaml", BASE), ("b.yaml", &new)], &["a.yaml", "b.yaml", "-o", "json"], None);
    let json: Value = k8s_openapi::serde_json::from_slice(&output.stdout).expect("json");
    let [farm, herd] = &json["changes"].as_array().expect("a list")[..] else { panic!("{json:#}") };
    assert_eq!(farm["object"], "Deployment/llama-farm");
    assert_eq!((&farm["change"], &farm["restarts"], &farm["reloads"]), (&"changed".into(), &true.into(), &true.into()));
    assert_eq!(farm["fields"][0]["path"], "spec.template.spec.containers[llama].env[OLLAMA_CONTEXT_LENGTH].value");
    assert_eq!((&farm["fields"][0]["old"], &farm["fields"][0]["new"]), (&"8192".into(), &"4096".into()));
    assert_eq!((&farm["refused"], &farm["unserved"]["seconds"]), (&Value::Null, &0.into()));
    assert_eq!((&herd["object"], &herd["restarts"]), (&"StatefulSet/llama-herd".into(), &false.into()));
    assert_eq!(herd["refused"]["fields"][0], "spec.serviceName");
}

#[test]
fn no_secret_is_in_any_output() {
    let old = BASE.replace("args: [pull,", "args: [pull, \"--api-key=hay-in-the-barn\",");
    let new = old
        .replace("hay-and-oats", "hay-and-barley")
        .replace("hay-for-the-winter", "hay-for-the-summer")
        .replace("hay-in-the-barn", "hay-on-the-field")
        .replace("name: llama-pod,", "name: llama-pod-2,")
        .replace("value: b}]", "value: b}, {name: MY_PASSWORD, value: hay-hay}, {name: HTTPS_PROXY, value: \"http://llama:hay-stack@proxy\"}]")
        .replace("data: {breed: alpaca}", "data: {breed: alpaca, API_KEY: hay-key}");
    let broken = format!("{new}---\napiVersion: v1\nkind: Secret\nstringData: {{a: hay-broken, [\n");
    let files = [("a.yaml", old.as_str()), ("b.yaml", new.as_str()), ("c.yaml", broken.as_str())];
    for arguments in
        [&["a.yaml", "b.yaml"][..], &["a.yaml", "b.yaml", "-o", "json"], &["b.yaml", "a.yaml"], &["a.yaml", "c.yaml"]]
    {
        let output = run(&files, arguments, None);
        assert!(status(&output) > 0);
        for stream in [&output.stdout, &output.stderr] {
            assert!(!text(stream).contains("hay-"), "{arguments:?} {}", text(stream));
        }
    }
    let shown = run(&files, &["a.yaml", "b.yaml"], None);
    assert!(text(&shown.stdout).contains("  stringData.key: another value (hidden)\n"), "{}", text(&shown.stdout));
}

#[test]
fn only_what_the_api_server_sees_as_another_value_differs() {
    let head = |kind: &str| {
        let api = match kind {
            "NetworkPolicy" => "networking.k8s.io/v1",
            "HelmRelease" => "helm.toolkit.fluxcd.io/v2",
            "Deployment" => "apps/v1",
            _ => "v1",
        };
        format!("apiVersion: {api}\nkind: {kind}\nmetadata: {{name: llama, namespace: barn}}\n")
    };
    for (kind, old, new, paths) in [
        (
            "Service",
            "spec: {ports: [{port: 1}, {port: 2}]}",
            "spec: {ports: [{port: 2, targetPort: 2}, {port: 1}]}",
            &[][..],
        ),
        (
            "Service",
            "spec: {ports: [{port: 1}]}",
            "spec: {ports: [{port: 1, targetPort: 3}]}",
            &["spec.ports[1].targetPort"],
        ),
        (
            "Service",
            "spec: {ports: [{port: 53}]}",
            "spec: {ports: [{port: 53}, {port: 53, protocol: UDP}]}",
            &["spec.ports[53/UDP]"],
        ),
        (
            "NetworkPolicy",
            "spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}]}, {ports: [{port: 1}]}]}",
            "spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{ports: [{port: 1, protocol: TCP}]}, {from: [{podSelector: {}}]}]}",
            &[],
        ),
        (
            "NetworkPolicy",
            "spec: {podSelector: {}, ingress: [{ports: [{port: 1}]}]}",
            "spec: {podSelector: {}, ingress: [{ports: [{port: 2}]}]}",
            &["spec.ingress[0].ports[1]", "spec.ingress[0].ports[2]"],
        ),
        (
            "LimitRange",
            "spec: {limits: [{type: Container, max: {cpu: 2, memory: 1Gi}}, {type: Pod}]}",
            "spec: {limits: [{type: Pod}, {type: Container, max: {cpu: 2000m, memory: 1024Mi}}]}",
            &[],
        ),
        (
            "ResourceQuota",
            "spec: {hard: {requests.nvidia.com/gpu: 1}}",
            "spec: {hard: {requests.nvidia.com/gpu: \"2\"}}",
            &["spec.hard[requests.nvidia.com/gpu]"],
        ),
        ("ConfigMap", "data: {a: \"1\"}\nbinaryData: {}", "data: {a: \"1\", b: null}\nstatus: {}", &[]),
        ("ConfigMap", "data: {a: 1Gi}", "data: {a: 1024Mi}", &["data.a"]),
        (
            "Deployment",
            "spec: {template: {spec: {tolerations: [], containers: [{name: a, image: \"b:1\"}]}}}",
            "spec: {replicas: 1, template: {spec: {securityContext: {}, containers: [{name: a, image: \"b:1\", imagePullPolicy: IfNotPresent, resources: {}}]}}}",
            &[],
        ),
        (
            "Deployment",
            "spec: {template: {spec: {containers: [{name: a, image: b}]}}}",
            "spec: {template: {spec: {containers: [{name: a, image: b, imagePullPolicy: IfNotPresent}]}}}",
            &["spec.template.spec.containers[a].imagePullPolicy"],
        ),
        (
            "Deployment",
            "spec: {template: {spec: {containers: [{name: a, args: [x, y, z]}]}}}",
            "spec: {template: {spec: {containers: [{name: a, args: [x, w, z]}]}}}",
            &["spec.template.spec.containers[a].args[1]"],
        ),
        (
            "HelmRelease",
            "spec: {values: {replicas: 1, list: [{name: a}, {name: b}]}}",
            "spec: {values: {list: [{name: b}, {name: a}]}}",
            &["spec.values.list[0].name", "spec.values.list[1].name", "spec.values.replicas"],
        ),
    ] {
        compared(&(head(kind) + old), &(head(kind) + new), |changes| {
            let found = changes.changes.iter().flat_map(|change| &change.fields);
            let found: Vec<String> = found.map(|field| field.way.shown()).collect();
            assert_eq!(found, paths, "{kind}: {old} -> {new}");
        });
    }
}
