//! Do pods carry what is known of their platform and of their GPUs, and is storage what the platform has?

mod built_in;

use std::collections::BTreeSet;

use built_in::render;
use k8s_openapi::serde_json::{self, Value, json};
use ollama_k8s::Rendered;
use ollama_k8s::facts::{CardBy, PLATFORMS, Platform, gpu};

fn objects(rendered: &Rendered, kind: &str) -> Vec<Value> {
    let objects = rendered.bundle.iter().filter(|object| object.kind() == kind);
    objects.map(|object| serde_json::to_value(object).expect("JSON")).collect()
}

fn pod(rendered: &Rendered) -> Value {
    objects(rendered, "Deployment")[0]["spec"]["template"]["spec"].clone()
}

/// What labels of a node must say, wherever it stands: key, and values or the number that they must be above.
fn labels(pod: &Value) -> BTreeSet<(String, String)> {
    let selector = pod["nodeSelector"].as_object().into_iter().flatten();
    let mut labels: BTreeSet<(String, String)> =
        selector.map(|(key, value)| (key.clone(), value.as_str().expect("text").to_owned())).collect();
    let terms = &pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"];
    for expression in terms[0]["matchExpressions"].as_array().into_iter().flatten() {
        let key = expression["key"].as_str().expect("text");
        let values = expression["values"].as_array().expect("values").iter();
        let values: Vec<&str> = values.map(|value| value.as_str().expect("text")).collect();
        labels.insert((key.to_owned(), values.join(" ")));
    }
    labels
}

fn warnings(rendered: &Rendered) -> String {
    rendered.warnings.iter().map(|warning| warning.message.clone() + "\n").collect()
}

/// The card that a test takes on a platform.
fn card(platform: &Platform) -> &'static str {
    if matches!(platform.card_by(), CardBy::Machine("azure")) { "a100-80gb" } else { "l4" }
}

#[test]
fn the_pods_of_each_platform_carry_what_its_row_says() {
    for platform in PLATFORMS {
        let card = card(platform);
        let on = format!("platform={}", platform.name);
        let rendered = render("single-gpu", &[&on, &format!("hardware.gpu={card}")]);
        let pod = pod(&rendered);
        let labels = labels(&pod);
        if let Some((key, value)) = platform.gpu_nodes.split_once('=') {
            assert!(labels.contains(&(key.to_owned(), value.to_owned())), "{on}: {labels:?}");
        }
        let values = platform.card_values(gpu(card).expect("a card"), 1).join(" ");
        assert!(labels.contains(&(platform.card_label.to_owned(), values)), "{on}: {labels:?}");
        let tolerations = pod["tolerations"].as_array().expect("tolerations");
        for taint in platform.taints {
            let (pair, effect) = taint.split_once(':').expect("an effect");
            let (key, value) = pair.split_once('=').expect("a value");
            let bears = |toleration: &Value| {
                toleration["key"] == key
                    && toleration["effect"] == effect
                    && (toleration["operator"] == "Exists" || toleration["value"] == value)
            };
            assert!(tolerations.iter().any(bears), "{on}: {tolerations:?}");
        }
        assert_eq!(pod["runtimeClassName"].as_str().unwrap_or_default(), platform.runtime_class, "{on}");
        let security = &pod["securityContext"];
        assert_eq!(security["runAsUser"].is_null(), platform.gives_user, "{on}");
        assert_eq!(security["runAsGroup"].is_null(), platform.gives_user, "{on}");
        assert_eq!(security["fsGroup"].is_null(), platform.gives_user, "{on}");
        assert_eq!(
            (&security["runAsNonRoot"], &security["seccompProfile"]["type"]),
            (&json!(true), &json!("RuntimeDefault"))
        );
        let annotations = &objects(&rendered, "Deployment")[0]["spec"]["template"]["metadata"]["annotations"];
        for pair in platform.pod_annotations {
            let (key, value) = pair.split_once('=').expect("a value");
            assert_eq!(annotations[key], value, "{on}");
        }
        assert_eq!(warnings(&rendered).contains("no default class"), platform.no_default, "{on}");
        let resources = &pod["containers"][0]["resources"];
        let whole = resources["requests"]["ephemeral-storage"] == resources["limits"]["ephemeral-storage"];
        assert_eq!(whole, platform.scratch > 0, "{on}");
    }
}

#[test]
fn a_size_of_memory_finds_nodes_wherever_it_can_be_read() {
    let found = |platform: &str, memory: &str| {
        let settings = [format!("platform={platform}"), format!("hardware.gpu={{memory: {memory}}}")];
        labels(&pod(&render("single-gpu", &[&settings[0], &settings[1]])))
    };
    let has = |platform: &str, key: &str, value: &str| {
        let labels = found(platform, "40Gi");
        assert!(labels.contains(&(key.to_owned(), value.to_owned())), "{platform}: {labels:?}");
    };
    has("generic", "nvidia.com/gpu.memory", "37683");
    has("eks-auto", "eks.amazonaws.com/instance-gpu-memory", "37683");
    has(
        "gke",
        "cloud.google.com/gke-accelerator",
        "nvidia-tesla-a100 nvidia-a100-80gb nvidia-h100-80gb nvidia-h200-141gb nvidia-b200 nvidia-rtx-pro-6000",
    );
    let rendered = render("single-gpu", &["platform=eks", "hardware.gpu={memory: 12Gi}"]);
    assert!(warnings(&rendered).contains("only with GPU feature discovery"));
}

#[test]
fn what_the_user_gives_wins_over_what_the_platform_has() {
    let key = "cloud.google.com/gke-accelerator";
    let own = format!("hardware.nodeSelector={{{key}: nvidia-l4-vws}}");
    let labels = labels(&pod(&render("gke-l4", &[&own])));
    assert_eq!(labels.into_iter().collect::<Vec<_>>(), [(key.to_owned(), "nvidia-l4-vws".to_owned())]);
    let rendered = render("k3s-local", &["hardware.runtimeClass=nvidia-cdi"]);
    assert_eq!(pod(&rendered)["runtimeClassName"], "nvidia-cdi");
    let rendered = render("openshift", &["security.runAsUser=1234"]);
    assert_eq!(pod(&rendered)["securityContext"]["fsGroup"], 1234);
    assert!(warnings(&rendered).contains("gives each namespace its users"));
}

#[test]
fn two_cards_of_one_name_are_told_apart_by_their_memory() {
    let labels = labels(&pod(&render("single-gpu", &["platform=eks-auto", "hardware.gpu=a100-80gb"])));
    assert!(labels.contains(&("eks.amazonaws.com/instance-gpu-name".into(), "a100".into())), "{labels:?}");
    assert!(labels.contains(&("eks.amazonaws.com/instance-gpu-memory".into(), "75366".into())), "{labels:?}");
}

#[test]
fn a_slice_and_a_share_are_asked_for_and_counted_by_their_own_resource() {
    for (gpu, resource) in [
        ("{resource: nvidia.com/mig-2g.20gb}", "nvidia.com/mig-2g.20gb"),
        ("{resource: nvidia.com/gpu.shared, memory: 12Gi}", "nvidia.com/gpu.shared"),
        ("{resource: nvidia.com/mig-1g.20gb.me}", "nvidia.com/mig-1g.20gb.me"),
    ] {
        let rendered = render("single-gpu", &[&format!("hardware.gpu={gpu}")]);
        let pod = pod(&rendered);
        assert_eq!(pod["containers"][0]["resources"]["limits"][resource], "1", "{gpu}");
        assert_eq!(pod["tolerations"][0]["key"], "nvidia.com/gpu", "a slice is on a node of whole GPUs");
        assert_eq!(objects(&rendered, "ResourceQuota")[0]["spec"]["hard"][format!("requests.{resource}")], "2");
        assert_eq!(warnings(&rendered).contains("not kept apart"), resource.ends_with("shared"), "{gpu}");
        assert!(rendered.findings.is_empty(), "{gpu}: {:?}", rendered.findings);
    }
    let usable =
        render("single-gpu", &["hardware.gpu={resource: nvidia.com/mig-2g.20gb}"]).plan.gpu.expect("a GPU").card.usable;
    assert_eq!(usable.map(|usable| usable.in_mib().to_string()), Some("19968".to_owned()));
}

#[test]
fn a_claim_for_devices_names_what_they_must_be_and_the_quota_counts_it() {
    for (gpu, expression) in [
        ("{model: l4, dra: true}", r#"device.attributes["gpu.nvidia.com"].productName.matches("^(NVIDIA[ -]L4)$")"#),
        ("{memory: 16Gi, dra: true}", r#"device.capacity["gpu.nvidia.com"].memory.compareTo(quantity("15073Mi")) > 0"#),
    ] {
        let rendered = render("single-gpu", &["kubernetes=1.34", &format!("hardware.gpu={gpu}")]);
        let template = &objects(&rendered, "ResourceClaimTemplate")[0];
        assert_eq!(template["apiVersion"], "resource.k8s.io/v1");
        let request = &template["spec"]["spec"]["devices"]["requests"][0]["exactly"];
        assert_eq!((&request["deviceClassName"], &request["count"]), (&json!("gpu.nvidia.com"), &json!(1)));
        assert_eq!(request["selectors"][0]["cel"]["expression"], expression);
        let pod = pod(&rendered);
        let name = &template["metadata"]["name"];
        assert_eq!(pod["resourceClaims"], json!([{ "name": "gpu", "resourceClaimTemplateName": name }]));
        let resources = &pod["containers"][0]["resources"];
        assert_eq!(resources["claims"], json!([{ "name": "gpu" }]));
        assert!(resources["limits"].as_object().expect("limits").keys().all(|key| !key.contains('/')));
        assert!(labels(&pod).is_empty(), "the claim chooses");
        let hard = &objects(&rendered, "ResourceQuota")[0]["spec"]["hard"];
        assert_eq!(hard["gpu.nvidia.com.deviceclass.resource.k8s.io/devices"], "2");
        assert!(rendered.findings.is_empty(), "{:?}", rendered.findings);
    }
}

#[test]
fn what_would_also_fit_is_a_card_that_the_platform_has() {
    let smaller =
        |settings: &[&str]| render("aks-a100", &[settings, &["models=[qwen2.5:32b]"]].concat()).plan.fits().gpu;
    assert_eq!(smaller(&[]), Some("v100-32gb"));
    let gke = ["platform=gke", "storage.createClass={provisioner: filestore.csi.storage.gke.io, mountOptions: []}"];
    assert_eq!(smaller(&gke), Some("a100-40gb"), "GKE has no V100 of 32 GB");
}

/// The API server refuses another spec of a template that is there.
#[test]
fn another_claim_is_another_template() {
    let name = |gpu: &str| {
        let rendered = render("single-gpu", &["kubernetes=1.34", &format!("hardware.gpu={{dra: true, {gpu}}}")]);
        objects(&rendered, "ResourceClaimTemplate")[0]["metadata"]["name"].clone()
    };
    assert_eq!(name("model: l4"), name("model: l4"));
    assert_ne!(name("model: l4"), name("model: l4, count: 2"));
    assert_ne!(name("model: l4"), name("model: l40s"));
}

#[test]
fn a_gpu_of_amd_gets_the_image_the_resource_and_the_group_of_its_own() {
    let rendered = render("amd-rocm", &[]);
    let pod = pod(&rendered);
    let server = &pod["containers"][0];
    assert!(server["image"].as_str().expect("text").ends_with("-rocm"), "{server}");
    assert_eq!(server["resources"]["limits"]["amd.com/gpu"], "1");
    assert_eq!(pod["securityContext"]["supplementalGroups"], json!([992]));
    assert_eq!(pod["tolerations"][0]["key"], "amd.com/gpu");
    assert!(!server.to_string().contains("NVIDIA"), "{server}");
    assert!(labels(&pod).iter().any(|(key, _)| key == "amd.com/gpu.product-name"));
    assert!(labels(&pod).contains(&("kubernetes.io/arch".into(), "amd64".into())), "the image is for amd64 only");
    let shared = render("ha-rwx", &["hardware.gpu={model: mi300x, renderGroup: 992}"]);
    let puller = &objects(&shared, "Job")[0]["spec"]["template"]["spec"];
    assert_eq!(puller["nodeSelector"]["kubernetes.io/arch"], "amd64");
    assert!(puller.to_string().contains(r#""name":"NVIDIA_VISIBLE_DEVICES","value":"void""#), "{puller}");
    assert!(puller["securityContext"]["supplementalGroups"].is_null());
    let again = render("amd-rocm", &["server.version=0.34.2-rocm"]);
    assert!(warnings(&again).is_empty(), "a version may say it already");
    let own = render("amd-rocm", &["server.image={repository: registry.example.com/ollama, tag: \"7\"}"]);
    assert!(warnings(&own).contains("holds no ROCm"));
    let no_group = render("single-gpu", &["hardware.gpu=mi300x"]);
    assert!(warnings(&no_group).contains("falls back to the CPU"));
}

#[test]
fn a_gpu_of_intel_is_an_experiment_and_said_to_be_one() {
    let rendered =
        render("single-gpu", &["hardware.gpu={model: arc-b580, resource: gpu.intel.com/xe, renderGroup: 992}"]);
    assert_eq!(pod(&rendered)["containers"][0]["resources"]["limits"]["gpu.intel.com/xe"], "1");
    assert!(warnings(&rendered).contains("through Vulkan, which is an experiment"));
}

#[test]
fn a_claim_is_as_large_as_the_least_that_its_class_makes() {
    let claim = |rendered: &Rendered| {
        objects(rendered, "PersistentVolumeClaim")[0]["spec"]["resources"]["requests"]["storage"].clone()
    };
    let rendered = render("aks-a100", &["models=[llama3.1:8b]"]);
    assert_eq!(claim(&rendered), "100Gi");
    let reason = &rendered.plan.store.claim().expect("a claim").size.reason;
    assert!(reason.contains("no volume below 100Gi with skuName Premium_LRS"), "{reason}");
    let larger = render("aks-a100", &["models=[llama3.3:70b, qwen2.5:32b, qwen3:14b]"]);
    assert_ne!(claim(&larger), "100Gi", "what is needed may be more");
}

#[test]
fn on_a_platform_with_shared_files_they_are_what_is_named_instead_of_disks() {
    for (platform, files) in
        [("eks-auto", "efs.csi.aws.com"), ("aks", "file.csi.azure.com"), ("gke", "filestore.csi.storage.gke.io")]
    {
        let disk = ollama_k8s::facts::platform(platform).expect("a platform").disk;
        let settings = [format!("platform={platform}"), format!("storage.createClass={{provisioner: {disk}}}")];
        let settings = [
            settings[0].as_str(),
            "hardware.gpu={vendor: nvidia}",
            "replicas=2",
            "storage.topology=shared",
            &settings[1],
        ];
        let Err(ollama_k8s::Refusal::Profile(problems)) = built_in::try_render("single-gpu", &settings) else {
            panic!("{platform}")
        };
        let help = problems.iter().find_map(|problem| problem.help.clone().filter(|help| help.contains(files)));
        assert!(help.is_some(), "{platform}: {problems:?}");
    }
}
