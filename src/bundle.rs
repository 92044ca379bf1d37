//! What is a set of manifests: typed objects in order, each with the reasons that belong beside it.

use std::borrow::Cow;
use std::fmt;

use k8s_openapi::serde_json::Value;
use k8s_openapi::{Metadata, Resource};
use serde::{Deserialize, Serialize, Serializer};

use crate::k8s::{self, ObjectMeta};

macro_rules! objects {
    ($($Kind:ident),* $(,)?) => {
        /// An object of a kind that is known here.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Object {
            $(#[doc = concat!("A `", stringify!($Kind), "`.")] $Kind(Box<k8s::$Kind>),)*
            /// An object of another kind.
            Custom(Box<Custom>),
        }

        $(impl From<k8s::$Kind> for Object {
            fn from(object: k8s::$Kind) -> Self {
                Self::$Kind(Box::new(object))
            }
        }

        impl Kind for k8s::$Kind {
            fn of(object: &Object) -> Option<&Self> {
                match object {
                    Object::$Kind(object) => Some(object),
                    _ => None,
                }
            }
        })*

        impl Object {
            /// As in its `kind`.
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$Kind(_) => <k8s::$Kind as Resource>::KIND,)*
                    Self::Custom(custom) => &custom.kind,
                }
            }

            /// Its name, namespace and labels.
            pub fn metadata(&self) -> &ObjectMeta {
                match self {
                    $(Self::$Kind(object) => object.metadata(),)*
                    Self::Custom(custom) => &custom.metadata,
                }
            }

            /// The same, to be changed.
            pub fn metadata_mut(&mut self) -> &mut ObjectMeta {
                match self {
                    $(Self::$Kind(object) => object.metadata_mut(),)*
                    Self::Custom(custom) => &mut custom.metadata,
                }
            }

            /// Reads an object of a known kind; nothing for other kinds.
            pub fn read<'de, D>(api_version: &str, kind: &str, from: D) -> Option<Result<Self, D::Error>>
            where
                D: serde::Deserializer<'de>,
            {
                $(if api_version == <k8s::$Kind as Resource>::API_VERSION && kind == <k8s::$Kind as Resource>::KIND {
                    return Some(k8s::$Kind::deserialize(from).map(|object| Self::$Kind(Box::new(object))));
                })*
                None
            }
        }

        impl Serialize for Object {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$Kind(object) => object.serialize(serializer),)*
                    Self::Custom(custom) => custom.serialize(serializer),
                }
            }
        }
    };
}

objects! {
    Namespace, ResourceQuota, LimitRange, StorageClass, ServiceAccount, ConfigMap, Secret, PersistentVolumeClaim,
    PersistentVolume, Service, Pod, Job, CronJob, Deployment, StatefulSet, DaemonSet, ReplicaSet,
    HorizontalPodAutoscaler, PodDisruptionBudget, NetworkPolicy, Ingress,
}

/// A kind that is known here.
pub trait Kind: Resource + 'static {
    /// The object as what it is, if it is of this kind.
    fn of(object: &Object) -> Option<&Self>;
}

/// An object of a kind that has no type here: a custom resource, or what older releases have under another version.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Custom {
    /// As in its `apiVersion`.
    pub api_version: String,
    /// As in its `kind`.
    pub kind: String,
    /// Its name, namespace and labels.
    pub metadata: ObjectMeta,
    /// What it says, of one that was made here; of one that was read it stands in the tree.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub spec: Value,
}

impl Custom {
    /// One to be written.
    pub fn new(api_version: &str, kind: &str, metadata: ObjectMeta, spec: Value) -> Self {
        Self { api_version: api_version.to_owned(), kind: kind.to_owned(), metadata, spec }
    }

    /// One that was read, of which the rest stays in its tree.
    pub fn read(api_version: &str, kind: &str, metadata: ObjectMeta) -> Self {
        Self::new(api_version, kind, metadata, Value::Null)
    }
}

impl From<Custom> for Object {
    fn from(custom: Custom) -> Self {
        Self::Custom(Box::new(custom))
    }
}

/// Which object: `Deployment/ollama`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectRef {
    /// As in its `kind`.
    pub kind: String,
    /// As in `metadata.name`.
    pub name: String,
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => f.write_str(&self.kind),
            name => write!(f, "{}/{name}", self.kind),
        }
    }
}

impl Object {
    /// What to call it in messages.
    pub fn reference(&self) -> ObjectRef {
        ObjectRef { kind: self.kind().to_owned(), name: self.metadata().name.clone().unwrap_or_default() }
    }
}

/// A sentence that belongs above a field: why it is so, for the person on call.
#[derive(Clone, Debug, PartialEq)]
pub struct Comment {
    /// The way to the field, keys and indices with spaces between; empty: the object itself.
    pub path: Cow<'static, str>,
    /// The sentence.
    pub text: Cow<'static, str>,
}

/// An object and the sentences that belong beside it.
#[derive(Clone, Debug)]
pub struct Commented {
    /// The object.
    pub object: Object,
    /// The sentences.
    pub comments: Vec<Comment>,
}

impl Commented {
    /// An object with a sentence above it.
    pub fn new(object: impl Into<Object>, text: impl Into<Cow<'static, str>>) -> Self {
        Self { object: object.into(), comments: vec![Comment { path: "".into(), text: text.into() }] }
    }

    /// With sentences above fields.
    #[must_use]
    pub fn because_of(self, reasons: impl IntoIterator<Item = (String, String)>) -> Self {
        reasons.into_iter().fold(self, |commented, (path, reason)| commented.because(path, reason))
    }

    /// With a sentence above a field.
    #[must_use]
    pub fn because(mut self, path: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        self.comments.push(Comment { path: path.into(), text: text.into() });
        self
    }
}

/// Objects in the order in which they are applied.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    /// Lines at the top of the text, without `#`.
    pub header: String,
    /// The objects.
    pub objects: Vec<Commented>,
}

impl Bundle {
    /// Adds objects behind the ones that are there.
    pub fn extend(&mut self, objects: impl IntoIterator<Item = Commented>) {
        self.objects.extend(objects);
    }

    /// All objects, without what stands beside them.
    pub fn iter(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter().map(|commented| &commented.object)
    }
}
