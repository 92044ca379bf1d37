//! What is known of storage: what provisioners can do, what their classes may say, and which classes clusters bring along.

use super::{CLASSES, MINIMUMS, PROVISIONERS, pairs};

/// What makes volumes for claims.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own")]
pub struct Provisioner {
    /// The name that a class gives.
    pub name: &'static str,
    /// Whether a claim may be mounted on several nodes.
    pub shared: bool,
    /// Whether the class sets the owner of the files, so that fsGroup has no effect.
    pub sets_owner: bool,
    /// Parameters without which no volume is made.
    pub required: &'static [&'static str],
    /// Parameters of our own classes, `key=value`, unless the profile gives them.
    pub defaults: &'static [&'static str],
    /// Whether a claim with `ReadWriteMany` and a file system is refused.
    pub block: bool,
    /// Whether a volume belongs to a zone.
    pub zonal: bool,
    /// Parameters, `key=value`, with which it does not; `*` stands for anything.
    pub across_zones: &'static [&'static str],
    /// Whether the files are on one node.
    pub local: bool,
    /// Whether its volumes are folders of a node, of which the kubelet sets no owner: fsGroup has no effect.
    pub host_path: bool,
    /// Whether it makes nothing, and volumes are made by hand.
    pub manual: bool,
    /// `key=other`: parameters that do as well as a required one.
    pub instead: &'static [&'static str],
    /// Parameters besides; `*` at the end: all that begin so. Empty: not looked up.
    pub known: &'static [&'static str],
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// Prefix of the parameters that the external-provisioner reads by itself. Source: external-provisioner
/// `pkg/controller/controller.go`.
const OF_THE_SIDECAR: &str = "csi.storage.k8s.io/";

impl Provisioner {
    /// Whether a class may have a parameter, whatever its letter case; none: not looked up for this provisioner.
    pub fn knows(&self, parameter: &str) -> Option<bool> {
        if parameter.starts_with(OF_THE_SIDECAR) || parameter.eq_ignore_ascii_case("fsType") {
            return Some(true);
        }
        (!self.known.is_empty()).then(|| self.parameters().any(|known| matches(known, parameter)))
    }

    /// All parameters that are known, as they are spelt; with `*` at the end: all that begin so.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> {
        let key = |pair: &&'static str| pair.split('=').next().unwrap_or_default();
        let other = |pair: &&'static str| pair.split_once('=').map_or("", |(_, other)| other);
        let own = self.required.iter().chain(self.known).copied();
        own.chain(self.defaults.iter().map(key)).chain(self.instead.iter().map(other))
    }

    /// Required parameters that a class lacks, where nothing does as well.
    pub fn missing(&self, has: impl Fn(&str) -> bool) -> Vec<&'static str> {
        let replaced = |key: &str| pairs(self.instead).any(|(of, other)| of == key && has(other));
        self.required.iter().copied().filter(|key| !has(key) && !replaced(key)).collect()
    }

    /// Whether a volume of a class with these parameters belongs to a zone.
    pub fn is_zonal(&self, parameters: &[(&str, &str)]) -> bool {
        let across = |key: &str, value: &str| {
            pairs(self.across_zones).any(|(known, pattern)| known.eq_ignore_ascii_case(key) && matches(pattern, value))
        };
        self.zonal && !parameters.iter().any(|(key, value)| across(key, value))
    }
}

/// Whether a text is as a pattern says, with `*` at its beginning or end; letter case does not count.
fn matches(pattern: &str, text: &str) -> bool {
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    if let Some(begin) = pattern.strip_suffix('*') {
        part(0, begin.len()).eq_ignore_ascii_case(begin) && text.len() >= begin.len()
    } else if let Some(end) = pattern.strip_prefix('*') {
        text.len() >= end.len() && part(text.len() - end.len(), text.len()).eq_ignore_ascii_case(end)
    } else {
        text.eq_ignore_ascii_case(pattern)
    }
}

/// A `StorageClass` that clusters or storage systems bring along.
#[derive(Debug)]
pub struct StorageClass {
    /// Its name.
    pub name: &'static str,
    /// Whose it may be; empty: not known.
    pub provisioners: &'static [&'static str],
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

impl StorageClass {
    /// Its provisioner, where there is but one of that name.
    pub fn provisioner(&self) -> Option<&'static Provisioner> {
        if let [only] = self.provisioners { provisioner(only) } else { None }
    }

    /// Whether all provisioners whose it may be are so; false where none is known.
    pub fn is_always(&self, so: impl Fn(&Provisioner) -> bool) -> bool {
        !self.provisioners.is_empty() && self.provisioners.iter().all(|name| provisioner(name).is_some_and(&so))
    }
}

/// The least size of a volume, by a parameter of its class. Less is not refused, but made and paid at this size.
#[derive(Debug)]
pub struct Minimum {
    /// Whose classes.
    pub provisioner: &'static str,
    /// The parameter.
    pub parameter: &'static str,
    /// Its value; empty: where it is not given.
    pub value: &'static str,
    /// The least size.
    pub bytes: u64,
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// The row of a provisioner. Rook's names begin with the namespace of its operator.
pub fn provisioner(name: &str) -> Option<&'static Provisioner> {
    let of_rook = |row: &&Provisioner| {
        row.name.strip_prefix("rook-ceph").is_some_and(|end| name.len() > end.len() && name.ends_with(end))
    };
    PROVISIONERS.iter().find(|row| row.name == name).or_else(|| PROVISIONERS.iter().find(of_rook))
}

/// The row of a class that is not in the bundle.
pub fn storage_class(name: &str) -> Option<&'static StorageClass> {
    CLASSES.iter().find(|row| row.name == name)
}

/// The least size of a volume of a class with these parameters.
pub fn minimum(provisioner: &str, parameters: &[(&str, &str)]) -> Option<&'static Minimum> {
    MINIMUMS.iter().filter(|row| row.provisioner == provisioner).find(|row| {
        let given = parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(row.parameter));
        given.map_or(row.value.is_empty(), |(_, value)| value.eq_ignore_ascii_case(row.value))
    })
}
