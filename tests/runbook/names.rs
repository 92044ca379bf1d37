//! Does what a command line names exist in a bundle?

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::PodSpec;
use ollama_k8s::Rendered;
use ollama_k8s::bundle::Object;
use ollama_k8s::scope::Scope;

/// What there is when a bundle has been applied.
pub struct There {
    namespace: String,
    /// Namespace and name of the Gateway that a route attaches to.
    gateway: Option<(String, String)>,
    /// Kind, as kubectl takes it, and name.
    objects: BTreeSet<(String, String)>,
    containers: BTreeMap<String, BTreeSet<String>>,
    labels: Vec<BTreeMap<String, String>>,
    ports: BTreeSet<String>,
}

type Checked = Result<(), String>;

/// Short names of kinds.
const SHORT: &[(&str, &str)] =
    &[("pvc", "persistentvolumeclaim"), ("pdb", "poddisruptionbudget"), ("quota", "resourcequota")];
/// Kinds that controllers make, which commands find by label or list.
const MADE_BY_OTHERS: [&str; 5] = ["pods", "pod", "events", "endpointslices", "replicaset"];
const CLUSTER_WIDE: [&str; 6] = ["nodes", "node", "pv", "storageclass", "volumeattachments", "namespace"];
/// What the image has. Source: ollama v0.34.2 `cmd/cmd.go`; coreutils of its base.
const IN_THE_IMAGE: [&str; 4] = ["ollama ps", "ollama list", "ollama pull", "cat /sys/fs/cgroup/memory.events"];

impl There {
    pub fn of(rendered: &Rendered) -> Self {
        let release = &rendered.plan.release;
        let mut objects: BTreeSet<(String, String)> = rendered
            .bundle
            .iter()
            .map(Object::reference)
            .map(|object| (object.kind.to_lowercase(), object.name))
            .collect();
        let given = rendered.plan.prerequisites();
        objects.extend(given.into_iter().map(|object| (object.kind.to_lowercase(), object.name)));
        objects.insert(("namespace".into(), release.namespace.clone()));
        let mut labels: Vec<BTreeMap<String, String>> =
            rendered.bundle.iter().filter_map(|object| object.metadata().labels.clone()).collect();
        let mut containers = BTreeMap::new();
        let mut ports = BTreeSet::new();
        for object in rendered.bundle.iter() {
            match object {
                Object::StatefulSet(set) => {
                    let spec = set.spec.as_ref().expect("a spec");
                    let (name, replicas) = (set.metadata.name.as_ref().expect("a name"), spec.replicas.unwrap_or(1));
                    for template in spec.volume_claim_templates.iter().flatten() {
                        let template = template.metadata.name.as_ref().expect("a name");
                        let claims = (0..replicas).map(|at| format!("{template}-{name}-{at}"));
                        objects.extend(claims.map(|claim| ("persistentvolumeclaim".to_owned(), claim)));
                    }
                }
                Object::Service(service) => {
                    let of_service = service.spec.iter().flat_map(|spec| spec.ports.iter().flatten());
                    ports.extend(of_service.map(|port| port.port.to_string()));
                }
                _ => {}
            }
        }
        for workload in Scope::of_made(rendered.bundle.iter(), &[]).all_workloads() {
            let object = workload.item.object.reference();
            let key = format!("{}/{}", object.kind.to_lowercase(), object.name);
            containers.insert(key, container_names(workload.pod));
            labels.extend(workload.labels.cloned());
        }
        let parent = rendered.plan.gateway.as_ref().map(|gateway| &gateway.parent);
        let gateway = parent.map(|parent| (parent.namespace.clone(), parent.name.clone()));
        Self { namespace: release.namespace.clone(), gateway, objects, containers, labels, ports }
    }

    /// Whether all that a command names is there.
    pub fn check(&self, words: &[String]) -> Checked {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["curl", ..] | ["kubectl", "taint", "nodes", ..] => Ok(()),
            ["kubectl", "-n", namespace, rest @ ..] if *namespace == self.namespace => self.namespaced(rest),
            ["kubectl", "-n", namespace, "describe", "gateway", name]
                if self.gateway.as_ref().is_some_and(|known| *known == ((*namespace).into(), (*name).into())) =>
            {
                Ok(())
            }
            ["kubectl", "-n", namespace, ..] => Err(format!("no namespace {namespace}")),
            ["kubectl", verb @ ("get" | "describe" | "delete"), kind, names @ ..] if CLUSTER_WIDE.contains(kind) => {
                if *verb == "delete" {
                    self.all_exist(kind, names)
                } else {
                    Ok(())
                }
            }
            _ => Err("neither curl nor kubectl with a namespace".into()),
        }
    }

    fn namespaced(&self, words: &[&str]) -> Checked {
        let (words, inside) = match words.iter().position(|word| *word == "--") {
            Some(at) => (&words[..at], words[at + 1..].join(" ")),
            None => (words, String::new()),
        };
        if !inside.is_empty() && !IN_THE_IMAGE.iter().any(|program| inside.starts_with(program)) {
            return Err(format!("the image has no {inside}"));
        }
        let value = |flag: &str| words.iter().position(|word| *word == flag).map(|at| words[at + 1]);
        if let Some(selector) = value("-l") {
            self.selects(selector)?;
        }
        // Flags with a value of their own go, and all other flags.
        let takes_value = |word: &&str| ["-l", "-c", "-o", "-p"].contains(word);
        let mut plain: Vec<&str> = Vec::new();
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            if takes_value(word) {
                rest.next();
            } else if !word.starts_with('-') {
                plain.push(word);
            }
        }
        let targets = match plain.as_slice() {
            ["port-forward", target, ports] => {
                let (_, port) = ports.split_once(':').ok_or("a pair of ports")?;
                if !self.ports.contains(port) {
                    return Err(format!("no Service has the port {port}"));
                }
                &[*target][..]
            }
            ["rollout", "status" | "restart", targets @ ..]
            | ["get" | "describe" | "delete" | "patch" | "logs" | "exec", targets @ ..] => targets,
            _ => return Err("a command that nobody looked at".into()),
        };
        if let Some(container) = value("-c") {
            self.has_container(container, targets)?;
        }
        match targets {
            [] if value("-l").is_some() => Ok(()),
            [] => Err("it names nothing".into()),
            [first, ..] if first.contains('/') => targets.iter().try_for_each(|target| {
                let (kind, name) = target.split_once('/').ok_or(format!("{target} has no kind"))?;
                self.exists(kind, name)
            }),
            [kind, names @ ..] => self.all_exist(kind, names),
        }
    }

    fn all_exist(&self, kind: &str, names: &[&str]) -> Checked {
        if MADE_BY_OTHERS.contains(&kind) && names.is_empty() {
            return Ok(());
        }
        if names.is_empty() {
            return Err(format!("all of {kind}"));
        }
        names.iter().try_for_each(|name| self.exists(kind, name))
    }

    fn exists(&self, kind: &str, name: &str) -> Checked {
        let kind = SHORT.iter().find(|(short, _)| *short == kind).map_or(kind, |(_, long)| *long);
        let there = self.objects.contains(&(kind.to_owned(), name.to_owned()));
        there.then_some(()).ok_or(format!("no {kind} {name}"))
    }

    fn has_container(&self, container: &str, targets: &[&str]) -> Checked {
        let named =
            targets.iter().any(|target| self.containers.get(*target).is_some_and(|all| all.contains(container)));
        let of_any = targets.is_empty() && self.containers.values().any(|all| all.contains(container));
        (named || of_any).then_some(()).ok_or(format!("no container {container}"))
    }

    fn selects(&self, selector: &str) -> Checked {
        let wanted: Vec<(&str, &str)> = selector.split(',').filter_map(|pair| pair.split_once('=')).collect();
        if let [("kubernetes.io/service-name", service)] = wanted.as_slice() {
            return self.exists("service", service);
        }
        let matches = |labels: &BTreeMap<String, String>| {
            wanted.iter().all(|(key, value)| labels.get(*key).is_some_and(|found| found == value))
        };
        self.labels.iter().any(matches).then_some(()).ok_or(format!("{selector} selects nothing"))
    }
}

fn container_names(pod: &PodSpec) -> BTreeSet<String> {
    pod.init_containers.iter().flatten().chain(&pod.containers).map(|container| container.name.clone()).collect()
}
