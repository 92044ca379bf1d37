//! What follows from a plan, for those who write it down or explain it?

use super::fit::{self, Room};
use super::{Claim, Delivery, Fits, Made, Plan, PlannedModel, Prerequisite, Pulled, memory, models, prerequisites};
use crate::model_name::ModelName;
use crate::units::Bytes;

impl Plan {
    /// What would also fit in the place that the models have.
    pub fn fits(&self) -> Fits {
        let room = match &self.gpu {
            Some(gpu) => Room::on(&gpu.card),
            None => Room::Memory { limit: Some(self.size.memory.value), host: self.host },
        };
        let mut loaded = memory::largest_first(&self.models, self.load);
        loaded.truncate(self.loaded);
        fit::fits(room, &loaded, self.load)
    }

    /// Host memory for finished prompts of a model.
    pub fn prompt_cache(&self, model: &PlannedModel) -> Bytes {
        self.host.prompt_cache(&model.shape)
    }

    /// Everything that is pulled, each once.
    pub fn pulled(&self) -> Vec<&Pulled> {
        models::pulled(&self.models)
    }

    /// What is made by Modelfiles, with the name that it gets.
    pub fn made(&self) -> impl Iterator<Item = (&ModelName, &Made)> {
        self.models.iter().filter_map(|model| Some((&model.name, model.made.as_ref()?)))
    }

    /// The models that are loaded before a server counts as ready.
    pub fn preloaded(&self) -> impl Iterator<Item = &ModelName> {
        self.models.iter().filter(|model| model.preload).map(|model| &model.name)
    }

    /// Whether servers write to the store: those that pull for themselves, and nobody else.
    pub fn servers_write(&self) -> bool {
        self.delivery == Delivery::Init
    }

    /// Whether any container of a server's pod writes to a volume: to pull, to copy, or to take what somebody brings.
    pub fn server_pods_write(&self) -> bool {
        match self.delivery {
            Delivery::Init | Delivery::Copy(_) => true,
            Delivery::Job => false,
            Delivery::Nobody => self.store.claim().is_some_and(|claim| !claim.shared || claim.existing.is_none()),
        }
    }

    /// The number of servers that is written down; none where it changes, as every apply would set it back.
    pub fn fixed_replicas(&self) -> Option<u32> {
        self.autoscale.is_none().then_some(self.servers.replicas)
    }

    /// How many servers there are, as people say it: `3`, or `2 to 4`.
    pub fn server_count(&self) -> String {
        match &self.autoscale {
            Some(autoscale) => format!("{} to {}", autoscale.min.value, self.servers.replicas),
            None => self.servers.replicas.to_string(),
        }
    }

    /// What must be there before the bundle is applied.
    pub fn prerequisites(&self) -> Vec<Prerequisite> {
        prerequisites::of(self)
    }

    /// The claim that the servers share.
    pub fn claim_name(&self, claim: &Claim) -> String {
        claim.existing.clone().unwrap_or_else(|| self.release.claim())
    }

    /// The path that is 404 until the first model is in the store, and 200 from then on.
    pub fn ready_path(&self) -> String {
        format!("/v1/models/{}", self.models[0].name)
    }
}
