//! Which object is meant, and which pods are chosen?

use std::collections::{BTreeMap, HashMap};

use super::*;
use crate::bundle::Kind;

impl<'a> Scope<'a> {
    /// All objects.
    pub fn items(&self) -> &[Item<'a>] {
        &self.items
    }

    /// All objects of a kind that is known: `scope.all::<Service>()`.
    pub fn all<K: Kind>(&self) -> impl Iterator<Item = (Item<'a>, &'a K)> {
        self.index.of_kind(K::KIND).iter().filter_map(|at| {
            let item = self.items[*at];
            Some((item, K::of(item.object)?))
        })
    }

    /// All objects of a kind that is only known by name, as written: `scope.custom("HTTPRoute", "gateway.networking.k8s.io/")`.
    pub fn custom(&self, kind: &str, group: &str) -> impl Iterator<Item = (Item<'a>, &'a Node)> {
        self.index.of_kind(kind).iter().filter_map(move |at| {
            let item = self.items[*at];
            match item.object {
                Object::Custom(custom) if custom.api_version.starts_with(group) => Some((item, item.tree?)),
                _ => None,
            }
        })
    }

    /// The object of a kind and name that another one means; none where it is not among the manifests, or where it is
    /// not clear which: one of the same text wins, then one of the same folder, then the only one.
    pub fn find<K: Kind>(&self, from: Item<'a>, name: &str) -> Option<(Item<'a>, &'a K)> {
        let item = self.named(from, K::KIND, name)?;
        Some((item, K::of(item.object)?))
    }

    /// As [`Scope::find`], by the name of the kind.
    pub fn named(&self, from: Item<'a>, kind: &str, name: &str) -> Option<Item<'a>> {
        let rank = |item: Item<'a>| if item.is_beside(from) { 0 } else { 2 - u8::from(item.is_near(from)) };
        let mut best: Option<(u8, Item<'a>)> = None;
        let mut is_alone = false;
        for item in self.candidates(from, kind, name) {
            let rank = rank(item);
            match best {
                Some((known, _)) if known < rank => {}
                Some((0, _)) => return None,
                Some((known, _)) if known == rank => is_alone = false,
                _ => (best, is_alone) = (Some((rank, item)), true),
            }
        }
        best.filter(|_| is_alone).map(|(_, item)| item)
    }

    /// All objects of a kind and name that another one could mean.
    pub fn candidates(&self, from: Item<'a>, kind: &str, name: &str) -> impl Iterator<Item = Item<'a>> {
        let found = self.index.of_name(from.namespace(), name);
        let found = (0..found.len()).map(move |at| self.items[found[at]]);
        found.filter(move |item| item.object.kind() == kind && (item.may_meet(from) || is_cluster_wide(item.object)))
    }

    /// All objects of a kind and name, in whatever namespace.
    pub fn of_name(&self, kind: &str, name: &str) -> impl Iterator<Item = Item<'a>> {
        let found = self.index.of_name_anywhere(name).iter().map(|at| self.items[*at]);
        found.filter(move |item| item.object.kind() == kind)
    }

    /// The places where values for the Helm chart of Ollama (otwld) are given.
    pub fn charts(&self) -> &[Chart<'a>] {
        &self.charts
    }

    /// The places where values for `app-template` are given that have Ollama in them.
    pub fn apps(&self) -> &[Chart<'a>] {
        &self.apps
    }

    /// What has to do with Ollama and makes pods: servers, and what pulls or asks.
    pub fn workloads(&self) -> impl Iterator<Item = &Workload<'a>> {
        self.workloads.iter().filter(|workload| workload.about != About::Other)
    }

    /// What makes pods in which an Ollama server runs to serve.
    pub fn servers(&self) -> impl Iterator<Item = &Workload<'a>> {
        self.workloads.iter().filter(|workload| workload.about == About::Server)
    }

    /// Everything that makes pods, whatever is in them.
    pub fn all_workloads(&self) -> &[Workload<'a>] {
        &self.workloads
    }

    /// What an object makes, if it makes pods.
    pub fn workload(&self, item: Item<'_>) -> Option<&Workload<'a>> {
        let at = self.workloads.binary_search_by_key(&item.number, |workload| workload.item.number).ok()?;
        self.workloads.get(at)
    }

    /// What makes pods that a selector of an object chooses, in that object's namespace. An empty selector chooses all.
    pub fn selected(&self, from: Item<'a>, selector: &BTreeMap<String, String>) -> Vec<&Workload<'a>> {
        self.choose(from, selector).collect()
    }

    /// As [`Scope::selected`], one by one, for whoever needs to know of the first only.
    pub(super) fn choose(
        &self,
        from: Item<'a>,
        selector: &BTreeMap<String, String>,
    ) -> impl Iterator<Item = &Workload<'a>> {
        let found = self.index.labelled(from.namespace(), selector);
        (0..found.len())
            .map(move |at| &self.workloads[found[at]])
            .filter(move |workload| workload.item.may_meet(from) && pod::selects(selector, workload.labels))
    }

    /// As [`Scope::selected`], with expressions.
    pub fn selected_by(&self, from: Item<'a>, selector: &LabelSelector) -> Vec<&Workload<'a>> {
        let none = BTreeMap::new();
        let mut chosen = self.selected(from, selector.match_labels.as_ref().unwrap_or(&none));
        chosen.retain(|workload| pod::chooses(selector, workload.labels));
        chosen
    }

    /// Whether something else than the manifests of these workloads says how many pods there are.
    pub fn is_scaled(&self, workloads: &[&Workload<'a>]) -> bool {
        workloads.iter().any(|workload| self.scaler(workload.item).is_some())
    }

    /// What scales a workload: a `HorizontalPodAutoscaler` or a KEDA `ScaledObject` among the manifests.
    pub fn scaler(&self, target: Item<'a>) -> Option<Item<'a>> {
        let kind = |item: Item<'a>| item.at(&["spec", "scaleTargetRef", "kind"]).and_then(Node::text);
        let scalers = self.index.scalers(target.namespace(), target.name());
        let mut scalers = scalers.iter().map(|at| self.items[*at]);
        scalers.find(|item| kind(*item).is_none_or(|kind| kind == target.object.kind()) && item.may_meet(target))
    }

    /// The claims that a pod mounts: objects among the manifests, and the templates of a `StatefulSet`.
    pub fn claims(&self, workload: &Workload<'a>) -> Vec<Claimed<'a>> {
        pod::claims(self, workload)
    }

    /// The workloads that mount a claim.
    pub fn users(&self, claim: Item<'a>) -> Vec<&Workload<'a>> {
        let users = self.users.get_or_init(|| self.all_users());
        users.get(&claim.number).into_iter().flatten().map(|at| &self.workloads[*at]).collect()
    }

    /// The places of the workloads that mount each claim, by its number.
    fn all_users(&self) -> HashMap<usize, Vec<usize>> {
        let mut users: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, workload) in self.workloads.iter().enumerate() {
            for volume in workload.pod.volumes.iter().flatten() {
                let Some(claim) = &volume.persistent_volume_claim else { continue };
                let found = self.find::<PersistentVolumeClaim>(workload.item, &claim.claim_name);
                let Some((item, _)) = found else { continue };
                let users = users.entry(item.number).or_default();
                if users.last() != Some(&at) {
                    users.push(at);
                }
            }
        }
        users
    }

    /// What a variable of a container is, through `ConfigMap`s that are among the manifests.
    pub fn env(&self, workload: &Workload<'a>, seat: &Seat<'a>, name: &str) -> Env<'a> {
        container::env(self, workload.item, seat, name)
    }

    /// Whether the manifests are for a release below 1.`minor`; false where nobody said it.
    pub fn is_older_than(&self, minor: u8) -> bool {
        self.kubernetes.is_some_and(|version| version < Version::minor(minor))
    }
}
