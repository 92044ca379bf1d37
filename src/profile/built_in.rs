//! Which profiles come with the tool?

/// A profile that comes with the tool.
#[derive(Debug)]
pub struct BuiltIn {
    /// What to call it on the command line.
    pub name: &'static str,
    /// The file itself, to render or to start from.
    pub text: &'static str,
}

impl BuiltIn {
    /// What it is for: the first line of the file, a comment.
    pub fn summary(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches("# ")
    }
}

macro_rules! built_in {
    ($($name:literal),*) => {
        &[$(BuiltIn { name: $name, text: include_str!(concat!("../../profiles/", $name, ".yaml")) }),*]
    };
}

/// All of them; the first is the one that `render` takes when none is named.
pub const BUILT_IN: &[BuiltIn] = built_in![
    "single-gpu",
    "ha-rwx",
    "cpu-72b",
    "eks-efs",
    "per-replica",
    "air-gapped",
    "local-copy",
    "gke-l4",
    "aks-a100",
    "k3s-local",
    "amd-rocm",
    "openshift",
    "autoscaled"
];

/// The one with that name.
pub fn built_in(name: &str) -> Option<&'static BuiltIn> {
    BUILT_IN.iter().find(|profile| profile.name == name)
}
