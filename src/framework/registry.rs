//! Everything that one provider offers, behind one erased interface: what `plugin` serves.
//!
//! Objects are typed (see `typed.rs`); here they are names, schemas, values and bytes.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::provider::{AnyProvider, SharedSession, TypedProvider};
use super::typed::{AnyDataSource, AnyResource, TypedDataSource, TypedResource};
use super::{
    DataSource, Diagnostic, IdentityAttribute, ImportKey, Path, Provider, Resource, Schema,
    StoredValue, Value, plan,
};

/// Everything that one provider offers.
pub struct Registry {
    name: &'static str,
    provider: Box<dyn AnyProvider>,
    resources: BTreeMap<String, Box<dyn AnyResource>>,
    data_sources: BTreeMap<String, Box<dyn AnyDataSource>>,
    stop: Mutex<CancellationToken>,
}

/// Lists the objects of a provider.
pub struct RegistryBuilder<P: Provider> {
    session: SharedSession<P::Session>,
    registry: Registry,
}

impl<P: Provider> RegistryBuilder<P> {
    /// Adds a resource.
    #[must_use]
    pub fn resource<R: Resource<Session = P::Session>>(mut self) -> Self {
        let resource = TypedResource::<R>::new(self.session.clone());
        self.registry.resources.insert(format!("{}_{}", P::NAME, R::NAME), Box::new(resource));
        self
    }

    /// Adds a data source.
    #[must_use]
    pub fn data_source<D: DataSource<Session = P::Session>>(mut self) -> Self {
        let source = TypedDataSource::<D>::new(self.session.clone());
        self.registry.data_sources.insert(format!("{}_{}", P::NAME, D::NAME), Box::new(source));
        self
    }

    /// The finished list.
    #[must_use]
    pub fn build(self) -> Registry {
        self.registry
    }
}

/// A planned change, as Terraform asks for it.
#[derive(Clone, Debug)]
pub struct PlanRequest {
    /// What is there: null for a create.
    pub prior: Value,
    /// Null for a destroy. Otherwise Terraform's own guess of the result, which `config` and `prior`
    /// determine.
    pub proposed: Value,
    /// What users wrote.
    pub config: Value,
    /// What is stored beside the object, or what a review of its replacement left.
    pub private: Vec<u8>,
}

/// A planned change, as we see it.
#[derive(Clone, Debug)]
pub struct PlanResponse {
    /// What is going to be.
    pub planned: StoredValue,
    /// Changed attributes that force a replacement.
    pub replaces: Vec<Path>,
    /// What the user is told.
    pub diagnostics: Vec<Diagnostic>,
}

/// A change to apply.
#[derive(Clone, Debug)]
pub struct ApplyRequest {
    /// What is there: null for a create.
    pub prior: Value,
    /// What shall be: null for a destroy.
    pub planned: Value,
    /// What users wrote.
    pub config: Value,
    /// What the plan left for us.
    pub private: Vec<u8>,
}

/// What is there after an operation, and what the user is told.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The object; a null value is an absent object.
    pub stored: StoredValue,
    /// What the user is told.
    pub diagnostics: Vec<Diagnostic>,
}

impl Registry {
    /// Starts the list of a provider's objects.
    #[must_use]
    pub fn of<P: Provider>() -> RegistryBuilder<P> {
        let session = SharedSession::<P::Session>::default();
        let provider = TypedProvider::<P>::new(session.clone());
        RegistryBuilder {
            session,
            registry: Registry {
                name: P::NAME,
                provider: Box::new(provider),
                resources: BTreeMap::new(),
                data_sources: BTreeMap::new(),
                stop: Mutex::default(),
            },
        }
    }

    /// The provider's name: `lumen`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Cancels what is running: each operation says what exists by now and returns. Operations that
    /// begin later are not affected, as in a debugger that outlives many runs of Terraform.
    pub fn stop(&self) {
        std::mem::take(&mut *self.stop.lock().unwrap_or_else(PoisonError::into_inner)).cancel();
    }

    fn stopped(&self) -> CancellationToken {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The provider block.
    #[must_use]
    pub fn provider_schema(&self) -> &Schema {
        self.provider.schema()
    }

    /// Every resource's name and schema.
    pub fn resource_schemas(&self) -> impl Iterator<Item = (&str, &Schema)> {
        self.resources.iter().map(|(name, resource)| (name.as_str(), resource.schema()))
    }

    /// Every resource's name and the attributes of its identity.
    pub fn identities(&self) -> impl Iterator<Item = (&str, &[IdentityAttribute])> {
        self.resources.iter().map(|(name, resource)| (name.as_str(), resource.identity()))
    }

    /// Every data source's name and schema.
    pub fn data_source_schemas(&self) -> impl Iterator<Item = (&str, &Schema)> {
        self.data_sources.iter().map(|(name, source)| (name.as_str(), source.schema()))
    }

    /// One resource's schema.
    ///
    /// # Errors
    ///
    /// Where there is no resource of that name.
    pub fn resource_schema(&self, name: &str) -> Result<&Schema, Diagnostic> {
        self.resource(name).map(AnyResource::schema)
    }

    /// The attributes of one resource's identity.
    ///
    /// # Errors
    ///
    /// Where there is no resource of that name.
    pub fn identity(&self, name: &str) -> Result<&[IdentityAttribute], Diagnostic> {
        self.resource(name).map(AnyResource::identity)
    }

    /// One data source's schema.
    ///
    /// # Errors
    ///
    /// Where there is no data source of that name.
    pub fn data_source_schema(&self, name: &str) -> Result<&Schema, Diagnostic> {
        self.data_source(name).map(AnyDataSource::schema)
    }

    /// Checks a provider block, offline.
    #[must_use]
    pub fn validate_provider(&self, config: &Value) -> Vec<Diagnostic> {
        plan::validate(self.provider.schema(), config)
    }

    /// Checks the configuration of a resource, offline.
    #[must_use]
    pub fn validate_resource(&self, name: &str, config: Value) -> Vec<Diagnostic> {
        self.resource(name).map_or_else(|unknown| vec![unknown], |found| found.validate(config))
    }

    /// Checks the configuration of a data source, offline.
    #[must_use]
    pub fn validate_data_source(&self, name: &str, config: Value) -> Vec<Diagnostic> {
        self.data_source(name).map_or_else(|unknown| vec![unknown], |found| found.validate(config))
    }

    /// Takes over the provider block.
    pub async fn configure(&self, config: Value) -> Vec<Diagnostic> {
        self.provider.configure(config, self.stopped()).await
    }

    /// Plans a create, an update, a replacement or a destroy.
    pub async fn plan(&self, name: &str, request: PlanRequest) -> PlanResponse {
        match self.resource(name) {
            Ok(resource) => resource.plan(request, &self.stopped()).await,
            Err(unknown) => PlanResponse {
                planned: StoredValue::absent(),
                replaces: Vec::new(),
                diagnostics: vec![unknown],
            },
        }
    }

    /// Applies a planned change.
    pub async fn apply(&self, name: &str, request: ApplyRequest) -> Outcome {
        match self.resource(name) {
            Ok(resource) => resource.apply(request, &self.stopped()).await,
            Err(unknown) => Outcome::failed(StoredValue::bare(request.prior), unknown),
        }
    }

    /// Looks at an object again. On an error the object is kept as it was.
    pub async fn read(&self, name: &str, current: StoredValue) -> Outcome {
        match self.resource(name) {
            Ok(resource) => resource.read(current, &self.stopped()).await,
            Err(unknown) => Outcome::failed(current, unknown),
        }
    }

    /// Finds an object that exists already.
    pub async fn import(&self, name: &str, key: ImportKey<Value>) -> Outcome {
        match self.resource(name) {
            Ok(resource) => resource.import(key, &self.stopped()).await,
            Err(unknown) => Outcome::failed(StoredValue::absent(), unknown),
        }
    }

    /// Reads a data source; the value is null where the diagnostics hold an error.
    pub async fn read_data_source(&self, name: &str, config: Value) -> (Value, Vec<Diagnostic>) {
        match self.data_source(name) {
            Ok(source) => source.read(config, &self.stopped()).await,
            Err(unknown) => (Value::Null, vec![unknown]),
        }
    }

    /// Brings a stored state, as JSON, from that version of the schema to the present one.
    ///
    /// # Errors
    ///
    /// Where the state is from a later version than this provider knows.
    pub fn upgrade_state(
        &self,
        name: &str,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        let schema = self.resource_schema(name)?;
        if schema.version < version {
            return Err(Diagnostic::error(format!("The state of `{name}` is from a later provider"))
                .because(format!(
                    "it has schema version {version}, and this provider knows {} and earlier",
                    schema.version
                ))
                .remedy("Run `terraform init -upgrade` to get the provider version that wrote it, or a later one."));
        }
        Ok(state)
    }

    /// Takes over a state from another resource type or provider, as JSON.
    ///
    /// # Errors
    ///
    /// Unless it is the same resource type under another provider address, such as a mirror's.
    pub fn move_state(
        &self,
        target: &str,
        source: &str,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        if source == target {
            return self.upgrade_state(target, version, state);
        }
        Err(Diagnostic::error(format!("A `{source}` can't become a `{target}`"))
            .because("the two describe different things")
            .remedy(format!("Remove the `moved` block, and bring the existing object under Terraform with an `import` block for the `{target}`.")))
    }

    /// What is wrong with the schemas, in words: Terraform refuses to load the whole provider for
    /// one of these.
    #[must_use]
    pub fn flaws(&self) -> Vec<String> {
        let resources = self.resources.iter().flat_map(|(name, found)| found.flaws(name));
        let sources = self.data_sources.iter().flat_map(|(name, found)| found.flaws(name));
        self.provider.flaws(self.name).into_iter().chain(resources).chain(sources).collect()
    }

    fn resource(&self, name: &str) -> Result<&dyn AnyResource, Diagnostic> {
        self.resources.get(name).map(AsRef::as_ref).ok_or_else(|| not_offered("resource", name))
    }

    fn data_source(&self, name: &str) -> Result<&dyn AnyDataSource, Diagnostic> {
        self.data_sources
            .get(name)
            .map(AsRef::as_ref)
            .ok_or_else(|| not_offered("data source", name))
    }
}

fn not_offered(kind: &str, name: &str) -> Diagnostic {
    Diagnostic::error(format!("This provider has no {kind} `{name}`"))
        .because("Terraform asked for something that is not in the provider's schema")
        .remedy(
            "Run `terraform init -upgrade`, and look the name up in the provider's documentation.",
        )
}

impl Outcome {
    /// An operation that failed and left this behind.
    #[must_use]
    pub fn failed(stored: StoredValue, why: Diagnostic) -> Self {
        Self { stored, diagnostics: vec![why] }
    }
}

impl StoredValue {
    /// No object.
    #[must_use]
    pub fn absent() -> Self {
        Self::bare(Value::Null)
    }

    /// An object with nothing stored beside it.
    #[must_use]
    pub fn bare(value: Value) -> Self {
        Self { value, private: Vec::new(), identity: None }
    }
}
