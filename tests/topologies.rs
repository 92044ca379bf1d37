//! Does each way for models to reach a pod become the pods and claims that it needs?

mod built_in;

use built_in::{load, render, text};
use k8s_openapi::api::core::v1::{Container, PodSpec};
use ollama_k8s::Rendered;
use ollama_k8s::bundle::Object;
use ollama_k8s::scope::Scope;
use ollama_k8s::yaml::Format;

/// The pod that serves.
fn server(rendered: &Rendered) -> &PodSpec {
    let scope = Scope::of_made(rendered.bundle.iter(), &[]);
    let server = scope.servers().next().expect("servers");
    server.pod
}

fn init<'a>(pod: &'a PodSpec, name: &str) -> &'a Container {
    pod.init_containers.iter().flatten().find(|container| container.name == name).expect(name)
}

fn value<'a>(container: &'a Container, name: &str) -> Option<&'a str> {
    container.env.iter().flatten().find(|variable| variable.name == name)?.value.as_deref()
}

fn kinds(rendered: &Rendered) -> Vec<&str> {
    rendered.bundle.iter().map(Object::kind).collect()
}

#[test]
fn each_topology_has_its_workload_its_init_containers_and_its_claims() {
    for (profile, settings, workload, containers, read_only, claims) in [
        ("single-gpu", &[][..], "Deployment", "pull", false, 1),
        ("single-gpu", &["pull.by=none"], "Deployment", "wait", true, 1),
        ("single-gpu", &["storage.existingClaim=given"], "Deployment", "pull", false, 0),
        ("single-gpu", &["storage={topology: ephemeral}"], "Deployment", "pull", false, 0),
        ("ha-rwx", &[], "Deployment", "wait", true, 1),
        ("ha-rwx", &["pull.by=none"], "Deployment", "wait", true, 1),
        (
            "single-gpu",
            &["replicas=2", "storage={topology: shared, existingClaim: given}"],
            "Deployment",
            "wait",
            true,
            1,
        ),
        ("per-replica", &[], "StatefulSet", "pull", false, 0),
        ("local-copy", &[], "Deployment", "wait copy", true, 0),
        ("local-copy", &["storage.class=fast"], "StatefulSet", "wait copy", true, 0),
        (
            "single-gpu",
            &["storage={topology: image, source: {image: a.b/c:1}}", "kubernetes=1.36"],
            "Deployment",
            "wait",
            true,
            0,
        ),
    ] {
        let rendered = render(profile, settings);
        let pod = server(&rendered);
        let names: Vec<&str> = pod.init_containers.iter().flatten().map(|container| container.name.as_str()).collect();
        assert_eq!(names.join(" "), containers, "{profile} {settings:?}");
        assert!(kinds(&rendered).contains(&workload), "{profile} {settings:?}");
        let mounts = pod.containers[0].volume_mounts.iter().flatten();
        let store = mounts.into_iter().find(|mount| mount.mount_path == "/models").expect("a store");
        assert_eq!(store.read_only.unwrap_or_default(), read_only, "{profile} {settings:?}");
        let own = kinds(&rendered).iter().filter(|kind| **kind == "PersistentVolumeClaim").count();
        // An existing claim is mounted and not brought.
        let given = pod
            .volumes
            .iter()
            .flatten()
            .any(|volume| volume.persistent_volume_claim.as_ref().is_some_and(|claim| claim.claim_name == "given"));
        assert_eq!(own + usize::from(given && claims > 0), claims, "{profile} {settings:?}");
    }
}

#[test]
fn whoever_only_reads_brings_no_group_and_cleans_nothing() {
    for (profile, settings, group) in [
        ("ha-rwx", &[][..], None),
        ("single-gpu", &["storage={topology: image, source: {image: a.b/c:1}}", "kubernetes=1.36"], None),
        ("single-gpu", &["pull.by=none"], Some(1000)),
        // Whoever copies the models in does so through a pod of the bundle, unless the claim is somebody else's.
        ("ha-rwx", &["pull.by=none"], Some(1000)),
        ("ha-rwx", &["pull.by=none", "storage={topology: shared, existingClaim: given}"], None),
        ("local-copy", &[], Some(1000)),
        ("per-replica", &[], Some(1000)),
    ] {
        let rendered = render(profile, settings);
        let pod = server(&rendered);
        assert_eq!(pod.security_context.as_ref().and_then(|context| context.fs_group), group, "{profile}");
        let cleans = !text(&rendered, Format::Yaml).contains("\n  OLLAMA_NOPRUNE: \"1\"\n");
        assert_eq!(cleans, profile == "per-replica", "{profile} {settings:?}");
    }
}

#[test]
fn what_is_on_the_node_s_disk_is_reserved_there() {
    let rendered = render("single-gpu", &["storage={topology: ephemeral}"]);
    let resources = server(&rendered).containers[0].resources.as_ref().expect("resources");
    let amount = |map: &Option<std::collections::BTreeMap<String, _>>| {
        let quantity: &k8s_openapi::apimachinery::pkg::api::resource::Quantity =
            &map.as_ref().expect("amounts")["ephemeral-storage"];
        quantity.0.clone()
    };
    // 5Gi of models; 64Mi of logs, or 256Mi of them and 2Gi of home.
    assert_eq!((amount(&resources.requests).as_str(), amount(&resources.limits).as_str()), ("5184Mi", "7424Mi"));
}

#[test]
fn what_several_models_are_made_of_is_pulled_and_counted_once() {
    let models = "models=[qwen3:8b, {name: a, modelfile: FROM qwen3:8b}, {name: b, modelfile: FROM a}]";
    let settings = [models, "server.maxLoadedModels=1", "hardware.gpu.memory=24Gi"];
    let rendered = render("single-gpu", &settings);
    let pull = init(server(&rendered), "pull");
    assert_eq!(value(pull, "MODELS"), Some("qwen3:8b"));
    let made = value(pull, "CREATE").expect("what is made");
    assert!(made.starts_with("a:latest=") && made.contains(" b:latest="), "{made}");
    let changed =
        [models.replace("name: a, modelfile: FROM qwen3:8b", "name: a, contextLength: 512, modelfile: FROM qwen3:8b")];
    let changed = render("single-gpu", &[changed[0].as_str(), settings[1], settings[2]]);
    let b_of = |made: &str| made.split(' ').next_back().map(str::to_owned);
    let again = value(init(server(&changed), "pull"), "CREATE").expect("what is made");
    assert_ne!(b_of(made), b_of(again), "what is made of it is made again");
    let one = render("single-gpu", &["models=[qwen3:8b]", "hardware.gpu.memory=24Gi"]);
    let size = |rendered: &Rendered| {
        let text = text(rendered, Format::Yaml);
        text.lines().find(|line| line.contains("storage: \"")).map(str::to_owned)
    };
    assert_eq!(size(&rendered), size(&one));
}

#[test]
fn a_modelfile_stands_in_the_bundle_as_it_was_written() {
    let profile = r#"models=[{name: hand, modelfile: "FROM qwen3:8b\nSYSTEM \"\"\"$HOME `id` 'x' \\ é\"\"\""}]"#;
    let rendered = render("single-gpu", &[profile]);
    let files = rendered.bundle.iter().find_map(|object| match object {
        Object::ConfigMap(map) => map.data.iter().flatten().find(|(name, _)| name.starts_with("modelfile-")),
        _ => None,
    });
    let (_, text) = files.expect("a file");
    assert_eq!(text, "FROM qwen3:8b\nSYSTEM \"\"\"$HOME `id` 'x' \\ é\"\"\"\n");
}

#[test]
fn a_context_of_its_own_is_a_parameter_of_the_model_and_in_the_sums() {
    let memory = |settings: &[&str]| {
        let rendered = render("cpu-72b", settings);
        text(&rendered, Format::Yaml).lines().find(|line| line.contains("KV cache")).map(str::to_owned)
    };
    let own = ["models=[{name: qwen3:8b, contextLength: 16384}]"];
    assert_eq!(memory(&own), memory(&["models=[qwen3:8b]", "server.contextLength=16384"]));
    let rendered = render("cpu-72b", &own);
    assert!(text(&rendered, Format::Yaml).contains("    FROM qwen3:8b\n    PARAMETER num_ctx 16384\n"));
    let pull = init(server(&rendered), "pull");
    assert!(value(pull, "CREATE").is_some_and(|made| made.starts_with("qwen3:8b=")));
}

#[test]
fn what_is_made_of_a_model_has_its_context_and_is_pulled_by_its_port() {
    let models = "models=[{name: qwen3:8b, contextLength: 16384}, {name: a, modelfile: FROM qwen3:8b}, \
                  {name: b, size: 1Gi, kvPerToken: 1Ki, modelfile: \"FROM r.example:5000/x/y\"}]";
    let (plan, problems) = ollama_k8s::plan::draft(&load("single-gpu", &[models, "hardware.gpu.memory=48Gi"]).profile);
    let plan = plan.expect("a plan");
    assert!(problems.is_empty(), "{problems:?}");
    let contexts: Vec<u64> = plan.models.iter().map(|model| plan.load.context_of(&model.shape)).collect();
    assert_eq!(contexts, [16_384, 16_384, 8192]);
    let registry = plan.registry.expect("it is pulled");
    assert_eq!((registry.egress.ports.as_slice(), registry.egress.may_be_private), (&[443, 5000][..], true));
}

#[test]
fn a_model_that_is_preloaded_is_loaded_by_the_startup_probe() {
    let rendered = render("single-gpu", &["models=[{name: llama3.1:8b, preload: true}]"]);
    let container = &server(&rendered).containers[0];
    assert_eq!(value(container, "PRELOAD"), Some("llama3.1:8b"));
    let probe = container.startup_probe.as_ref().expect("a probe");
    let command = probe.exec.as_ref().and_then(|exec| exec.command.as_ref()).expect("a command");
    assert_eq!(command.join(" "), "/bin/sh /scripts/preload.sh");
    // 3m to start, and 98 s to load 4.9 GB at 100 MB/s, twice over.
    assert_eq!(probe.timeout_seconds, Some(300));
}

#[test]
fn the_puller_alone_knows_the_way_to_the_registry() {
    let pull = "pull={from: \"r.example:5000\", caBundle: {configMap: ca}, key: key, \
                proxy: {https: \"http://p.example:3128\", noProxy: [.a, .b]}}";
    let rendered = render("ha-rwx", &[pull]);
    let text = text(&rendered, Format::Yaml);
    for once in [
        "value: http://p.example:3128\n",
        "value: \".a,.b\"\n",
        "value: /authorities/ca.crt\n",
        "mountPath: /home/ollama/.ollama\n",
        "value: \"r.example:5000/library/llama3.1:8b=llama3.1:8b\"\n",
        "- port: 3128\n",
        "- port: 5000\n",
    ] {
        assert_eq!(text.matches(once).count(), 1, "{once}");
    }
    assert!(text.contains("#   ConfigMap ca: ca.crt, ") && text.contains("#   Secret key: id_ed25519, "));
}

#[test]
fn what_nobody_here_would_use_is_said() {
    let profile = load("local-copy", &["pull.key=key"]).profile;
    let (_, problems) = ollama_k8s::plan::draft(&profile);
    assert!(problems.iter().any(|problem| problem.message == "nothing is pulled, so this does nothing"));
}
