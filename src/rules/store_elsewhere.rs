//! `store-elsewhere`: a volume for models is not where the server keeps them.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Held, Scope, Seat, Store, Workload, held, holds};

pub(super) const RULE: Rule = Rule {
    id: "store-elsewhere",
    severity: Severity::Error,
    summary: "a volume for models is not where the server keeps them",
    versions: Versions::All,
    docs: include_str!("store_elsewhere.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers() {
            let Some(store) = scope.store(workload, seat) else { continue };
            let Some((at, by)) = meant_for_models(workload, seat, &store) else { continue };
            let mounted = seat.container.volume_mounts.iter().flatten().nth(at).map_or("", |mount| &mount.mount_path);
            let path = &store.paths[0];
            let folder = path.strip_suffix("/models").filter(|folder| folder.ends_with(".ollama")).unwrap_or(path);
            findings.add(
                workload.item,
                format!("{}.volumeMounts[{at}].mountPath", seat.path),
                format!("the server keeps its models in `{path}`, not on `{by}` at `{mounted}`: they are lost with the container"),
                // `/root` itself is shut for others, and so is every mount inside it.
                if mounted.starts_with("/root/") && seat.user(workload.pod).is_some_and(|user| user > 0) {
                    format!("set mountPath: {folder}")
                } else {
                    format!("set mountPath: {folder}, or the variable OLLAMA_MODELS: {mounted}")
                },
            );
        }
    }
}

/// Words of names and paths that say that models are meant.
const STRONG: [&str; 4] = ["ollama", "model", "llm", "llama"];
/// Words that say so of a claim, of which a server has hardly another.
const WEAK: [&str; 6] = ["data", "storage", "store", "cache", "weights", "volume"];
/// Words that say that something else is meant.
const OTHER: [&str; 13] =
    ["log", "conf", "script", "cert", "key", "secret", "tmp", "/lib", "-lib", "bin", "modelfile", "gguf", "prompt"];
/// Folders of the system.
const SYSTEM: [&str; 7] = ["/dev", "/etc", "/proc", "/sys", "/run", "/var/run", "/tmp"];

/// The mount that looks meant for models and lies beside the store, with the name of what is mounted there.
pub(super) fn meant_for_models<'a>(
    workload: &Workload<'a>,
    seat: &Seat<'a>,
    store: &Store<'a>,
) -> Option<(usize, &'a str)> {
    let words: &[&str] = match store.held {
        Held::Container => &WEAK,
        Held::EmptyDir(_) if seat.image().is_official() => &[],
        _ => return None,
    };
    let script = seat.script();
    let mounts = seat.container.volume_mounts.iter().flatten().enumerate();
    let mut fitting = mounts.filter_map(|(at, mount)| {
        let (held, read_only) = held(workload, &mount.name);
        let (name, words) = match held {
            Held::Claim(name) => (name, words),
            Held::Template(_) => (mount.name.as_str(), words),
            Held::HostPath(folder) => (folder, &[][..]),
            Held::Other if workload.volume(&mount.name).is_some_and(|volume| volume.nfs.is_some()) => {
                (mount.name.as_str(), &[][..])
            }
            _ => return None,
        };
        let text = format!("{} {} {name}", mount.mount_path, mount.name).to_ascii_lowercase().replace("/var/lib/", "/");
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let path = mount.mount_path.trim_end_matches('/');
        let used = path.is_empty() || script.contains(path) || SYSTEM.iter().any(|folder| holds(folder, path));
        let writable = !read_only && mount.read_only != Some(true);
        let meant = writable && !used && !has(&OTHER) && (has(&STRONG) || has(words));
        meant.then_some((at, name))
    });
    fitting.next()
}
