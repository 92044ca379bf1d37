//! What is wrong with a profile that could be read, and what to write instead?

/// Something that does not work, or could be better.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The fields it is about, as paths, each with a word to stand under it; the first is the faulty one.
    pub fields: Vec<(String, String)>,
    /// What to write instead.
    pub help: Option<String>,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It works, but could be better.
    Warning,
    /// It cannot work: nothing is rendered.
    Error,
}

impl Problem {
    /// A problem with a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        let fields = vec![(field.into(), String::new())];
        Self { severity: Severity::Error, message: message.into(), fields, help: None }
    }

    /// With a word under the field.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        if let Some(first) = self.fields.first_mut() {
            first.1 = label.into();
        }
        self
    }

    /// With another field that has to do with it.
    #[must_use]
    pub fn and(mut self, field: impl Into<String>, label: impl Into<String>) -> Self {
        self.fields.push((field.into(), label.into()));
        self
    }

    /// With what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// All problems of a profile, as they are found.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Notes what cannot work.
    pub fn error(&mut self, problem: Problem) {
        self.0.push(Problem { severity: Severity::Error, ..problem });
    }

    /// Notes what could be better.
    pub fn warning(&mut self, problem: Problem) {
        self.0.push(Problem { severity: Severity::Warning, ..problem });
    }

    /// All of them, in the order in which they were found.
    pub fn into_vec(self) -> Vec<Problem> {
        self.0
    }
}
