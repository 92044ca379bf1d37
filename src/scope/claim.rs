//! Which claims have to do with Ollama, and who makes their volumes?

use super::pod::Claimed;
use super::quantity::bytes;
use super::store::{Held, Store};
use super::{Item, Scope, Workload};
use crate::bundle::{Kind, Object};
use crate::facts::{self, Provisioner};
use crate::k8s::*;
use crate::units::Bytes;

impl<'a> Claimed<'a> {
    /// How much it asks for.
    pub fn size(&self) -> Option<Bytes> {
        let resources = self.claim.spec.as_ref()?.resources.as_ref()?;
        bytes(resources.requests.as_ref()?.get("storage")?).map(Bytes)
    }

    /// Its name, or that of its template.
    pub fn name(&self) -> &'a str {
        self.claim.metadata.name.as_deref().unwrap_or_default()
    }

    /// Its class.
    pub fn class(&self, scope: &Scope<'a>) -> Class<'a> {
        class_of(scope, self.item, self.claim)
    }

    /// The volume that it names, where that is among the manifests.
    pub fn volume(&self, scope: &Scope<'a>) -> Option<(Item<'a>, &'a PersistentVolume)> {
        scope.find::<PersistentVolume>(self.item, self.claim.spec.as_ref()?.volume_name.as_deref()?)
    }
}

/// What a claim says of its class.
#[derive(Clone, Copy, Debug)]
pub enum Class<'a> {
    /// Nothing: the cluster's default.
    Default,
    /// That it has none.
    Empty,
    /// A class that is among the manifests.
    Own(Item<'a>, &'a StorageClass),
    /// A class that clusters bring along.
    Known(&'static facts::StorageClass),
    /// Another class.
    Other(&'a str),
}

impl Class<'_> {
    /// Whether its provisioner is certainly so.
    pub fn is(&self, so: impl Fn(&Provisioner) -> bool) -> bool {
        match self {
            Self::Own(_, class) => facts::provisioner(&class.provisioner).is_some_and(so),
            Self::Known(row) => row.is_always(so),
            Self::Default | Self::Empty | Self::Other(_) => false,
        }
    }
}

/// The class of a claim of some object.
pub fn class_of<'a>(scope: &Scope<'a>, from: Item<'a>, claim: &'a PersistentVolumeClaim) -> Class<'a> {
    let annotations = claim.metadata.annotations.as_ref();
    let old = annotations.and_then(|notes| notes.get("volume.beta.kubernetes.io/storage-class"));
    let named = claim.spec.as_ref().and_then(|spec| spec.storage_class_name.as_deref());
    let Some(name) = named.or(old.map(String::as_str)) else { return Class::Default };
    if name.is_empty() {
        return Class::Empty;
    }
    if let Some((item, class)) = scope.find::<StorageClass>(from, name) {
        return Class::Own(item, class);
    }
    // One of several of that name is not to be told from the class that the cluster has.
    if scope.candidates(from, "StorageClass", name).next().is_some() {
        return Class::Other(name);
    }
    facts::storage_class(name).map_or(Class::Other(name), Class::Known)
}

impl<'a> Scope<'a> {
    /// The claims that have to do with Ollama: those that its pods mount, and those that no pod of the manifests mounts
    /// and that are called so.
    pub fn model_claims(&self) -> Vec<Claimed<'a>> {
        let places = self.claims.get_or_init(|| {
            let claims = model_claims(self);
            claims.iter().map(|claimed| (claimed.item.number, claimed.template)).collect()
        });
        places.iter().filter_map(|(number, template)| claim_at(self, *number, *template)).collect()
    }

    /// The classes among the manifests that have to do with Ollama: those of its claims.
    pub fn model_classes(&self) -> Vec<(Item<'a>, &'a StorageClass)> {
        if self.all::<StorageClass>().next().is_none() {
            return Vec::new();
        }
        let own = |claimed: &Claimed<'a>| match claimed.class(self) {
            Class::Own(item, class) => Some((item, class)),
            _ => None,
        };
        let mut classes: Vec<_> = self.model_claims().iter().filter_map(own).collect();
        classes.sort_by_key(|(item, _)| item.number);
        classes.dedup_by_key(|(item, _)| item.number);
        classes
    }

    /// The claim that holds a store, where it is among the manifests.
    pub fn claim_of(&self, workload: &Workload<'a>, store: &Store<'a>) -> Option<Claimed<'a>> {
        claim_of(self, workload, store)
    }

    /// The workloads that mount a claim of that name and may mean the one of an object's namespace.
    pub fn users_of_name(&self, near: Item<'a>, claim: &str) -> Vec<&Workload<'a>> {
        self.index.users(near.namespace(), claim).iter().map(|at| &self.workloads[*at]).collect()
    }
}

/// A claim by its place.
fn claim_at<'a>(scope: &Scope<'a>, number: usize, template: Option<usize>) -> Option<Claimed<'a>> {
    let item = *scope.items.get(number)?;
    let claim = match (template, item.object) {
        (None, object) => PersistentVolumeClaim::of(object)?,
        (Some(at), Object::StatefulSet(set)) => set.spec.as_ref()?.volume_claim_templates.as_ref()?.get(at)?,
        _ => return None,
    };
    Some(Claimed { volume: claim.metadata.name.as_deref().unwrap_or_default(), item, template, claim })
}

fn model_claims<'a>(scope: &Scope<'a>) -> Vec<Claimed<'a>> {
    let mut claims: Vec<Claimed<'a>> = scope.workloads().flat_map(|workload| scope.claims(workload)).collect();
    for (item, claim) in scope.all::<PersistentVolumeClaim>() {
        if item.name().contains("ollama") && scope.index.users(item.namespace(), item.name()).is_empty() {
            claims.push(Claimed { volume: "", item, template: None, claim });
        }
    }
    claims.sort_by_key(|claimed| (claimed.item.number, claimed.template));
    claims.dedup_by_key(|claimed| (claimed.item.number, claimed.template));
    claims
}

fn claim_of<'a>(scope: &Scope<'a>, workload: &Workload<'a>, store: &Store<'a>) -> Option<Claimed<'a>> {
    match store.held {
        Held::Claim(name) => {
            let (item, claim) = scope.find::<PersistentVolumeClaim>(workload.item, name)?;
            Some(Claimed { volume: name, item, template: None, claim })
        }
        Held::Template(at) => {
            let claim = workload.stateful_set()?.volume_claim_templates.as_ref()?.get(at)?;
            let volume = claim.metadata.name.as_deref()?;
            Some(Claimed { volume, item: workload.item, template: Some(at), claim })
        }
        _ => None,
    }
}
