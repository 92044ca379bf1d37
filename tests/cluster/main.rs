//! Does a real control plane take the bundles, and do they schedule, roll out and drain there?
//!
//! Ignored unless asked for, as they need a control plane that takes any node for a machine (kwok does), and a few
//! nodes without GPUs for Jobs: `KUBECONFIG=… cargo test --test cluster -- --ignored`. `tests/control-plane.sh` makes
//! one for them. They drive `kubectl` and the command itself, as a user does, and put back what they change.
//! Each release is in a namespace and on nodes of its own, so all run side by side: what takes time is waiting.

#[path = "../built_in/mod.rs"]
mod built_in;
mod changes;
mod claims;
#[path = "../combinations/mod.rs"]
mod combinations;
mod kubectl;
mod pool;
mod refused;
mod release;
mod shapes;
#[path = "../changes/mod.rs"]
mod table;
mod watch;
mod ways;

use std::sync::PoisonError;
use std::thread;
use std::time::Duration;

use indoc::{formatdoc, indoc};
use k8s_openapi::serde_json::Value;

use kubectl::{are_distinct, feed, has_condition, items, kubectl, name, node, of_nodes, say, stdout};
use release::{CLUSTER, Release, SLOW_STOPS, STOP, each, each_profile};

#[test]
#[ignore = "needs a cluster"]
fn each_profile_is_admitted_without_a_warning_and_becomes_ready() {
    each_profile(|profile| {
        let release = Release::new(profile, &[]);
        release.in_turn(|| {
            assert_eq!(release.apply_strictly(), "", "{profile}");
            release.wait();
        });
        let servers = release.servers();
        assert_eq!(servers.len(), release.replicas, "{profile}");
        assert!(
            servers.iter().all(|pod| pod["status"]["phase"] == "Running" && has_condition(pod, "Ready")),
            "{profile}"
        );
        assert!(
            release.get("persistentvolumeclaims").iter().all(|claim| claim["status"]["phase"] == "Bound"),
            "{profile}"
        );
        release.check_quota_and_availability();
    });
}

#[test]
#[ignore = "needs a cluster"]
fn servers_are_where_their_hardware_is_and_apart_from_each_other() {
    each_profile(|profile| {
        let release = Release::ready(profile, &[]);
        let servers = release.servers();
        let on_gpus = of_nodes(&servers, pool::GPU).iter().all(|present| present == "true");
        assert_eq!(on_gpus, profile != "cpu-72b", "{profile}");
        assert!(are_distinct(&of_nodes(&servers, "kubernetes.io/hostname")), "{profile}");
        if profile == "eks-efs" {
            assert!(are_distinct(&of_nodes(&servers, "topology.kubernetes.io/zone")));
        }
    });
}

#[test]
#[ignore = "needs a cluster"]
fn a_pod_lands_only_on_a_card_that_is_large_enough() {
    let _with_others = CLUSTER.read().unwrap_or_else(PoisonError::into_inner);
    for (gpu, product) in
        [("{memory: 80Gi}", "NVIDIA-H100-80GB-HBM3"), ("h100", "NVIDIA-H100-80GB-HBM3"), ("l4", "NVIDIA-L4")]
    {
        let release = Release::on(pool::make_with_large_cards, "single-gpu", &[&format!("hardware.gpu={gpu}")]);
        release.set_up();
        assert_eq!(of_nodes(&release.servers(), "nvidia.com/gpu.product"), [product], "{gpu}");
    }
}

#[test]
#[ignore = "needs a cluster"]
fn applying_again_changes_nothing() {
    each_profile(|profile| {
        let release = Release::ready(profile, &[]);
        let state = || {
            let all = ["get", "-f", "-", "-o", "json", "--show-managed-fields"];
            let mut objects = items(&stdout(&feed(&all, &release.bundle())));
            for object in &mut objects {
                // What controllers write down of it, at any time: a quota counts late.
                object["status"] = Value::Null;
                object["metadata"]["resourceVersion"] = Value::Null;
                let writers = object["metadata"]["managedFields"].as_array_mut().expect("they were asked for");
                writers.retain(|writer| writer["subresource"] != "status");
            }
            objects
        };
        let mut before = state();
        // Controllers still write down that all is well.
        for _ in 0..20 {
            thread::sleep(Duration::from_millis(500));
            let now = state();
            if std::mem::replace(&mut before, now) == before {
                break;
            }
        }
        assert!(before.len() > 8);
        release.apply();
        let changed: Vec<Value> = state().into_iter().filter(|object| !before.contains(object)).collect();
        assert!(changed.is_empty(), "{profile}: {changed:#?}");
    });
}

#[test]
#[ignore = "needs a cluster"]
fn a_new_version_takes_no_longer_than_the_pods_take_to_stop() {
    each_profile(|profile| {
        let mut release = Release::ready(profile, &[SLOW_STOPS]);
        assert!(release.upgrade() <= release.stop_times(STOP), "{profile}");
    });
}

/// Ways for models to reach a pod that no built-in profile shows.
const WAYS: [(&str, &[&str]); 6] = [
    ("single-gpu", &["storage={topology: ephemeral}"]),
    ("single-gpu", &["storage.existingClaim=given", "pull.by=none"]),
    ("single-gpu", &["replicas=2", "storage={topology: shared, existingClaim: given}"]),
    ("single-gpu", &["replicas=2", "storage={topology: shared, existingClaim: given}", "pull.by=none"]),
    ("local-copy", &["storage.class=standard"]),
    (
        "per-replica",
        &[
            "models=[{name: qwen3:8b, preload: true}, {name: hand, modelfile: \"FROM qwen3:8b\"}]",
            "server.maxLoadedModels=1",
            "pull={key: key, caBundle: {configMap: ca}, proxy: {https: \"http://proxy:3128\"}}",
        ],
    ),
];
/// Those that need images as volumes.
const IMAGES: [(&str, &[&str]); 2] = [
    ("per-replica", &["storage={topology: image, source: {image: registry.example/models:1}}", "kubernetes=1.36"]),
    ("per-replica", &["storage={topology: copy, source: {image: registry.example/models:1}}", "kubernetes=1.36"]),
];

#[test]
#[ignore = "needs a cluster"]
fn every_other_way_to_bring_models_is_admitted_rolls_out_and_drains() {
    let has_images = kubectl(&["version", "-o", "json"]).contains("\"minor\": \"37\"");
    let images = if has_images { &IMAGES[..] } else { &[] };
    if images.is_empty() {
        say("skipped: images as volumes, which this version does not have");
    }
    let ways: Vec<_> = WAYS.iter().chain(images).copied().collect();
    each(&ways, |profile, settings| {
        let mut release = Release::new(profile, &[settings, &[SLOW_STOPS]].concat());
        release.in_turn(|| {
            assert_eq!(release.apply_strictly(), "", "{profile} {settings:?}");
            release.wait();
        });
        assert!(release.upgrade() <= release.stop_times(STOP), "{profile} {settings:?}");
        assert!(release.drain() <= STOP + Duration::from_secs(10), "{profile} {settings:?}");
    });
}

#[test]
#[ignore = "needs a cluster"]
fn servers_that_may_share_no_node_are_replaced_where_no_node_is_spare() {
    // While a pod waits, whatever else happens in the cluster makes an older scheduler (before 1.32) try in vain and
    // back off, for up to 10 s in the end: so it is alone, and waits less. A deadlock would last.
    let _alone = CLUSTER.write().unwrap_or_else(PoisonError::into_inner);
    let stops = r#"annotations={"pod-delete.stage.kwok.x-k8s.io/delay": "15s"}"#;
    let mut release = Release::ready("ha-rwx", &[stops]);
    let servers = release.servers();
    let taken: Vec<&str> = servers.iter().map(node).collect();
    let of_the_pool = format!("nvidia.com/gpu.present=true,{}={}", pool::LABEL, release.namespace);
    for spare in items(&kubectl(&["get", "nodes", "-l", &of_the_pool, "-o", "json"])) {
        if !taken.contains(&name(&spare)) {
            kubectl(&["cordon", name(&spare)]);
        }
    }
    assert!(release.upgrade() <= release.stop_times(Duration::from_secs(15)));
}

#[test]
#[ignore = "needs a cluster"]
fn a_disk_of_one_node_is_never_asked_for_by_two() {
    let _with_others = CLUSTER.read().unwrap_or_else(PoisonError::into_inner);
    let mut release = Release::new("single-gpu", &[SLOW_STOPS]);
    let class = release.class();
    let disks = formatdoc! {"
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {{name: {class}}}
        provisioner: ebs.csi.aws.com
        volumeBindingMode: WaitForFirstConsumer
    "};
    stdout(&feed(&["apply", "-f", "-"], &disks));
    release.set(format!("storage.class={class}"));
    release.set_up();
    assert!(release.upgrade() <= release.stop_times(STOP));
    let events = release.get("events");
    let of_volumes: Vec<_> = events.iter().filter(|event| event["reason"] == "FailedAttachVolume").collect();
    assert!(of_volumes.is_empty(), "{of_volumes:#?}");
}

#[test]
#[ignore = "needs a cluster"]
fn the_node_of_a_server_can_be_drained_and_the_budget_holds() {
    each_profile(|profile| {
        let release = Release::ready(profile, &[SLOW_STOPS]);
        assert!(release.drain() <= STOP + Duration::from_secs(10), "{profile}");
    });
}

#[test]
#[ignore = "needs a cluster"]
fn the_namespace_refuses_a_pod_without_our_security_settings() {
    let pod = indoc! {"
        apiVersion: v1
        kind: Pod
        metadata: {name: stray}
        spec:
          containers:
            - {name: stray, image: busybox}
    "};
    each_profile(|profile| {
        let release = Release::ready(profile, &[]);
        let output = feed(&["--namespace", &release.namespace, "apply", "-f", "-"], pod);
        assert!(!output.status.success(), "{profile}");
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(message.contains("violates PodSecurity \"restricted:v1.28\""), "{message}");
    });
}
