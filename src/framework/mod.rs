//! Terraform's concepts, independent of gRPC and of the API behind a provider: values and schemas,
//! planning and applying, and the traits that a provider's objects implement.

mod action;
mod context;
mod convert;
mod data_source;
mod decode;
mod diagnostic;
mod ephemeral;
mod function;
mod generate;
mod list;
pub mod markdown;
pub mod model;
mod path;
mod provider;
mod registry;
pub mod resource;
mod rule;
pub mod schema;
mod schema_check;
mod session;
mod types;
mod value;

pub use action::{Action, Progress};
pub use context::Context;
pub use convert::{Convert, Mismatch};
pub use data_source::DataSource;
pub use diagnostic::{Diagnostic, Severity};
pub use ephemeral::{EphemeralResource, Lease, Opened, Renewed};
pub use function::{AnyFunction, Arguments, Function, FunctionError, Parameter, Signature};
pub use list::{Detail, Found, ListRequest, ListResource, Listed, Listing};
pub use model::{Field, Model};
pub use path::{Path, Step};
pub use provider::Provider;
pub use registry::{Registry, RegistryBuilder};
pub use resource::requests::{ApplyRequest, PlanRequest, PlanResponse, StateResponse};
pub use resource::{
    IdentityAttribute, ImportKey, Intent, Plan, PlannedPrivate, Private, Resource, Stored,
    StoredValue, Unfinished,
};
pub use rule::{Rule, Span};
pub use schema::{Attribute, Schema};
pub use session::Session;
pub use types::Type;
pub use value::{Members, Name, Number, Refinement, Value};
