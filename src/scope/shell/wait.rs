//! What do the loops of a script wait for?

use super::{Chain, Command, Inside, Pipeline, Script, Simple, flatten};

/// The only condition of a loop.
#[derive(Clone, Copy, Debug)]
pub struct Wait<'s> {
    /// The command.
    pub simple: &'s Simple,
    /// Whether the loop is an `until`.
    pub is_until: bool,
    /// Whether the loop, with nothing but a pause in it, goes on while the command succeeds.
    pub is_inverted: bool,
}

impl Script {
    /// The commands that are the only condition of a loop.
    pub fn waits(&self) -> Vec<Wait<'_>> {
        let mut found = Vec::new();
        waits(&self.list, &mut found);
        found
    }
}

fn waits<'s>(list: &'s [Chain], found: &mut Vec<Wait<'s>>) {
    let pipelines = list.iter().flat_map(|chain| &chain.links).map(|(_, pipeline)| pipeline);
    for command in pipelines.flat_map(|pipeline| &pipeline.commands) {
        match command {
            Command::Loop { until, condition, body, .. } => {
                let only = match &condition[..] {
                    [Chain { links, .. }] if links.len() == 1 => Some(&links[0].1),
                    _ => None,
                };
                let pauses = |simple: &Simple| simple.runs("sleep") || simple.runs("echo") || simple.runs("printf");
                let mut inside = Vec::new();
                flatten(body, Inside::default(), &mut inside);
                let is_wait = !inside.is_empty() && inside.iter().all(|statement| pauses(statement.simple));
                if let Some(Pipeline { negated, commands }) = only
                    && let [Command::Simple(simple)] = &commands[..]
                {
                    found.push(Wait { simple, is_until: *until, is_inverted: is_wait && negated == until });
                }
                waits(body, found);
            }
            Command::Group { list, .. } => waits(list, found),
            Command::If { branches, otherwise } => {
                for (_, body) in branches {
                    waits(body, found);
                }
                waits(otherwise, found);
            }
            _ => {}
        }
    }
}
