//! Do the built-in profiles become bundles that a team would commit?

mod built_in;

use std::collections::BTreeSet;

use built_in::{load, names, render, text};
use k8s_openapi::serde_json::{self, Value};
use ollama_k8s::bundle::Object;
use ollama_k8s::lint::{Options, lint};
use ollama_k8s::scope::Scope;
use ollama_k8s::tree::{Sources, decode};
use ollama_k8s::yaml::{Format, Manifests};

/// All objects of a text as JSON.
fn read_back(text: &str) -> Vec<Value> {
    let mut sources = Sources::default();
    let id = sources.add("written", text);
    let mut manifests = Manifests::default();
    manifests.read(&sources, id);
    assert!(manifests.faults.is_empty(), "{:?}", manifests.faults);
    assert!(manifests.others.is_empty(), "{:?}", manifests.others);
    manifests.objects.iter().map(|written| decode(&written.tree).expect("JSON")).collect()
}

#[test]
fn each_bundle_is_what_was_reviewed() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in names() {
            insta::assert_snapshot!(name, text(&render(name, &[]), Format::Yaml));
        }
    });
}

#[test]
fn what_is_written_reads_back_as_the_same_bundle_in_every_format() {
    for name in names() {
        let rendered = render(name, &[]);
        for format in [Format::Yaml, Format::Kyaml, Format::Json] {
            let again = read_back(&text(&rendered, format));
            let made = rendered.bundle.iter().map(|object| serde_json::to_value(object).expect("JSON"));
            assert!(again.into_iter().eq(made), "{name} as {format:?}");
        }
    }
}

#[test]
fn the_written_text_has_no_findings() {
    for name in names() {
        let mut sources = Sources::default();
        let id = sources.add("written", text(&render(name, &[]), Format::Yaml));
        let found = lint(&sources, [id], &Options::default()).found;
        assert!(found.is_empty(), "{name}: {found:?}");
    }
}

#[test]
fn no_built_in_profile_has_a_warning() {
    for name in names() {
        let rendered = render(name, &[]);
        assert!(rendered.warnings.is_empty(), "{name}: {:?}", rendered.warnings);
        assert!(rendered.findings.is_empty(), "{name}: {:?}", rendered.findings);
    }
}

#[test]
fn each_profile_is_short_and_says_in_its_first_line_what_it_is_for() {
    for profile in ollama_k8s::profile::BUILT_IN {
        let lines = profile.text.lines().filter(|line| !line.trim().is_empty()).count();
        assert!((10..=25).contains(&lines), "{} has {lines} lines", profile.name);
        assert!(profile.text.starts_with("# ") && profile.summary().ends_with('.'), "{}", profile.name);
    }
}

#[test]
fn only_values_that_nobody_can_guess_are_asked_for() {
    let missing = |name| load(name, &[]).missing.into_iter().map(|value| value.path.to_string()).collect::<Vec<_>>();
    assert!(missing("single-gpu").is_empty());
    assert!(missing("cpu-72b").is_empty());
    assert_eq!(missing("ha-rwx").len(), 3);
    assert_eq!(missing("eks-efs").len(), 3);
    assert!(missing("per-replica").is_empty());
    assert_eq!(missing("air-gapped"), ["server.image.repository"]);
    assert_eq!(missing("local-copy"), ["storage.source.claim"]);
    for name in ["gke-l4", "aks-a100", "k3s-local", "openshift"] {
        assert!(missing(name).is_empty(), "{name}");
    }
    assert_eq!(missing("amd-rocm"), ["hardware.gpu.renderGroup"]);
    assert_eq!(missing("autoscaled"), ["autoscale.prometheus.serverAddress", "storage.source.claim"]);
}

#[test]
fn what_a_setting_takes_away_is_not_asked_for() {
    assert!(load("ha-rwx", &["expose={service: {port: 80}}", "storage={topology: ephemeral}"]).missing.is_empty());
    assert!(load("ha-rwx", &["expose=null", "storage=null"]).missing.is_empty());
    assert!(load("local-copy", &["storage.source={image: a.b/c:1}"]).missing.is_empty());
    assert_eq!(load("local-copy", &["storage.topology=copy"]).missing.len(), 1);
    assert_eq!(load("ha-rwx", &["storage.createClass.parameters.server=a.b"]).missing.len(), 2);
    let away = ["expose.ingress=null", "storage.createClass=null", "storage.class=fast"];
    assert!(load("ha-rwx", &away).missing.is_empty());
    let bundle = render("ha-rwx", &away).bundle;
    let kinds: Vec<_> = bundle.iter().map(Object::kind).collect();
    assert!(!kinds.contains(&"Ingress") && !kinds.contains(&"StorageClass"));
}

#[test]
fn the_model_that_readiness_asks_for_is_one_that_the_pod_has_waited_for() {
    for (name, settings) in names().map(|name| (name, vec![])).chain([
        ("single-gpu", vec!["models=[llama3.2:3b, qwen3:8b]"]),
        ("ha-rwx", vec!["models=[{name: hf.co/Farm/Llama:Q4, size: 3Gi, kvPerToken: 64Ki}]"]),
        ("single-gpu", vec!["models=[{name: farm/llama:own, modelfile: FROM llama3.2:3b}]"]),
    ]) {
        let rendered = render(name, &settings);
        let scope = Scope::of_made(rendered.bundle.iter(), &[]);
        for workload in scope.all_workloads() {
            for container in workload.pod.containers.iter().filter(|container| container.name != "proxy") {
                let Some(probe) = &container.readiness_probe else { continue };
                let path = probe.http_get.as_ref().and_then(|get| get.path.as_deref()).expect("a path");
                let model = path.strip_prefix("/v1/models/").expect("a model");
                assert!(!model.contains('/'), "a name with a slash is never found: {model}");
                let pulled: Vec<String> = scope
                    .all_workloads()
                    .iter()
                    .flat_map(|workload| &workload.seats)
                    .flat_map(|seat| seat.container.env.iter().flatten())
                    .flat_map(|variable| {
                        let names = variable.value.iter().flat_map(|value| value.split(' '));
                        // MODELS has the name behind what is pulled, the others have it first.
                        let name = match variable.name.as_str() {
                            "MODELS" => |pair: &str| pair.rsplit('=').next().unwrap_or_default().to_owned(),
                            "CREATE" | "WAIT_FOR" => |pair: &str| pair.split('=').next().unwrap_or_default().to_owned(),
                            _ => return Vec::new(),
                        };
                        names.map(name).collect()
                    })
                    .collect();
                assert!(pulled.iter().any(|name| name == model), "{model} is not among {pulled:?}");
            }
        }
    }
}

#[test]
fn objects_have_distinct_names_and_come_in_the_documented_order() {
    let order = [
        "Namespace",
        "ResourceQuota",
        "LimitRange",
        "StorageClass",
        "ServiceAccount",
        "ConfigMap",
        "PersistentVolumeClaim",
        "Service",
        "Job",
        "Deployment",
        "StatefulSet",
        "PodDisruptionBudget",
        "NetworkPolicy",
        "Middleware",
        "BackendConfig",
        "Ingress",
        "HTTPRoute",
        "ScaledObject",
        "PodMonitor",
    ];
    for name in names() {
        let rendered = render(name, &[]);
        let references: Vec<_> = rendered.bundle.iter().map(Object::reference).collect();
        assert_eq!(references.iter().collect::<BTreeSet<_>>().len(), references.len());
        let places: Vec<_> =
            references.iter().map(|r| order.iter().position(|kind| *kind == r.kind).expect("a kind")).collect();
        assert!(places.is_sorted(), "{name}: {references:?}");
    }
}

/// The API server keeps none, so each apply would count as a change (seen on 1.37).
#[test]
fn no_list_is_written_empty() {
    for name in names() {
        let text = text(&render(name, &[]), Format::Yaml);
        let empty: Vec<&str> = text.lines().filter(|line| line.ends_with("[]")).collect();
        assert!(empty.is_empty(), "{name}: {empty:?}");
    }
}

#[test]
fn nothing_below_a_pod_template_tells_the_version_of_the_tool() {
    for name in names() {
        assert!(!text(&render(name, &[]), Format::Yaml).contains(env!("CARGO_PKG_VERSION")), "{name}");
    }
}

#[test]
fn another_name_and_namespace_leave_no_trace_of_the_first() {
    for name in names() {
        let text = text(&render(name, &["name=llama-farm", "namespace=barn"]), Format::Yaml);
        let others: Vec<&str> = text
            .lines()
            .filter(|line| line.contains("name: ollama") && !line.contains("app.kubernetes.io/name"))
            .collect();
        // The container is called ollama, whatever the release is called.
        assert!(
            others.iter().all(|line| line.trim() == "- name: ollama" || line.contains("secretName")),
            "{name}: {others:?}"
        );
        assert!(text.contains("name: llama-farm") && text.contains("namespace: barn"));
    }
}

/// Its default is 8443, which no load balancer in front of it has (haproxytech/kubernetes-ingress, issue 679).
#[test]
fn the_haproxy_controller_sends_plain_http_to_the_usual_port_where_there_is_a_certificate() {
    for (tls, port) in [("tls: {secret: a}, auth: {basic: a}", Some("443")), ("auth: {none: why}", None)] {
        let way = format!("expose.ingress={{controller: haproxy, host: a.b, {tls}}}");
        let rendered = render("single-gpu", &[&way]);
        let ingress = rendered.bundle.iter().find(|object| object.reference().kind == "Ingress").expect("an Ingress");
        let annotations = ingress.metadata().annotations.as_ref().expect("annotations");
        assert_eq!(annotations.get("haproxy.org/ssl-redirect-port").map(String::as_str), port, "{tls}");
    }
}

#[test]
fn what_stands_above_a_way_in_is_true_of_it() {
    let said = |way: &str| text(&render("single-gpu", &[way]), Format::Yaml);
    for way in
        ["ingress={controller: haproxy, host: a.b, tls: {secret: a}, auth: {basic: a}", "gateway={parent: {name: a}"]
    {
        assert!(said(&format!("expose.{way}}}")).contains("# Only inference: nothing here pulls"), "{way}");
        let all = said(&format!("expose.{way}, paths: all}}"));
        assert!(all.contains("# To everything, also to what pulls") && !all.contains("Only inference"), "{way}");
    }
    assert!(said("expose.proxy={keys: a}").contains("a changed Secret of keys does not"));
    assert!(!said("expose.proxy={paths: all}").contains("Secret of keys"));
}
