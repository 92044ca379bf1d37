//! Has an object to do with Ollama, and is it a whole object?

use super::{About, Item, Scope, Workload};
use crate::bundle::Object;
use crate::tree::Node;

impl<'a> Scope<'a> {
    /// Whether an object has to do with Ollama: by its pods, by those that it selects, serves or governs; by its name
    /// where the manifests show none.
    pub fn is_about_ollama(&self, item: Item<'a>) -> bool {
        let is_about = |workload: &Workload<'a>| workload.about != About::Other;
        match item.object {
            Object::PersistentVolumeClaim(_) => {
                let users = self.users(item);
                users.iter().any(|user| is_about(user)) || users.is_empty() && item.is_called_ollama()
            }
            Object::Service(service) => {
                let selector = service.spec.as_ref().and_then(|spec| spec.selector.as_ref());
                let Some(labels) = selector.filter(|labels| !labels.is_empty()) else { return item.is_called_ollama() };
                let mut chosen = self.choose(item, labels).peekable();
                chosen.peek().is_none() && item.is_called_ollama() || chosen.any(is_about)
            }
            Object::ResourceQuota(_) | Object::LimitRange(_) => {
                let is_here = |workload: &Workload<'a>| {
                    is_about(workload) && workload.item.is_near(item) && workload.item.may_meet(item)
                };
                self.counted_by(item).iter().any(|workload| is_about(workload)) || self.workloads.iter().any(is_here)
            }
            _ => match self.workload(item) {
                Some(workload) if is_about(workload) => true,
                Some(workload) => {
                    let is_silent = |image: &Option<String>| image.as_ref().is_none_or(String::is_empty);
                    let is_unsaid = workload.seats.iter().all(|seat| is_silent(&seat.container.image));
                    is_unsaid && item.is_called_ollama()
                }
                None => item.is_called_ollama(),
            },
        }
    }

    /// Whether an object may be a change to another one, for which nothing is missing: its text is called a patch, or
    /// the manifests hold another object of its kind and name.
    pub fn may_be_patch(&self, item: Item<'a>) -> bool {
        let name = item.tree.and_then(|tree| Some(self.sources?.get(tree.origin.source).name.as_str()));
        name.is_some_and(|name| ["patch", "overlay", "kustom"].iter().any(|word| name.contains(word)))
            || self.candidates(item, item.object.kind(), item.name()).nth(1).is_some()
    }
}

impl<'a> Item<'a> {
    /// Whether its name says that it has to do with Ollama.
    pub fn is_called_ollama(self) -> bool {
        names_ollama(self.name())
    }

    /// The value at a way with dots and indices in what was written: `spec.ports[0].port`.
    pub fn written(self, way: &str) -> Option<&'a Node> {
        self.tree?.find(way)
    }

    /// Whether a number is written as one, or not at all: a variable of another tool is no number yet.
    pub fn has_number(self, way: &str) -> bool {
        self.written(way).is_none_or(|node| node.text().is_some_and(|text| text.parse::<i64>().is_ok()))
    }
}

/// Whether a text has the name of Ollama in it.
pub(super) fn names_ollama(text: &str) -> bool {
    text.as_bytes().windows(6).any(|part| part.eq_ignore_ascii_case(b"ollama"))
}

/// Whether a text is for another tool to fill in: `${NAME}`, `$(NAME)`, `{{ name }}`, `<name>`.
pub fn is_variable(text: &str) -> bool {
    text.contains(['$', '{', '<', '@', '%'])
}
