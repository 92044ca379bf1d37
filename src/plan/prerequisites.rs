//! What must be there before a bundle is applied, as only the user can make it?

use super::{Delivery, Origin, Plan, Store};

/// An object that the bundle uses and does not bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prerequisite {
    /// As in its `kind`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What must be in it.
    pub holds: String,
}

pub(super) fn of(plan: &Plan) -> Vec<Prerequisite> {
    let is = |kind, name: &str, holds: String| Prerequisite { kind, name: name.to_owned(), holds };
    let mut all = Vec::new();
    if let Store::Claim(claim) = &plan.store
        && let Some(name) = &claim.existing
    {
        let mode = if claim.shared { "ReadWriteMany" } else { "ReadWriteOnce" };
        let user = plan.release.user.map_or("the user of the namespace".to_owned(), |user| format!("user {user}"));
        let owner = match plan.delivery {
            Delivery::Job | Delivery::Init => format!(", writable for {user}"),
            Delivery::Copy(_) | Delivery::Nobody => String::new(),
        };
        all.push(is("PersistentVolumeClaim", name, format!("{mode}, {} at least{owner}", claim.size.value)));
    }
    if let Delivery::Copy(Origin::Claim(name)) = &plan.delivery {
        let holds = "the models, in Ollama's folders blobs and manifests; for many nodes to read".to_owned();
        all.push(is("PersistentVolumeClaim", name, holds));
    }
    if let Some(registry) = &plan.registry {
        if let Some(authorities) = &registry.authorities {
            let holds = format!("{}, the registry's authority in PEM", authorities.key);
            all.push(is("ConfigMap", &authorities.config_map, holds));
        }
        if let Some(key) = &registry.key {
            all.push(is("Secret", key, "id_ed25519, the private key of an account at ollama.com".to_owned()));
        }
    }
    if let Some(name) = plan.autoscale.as_ref().and_then(|autoscale| autoscale.trigger.authentication.as_ref()) {
        all.push(is(
            "TriggerAuthentication",
            name,
            "what Prometheus asks of KEDA: a token, or a name and a password".to_owned(),
        ));
    }
    let of_ingress = plan.ingress.iter().flat_map(|ingress| &ingress.secrets);
    all.extend(of_ingress.map(|(name, holds)| is("Secret", name, (*holds).to_owned())));
    if let Some(keys) = plan.proxy.as_ref().and_then(|proxy| proxy.keys.as_ref()) {
        all.push(is("Secret", keys, "the key keys, with an API key a line".to_owned()));
    }
    all
}
