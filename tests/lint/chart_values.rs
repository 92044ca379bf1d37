//! Are values for the Helm chart of Ollama judged as the objects are that the chart makes of them?

use k8s_openapi::serde_json::{self, Value};

use super::{lint, text};

/// Each line behind so many spaces.
fn indented(text: &str, by: usize) -> String {
    let lines: Vec<String> = text.trim().lines().map(|line| format!("{:by$}{line}", "")).collect();
    lines.join("\n") + "\n"
}

/// A release of Flux with these values.
fn release(values: &str) -> String {
    let values = indented(values, 4);
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: llama-farm, namespace: barn}}\nspec:\n  \
         interval: 1h\n  timeout: 10h\n  chart: {{spec: {{chart: ollama, sourceRef: {{kind: HelmRepository, name: otwld}}}}}}\n  values:\n{values}"
    )
}

/// What is found in a file, each as its rule and the rest of the line at its place.
fn found(file: &str) -> Vec<(String, String)> {
    let output = lint(&[("farm.yaml", file.as_bytes())], &["farm.yaml", "--format", "json"]);
    let json: Value = serde_json::from_str(text(&output.stdout)).expect("JSON");
    let lines: Vec<&str> = file.lines().collect();
    let number = |finding: &Value, key: &str| usize::try_from(finding[key].as_u64().expect("a number")).expect("small");
    let findings = json["findings"].as_array().expect("findings").iter();
    let at = |finding: &Value| lines[number(finding, "line") - 1][number(finding, "column") - 1..].to_owned();
    findings.map(|finding| (finding["rule"].as_str().expect("a rule").to_owned(), at(finding))).collect()
}

#[test]
fn a_fault_in_values_is_found_where_the_value_stands() {
    let on_gpu = "ollama: {gpu: {enabled: true, type: nvidia, number: 1}}\n";
    let spread = "affinity:\n  podAntiAffinity:\n    requiredDuringSchedulingIgnoredDuringExecution:\n    - labelSelector: \
        {matchLabels: {app.kubernetes.io/name: ollama}}\n      topologyKey: kubernetes.io/hostname\n";
    let mut missing = Vec::new();
    for (values, rule, place) in [
        ("image: {tag: 0.3.1}", "image-vulnerable", "0.3.1}"),
        ("image: {tag: latest}", "image-tag", "latest}"),
        (&format!("{on_gpu}image: {{tag: 0.34.2-rocm}}"), "gpu-vendor-image", "0.34.2-rocm}"),
        ("image: {tag: 0.34.2}\nollama: {gpu: {enabled: true, type: amd}}", "gpu-image-without-rocm", "0.34.2}"),
        ("extraEnv:\n- name: OLLAMA_KEEPALIVE\n  value: 24h", "env-unknown", "24h"),
        ("extraEnv:\n- {name: OLLAMA_NUM_PARALLEL, value: many}", "env-value", "many}"),
        ("extraEnv:\n- {name: OLLAMA_NUM_PARALLEL, value: 4}", "yaml-implicit", "4}"),
        ("extraEnv:\n- {name: HF_TOKEN, value: hf_abcdefghijklmnop}", "env-secret", "hf_abc"),
        ("extraEnv:\n- {name: OLLAMA_KV_CACHE_TYPE, value: q3_0}", "cache-type-unknown", "q3_0}"),
        ("extraEnv:\n- {name: OLLAMA_AUTH, value: \"1\"}", "env-client", "OLLAMA_AUTH"),
        ("resources: {requests: {cpu: 8}, limits: {cpu: 4}}", "request-above-limit", "8}"),
        ("resources: {limits: {memory: 16GB}}", "quantity-invalid", "16GB}"),
        ("resources: {limits: {memory: 100m}}", "quantity-milli", "100m}"),
        ("resources: {limit: {memory: 8Gi}}", "unknown-field", "limit: "),
        (
            "persistentVolume: {enabled: true, size: 10Gi}\nollama: {models: {pull: [\"llama3.3:70b\"]}}",
            "pvc-too-small",
            "10Gi}",
        ),
        ("persistentVolume: {enabled: true}\nollama: {models: {pull: [\"llama3.3:70b\"]}}", "pvc-too-small", "true}"),
        (
            "ollama: {models: {pull: [\"llama3.3:7b\"]}}\npersistentVolume: {enabled: true}",
            "model-unknown",
            "\"llama3.3:7b\"",
        ),
        ("persistentVolume: {enabled: true, accessModes: [ReadWriteAll]}", "enum-value", "ReadWriteAll]"),
        ("tolerations: [{key: gpu, operator: Exist}]", "enum-value", "Exist}"),
        ("tolerations: [{operator: Exists}]", "toleration-everything", "operator"),
        ("nodeSelector:\n  gpu: true", "yaml-implicit", "true"),
        ("nodeSelector:\n  nvidia.com/gpu.present: \"true\"", "gpu-selector-no-gpu", "\"true\""),
        ("securityContext: {privileged: true}", "privileged", "true}"),
        ("podSecurityContext: {runAsNonRoot: true}", "run-as-root-false", "true}"),
        ("securityContext: {runAsUser: 1001}", "nonroot-home", "1001}"),
        ("hostNetwork: true", "host-namespaces", "true"),
        ("service: {type: loadbalancer}", "enum-value", "loadbalancer}"),
        ("service: {type: NodePort}", "exposed-unauth", "NodePort}"),
        ("service: {type: NodePort, nodePort: 80}", "node-port-range", "80}"),
        ("ingress: {enabled: true, className: nginx}", "ingress-timeout", "enabled"),
        ("ingress:\n  enabled: true\n  className: nginx\n  annotations: {a: b}", "ingress-body", "annotations"),
        (
            "ingress: {enabled: true, className: traefik, hosts: [{host: llama.example.com, paths: [{path: /, pathType: Prefix}]}]}",
            "ingress-tls",
            "enabled",
        ),
        ("autoscaling: {enabled: true, minReplicas: 5, maxReplicas: 3}", "autoscaler-range", "3}"),
        ("autoscaling: {enabled: true}", "hpa-no-request", "enabled"),
        (
            &format!("{spread}updateStrategy: {{type: RollingUpdate}}\nreplicaCount: 3"),
            "rollout-antiaffinity-deadlock",
            "updateStrategy",
        ),
        ("livenessProbe: {periodSeconds: 0, failureThreshold: -1}", "negative-number", "-1}"),
        ("volumes: [{name: a, hostPath: {path: /x}, emptyDir: {}}]", "volume-two-sources", "emptyDir"),
    ] {
        let found = found(&release(values));
        let is_it = |(id, at): &(String, String)| id == rule && at.starts_with(place);
        if !found.iter().any(is_it) {
            missing.push(format!("{values}\nno {rule} at `{place}`: {found:?}"));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n\n"));
}

#[test]
fn one_fault_has_one_finding_in_the_words_of_the_chart() {
    for (values, rules) in [
        ("replicaCount: 2\npersistentVolume: {enabled: true}", vec!["chart-rwo-replicas"]),
        ("extraEnv: [{name: OLLAMA_HOST, value: \"127.0.0.1\"}]", vec!["chart-env-repeated", "chart-host-url"]),
        ("service: {type: LoadBalancer}", vec!["chart-exposed"]),
        ("updateStrategy: {rollingUpdate: {maxSurge: 1}}", vec!["chart-update-strategy"]),
        (
            "ollama: {models: {pull: [\"llama3.3:70b\"]}}\nresources: {limits: {memory: 8Gi}}\npersistentVolume: {enabled: true, size: 90Gi}",
            vec!["chart-memory"],
        ),
    ] {
        let found = found(&release(values));
        let found: Vec<&str> = found.iter().map(|(rule, _)| rule.as_str()).collect();
        assert_eq!(found, rules, "{values}");
    }
}

#[test]
fn the_finding_names_the_release_and_the_value() {
    let file = release("image: {tag: latest}");
    let output = lint(&[("farm.yaml", file.as_bytes())], &["farm.yaml"]);
    let printed = text(&output.stdout);
    assert!(printed.contains("HelmRelease/llama-farm: `latest` moves"), "{printed}");
    assert!(printed.contains("help: set image.tag: 0."), "{printed}");
}

#[test]
fn values_as_people_write_them_have_nothing_wrong() {
    for values in [
        "ollama: {models: {pull: [llama3.2]}}\npersistentVolume: {enabled: true, size: 30Gi}",
        "ollama:\n  gpu: {enabled: true, type: nvidia, number: 1}\n  models: {pull: [mistral, llama2], run: [mistral]}\n\
         persistentVolume: {enabled: true, size: 100Gi, storageClass: fast}\nruntimeClassName: nvidia\n\
         resources: {requests: {cpu: 4, memory: 16Gi}, limits: {memory: 32Gi}}",
        "ollama: {gpu: {enabled: true, type: amd, number: 1}}\ntolerations: [{key: amd.com/gpu, operator: Exists, effect: NoSchedule}]\n\
         persistentVolume: {enabled: true}",
        "ollama: {gpu: {enabled: true, mig: {enabled: true, devices: {1g.10gb: 1}}}}\nsecurityContext: {capabilities: {drop: [ALL]}}",
        "extraEnv: [{name: OLLAMA_KEEP_ALIVE, value: 24h}, {name: OLLAMA_NUM_PARALLEL, value: \"2\"}]\nreplicaCount: 1",
        "ingress:\n  enabled: true\n  className: nginx\n  annotations:\n    nginx.ingress.kubernetes.io/proxy-read-timeout: \"3600\"\n    \
         nginx.ingress.kubernetes.io/proxy-body-size: \"0\"\n  hosts: [{host: llama.lan, paths: [{path: /, pathType: Prefix}]}]\n  \
         tls: [{secretName: llama-tls, hosts: [llama.lan]}]",
    ] {
        let file = release(values);
        let output = lint(&[("farm.yaml", file.as_bytes())], &["farm.yaml"]);
        let printed = text(&output.stdout);
        assert!(printed.contains("nothing wrong in 1 object"), "{values}\n{printed}");
    }
}

#[test]
fn values_in_every_holder_are_judged() {
    let block = "image: {tag: latest}\n        ollama: {gpu: {enabled: true, number: 1}}";
    for file in [
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: llama-farm}}\nspec:\n  project: default\n  \
             destination: {{name: in-cluster, namespace: barn}}\n  source:\n    chart: ollama\n    \
             repoURL: https://helm.otwld.com\n    targetRevision: 1.77.0\n    helm:\n      values: |\n        {block}\n"
        ),
        format!(
            "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {{name: llama-farm}}\nspec:\n  chart: ollama\n  \
             repo: https://helm.otwld.com\n  valuesContent: |\n        {block}\n"
        ),
        format!(
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nhelmCharts:\n- name: ollama\n  \
             repo: https://helm.otwld.com\n  valuesInline:\n        {block}\n"
        ),
        "image: {tag: latest}\nollama: {gpu: {enabled: true, number: 1}}\n".to_owned(),
    ] {
        let found = found(&file);
        assert_eq!(found, [("image-tag".to_owned(), "latest}".to_owned())], "{file}");
    }
}

#[test]
fn what_other_values_may_change_is_not_judged() {
    let from = |values: &str| {
        release(values).replace("  values:\n", "  valuesFrom: [{kind: Secret, name: more}]\n  values:\n")
    };
    let values = "image: {tag: 0.3.1}\nnodeSelector: {nvidia.com/gpu.present: \"true\"}\nautoscaling: {enabled: true}";
    let rules = |file: &str| found(file).into_iter().map(|(rule, _)| rule).collect::<Vec<_>>();
    assert_eq!(rules(&from(values)), ["image-vulnerable"]);
    assert!(rules(&release(values)).contains(&"gpu-selector-no-gpu".to_owned()));
}

#[test]
fn releases_of_other_charts_are_counted_where_they_have_ollama_in_them() {
    let other = |name: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {name}}}\nspec:\n  interval: 1h\n  chart: {{spec: {{chart: {name}, \
             sourceRef: {{kind: HelmRepository, name: farm}}}}}}\n  values: {{llm: {{image: farm/{name}}}}}\n"
        )
    };
    let file = format!("{}---\n{}", other("ollama-barn"), other("sheep"));
    let printed = lint(&[("farm.yaml", file.as_bytes())], &["farm.yaml"]).stdout;
    let last = text(&printed).lines().last().expect("a summary");
    assert_eq!(last, "nothing wrong in 2 objects; not judged: the values of 1 release of another chart");
    let json = lint(&[("farm.yaml", file.as_bytes())], &["farm.yaml", "--format", "json"]).stdout;
    let json: Value = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(json["summary"]["otherReleases"], 1);
}

/// A release of `app-template` with a container of Ollama in which these lines stand.
fn app(lines: &str) -> String {
    let lines = indented(lines, 12);
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: llama-farm}}\nspec:\n  interval: 1h\n  \
         chartRef: {{kind: OCIRepository, name: app-template}}\n  values:\n    controllers:\n      llama:\n        containers:\n          \
         app:\n{lines}    persistence:\n      models: {{existingClaim: llama-models, globalMounts: [{{path: /models}}]}}\n    \
         service: {{llama: {{controller: llama, ports: {{http: {{port: 11434}}}}}}}}\n"
    )
}

#[test]
fn values_for_app_template_are_judged_where_they_have_ollama_in_them() {
    let image = "image: {repository: ollama/ollama, tag: 0.34.2}\nenv: {OLLAMA_MODELS: /models}\n";
    for (lines, rule, place) in [
        ("image: {repository: ollama/ollama, tag: 0.3.1}".to_owned(), "image-vulnerable", "0.3.1}"),
        (image.replace("/models}", "/models, OLLAMA_KEEPALIVE: 24h}"), "env-unknown", "24h}"),
        (image.replace("{OLLAMA_MODELS: /models}", "[{name: OLLAMA_NUM_PARALLEL, value: many}]"), "env-value", "many}"),
        (image.replace("OLLAMA_MODELS: /models", "OLLAMA_MODELS: /other"), "store-elsewhere", "/models}"),
        (
            format!("{image}resources: {{requests: {{memory: 8Gi}}, limits: {{memory: 4Gi}}}}"),
            "request-above-limit",
            "8Gi}",
        ),
        (format!("{image}securityContext: {{privileged: true}}"), "privileged", "true}"),
        (
            format!("{image}probes: {{liveness: {{custom: true, spec: {{httpGet: {{path: /, port: 80}}}}}}}}"),
            "probe-port-mismatch",
            "80}",
        ),
    ] {
        let found = found(&app(&lines));
        let is_it = |(id, at): &(String, String)| id == rule && at.starts_with(place);
        assert!(found.iter().any(is_it), "{lines}\nno {rule} at `{place}`: {found:?}");
    }
    let number = image.replace("/models}", "/models, OLLAMA_NUM_PARALLEL: 2}");
    let named = "ports: [{containerPort: 11434, name: http}]\nprobes: {liveness: {custom: true, spec: {httpGet: {path: /, port: http}}}}";
    let named = format!("{image}{named}");
    for fine in [image, number.as_str(), named.as_str()] {
        assert_eq!(found(&app(fine)), [], "{fine}");
    }
}

#[test]
fn other_software_of_app_template_is_not_judged_and_not_counted() {
    let file = app("image: {repository: farm/sheep, tag: latest}").replace("llama-models", "wool");
    let printed = lint(&[("farm.yaml", file.as_bytes())], &["farm.yaml"]).stdout;
    assert_eq!(text(&printed), "nothing wrong in 1 object\n");
}

/// A file of values of the chart with these lines in `ollama`.
fn file(inner: &str, more: &str) -> String {
    format!(
        "ollama:\n{}{more}\npersistentVolume: {{enabled: true, size: 30Gi}}\nlivenessProbe: {{enabled: true}}\n",
        indented(inner, 2)
    )
}

#[test]
fn one_wrong_key_does_not_hide_a_file_of_values() {
    let gpu = "gpu: {enabled: true, type: nvidia, number: 1}\n";
    for (values, rule, place) in [
        (file("gpu: {enabled: false}", "models: {pull: [llama3.2]}"), "chart-models-depth", "models:"),
        (file(&format!("{gpu}model: {{pull: [llama3.2]}}"), ""), "chart-unknown-value", "model:"),
        (file(gpu, "extraEnv: {OLLAMA_KEEP_ALIVE: 24h}"), "chart-unknown-value", "extraEnv:"),
        (file(&gpu.replace("nvidia", "nvidea"), ""), "chart-unknown-value", "nvidea"),
        (release("ollama: {gpu: {enabled: true, type: nvidea}}"), "chart-unknown-value", "nvidea}"),
        (
            format!(
                "ollama:\n  {gpu}  persistentVolume: {{enabled: true}}\nruntimeClassName: nvidia\nimage: {{tag: 0.34.2}}\n"
            ),
            "chart-unknown-value",
            "persistentVolume:",
        ),
        (
            format!(
                "ollama:\n  {gpu}  models: {{pull: [\"llama3.1:7b\"]}}\n  persistentVolume: {{enabled: true}}\nruntimeClassName: nvidia\nimage: {{tag: 0.34.2}}\n"
            ),
            "model-unknown",
            "\"llama3.1:7b\"",
        ),
    ] {
        let found = found(&values);
        let is_it = |(id, at): &(String, String)| id == rule && at.starts_with(place);
        assert!(found.iter().any(is_it), "{values}\nno {rule} at `{place}`: {found:?}");
    }
}

#[test]
fn files_of_values_of_other_charts_are_not_taken_for_ours() {
    for values in [
        "ollama:\n  gpu: {enabled: true, type: nvidea, number: 1}\n  image: {tag: latest}\nresources: {}\nservice: {}\n",
        "ollama:\n  gpu: {enabled: true, number: 1}\n  persistentVolume: {enabled: true}\nwebui: {a: b}\n",
        "ollama: {gpu: {enabled: false}}\nmodels: {pull: [llama3.2]}\nresources: {}\n",
    ] {
        assert_eq!(found(values), [], "{values}");
    }
}

#[test]
fn app_template_is_known_by_its_values_where_its_source_is_called_after_the_app() {
    let named = |image: &str| {
        app(&format!("image: {{repository: {image}, tag: 0.3.1}}")).replace("name: app-template", "name: ollama")
    };
    assert!(found(&named("ollama/ollama")).iter().any(|(rule, _)| rule == "image-vulnerable"));
    assert_eq!(found(&named("farm/sheep")), []);
}

/// A file of values of `app-template` with this tag of Ollama.
fn app_file(tag: &str) -> String {
    format!(
        "controllers:\n  llama:\n    containers:\n      app:\n        image: {{repository: ollama/ollama, tag: {tag}}}\n"
    )
}

#[test]
fn a_file_of_values_of_app_template_is_known_by_ollama_in_it() {
    let vulnerable = [("image-vulnerable".to_owned(), "0.3.1}".to_owned())];
    assert_eq!(found(&app_file("0.3.1")), vulnerable);
    let part = format!("barn:\n{}", indented(&app_file("0.3.1"), 2));
    assert_eq!(found(&part), vulnerable, "as a part of another chart");
    assert_eq!(found(&app_file("0.3.1").replace("ollama/ollama", "farm/sheep")), [], "other software");
    assert_eq!(found(&part.replace("barn:", "barn:\n  enabled: false")), [], "switched off");
}

#[test]
fn what_other_values_may_change_is_not_judged_in_a_file() {
    let file = format!("{}route: {{a: {{rules: [{{backendRefs: [{{identifier: b}}]}}]}}}}\n", app_file("0.34.2"));
    let is_found = |files: &[(&str, &[u8])]| {
        let output = lint(files, &["."]);
        text(&output.stdout).contains("no service is called `b`")
    };
    let other = b"controllers: {llama: {replicas: 1}}\nservice: {b: {ports: {http: {port: 11434}}}}\n";
    assert!(is_found(&[("values.yaml", file.as_bytes())]));
    assert!(!is_found(&[("values.yaml", file.as_bytes()), ("values-barn.yaml", other)]), "another file");
    let release = app("image: {repository: ollama/ollama, tag: 0.34.2}");
    let release = release.replace("  values:\n", "  valuesFrom: [{kind: ConfigMap, name: elsewhere}]\n  values:\n");
    assert!(!is_found(&[("values.yaml", file.as_bytes()), ("b/release.yaml", release.as_bytes())]), "a release");
}

#[test]
fn a_file_of_values_that_a_release_reads_is_judged_with_it() {
    let kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [release.yaml]\n\
        configMapGenerator:\n- name: llama-values\n  files:\n  - values.yaml\n";
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: llama-farm}\nspec:\n  \
        interval: 1h\n  chartRef: {kind: OCIRepository, name: app-template}\n  \
        valuesFrom: [{kind: ConfigMap, name: llama-values}]\n";
    let judge = |values: &str, release: &str| {
        let files: [(&str, &[u8]); 3] = [
            ("kustomization.yaml", kustomization.as_bytes()),
            ("release.yaml", release.as_bytes()),
            ("values.yaml", values.as_bytes()),
        ];
        text(&lint(&files, &[".", "--format", "json"]).stdout).to_owned()
    };
    let printed = judge(&app_file("0.3.1"), release);
    assert_eq!(printed.matches("\"rule\": \"image-vulnerable\"").count(), 1, "{printed}");
    assert!(printed.contains("values.yaml"), "{printed}");
    // What the release itself says is laid over it.
    let over =
        format!("{release}  values: {{controllers: {{llama: {{containers: {{app: {{image: {{tag: 0.34.2}}}}}}}}}}}}\n");
    let printed = judge(&app_file("0.3.1"), &over);
    assert_eq!(printed.matches("\"rule\": \"image-vulnerable\"").count(), 0, "{printed}");
}
