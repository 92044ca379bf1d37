//! What is a field of a profile: what it means, what may stand there, and what is in it?

use k8s_openapi::serde_json::Value;

use super::schema;

/// A field, as its schema tells of it.
#[derive(Clone, Debug)]
pub struct Field {
    /// `server.kvCache`; `models[].name` for a field of each element.
    pub path: String,
    /// What it is.
    pub about: String,
    /// Whether every file has it, where the mapping it is in is there at all.
    pub required: bool,
    /// What it is where nobody writes it.
    pub default: Option<Value>,
    /// Alternatives of what may stand there.
    pub forms: Vec<Form>,
}

/// What may stand somewhere.
#[derive(Clone, Debug)]
pub enum Form {
    /// One of these words, each with what it means, which may be empty.
    Words(Vec<(String, String)>),
    /// A whole number, from and to.
    Number(u64, u64),
    /// A number, or text that looks like one.
    Cores,
    /// `true` or `false`.
    Boolean,
    /// Text, with some that could stand there.
    Text(Vec<String>),
    /// Elements, each a field of its own.
    List(Box<Field>),
    /// One mapping, or one key of it alone, with fields.
    Mapping {
        /// What can be in it.
        fields: Vec<Field>,
        /// Whether exactly one of them is taken.
        one_key: bool,
    },
    /// Keys that the user chooses, each with such a value.
    Map(Box<Field>),
    /// Whatever YAML has.
    Any,
}

impl Field {
    /// The whole profile.
    pub fn root() -> Self {
        read(String::new(), &schema::of_fields(), false)
    }

    /// The field at a path such as `server.kvCache`, `models[0].size`, `models.size` or `labels.team`.
    pub fn at(path: &str) -> Option<Self> {
        let steps = path.split(['.', '[']).map(|step| step.trim_end_matches(']'));
        let mut names = steps.filter(|step| !step.is_empty() && !step.bytes().all(|byte| byte.is_ascii_digit()));
        names.try_fold(Self::root(), Self::inner)
    }

    /// The paths of all fields whose keys are not the user's own.
    pub fn all_paths() -> Vec<String> {
        let mut paths = Vec::new();
        Self::root().collect(&mut paths);
        paths
    }

    fn inner(self, name: &str) -> Option<Self> {
        let mut of_map = None;
        for form in self.forms {
            match form {
                Form::List(element) => return element.inner(name),
                Form::Mapping { fields, .. } => {
                    if let Some(field) = fields.into_iter().find(|field| field.key() == name) {
                        return Some(field);
                    }
                }
                Form::Map(value) => of_map = Some(*value),
                _ => {}
            }
        }
        of_map
    }

    /// The last key of the path.
    pub fn key(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    fn collect(&self, paths: &mut Vec<String>) {
        if !self.path.is_empty() && !self.path.ends_with(['>', ']']) {
            paths.push(self.path.clone());
        }
        for form in &self.forms {
            match form {
                Form::List(inner) | Form::Map(inner) => inner.collect(paths),
                Form::Mapping { fields, .. } => fields.iter().for_each(|field| field.collect(paths)),
                _ => {}
            }
        }
    }
}

fn read(path: String, schema: &Value, required: bool) -> Field {
    let choices = schema["anyOf"].as_array();
    let forms = match choices {
        Some(choices) => choices.iter().filter_map(|choice| form(&path, choice)).collect(),
        None => form(&path, schema).into_iter().collect(),
    };
    let about = schema["description"].as_str().unwrap_or_default().to_owned();
    Field { path, about, required, default: schema.get("default").cloned(), forms }
}

fn form(path: &str, schema: &Value) -> Option<Form> {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    if let Some(words) = schema["enum"].as_array() {
        let about = schema["enumDescriptions"].as_array();
        let about = |at: usize| about.and_then(|all| all.get(at)?.as_str()).unwrap_or_default().to_owned();
        let words = words.iter().filter_map(Value::as_str).enumerate();
        return Some(Form::Words(words.map(|(at, word)| (word.to_owned(), about(at))).collect()));
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(only) => vec![only],
        Value::Array(types) => types.iter().filter_map(Value::as_str).filter(|name| *name != "null").collect(),
        _ => return Some(Form::Any),
    };
    Some(match types[..] {
        ["integer"] => {
            let bound = |key: &str| schema[key].as_u64().unwrap_or_default();
            Form::Number(bound("minimum"), bound("maximum"))
        }
        ["number", "string"] => Form::Cores,
        ["boolean"] => Form::Boolean,
        ["string"] => {
            let examples = schema["examples"].as_array().into_iter().flatten();
            Form::Text(examples.filter_map(Value::as_str).map(str::to_owned).collect())
        }
        ["array"] => Form::List(Box::new(read(format!("{path}[]"), &schema["items"], false))),
        ["object"] => match schema["properties"].as_object() {
            Some(properties) => {
                let required = schema["required"].as_array();
                let is_required = |key: &str| required.is_some_and(|keys| keys.iter().any(|known| known == key));
                let fields = properties.iter().map(|(key, value)| read(below(key), value, is_required(key))).collect();
                Form::Mapping { fields, one_key: schema.get("maxProperties").is_some() }
            }
            None => Form::Map(Box::new(read(below("<key>"), &schema["additionalProperties"], false))),
        },
        _ => return None,
    })
}
