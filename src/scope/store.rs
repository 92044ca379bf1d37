//! Where does a server keep its models, and what holds that place?

use super::container::Env;
use super::{Scope, Seat, Workload};
use crate::k8s::*;

/// The store of a server.
#[derive(Clone, Debug, PartialEq)]
pub struct Store<'a> {
    /// Where it is; the likeliest first, where the user of the process is not known.
    pub paths: Vec<String>,
    /// What is at one of these places.
    pub held: Held<'a>,
    /// The number of the mount in its container, if there is one.
    pub mount: Option<usize>,
    /// Whether it cannot be written to.
    pub read_only: bool,
}

/// What holds a store.
#[derive(Clone, Debug, PartialEq)]
pub enum Held<'a> {
    /// Nothing: it is in the container's own layer, and gone with the container.
    Container,
    /// A claim of that name.
    Claim(&'a str),
    /// A claim that a `StatefulSet` makes for each pod, by the number of its template.
    Template(usize),
    /// A folder that is gone with the pod.
    EmptyDir(&'a EmptyDirVolumeSource),
    /// A folder of the node.
    HostPath(&'a str),
    /// A volume of another kind.
    Other,
}

impl Store<'_> {
    /// The way to the mount in its object; to all mounts, where there is none.
    pub fn way(&self, seat: &Seat<'_>) -> String {
        match self.mount {
            Some(at) => format!("{}.volumeMounts[{at}].mountPath", seat.path),
            None => format!("{}.volumeMounts", seat.path),
        }
    }
}

impl<'a> Scope<'a> {
    /// Where a server's container keeps its models; nothing where the manifests do not say enough.
    pub fn store(&self, workload: &Workload<'a>, seat: &Seat<'a>) -> Option<Store<'a>> {
        store(self, workload, seat)
    }
}

/// The store of a server's container; nothing where the manifests do not say enough.
fn store<'a>(scope: &Scope<'a>, workload: &Workload<'a>, seat: &Seat<'a>) -> Option<Store<'a>> {
    let script = seat.script();
    let mounts = seat.container.volume_mounts.as_deref().unwrap_or_default();
    if ["OLLAMA_MODELS=", "HOME="].iter().any(|word| script.contains(word))
        || mounts.iter().any(|mount| mount.mount_path.is_empty())
    {
        return None;
    }
    let paths = paths(scope, workload, seat)?;
    let inside = |path: &str| mounts.iter().any(|mount| path != mount.mount_path && holds(path, &mount.mount_path));
    if paths.iter().any(|path| inside(path)) {
        return None;
    }
    let deepest = |path: &String| {
        let fitting = mounts.iter().enumerate().filter(|(_, mount)| holds(&mount.mount_path, path));
        fitting.max_by_key(|(_, mount)| mount.mount_path.len())
    };
    let Some((at, mount)) = paths.iter().find_map(deepest) else {
        // An image of somebody else may hold the models.
        if !seat.image().is_official() {
            return None;
        }
        return Some(Store { paths, held: Held::Container, mount: None, read_only: false });
    };
    let (held, read_only) = held(workload, &mount.name);
    let read_only = read_only || mount.read_only == Some(true);
    Some(Store { paths, held, mount: Some(at), read_only })
}

/// Where the server looks for its models.
fn paths(scope: &Scope<'_>, workload: &Workload<'_>, seat: &Seat<'_>) -> Option<Vec<String>> {
    let text = |name: &str| match scope.env(workload, seat, name) {
        Env::Absent => Some(""),
        // Ollama takes spaces and quotes off.
        Env::Text(text) if !text.contains("${") && !text.contains("{{") => {
            Some(text.trim().trim_matches(['"', '\'']).trim_end_matches('/'))
        }
        Env::Text(_) | Env::Unknown => None,
    };
    let models = text("OLLAMA_MODELS")?;
    if !models.is_empty() {
        let folder = seat.container.working_dir.as_deref().unwrap_or("/").trim_end_matches('/');
        let is_whole = models.starts_with('/');
        return Some(vec![if is_whole { models.to_owned() } else { format!("{folder}/{models}") }]);
    }
    // An image of somebody else may set variables and users of its own.
    if !seat.image().is_official() && seat.user(workload.pod).is_some_and(|user| user != 0) {
        return None;
    }
    let homes = match text("HOME")? {
        "" => homes(workload, seat)?,
        home => vec![home],
    };
    Some(homes.into_iter().map(|home| format!("{home}/.ollama/models")).collect())
}

/// The home folder that the runtime gives the process; several where the user may be one or the other.
fn homes(workload: &Workload<'_>, seat: &Seat<'_>) -> Option<Vec<&'static str>> {
    let pod = workload.pod.security_context.as_ref();
    let own = seat.container.security_context.as_ref();
    let not_root = own.and_then(|own| own.run_as_non_root).or_else(|| pod.and_then(|pod| pod.run_as_non_root));
    match seat.user(workload.pod) {
        Some(0) => Some(vec!["/root"]),
        // ubuntu:24.04 has this user; older images have not.
        Some(1000) => Some(vec!["/home/ubuntu", ""]),
        Some(_) => Some(vec![""]),
        None if not_root == Some(true) => None,
        // OpenShift gives a pod a user of its own, unless it is allowed what such a user may not do.
        None if own.is_some_and(|own| own.privileged == Some(true)) || has_host_path(workload) => Some(vec!["/root"]),
        None => Some(vec!["/root", ""]),
    }
}

fn has_host_path(workload: &Workload<'_>) -> bool {
    workload.pod.volumes.iter().flatten().any(|volume| volume.host_path.is_some())
}

/// Whether a folder is, or is above, a path.
pub fn holds(folder: &str, path: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// What is behind the name of a mount, and whether it can only be read.
pub fn held<'a>(workload: &Workload<'a>, name: &str) -> (Held<'a>, bool) {
    let templates = workload.stateful_set().and_then(|set| set.volume_claim_templates.as_deref()).unwrap_or_default();
    if let Some(at) = templates.iter().position(|claim| claim.metadata.name.as_deref() == Some(name)) {
        return (Held::Template(at), false);
    }
    let Some(volume) = workload.volume(name) else { return (Held::Other, false) };
    match volume {
        Volume { persistent_volume_claim: Some(claim), .. } => {
            (Held::Claim(&claim.claim_name), claim.read_only == Some(true))
        }
        Volume { empty_dir: Some(folder), .. } => (Held::EmptyDir(folder), false),
        Volume { host_path: Some(folder), .. } => (Held::HostPath(&folder.path), false),
        _ => (Held::Other, false),
    }
}

#[cfg(test)]
mod tests {
    use crate::scope::tests::scope_of;

    fn held_by(container: &str, pod: &str) -> Option<(String, String)> {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  {pod}\n  containers: [{{name: a, \
             image: ollama/ollama, {container}}}]\n  volumes: [{{name: c, persistentVolumeClaim: {{claimName: claim}}}}, \
             {{name: e, emptyDir: {{}}}}]\n"
        );
        scope_of(&text, |scope| {
            let workload = scope.servers().next().expect("a server");
            let store = scope.store(workload, &workload.seats[0])?;
            Some((store.paths.join(" "), format!("{:?}", store.held)))
        })
    }

    #[test]
    fn a_store_is_below_the_home_of_the_user_unless_a_variable_says_otherwise() {
        for (container, pod, paths, held) in [
            ("", "", "/root/.ollama/models /.ollama/models", "Container"),
            (
                "volumeMounts: [{name: c, mountPath: /root/.ollama}]",
                "",
                "/root/.ollama/models /.ollama/models",
                "Claim",
            ),
            ("volumeMounts: [{name: c, mountPath: /root/}]", "", "/root/.ollama/models /.ollama/models", "Claim"),
            ("volumeMounts: [{name: c, mountPath: /.ollama}]", "", "/root/.ollama/models /.ollama/models", "Claim"),
            (
                "volumeMounts: [{name: c, mountPath: /.ollama}]",
                "securityContext: {runAsUser: 0}",
                "/root/.ollama/models",
                "Container",
            ),
            (
                "volumeMounts: [{name: c, mountPath: /root/.ollama}]",
                "securityContext: {runAsUser: 5}",
                "/.ollama/models",
                "Container",
            ),
            (
                "env: [{name: HOME, value: /h}], volumeMounts: [{name: e, mountPath: /h}]",
                "",
                "/h/.ollama/models",
                "EmptyDir",
            ),
            (
                "env: [{name: OLLAMA_MODELS, value: /m/}], volumeMounts: [{name: c, mountPath: /root/.ollama}]",
                "",
                "/m",
                "Container",
            ),
            ("env: [{name: OLLAMA_MODELS, value: llama3}]", "", "/llama3", "Container"),
        ] {
            let (found, by) = held_by(container, pod).expect(container);
            assert_eq!(found, paths, "{container}");
            assert!(by.starts_with(held), "{container}: {by}");
        }
    }

    #[test]
    fn what_the_manifest_does_not_say_is_not_known() {
        for (container, pod) in [
            ("env: [{name: OLLAMA_MODELS, valueFrom: {secretKeyRef: {name: a, key: b}}}]", ""),
            ("env: [{name: OLLAMA_MODELS, value: \"${MODELS}\"}]", ""),
            ("envFrom: [{configMapRef: {name: elsewhere}}]", ""),
            ("command: [sh, -c, \"export OLLAMA_MODELS=/m; ollama serve\"]", ""),
            ("volumeMounts: [{name: c, mountPath: /root/.ollama/models/blobs}]", ""),
            ("volumeMounts: [{name: c, mountpath: /root/.ollama}]", ""),
            ("stdin: true", "securityContext: {runAsNonRoot: true}"),
        ] {
            assert_eq!(held_by(container, pod), None, "{container}");
        }
    }
}
