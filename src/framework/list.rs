//! The trait of a list resource: a search for existing objects, which `terraform query` runs.

use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::context::DEFAULT_TIMEOUT;
use super::decode::{check_rules, decode, one, validate};
use super::resource::adapter::TypedResource;
use super::schema_check::schema_errors;
use super::session::SharedSession;
use super::{Context, Convert, Diagnostic, Model, Resource, Schema, Value};

/// A search for existing objects of one resource. It passes each object on as soon as it is found.
#[async_trait]
pub trait ListResource: Send + Sync + Sized + 'static {
    /// The resource whose objects it finds. Terraform knows the search by the same name.
    type Resource: Resource;
    /// The filters.
    type Model: Model;

    /// The filters that users may set.
    fn schema() -> Schema;

    /// Creates the search for a configured provider.
    fn new(session: Arc<<Self::Resource as Resource>::Session>) -> Self;

    /// Checks rules that span several attributes. It runs offline, and values may be unknown.
    fn validate(config: &Self::Model) -> Vec<Diagnostic> {
        let _ = config;
        Vec::new()
    }

    /// Searches until everything is found or `found` wants no more.
    ///
    /// # Errors
    ///
    /// The search can't continue. Objects that were found before that are kept.
    async fn list(
        &self,
        config: Self::Model,
        detail: Detail,
        found: Found<'_, Self::Resource>,
        context: &Context,
    ) -> Result<(), Diagnostic>;
}

/// How much of each object Terraform wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Its identity and its name.
    Identity,
    /// All attributes, as a state would have them.
    Object,
}

/// An object that a search found.
pub struct Listed<R: Resource> {
    /// Its identity.
    pub identity: R::Identity,
    /// Its name for people.
    pub display_name: String,
    /// Its attributes, if they are wanted.
    pub object: Option<R::Model>,
}

/// The receiver of the objects that a search finds.
pub struct Found<'a, R: Resource> {
    resource: &'a TypedResource<R>,
    events: mpsc::Sender<Listing>,
    /// How many more objects are wanted.
    remaining: u64,
}

impl<R: Resource> Found<'_, R> {
    /// Passes an object on. After [`ControlFlow::Break`] no more are wanted.
    pub async fn push(&mut self, listed: Listed<R>) -> ControlFlow<()> {
        let Listed { identity, display_name, object } = listed;
        let Some(remaining) = self.remaining.checked_sub(1) else { return ControlFlow::Break(()) };
        self.remaining = remaining;
        let object = object.map(|model| self.resource.state_value(model));
        let listing = Listing { identity: identity.into_value(), display_name, object };
        let gone = self.events.send(listing).await.is_err();
        if gone || remaining == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// A [`Listed`] object with its types erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Its identity.
    pub identity: Value,
    /// Its name for people.
    pub display_name: String,
    /// Its attributes, if they are wanted.
    pub object: Option<Value>,
}

/// A search that Terraform requests.
#[derive(Clone, Debug)]
pub struct ListRequest {
    /// The filters.
    pub config: Value,
    /// How much of each object Terraform wants.
    pub detail: Detail,
    /// The largest number of objects that Terraform wants.
    pub limit: u64,
}

/// A [`ListResource`] with its types erased, as the registry holds it.
#[async_trait]
pub(super) trait AnyList: Send + Sync {
    fn schema(&self) -> &Schema;
    fn validate(&self, config: &Value) -> Vec<Diagnostic>;
    async fn list(
        &self,
        request: ListRequest,
        events: mpsc::Sender<Listing>,
        stop: CancellationToken,
    ) -> Vec<Diagnostic>;
    fn schema_errors(&self, name: &str) -> Vec<String>;
}

pub(super) struct TypedList<L: ListResource> {
    schema: OnceLock<Schema>,
    resource: TypedResource<L::Resource>,
    session: SharedSession<<L::Resource as Resource>::Session>,
}

impl<L: ListResource> TypedList<L> {
    pub(super) fn new(session: SharedSession<<L::Resource as Resource>::Session>) -> Self {
        let resource = TypedResource::new(session.clone());
        Self { schema: OnceLock::new(), resource, session }
    }

    async fn search(
        &self,
        request: ListRequest,
        events: mpsc::Sender<Listing>,
        context: &Context,
    ) -> Result<(), Vec<Diagnostic>> {
        let ListRequest { config, detail, limit } = request;
        check_rules(self.schema(), &config)?;
        let config =
            if config.is_null() { L::Model::default() } else { decode(&config).map_err(one)? };
        let list = self.session.get().map(L::new).map_err(one)?;
        let found = Found { resource: &self.resource, events, remaining: limit };
        list.list(config, detail, found, context).await.map_err(one)
    }
}

#[async_trait]
impl<L: ListResource> AnyList for TypedList<L> {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(L::schema)
    }

    fn validate(&self, config: &Value) -> Vec<Diagnostic> {
        validate(self.schema(), config, L::validate)
    }

    async fn list(
        &self,
        request: ListRequest,
        events: mpsc::Sender<Listing>,
        stop: CancellationToken,
    ) -> Vec<Diagnostic> {
        let context = self.session.context(stop, DEFAULT_TIMEOUT);
        let result = self.search(request, events, &context).await;
        context.conclude(result).1
    }

    fn schema_errors(&self, name: &str) -> Vec<String> {
        schema_errors::<L::Model>(name, self.schema())
    }
}
