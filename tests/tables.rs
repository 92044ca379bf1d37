//! Are the tables that `lint` looks things up in whole: in order, each row once, and found as people write it?

use ollama_k8s::facts::{self, ChartKind, ChartPath, Release, Risk, VariableKind, Version};

fn in_order<'a>(table: &str, names: impl Iterator<Item = &'a str>) {
    let names: Vec<&str> = names.collect();
    assert!(!names.is_empty(), "{table}");
    for pair in names.windows(2) {
        assert!(pair[0] < pair[1], "{table}: {} stands before {}", pair[0], pair[1]);
    }
}

fn release(text: &str) -> Release {
    text.parse().expect("a release")
}

#[test]
fn tables_are_in_order_and_have_each_row_once() {
    in_order("variables", facts::VARIABLES.iter().map(|row| row.name));
    in_order("mistakes", facts::MISTAKES.iter().map(|row| row.name));
    in_order("vulnerabilities", facts::VULNERABILITIES.iter().map(|row| row.id));
    in_order("chart_values", facts::CHART_VALUES.iter().map(|row| row.path));
    in_order("classes", facts::CLASSES.iter().map(|row| row.name));
    in_order("library", facts::LIBRARY.iter().map(|row| row.name));
    for pair in facts::APIS.windows(2) {
        assert!((pair[0].api, pair[0].kind) < (pair[1].api, pair[1].kind), "apis: {} {}", pair[1].api, pair[1].kind);
    }
    for (at, row) in facts::PROVISIONERS.iter().enumerate() {
        assert!(facts::PROVISIONERS[..at].iter().all(|other| other.name != row.name), "{} stands twice", row.name);
        assert!(!(row.shared && row.block), "{}", row.name);
    }
}

#[test]
fn what_replaces_a_variable_is_read_by_the_newest_server() {
    let newest = release(facts::OLLAMA_VERSION);
    let replaced = facts::VARIABLES.iter().map(|row| row.instead).chain(facts::MISTAKES.iter().map(|row| row.instead));
    for name in replaced.filter(|name| !name.is_empty()) {
        let row = facts::variable(name).unwrap_or_else(|| panic!("{name} is no row"));
        assert!(!row.is_gone_from(newest) && !row.client, "{name}");
    }
    for row in facts::MISTAKES {
        assert!(facts::variable(row.name).is_none(), "{} is read", row.name);
    }
    for row in facts::VARIABLES {
        assert!(row.kind.reads(row.default) || row.name == "LLAMA_ARG_FIT", "{}: {}", row.name, row.default);
        assert!(row.removed.is_empty() || row.removed.parse::<Release>().is_ok(), "{}", row.name);
    }
    for row in facts::SETTINGS.iter().filter(|row| row.variable.starts_with("OLLAMA_")) {
        assert!(facts::variable(row.variable).is_some(), "{}", row.variable);
    }
}

#[test]
fn values_are_read_as_the_server_reads_them() {
    for (kind, good, bad) in [
        (VariableKind::Bool, vec!["1", "false", "True", "\"0\"", ""], vec!["yes", "on", "tRue", "2"]),
        (VariableKind::Uint, vec!["0", "4", " 8 "], vec!["-1", "+1", "4k", "1.5", "all"]),
        (
            VariableKind::Duration,
            vec!["-1", "0", "300", "5m", "1h30m", "1.5h", "-1s"],
            vec!["5 m", "24", "1d", "m", "forever"],
        ),
    ] {
        for value in good {
            assert!(kind.reads(value), "{kind:?} {value}");
        }
        for value in bad.into_iter().filter(|value| *value != "24") {
            assert!(!kind.reads(value), "{kind:?} {value}");
        }
    }
    assert_eq!(facts::needs_flash_attention("Q8_0"), Some(true));
    assert_eq!(facts::needs_flash_attention("f16"), Some(false));
    assert_eq!(facts::needs_flash_attention("q6_K"), None);
}

#[test]
fn a_release_has_the_vulnerabilities_that_newer_ones_have_not() {
    let ids =
        |text: &str| -> Vec<&str> { facts::vulnerabilities_of(release(text)).into_iter().map(|row| row.id).collect() };
    assert_eq!(ids("0.17.0"), ["CVE-2026-7482"]);
    assert_eq!(ids("0.12.9-rocm"), ["CVE-2026-7482", "CVE-2025-51471"]);
    assert!(ids("v0.17.1").is_empty() && ids(facts::OLLAMA_VERSION).is_empty());
    assert_eq!(ids("0.1.28").len(), facts::VULNERABILITIES.iter().filter(|row| !row.fixed.is_empty()).count());
    assert!(release("0.9.6") < release("0.12.3") && release("0.2.10") > release("0.2.9"));
    for no_release in ["latest", "rocm", "", "0.30", "0.3.x", "1.2.3.4"] {
        assert!(no_release.parse::<Release>().is_err(), "{no_release}");
    }
    for row in facts::VULNERABILITIES {
        assert!(row.fixed.is_empty() || row.fixed.parse::<Release>().is_ok(), "{}", row.id);
        assert!(row.fixed.is_empty() != row.last.is_empty() && row.risk >= Risk::Low, "{}", row.id);
        assert!(row.summary.ends_with('.'), "{}", row.id);
    }
}

#[test]
fn paths_of_the_chart_are_told_apart() {
    assert!(matches!(facts::chart_path("ollama.models.pull"), ChartPath::Value(row) if row.kind == ChartKind::List));
    assert!(matches!(facts::chart_path("nodeSelector.nvidia.com/gpu.present"), ChartPath::Inside(_)));
    assert!(matches!(facts::chart_path("ollama.gpu.mig.devices.1g.10gb"), ChartPath::Inside(_)));
    assert!(matches!(facts::chart_path("ollama.gpu"), ChartPath::Above));
    for wrong in
        ["models", "ollama.models.pulls", "gpu.enabled", "persistence.enabled", "replicaCount.x", "", "ollama."]
    {
        assert!(matches!(facts::chart_path(wrong), ChartPath::Unknown), "{wrong}");
    }
    assert_eq!(facts::chart_children("ollama.models"), ["clean", "create", "pull", "run"]);
    assert_eq!(facts::chart_children("ollama"), ["gpu", "insecure", "models", "mountPath", "port"]);
    assert!(facts::chart_children("").contains(&"persistentVolume") && facts::chart_children("models").is_empty());
    assert!(facts::chart_paths_of("pull").any(|row| row.path == "ollama.models.pull"));
    for row in facts::CHART_VALUES {
        assert!(
            matches!(facts::chart_path(row.path), ChartPath::Value(found) if std::ptr::eq(found, row)),
            "{}",
            row.path
        );
    }
}

#[test]
fn classes_and_their_parameters_are_known() {
    let efs = facts::provisioner("efs.csi.aws.com").expect("a row");
    assert_eq!(efs.missing(|key| key == "fileSystemIdSecretRef" || key == "directoryPerms"), ["provisioningMode"]);
    assert_eq!((efs.knows("uid"), efs.knows("filesystemId"), efs.knows("size")), (Some(true), Some(true), Some(false)));
    assert_eq!(efs.knows("csi.storage.k8s.io/provisioner-secret-name"), Some(true));
    let ebs = facts::provisioner("ebs.csi.aws.com").expect("a row");
    assert_eq!(
        (ebs.knows("tagSpecification_1"), ebs.knows("fsType"), ebs.knows("iops_per_gb")),
        (Some(true), Some(true), Some(false))
    );
    assert!(ebs.is_zonal(&[("type", "gp3")]));
    let disk = facts::provisioner("disk.csi.azure.com").expect("a row");
    assert!(!disk.is_zonal(&[("skuname", "Premium_ZRS")]) && disk.is_zonal(&[("skuName", "Premium_LRS")]));
    let ceph = facts::provisioner("storage.rbd.csi.ceph.com").expect("Rook in another namespace");
    assert_eq!((ceph.name, ceph.knows("anything")), ("rook-ceph.rbd.csi.ceph.com", None));
    assert!(facts::provisioner("rbd.csi.ceph.com").is_none() && facts::provisioner("example.com/nfs").is_none());
    for row in facts::CLASSES {
        for name in row.provisioners {
            assert!(facts::provisioner(name).is_some(), "{}: {name}", row.name);
        }
    }
    let class = |name: &str| facts::storage_class(name).expect("a row");
    assert!(class("premium-rwo").is_always(|row| row.block) && class("premium-rwo").provisioner().is_none());
    assert!(!class("standard").is_always(|row| row.block) && !class("nfs-client").is_always(|row| row.block));
    assert_eq!(class("longhorn").provisioner().map(|row| row.name), Some("driver.longhorn.io"));
    let minimum = |provisioner, key, value| facts::minimum(provisioner, &[(key, value)]).map(|row| row.bytes >> 30);
    assert_eq!(minimum("filestore.csi.storage.gke.io", "tier", "BASIC_SSD"), Some(2560));
    assert_eq!(minimum("filestore.csi.storage.gke.io", "network", "default"), Some(100));
    assert_eq!(minimum("file.csi.azure.com", "skuname", "Premium_LRS"), Some(100));
    assert_eq!(minimum("file.csi.azure.com", "skuName", "Standard_LRS"), None);
    for row in facts::MINIMUMS {
        assert!(facts::provisioner(row.provisioner).is_some_and(|known| known.knows(row.parameter) == Some(true)));
    }
}

#[test]
fn old_apis_are_found_with_what_replaces_them() {
    let found = |api, kind| facts::removed_api(api, kind).map(|row| (row.gone_from(), row.replacement));
    assert_eq!(found("policy/v1beta1", "PodDisruptionBudget"), Some((Some(Version::minor(25)), "policy/v1")));
    assert_eq!(found("helm.toolkit.fluxcd.io/v2beta1", "HelmRelease"), Some((None, "helm.toolkit.fluxcd.io/v2")));
    assert_eq!(found("apps/v1", "Deployment"), None);
    assert_eq!(found("gateway.networking.k8s.io/v1beta1", "HTTPRoute"), None);
    for row in facts::APIS {
        assert!(facts::removed_api(row.replacement, row.kind).is_none(), "{} is replaced by an old one", row.api);
        assert_eq!(row.software == "Kubernetes", row.gone_from().is_some(), "{}", row.api);
    }
}

#[test]
fn controllers_are_found_by_class_and_annotation() {
    let names = |class| facts::ingress_controllers_of(class).map(|row| row.name).collect::<Vec<_>>();
    assert_eq!(names("haproxy"), ["haproxy", "haproxy-ingress"]);
    assert!(names("internal").is_empty());
    for row in facts::INGRESS_CONTROLLERS {
        for key in row.timeouts.iter().chain(row.buffering).chain(row.body).chain(row.auth) {
            let owner = facts::ingress_controller_of_annotation(key).expect("an owner");
            assert_eq!(owner.name, row.name, "{key}");
        }
        assert!(row.seconds == 0 || !row.timeouts.is_empty() || !row.service.is_empty(), "{}", row.name);
    }
}

#[test]
fn sizes_of_the_library_are_judged_and_nothing_else() {
    let judged = |name: &str, tag: &str| facts::library_model(name).and_then(|row| row.has_size_of(tag));
    for (name, tag) in [("llama3.2", "8b"), ("llama3.3", "8b"), ("gemma3", "7b"), ("deepseek-r1", "13b-q4_K_M")] {
        assert_eq!(judged(name, tag), Some(false), "{name}:{tag}");
    }
    for (name, tag) in [("llama3.2", "3b"), ("mixtral", "8x7b"), ("gemma3n", "e4b"), ("llama3.1", "8B-instruct-fp16")] {
        assert_eq!(judged(name, tag), Some(true), "{name}:{tag}");
    }
    for (name, tag) in
        [("gemma3", "900b-cloud"), ("llama3.2", "latest"), ("mistral", "v0.3"), ("gemma4", "7b"), ("phi4", "bf16")]
    {
        assert_eq!(judged(name, tag), None, "{name}:{tag}");
    }
    for row in facts::MODELS {
        let (name, tag) = row.name.split_once(':').expect("a tag");
        assert_ne!(judged(name, tag), Some(false), "{} is in the catalogue", row.name);
    }
    for row in facts::LIBRARY {
        assert!(row.sizes.iter().all(|size| facts::leading_size(size) == Some(size)), "{}", row.name);
    }
}
