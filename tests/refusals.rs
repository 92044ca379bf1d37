//! Is what cannot work refused, with the sum and the ways out?
//!
//! Each file of `tests/refused` is a profile; what `render` says of it stands in `snapshots/refused`.

mod built_in;

use std::path::Path;
use std::process::Command;
use std::{fs, str};

use built_in::{names, try_render};
use ollama_k8s::Refusal;

#[test]
fn each_refused_profile_is_told_what_was_reviewed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refused");
    let mut files: Vec<_> =
        fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    files.sort();
    assert!(files.len() > 10);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/refused");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for file in files {
            let output = Command::new(env!("CARGO_BIN_EXE_ollama-k8s"))
                .current_dir(&folder)
                .args(["render", "--color=never"])
                .arg(&file)
                .output()
                .expect("it runs");
            assert_eq!(output.status.code(), Some(3), "{file:?}");
            assert!(output.stdout.is_empty(), "{file:?}");
            let name = Path::new(&file).file_stem().expect("a name").to_string_lossy().into_owned();
            insta::assert_snapshot!(name, str::from_utf8(&output.stderr).expect("text"));
        }
    });
}

/// The messages of a refusal.
fn refusal(profile: &str, settings: &[&str]) -> Vec<String> {
    match try_render(profile, settings) {
        Ok(_) => panic!("{profile} with {settings:?} is rendered"),
        Err(Refusal::Profile(problems)) => problems.into_iter().map(|problem| problem.message).collect(),
        Err(Refusal::Bundle(findings)) => findings.into_iter().map(|finding| finding.rule.id.to_owned()).collect(),
    }
}

#[test]
fn who_is_kept_out_by_others_alone_is_warned_of() {
    for (way, said) in [
        ("expose.gateway={parent: {name: a}, hostnames: [a.example.com]}", "a policy of the Gateway alone"),
        ("expose.service={type: LoadBalancer, sourceRanges: [10.0.0.0/8]}", "the list of ranges alone"),
    ] {
        let rendered = built_in::render("single-gpu", &[way]);
        assert!(rendered.warnings[0].message.contains(said), "{:?}", rendered.warnings);
        assert!(rendered.findings.is_empty(), "{:?}", rendered.findings);
        let keyed = built_in::render("single-gpu", &[way, "expose.proxy={keys: a}"]);
        assert!(keyed.warnings.iter().all(|warning| !warning.message.contains("Ollama asks nobody")), "{way}");
    }
}

#[test]
fn the_classic_mistakes_are_refused_with_their_sums() {
    for (profile, setting, sum) in [
        ("single-gpu", "models=[lama3.3:70b]", "did you mean llama3.3:70b?"),
        ("cpu-72b", "hardware.memory=4Gi", "44.2 weights + 2.5 KV cache"),
        ("cpu-72b", "storage.size=10Gi", "44.2 models"),
        ("single-gpu", "models=[llama3.3:70b]; hardware.gpu.memory=24Gi", "39.0 weights + 2.5 KV cache"),
        ("single-gpu", "hardware.gpu=l4; server.parallel=2; server.contextLength=131072", "32.0 KV cache"),
        ("single-gpu", "models=[qwen2.5:72b]; hardware.gpu.memory=24Gi", "43.5 weights"),
        ("single-gpu", "hardware.gpu={model: l4, memory: 24Gi}", "both a card and its memory"),
        ("single-gpu", "hardware.gpu=voodoo2", "no GPU \"voodoo2\""),
        ("single-gpu", "models=[{name: a, size: 1Gi, layers: 4294967295, kvHeads: 8, headDim: 64}]", "more than 4096"),
        ("cpu-72b", "quota={requests.memory: 50Gi}", "2 pods x 49Gi"),
        ("single-gpu", "server.contextCheckpoints=33", "more than llama-server keeps"),
        ("single-gpu", "replicas=2", "ReadWriteOnce"),
        ("single-gpu", "hardware.gpu.count=4294967295", "on one node"),
        ("ha-rwx", "replicas=4294967295", "4294967295 servers"),
        ("single-gpu", "security.runAsUser=4294967295", "no user"),
        ("ha-rwx", "storage.createClass.provisioner=ebs.csi.aws.com", "one node only"),
        ("ha-rwx", "expose.ingress.auth=null", "open to whoever"),
        ("ha-rwx", "disruption.maxUnavailable=0", "every drain"),
        ("ha-rwx", "quota={limits.nvidia.com/gpu: \"3\"}", "counts nothing"),
        ("ha-rwx", "quota={requests.nvidia.com/gpu: \"2\"}", "3 pods x 1"),
        ("eks-efs", "storage.createClass.parameters.uid=\"0\"", "the pods run as 1000"),
        ("single-gpu", "security.runAsUser=0", "root"),
        ("single-gpu", "server.version=0.29.0", "too old"),
        ("single-gpu", "server.env={OLLAMA_CONTEXT_LENGTH: \"1\"}", "not to be set by hand"),
        ("single-gpu", "pull.by=job", "into a zone that no server can reach"),
        ("per-replica", "pull.by=job", "into a zone that no server can reach"),
        ("ha-rwx", "pull.by=init", "write to one store at once"),
        ("single-gpu", "storage.topology=ephemeral; pull.by=none", "nobody would fill it"),
        ("single-gpu", "storage.topology=ephemeral; pull.by=job", "cannot reach the disks"),
        ("local-copy", "pull.by=init", "nothing is pulled"),
        ("single-gpu", "storage={topology: copy}", "nothing that could be copied"),
        ("local-copy", "storage.existingClaim=models", "no pod would mount this claim"),
        ("local-copy", "models=[{name: llama3.1:8b, contextLength: 4096}]", "nobody here may write"),
        (
            "single-gpu",
            "storage={topology: copy, source: {image: r.example/m:1}}",
            "from Kubernetes 1.36 on, and this must run on 1.28",
        ),
        ("single-gpu", "storage={topology: image}", "no image is named"),
        ("single-gpu", "storage.source={claim: models}", "nothing would be taken from there"),
        ("ha-rwx", "storage.existingClaim=models", "already has its class"),
        ("single-gpu", "storage={topology: ephemeral, class: fast}", "no claim that could have a class"),
        ("single-gpu", "storage={topology: ephemeral, size: 2Gi}", "4.6 models"),
        ("single-gpu", "pull.proxy={https: \"http://user:secret@proxy:3128\"}", "for all to read"),
        ("single-gpu", "pull.proxy={https: proxy}", "not a URL"),
        ("single-gpu", "pull.proxy={https: \"http://proxy:1\"}; pull.insecure=true", "plain http does not go through"),
        ("single-gpu", "pull.caBundle={configMap: ca, key: ../ca}", "not a key"),
        ("single-gpu", "models=[{name: a, modelfile: \"FROM ./a.gguf\"}]", "no pod has it"),
        ("single-gpu", "models=[{name: a, modelfile: \"FROM a\"}]", "made of itself"),
        ("single-gpu", "models=[{name: a, modelfile: \"SYSTEM x\"}]", "no FROM"),
        ("single-gpu", "models=[{name: llama3.1:8b, contextLength: 7}]", "not a context that can be served"),
        (
            "single-gpu",
            "models=[{name: a, contextLength: 512, modelfile: \"FROM qwen3:8b\\nPARAMETER num_ctx 1024\"}]",
            "num_ctx 1024",
        ),
        ("single-gpu", "models=[{name: llama3.1:8b, contextLength: 131072}]", "16.0 KV cache"),
        ("autoscaled", "replicas=2", "2 servers, and a number that changes"),
        ("autoscaled", "autoscale.min=4", "from 4 to 4 servers nothing is scaled"),
        ("autoscaled", "autoscale.min=5", "at least 5 servers are more than at most 4"),
        ("autoscaled", "autoscale.max=101", "101 servers cannot be run"),
        ("autoscaled", "storage=null", "4 servers cannot mount one ReadWriteOnce volume"),
        ("autoscaled", "quota={requests.nvidia.com/gpu: \"4\"}", "needs 5 = 5 pods x 1"),
        ("autoscaled", "autoscale.prometheus.threshold=515", "515 is more than the 514 = 2 + 512"),
        ("autoscaled", "autoscale.prometheus.threshold=0", "0 requests each"),
        ("autoscaled", "autoscale.prometheus.serverAddress=prometheus:9090", "not a URL"),
        ("autoscaled", "autoscale.prometheus.serverAddress=http://me:secret@prometheus", "for all to read"),
        ("autoscaled", "autoscale.prometheus.metadata={threshold: \"3\"}", "not to be set here"),
        ("autoscaled", "autoscale.pollingInterval=1s", "nothing new that often"),
        ("autoscaled", "disruption={maxUnavailable: 5}", "more servers than there are"),
        ("single-gpu", "autoscale={min: 0, max: 1}; storage.topology=ephemeral", "none would ever come"),
        ("single-gpu", "autoscale={max: 2}; storage.topology=ephemeral", "no use of CPU or GPU tells it"),
        ("single-gpu", "autoscale={max: 2}; storage.topology=ephemeral", "does not know where Prometheus is"),
        (
            "single-gpu",
            "models=[{name: qwen3:8b, preload: true}, {name: llama3.1:8b, preload: true}]",
            "1 can be in memory at once",
        ),
    ] {
        is_refused(profile, setting, sum);
    }
}

#[test]
fn what_a_platform_or_a_gpu_cannot_do_is_refused() {
    for (profile, setting, reason) in [
        ("single-gpu", "hardware.gpu={vendor: nvidia, model: mi300x}", "this is AMD's"),
        ("single-gpu", "hardware.gpu.resource=amd.com/gpu", "this is AMD's"),
        ("single-gpu", "hardware.gpu={resource: gpu}", "not the resource of a device plugin"),
        (
            "single-gpu",
            "hardware.gpu={resource: nvidia.com/mig-3g.40gb, count: 2}",
            "several slices of one GPU for one",
        ),
        ("single-gpu", "hardware.gpu={resource: nvidia.com/mig-1g.99gb}", "the memory of this slice"),
        (
            "single-gpu",
            "models=[llama3.3:70b]; hardware.gpu={resource: nvidia.com/mig-3g.40gb}",
            "39.3 GiB cannot hold",
        ),
        ("single-gpu", "hardware.gpu={resource: nvidia.com/gpu.shared}", "nobody can tell"),
        ("single-gpu", "hardware.gpu={resource: nvidia.com/gpu.shared, memory: 12Gi, count: 2}", "no more than one"),
        ("single-gpu", "hardware.gpu.dra=true", "from Kubernetes 1.34 on, and this must run on 1.28"),
        ("single-gpu", "kubernetes=1.34; hardware.gpu={dra: true, model: mi300x}", "no class of devices of AMD"),
        ("single-gpu", "kubernetes=1.34; hardware.gpu={dra: true, resource: nvidia.com/gpu}", "ask for two GPUs"),
        ("single-gpu", "platform=gke-autopilot", "only for a card that is named"),
        ("single-gpu", "platform=gke; hardware.gpu=rtx4090", "no node of gke with rtx4090"),
        ("single-gpu", "platform=aks; hardware.gpu=a10:4", "no node of aks with 4 x a10"),
        ("single-gpu", "platform=gke; hardware.gpu={resource: nvidia.com/mig-3g.40gb}", "calls slices nvidia.com/gpu"),
        ("single-gpu", "hardware.gpu=mi300x; server.image={tag: 0.34.2}", "holds no ROCm"),
        ("single-gpu", "server.version=0.34.2-rocm", "holds ROCm and no CUDA"),
        ("single-gpu", "hardware.gpu=arc-b580; server.version=0.34.2-rocm", "holds ROCm and no Vulkan"),
        ("ha-rwx", "storage.createClass=null; storage.class=local-path", "volumes of local-path"),
        (
            "single-gpu",
            "platform=gke-autopilot; hardware.gpu=l4; storage.createClass={provisioner: rancher.io/local-path}",
            "gke-autopilot refuses to mount",
        ),
        (
            "single-gpu",
            "platform=gke-autopilot; hardware.gpu=null; models=[qwen3:14b]; storage={topology: ephemeral}",
            "may have of the node's disk: 10Gi",
        ),
        (
            "ha-rwx",
            "storage.createClass={provisioner: filestore.csi.storage.gke.io, parameters: {tier: zonal}}; storage.size=100Gi",
            "no volume below 1Ti with tier zonal",
        ),
        (
            "ha-rwx",
            "storage.createClass={provisioner: file.csi.azure.com, parameters: {skuName: Standard_LRS}}",
            "NFS with premium storage only",
        ),
    ] {
        is_refused(profile, setting, reason);
    }
}

/// With these settings, and with a message that says why.
fn is_refused(profile: &str, settings: &str, reason: &str) {
    let messages = refusal(profile, &settings.split("; ").collect::<Vec<_>>());
    assert!(messages.iter().any(|message| message.contains(reason)), "{profile} {settings}: {messages:?}");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn whatever_is_set_is_rendered_or_refused_and_never_a_panic() {
    let values = [
        "null",
        "auto",
        "off",
        "0",
        "1",
        "2",
        "-1",
        "99999999999",
        "1.5",
        "true",
        "a",
        "A B",
        "",
        "[]",
        "{}",
        "[a]",
        "{a: b}",
        "1Gi",
        "999999Ti",
        "1s",
        "9999999h",
        "é",
        "10.0.0.0/8",
        "shared",
        "perReplica",
        "copy",
        "image",
        "ephemeral",
        "none",
        "{claim: a}",
        "{image: a}",
        "forever",
    ];
    let paths = [
        "name",
        "namespace",
        "createNamespace",
        "kubernetes",
        "platform",
        "labels",
        "labels.a",
        "annotations.a",
        "models",
        "models[0]",
        "models[0].name",
        "models[0].size",
        "models[0].kvPerToken",
        "server",
        "server.version",
        "server.image",
        "server.image.tag",
        "server.contextLength",
        "server.parallel",
        "server.keepAlive",
        "server.maxLoadedModels",
        "server.maxQueue",
        "server.kvCache",
        "server.flashAttention",
        "server.loadTimeout",
        "server.promptCache",
        "server.contextCheckpoints",
        "models[0].kvPerToken",
        "models[0].layers",
        "server.drain",
        "server.origins",
        "server.env.A",
        "server.envFrom",
        "hardware",
        "hardware.gpu",
        "hardware.gpu.count",
        "hardware.gpu.model",
        "hardware.gpu.memory",
        "hardware.gpu.vendor",
        "hardware.gpu.resource",
        "hardware.gpu.dra",
        "hardware.gpu.renderGroup",
        "hardware.cpu",
        "hardware.memory",
        "hardware.nodeSelector.a",
        "hardware.tolerations",
        "hardware.runtimeClass",
        "replicas",
        "autoscale",
        "autoscale.min",
        "autoscale.max",
        "autoscale.cooldown",
        "autoscale.prometheus.query",
        "autoscale.prometheus.threshold",
        "spread.over",
        "spread.required",
        "storage.topology",
        "storage.size",
        "storage.class",
        "storage.createClass",
        "storage.createClass.parameters",
        "storage.existingClaim",
        "storage.source",
        "pull.by",
        "pull.from",
        "pull.insecure",
        "pull.caBundle",
        "pull.proxy",
        "pull.key",
        "models[0].contextLength",
        "models[0].modelfile",
        "models[0].preload",
        "pull.timeout",
        "expose.service.port",
        "expose.ingress",
        "expose.ingress.host",
        "expose.ingress.tls",
        "expose.ingress.auth",
        "expose.ingress.timeout",
        "expose.ingress.paths",
        "network.allowFrom",
        "network.allowFrom[0].cidr",
        "network.egress",
        "quota",
        "quota.pods",
        "disruption",
        "disruption.maxUnavailable",
        "security.runAsUser",
        "security.podSecurity",
        "needs",
    ];
    let mut rendered = 0;
    for name in names() {
        for path in paths {
            for value in values {
                let mut sources = ollama_k8s::tree::Sources::default();
                let base = sources.add(name, ollama_k8s::profile::built_in(name).expect("built in").text);
                let setting = sources.add("--set", format!("{path}={value}"));
                if let Ok(loaded) = ollama_k8s::profile::assemble(&sources, base, &[], &[setting])
                    && let Ok(done) = ollama_k8s::render(&loaded.profile, &ollama_k8s::text::MadeFrom::default())
                {
                    let mut text = String::new();
                    ollama_k8s::yaml::write(&done.bundle, ollama_k8s::yaml::Format::Yaml, &mut text);
                    rendered += 1;
                }
            }
        }
    }
    assert!(rendered > 500, "only {rendered} were rendered");
}
