//! Which objects have a name, a kind, a label, a claim: looked up, so that many objects take no longer each than few.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::{Item, Workload, is_added, is_cluster_wide};
use crate::tree::Node;

/// Places of objects and workloads by what they are asked for.
#[derive(Debug, Default)]
pub(super) struct Index<'a> {
    kinds: HashMap<&'a str, Vec<usize>>,
    names: HashMap<&'a str, Vec<usize>>,
    /// By namespace; what says none, or is in none, is under no name, and all others see it.
    namespaces: HashMap<&'a str, Namespace<'a>>,
    spaces: HashMap<(Option<&'a str>, usize), Vec<usize>>,
}

/// Places within a namespace.
#[derive(Debug, Default)]
struct Namespace<'a> {
    names: HashMap<&'a str, Vec<usize>>,
    workloads: Vec<usize>,
    labels: HashMap<&'a str, HashMap<&'a str, Vec<usize>>>,
    claims: HashMap<&'a str, Vec<usize>>,
    /// By the name of what they scale.
    scalers: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Index<'a> {
    pub(super) fn of(items: &[Item<'a>], workloads: &[Workload<'a>]) -> Self {
        let mut index = Self::default();
        for item in items {
            index.kinds.entry(item.object.kind()).or_default().push(item.number);
            index.names.entry(item.name()).or_default().push(item.number);
            index.spaces.entry(space(*item)).or_default().push(item.number);
            let namespace = item.namespace().filter(|_| !is_cluster_wide(item.object)).unwrap_or_default();
            let namespace = index.namespaces.entry(namespace).or_default();
            namespace.names.entry(item.name()).or_default().push(item.number);
            if matches!(item.object.kind(), "HorizontalPodAutoscaler" | "ScaledObject") {
                let target = item.at(&["spec", "scaleTargetRef", "name"]).and_then(Node::text).unwrap_or_default();
                namespace.scalers.entry(target).or_default().push(item.number);
            }
        }
        for (at, workload) in workloads.iter().enumerate() {
            let namespace = index.namespaces.entry(workload.item.namespace().unwrap_or_default()).or_default();
            namespace.workloads.push(at);
            for (key, value) in workload.labels.into_iter().flatten() {
                namespace.labels.entry(key).or_default().entry(value).or_default().push(at);
            }
            for volume in workload.pod.volumes.iter().flatten() {
                if let Some(claim) = &volume.persistent_volume_claim {
                    let users = namespace.claims.entry(&claim.claim_name).or_default();
                    if users.last() != Some(&at) {
                        users.push(at);
                    }
                }
            }
        }
        index
    }

    pub(super) fn of_kind(&self, kind: &str) -> &[usize] {
        self.kinds.get(kind).map_or(&[], Vec::as_slice)
    }

    /// The objects that name the namespace of an object, or none where it names none and they are in its folder.
    pub(super) fn of_space(&self, item: Item<'a>) -> &[usize] {
        self.spaces.get(&space(item)).map_or(&[], Vec::as_slice)
    }

    /// All objects of a name, in whatever namespace.
    pub(super) fn of_name_anywhere(&self, name: &str) -> &[usize] {
        self.names.get(name).map_or(&[], Vec::as_slice)
    }

    /// The objects of a name that one of a namespace may mean.
    pub(super) fn of_name(&self, namespace: Option<&str>, name: &str) -> Cow<'_, [usize]> {
        if namespace.is_none() {
            return Cow::Borrowed(self.of_name_anywhere(name));
        }
        self.gather(namespace, |of| of.names.get(name).map_or(&[], Vec::as_slice))
    }

    /// The workloads that mount a claim of a name, and may mean one of a namespace.
    pub(super) fn users(&self, namespace: Option<&str>, claim: &str) -> Cow<'_, [usize]> {
        self.gather(namespace, |of| of.claims.get(claim).map_or(&[], Vec::as_slice))
    }

    /// What scales a workload of a name in a namespace.
    pub(super) fn scalers(&self, namespace: Option<&str>, target: &str) -> Cow<'_, [usize]> {
        self.gather(namespace, |of| of.scalers.get(target).map_or(&[], Vec::as_slice))
    }

    /// The workloads that have the rarest of some labels; all where there is no label to look for.
    pub(super) fn labelled(&self, namespace: Option<&str>, labels: &BTreeMap<String, String>) -> Cow<'_, [usize]> {
        self.gather(namespace, |of| {
            let have = |(key, value): (&String, &String)| {
                let values = of.labels.get(key.as_str());
                values.and_then(|values| values.get(value.as_str())).map_or(&[][..], Vec::as_slice)
            };
            labels
                .iter()
                .filter(|(key, _)| !is_added(key))
                .map(have)
                .min_by_key(|found| found.len())
                .unwrap_or(&of.workloads)
        })
    }

    /// What the namespaces have that one of a namespace may meet, in order.
    fn gather<'b>(
        &'b self,
        namespace: Option<&str>,
        of: impl Fn(&'b Namespace<'a>) -> &'b [usize],
    ) -> Cow<'b, [usize]> {
        let Some(namespace) = namespace else {
            let mut all: Vec<usize> = self.namespaces.values().flat_map(of).copied().collect();
            all.sort_unstable();
            return Cow::Owned(all);
        };
        let of = |namespace: &str| self.namespaces.get(namespace).map_or(&[][..], &of);
        match (of(namespace), of("")) {
            (own, []) => Cow::Borrowed(own),
            ([], others) => Cow::Borrowed(others),
            (own, others) => {
                let mut both = [own, others].concat();
                both.sort_unstable();
                both.dedup();
                Cow::Owned(both)
            }
        }
    }
}

/// What stands for a namespace: its name, or the folder of what names none.
fn space(item: Item<'_>) -> (Option<&str>, usize) {
    (item.namespace(), if item.namespace().is_some() { 0 } else { item.folder })
}
