//! The registry: all objects of one provider behind a type-erased interface.
//!
//! The traits of the objects are typed. The registry knows the objects only by name, schema, values and
//! bytes, so that `plugin` can serve any provider. `calls.rs` has the operations that Terraform may
//! request.

mod calls;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::action::{AnyAction, TypedAction};
use super::data_source::{AnyDataSource, TypedDataSource};
use super::ephemeral::{AnyEphemeral, TypedEphemeral};
use super::function::{AnyFunction, Function, Signature};
use super::list::{AnyList, TypedList};
use super::provider::{AnyProvider, TypedProvider};
use super::resource::adapter::{AnyResource, TypedResource};
use super::session::SharedSession;
use super::{
    Action, DataSource, Diagnostic, EphemeralResource, IdentityAttribute, ListResource, Provider,
    Resource, Schema,
};

/// All objects of one provider.
pub struct Registry {
    name: &'static str,
    provider: Box<dyn AnyProvider>,
    resources: ByName<dyn AnyResource>,
    data_sources: ByName<dyn AnyDataSource>,
    ephemeral_resources: ByName<dyn AnyEphemeral>,
    list_resources: ByName<dyn AnyList>,
    actions: ByName<dyn AnyAction>,
    functions: BTreeMap<String, AnyFunction>,
    stop: Mutex<CancellationToken>,
}

/// The objects of one kind by their full names, such as `toy_thing`.
type ByName<Object> = BTreeMap<String, Box<Object>>;

/// Builds a [`Registry`].
pub struct RegistryBuilder<P: Provider> {
    session: SharedSession<P::Session>,
    registry: Registry,
}

impl<P: Provider> RegistryBuilder<P> {
    /// Adds a resource.
    #[must_use]
    pub fn resource<R: Resource<Session = P::Session>>(mut self) -> Self {
        let resource = TypedResource::<R>::new(self.session.clone());
        self.registry.resources.insert(full_name::<P>(R::NAME), Box::new(resource));
        self
    }

    /// Adds a data source.
    #[must_use]
    pub fn data_source<D: DataSource<Session = P::Session>>(mut self) -> Self {
        let source = TypedDataSource::<D>::new(self.session.clone());
        self.registry.data_sources.insert(full_name::<P>(D::NAME), Box::new(source));
        self
    }

    /// Adds an ephemeral resource.
    #[must_use]
    pub fn ephemeral_resource<E: EphemeralResource<Session = P::Session>>(mut self) -> Self {
        let ephemeral = TypedEphemeral::<E>::new(self.session.clone());
        self.registry.ephemeral_resources.insert(full_name::<P>(E::NAME), Box::new(ephemeral));
        self
    }

    /// Adds a list resource: a search for the objects of a resource.
    #[must_use]
    pub fn list_resource<L>(mut self) -> Self
    where
        L: ListResource<Resource: Resource<Session = P::Session>>,
    {
        let list = TypedList::<L>::new(self.session.clone());
        self.registry.list_resources.insert(full_name::<P>(L::Resource::NAME), Box::new(list));
        self
    }

    /// Adds an action.
    #[must_use]
    pub fn action<A: Action<Session = P::Session>>(mut self) -> Self {
        let action = TypedAction::<A>::new(self.session.clone());
        self.registry.actions.insert(full_name::<P>(A::NAME), Box::new(action));
        self
    }

    /// Adds a function.
    #[must_use]
    pub fn function<F: Function>(mut self) -> Self {
        self.registry.functions.insert(F::NAME.to_owned(), AnyFunction::of::<F>());
        self
    }

    /// Returns the finished registry.
    #[must_use]
    pub fn build(self) -> Registry {
        self.registry
    }
}

fn full_name<P: Provider>(own: &str) -> String {
    format!("{}_{own}", P::NAME)
}

impl Registry {
    /// Starts the registry of a provider.
    #[must_use]
    pub fn of<P: Provider>(provider: P) -> RegistryBuilder<P> {
        let session = SharedSession::<P::Session>::default();
        let provider = TypedProvider::new(provider, session.clone());
        RegistryBuilder {
            session,
            registry: Registry {
                name: P::NAME,
                provider: Box::new(provider),
                resources: BTreeMap::new(),
                data_sources: BTreeMap::new(),
                ephemeral_resources: BTreeMap::new(),
                list_resources: BTreeMap::new(),
                actions: BTreeMap::new(),
                functions: BTreeMap::new(),
                stop: Mutex::default(),
            },
        }
    }

    /// The name of the provider, such as `toy`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Stops the running operations: each reports what exists now and returns. Operations that start later
    /// are not affected, because one process serves many runs of Terraform under a debugger.
    pub fn stop(&self) {
        std::mem::take(&mut *self.stop.lock().unwrap_or_else(PoisonError::into_inner)).cancel();
    }

    /// The signal that stops an operation that starts now.
    fn stop_signal(&self) -> CancellationToken {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The schema of the provider block.
    #[must_use]
    pub fn provider_schema(&self) -> &Schema {
        self.provider.schema()
    }

    /// The name and schema of every resource.
    pub fn resource_schemas(&self) -> impl Iterator<Item = (&str, &Schema)> {
        self.resources.iter().map(|(name, resource)| (name.as_str(), resource.schema()))
    }

    /// The name of every resource that has an identity, and the attributes of the identity.
    /// Resources without one are left out, because Terraform would require an identity in every
    /// response for a resource that is listed here.
    pub fn identities(&self) -> impl Iterator<Item = (&str, &[IdentityAttribute])> {
        self.resources
            .iter()
            .map(|(name, resource)| (name.as_str(), resource.identity()))
            .filter(|(_, identity)| !identity.is_empty())
    }

    /// The name and schema of every data source.
    pub fn data_source_schemas(&self) -> impl Iterator<Item = (&str, &Schema)> {
        self.data_sources.iter().map(|(name, source)| (name.as_str(), source.schema()))
    }

    /// The name and schema of every ephemeral resource.
    pub fn ephemeral_schemas(&self) -> impl Iterator<Item = (&str, &Schema)> {
        self.ephemeral_resources.iter().map(|(name, found)| (name.as_str(), found.schema()))
    }

    /// The name and schema of every list resource.
    pub fn list_schemas(&self) -> impl Iterator<Item = (&str, &Schema)> {
        self.list_resources.iter().map(|(name, list)| (name.as_str(), list.schema()))
    }

    /// The name and schema of every action.
    pub fn action_schemas(&self) -> impl Iterator<Item = (&str, &Schema)> {
        self.actions.iter().map(|(name, action)| (name.as_str(), action.schema()))
    }

    /// The name and signature of every function.
    pub fn functions(&self) -> impl Iterator<Item = (&str, Signature)> {
        self.functions.iter().map(|(name, function)| (name.as_str(), function.signature()))
    }

    /// The function with this name.
    ///
    /// # Errors
    ///
    /// There is no such function.
    pub fn function(&self, name: &str) -> Result<AnyFunction, Diagnostic> {
        self.functions.get(name).copied().ok_or_else(|| no_such_object("function", name))
    }

    /// The schema of the resource with this name.
    ///
    /// # Errors
    ///
    /// There is no such resource.
    pub fn resource_schema(&self, name: &str) -> Result<&Schema, Diagnostic> {
        self.resource(name).map(AnyResource::schema)
    }

    /// The attributes of the identity of the resource with this name. They are empty if it has no
    /// identity.
    ///
    /// # Errors
    ///
    /// There is no such resource.
    pub fn identity(&self, name: &str) -> Result<&[IdentityAttribute], Diagnostic> {
        self.resource(name).map(AnyResource::identity)
    }

    /// The schema of the data source with this name.
    ///
    /// # Errors
    ///
    /// There is no such data source.
    pub fn data_source_schema(&self, name: &str) -> Result<&Schema, Diagnostic> {
        self.data_source(name).map(AnyDataSource::schema)
    }

    /// The schema of the ephemeral resource with this name.
    ///
    /// # Errors
    ///
    /// There is no such ephemeral resource.
    pub fn ephemeral_schema(&self, name: &str) -> Result<&Schema, Diagnostic> {
        self.ephemeral_resource(name).map(AnyEphemeral::schema)
    }

    /// The schema of the list resource with this name.
    ///
    /// # Errors
    ///
    /// There is no such list resource.
    pub fn list_schema(&self, name: &str) -> Result<&Schema, Diagnostic> {
        self.list_resource(name).map(AnyList::schema)
    }

    /// The schema of the action with this name.
    ///
    /// # Errors
    ///
    /// There is no such action.
    pub fn action_schema(&self, name: &str) -> Result<&Schema, Diagnostic> {
        self.action(name).map(AnyAction::schema)
    }

    /// All mistakes in the schemas, each as a sentence. Terraform refuses to load the whole
    /// provider for some of them.
    #[must_use]
    pub fn schema_errors(&self) -> Vec<String> {
        let mut found = self.provider.schema_errors(self.name);
        found.extend(self.resources.iter().flat_map(|(name, object)| object.schema_errors(name)));
        found
            .extend(self.data_sources.iter().flat_map(|(name, object)| object.schema_errors(name)));
        found.extend(
            self.ephemeral_resources.iter().flat_map(|(name, object)| object.schema_errors(name)),
        );
        found.extend(
            self.list_resources.iter().flat_map(|(name, object)| object.schema_errors(name)),
        );
        found.extend(self.actions.iter().flat_map(|(name, object)| object.schema_errors(name)));
        found.extend(self.functions.iter().flat_map(|(name, object)| object.schema_errors(name)));
        // A list resource reports each object by the identity of its resource.
        let has_identity =
            |name: &String| self.identity(name).is_ok_and(|identity| !identity.is_empty());
        let anonymous = self.list_resources.keys().filter(|name| !has_identity(name));
        found.extend(
            anonymous.map(|name| format!("{name}: it is listed, but no resource with an identity")),
        );
        found
    }

    fn resource(&self, name: &str) -> Result<&dyn AnyResource, Diagnostic> {
        find(&self.resources, "resource", name)
    }

    fn data_source(&self, name: &str) -> Result<&dyn AnyDataSource, Diagnostic> {
        find(&self.data_sources, "data source", name)
    }

    fn ephemeral_resource(&self, name: &str) -> Result<&dyn AnyEphemeral, Diagnostic> {
        find(&self.ephemeral_resources, "ephemeral resource", name)
    }

    fn list_resource(&self, name: &str) -> Result<&dyn AnyList, Diagnostic> {
        find(&self.list_resources, "list resource", name)
    }

    fn action(&self, name: &str) -> Result<&dyn AnyAction, Diagnostic> {
        find(&self.actions, "action", name)
    }
}

fn find<'a, Object: ?Sized>(
    objects: &'a ByName<Object>,
    kind: &str,
    name: &str,
) -> Result<&'a Object, Diagnostic> {
    objects.get(name).map(AsRef::as_ref).ok_or_else(|| no_such_object(kind, name))
}

fn no_such_object(kind: &str, name: &str) -> Diagnostic {
    Diagnostic::error(format!("This provider has no {kind} `{name}`"))
        .because("Terraform requested an object that is not in the provider's schema")
        .remedy(
            "Run `terraform init -upgrade`, and check the name in the provider's documentation.",
        )
}
