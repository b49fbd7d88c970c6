//! The trait of a search for objects that exist already: `terraform query`.

use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::context::DEFAULT_TIMEOUT;
use super::decode::{decode, one, refuse, validate};
use super::resource::adapter::TypedResource;
use super::schema_check::schema_errors;
use super::session::SharedSession;
use super::{Context, Convert, Diagnostic, Model, Resource, Schema, Value};

/// A search for objects of one resource, which hands each over as soon as it is found.
#[async_trait]
pub trait ListResource: Send + Sync + Sized + 'static {
    /// What it finds. Terraform knows the search by the same name.
    type Resource: Resource;
    /// What users look for.
    type Model: Model;

    /// What users may look for.
    fn schema() -> Schema;

    /// The search of a configured provider.
    fn new(session: Arc<<Self::Resource as Resource>::Session>) -> Self;

    /// Checks that no single attribute can, offline, with values that may be unknown.
    fn validate(config: &Self::Model) -> Vec<Diagnostic> {
        let _ = config;
        Vec::new()
    }

    /// Searches, until everything is found or nothing more is wanted.
    ///
    /// # Errors
    ///
    /// Where the search can't go on; what was found before stays found.
    async fn list(
        &self,
        config: Self::Model,
        detail: Detail,
        found: Found<'_, Self::Resource>,
        context: &Context,
    ) -> Result<(), Diagnostic>;
}

/// How much is wanted of each object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What tells it apart, and its name.
    Identity,
    /// Everything that a state would hold.
    Object,
}

/// An object that was found.
pub struct Listed<R: Resource> {
    /// What tells it apart.
    pub identity: R::Identity,
    /// How people know it.
    pub display_name: String,
    /// All of it, if that is wanted.
    pub object: Option<R::Model>,
}

/// Takes what is found.
pub struct Found<'a, R: Resource> {
    resource: &'a TypedResource<R>,
    events: mpsc::Sender<Listing>,
    /// How many more are wanted.
    left: u64,
}

impl<R: Resource> Found<'_, R> {
    /// Hands an object over. After [`ControlFlow::Break`] nothing more is wanted.
    pub async fn push(&mut self, listed: Listed<R>) -> ControlFlow<()> {
        let Listed { identity, display_name, object } = listed;
        let Some(left) = self.left.checked_sub(1) else { return ControlFlow::Break(()) };
        self.left = left;
        let object = object.map(|model| self.resource.shown(model));
        let listing = Listing { identity: identity.into_value(), display_name, object };
        let gone = self.events.send(listing).await.is_err();
        if gone || left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// An object that was found, without its types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// What tells it apart.
    pub identity: Value,
    /// How people know it.
    pub display_name: String,
    /// All of it, if that is wanted.
    pub object: Option<Value>,
}

/// A search, as Terraform asks for it.
#[derive(Clone, Debug)]
pub struct ListRequest {
    /// What users look for.
    pub config: Value,
    /// How much is wanted of each object.
    pub detail: Detail,
    /// How many objects are wanted at the most.
    pub limit: u64,
}

/// A [`ListResource`] without its types.
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
        refuse(self.schema(), &config)?;
        let config =
            if config.is_null() { L::Model::default() } else { decode(&config).map_err(one)? };
        let list = self.session.get().map(L::new).map_err(one)?;
        let found = Found { resource: &self.resource, events, left: limit };
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
