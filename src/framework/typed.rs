//! Between the erased interface of the registry and the typed objects of a provider: values become
//! models, outcomes become states, and every result is held against its plan.

use std::sync::{Arc, OnceLock, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::apply::{self, Change};
use super::flaws::flaws;
use super::provider::SharedSession;
use super::{
    ApplyRequest, Context, Convert, Diagnostic, IdentityAttribute, ImportKey, Intent, Memory,
    Model, Outcome, Plan, PlanRequest, PlanResponse, Private, Resource, Schema, Span, Stored,
    StoredValue, Unfinished, Value, plan,
};

/// How long an operation may take that has no entry in the schema's timeouts.
pub(super) const DEFAULT_TIMEOUT: Duration = Duration::from_mins(5);

/// A [`Resource`] without its types.
#[async_trait]
pub(super) trait AnyResource: Send + Sync {
    fn schema(&self) -> &Schema;
    fn identity(&self) -> &[IdentityAttribute];
    fn validate(&self, config: &Value) -> Vec<Diagnostic>;
    async fn plan(&self, request: PlanRequest, stop: &CancellationToken) -> PlanResponse;
    async fn apply(&self, request: ApplyRequest, stop: &CancellationToken) -> Outcome;
    async fn read(&self, current: StoredValue, stop: &CancellationToken) -> Outcome;
    async fn import(&self, key: ImportKey<Value>, stop: &CancellationToken) -> Outcome;
    fn former_names(&self) -> &'static [&'static str];
    fn upgrade(
        &self,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic>;
    fn flaws(&self, name: &str) -> Vec<String>;
}

pub(super) struct TypedResource<R: Resource> {
    schema: OnceLock<Schema>,
    identity: OnceLock<Vec<IdentityAttribute>>,
    session: SharedSession<R::Session>,
}

impl<R: Resource> TypedResource<R> {
    pub(super) fn new(session: SharedSession<R::Session>) -> Self {
        Self { schema: OnceLock::new(), identity: OnceLock::new(), session }
    }

    fn resource(&self) -> Result<R, Diagnostic> {
        current_session(&self.session).map(R::new)
    }

    fn context(&self, operation: &str, value: &Value, stop: &CancellationToken) -> Context {
        Context::new(stop.clone(), timeout(self.schema(), operation, value))
    }

    fn stored(value: &Value, private: &[u8]) -> Result<Stored<R>, Diagnostic> {
        Ok(Stored { model: decode(value)?, private: decode_private(private)? })
    }

    /// An object that was found, as a state would hold it.
    pub(super) fn shown(&self, model: R::Model) -> Value {
        self.with_timeouts(model, &Value::Null)
    }

    fn with_timeouts(&self, model: R::Model, reference: &Value) -> Value {
        let mut value = model.into_value();
        if let (Value::Map(attributes), false) = (&mut value, self.schema().timeouts.is_empty()) {
            attributes.insert("timeouts".into(), reference.get("timeouts").clone());
        }
        apply::with_write_only(&self.schema().attributes, value, &Value::Null)
    }

    /// The stored form of an object, in the wording of the reference it comes from.
    fn encode(&self, resource: &R, stored: Stored<R>, reference: &Value) -> StoredValue {
        let identity = resource.identify(&stored.model).map(Convert::into_value);
        let value = self.with_timeouts(stored.model, reference);
        let value = apply::keep_wording(self.schema(), reference, value);
        StoredValue { value, private: encode_private(&stored.private), identity }
    }

    async fn review(
        &self,
        request: PlanRequest,
        context: &Context,
    ) -> Result<PlanResponse, Vec<Diagnostic>> {
        let resource = self.resource().map_err(one)?;
        let PlanRequest { prior, proposed, config, private, memory } = request;
        refuse(self.schema(), &config)?;
        let (planned, replaces) = if proposed.is_null() {
            (Value::Null, Vec::new())
        } else {
            let proposal = plan::propose(self.schema(), &prior, &config);
            (proposal.planned, proposal.replaces)
        };
        let intent = if prior.is_null() {
            Intent::Create
        } else {
            let prior = Self::stored(&prior, &private).map_err(one)?;
            if planned.is_null() { Intent::Destroy(prior) } else { Intent::Update(prior) }
        };
        let mut plan = Plan::<R> {
            intent,
            config: decode_present(&config).map_err(one)?,
            planned: decode_present(&planned).map_err(one)?,
            private: decode_private(&private).map_err(one)?,
            memory: match memory {
                Memory::Forgets => Memory::Forgets,
                Memory::Keeps => Memory::Keeps,
                Memory::Kept(left) => Memory::Kept(decode_private(&left).map_err(one)?),
            },
            replaces,
        };
        resource.review(&mut plan, context).await?;

        let identity = resource.identify(&plan.planned).map(Convert::into_value);
        let reviewed = apply::keep_wording(self.schema(), &planned, plan.planned.into_value());
        let value = plan::adopt(self.schema(), &config, planned, reviewed);
        let planned = StoredValue { value, private: encode_private(&plan.private), identity };
        Ok(PlanResponse { planned, replaces: plan.replaces, diagnostics: Vec::new() })
    }

    async fn change(&self, change: Change, request: &ApplyRequest, context: &Context) -> Outcome {
        let ApplyRequest { prior, planned, config, private } = request;
        let prepared = self.resource().and_then(|resource| {
            let prior = match change {
                Change::Create => None,
                Change::Update | Change::Delete => Some(Self::stored(prior, private)?),
            };
            let planned = match change {
                Change::Delete => None,
                Change::Create | Change::Update => {
                    let attributes = &self.schema().attributes;
                    let planned = apply::with_write_only(attributes, planned.clone(), config);
                    Some(Self::stored(&planned, private)?)
                }
            };
            Ok((resource, prior, planned))
        });
        let unchanged =
            StoredValue { private: private.clone(), ..StoredValue::bare(prior.clone()) };
        let (resource, prior_stored, planned_stored) = match prepared {
            Ok(prepared) => prepared,
            Err(why) => return Outcome::failed(unchanged, why),
        };
        let before = prior_stored.as_ref().and_then(|prior| resource.identify(&prior.model));
        let unchanged = StoredValue { identity: before.map(Convert::into_value), ..unchanged };

        let result = match (prior_stored, planned_stored) {
            (None, Some(planned)) => resource.create(planned, context).await.map(Some),
            (Some(prior), Some(planned)) => {
                resource.update(prior, planned, context).await.map(Some)
            }
            (Some(prior), None) => resource.delete(prior, context).await.map(|()| None),
            (None, None) => Ok(None),
        };
        let reference = if planned.is_null() { prior } else { planned };
        match result {
            Ok(None) => Outcome { stored: StoredValue::absent(), diagnostics: Vec::new() },
            Ok(Some(stored)) => {
                let stored = self.encode(&resource, stored, reference);
                let diagnostics = broken_promises(planned, &stored.value);
                Outcome { stored, diagnostics }
            }
            Err(Unfinished::Kept(stored, why)) => {
                Outcome::failed(self.encode(&resource, *stored, reference), why)
            }
            Err(Unfinished::Nothing(why) | Unfinished::Unsure(why)) => {
                Outcome::failed(unchanged, why)
            }
        }
    }
}

#[async_trait]
impl<R: Resource> AnyResource for TypedResource<R> {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(R::schema)
    }

    fn identity(&self) -> &[IdentityAttribute] {
        self.identity.get_or_init(R::identity)
    }

    fn validate(&self, config: &Value) -> Vec<Diagnostic> {
        validate(self.schema(), config, R::validate)
    }

    async fn plan(&self, request: PlanRequest, stop: &CancellationToken) -> PlanResponse {
        let context = self.context("read", &request.config, stop);
        let result = self.review(request, &context).await;
        let warnings = context.into_warnings();
        match result {
            Ok(response) => PlanResponse { diagnostics: warnings, ..response },
            Err(errors) => PlanResponse {
                planned: StoredValue::absent(),
                replaces: Vec::new(),
                diagnostics: warnings.into_iter().chain(errors).collect(),
            },
        }
    }

    async fn apply(&self, request: ApplyRequest, stop: &CancellationToken) -> Outcome {
        let Some(change) = Change::between(&request.prior, &request.planned) else {
            return Outcome { stored: StoredValue::absent(), diagnostics: Vec::new() };
        };
        let timeouts = if change == Change::Delete { &request.prior } else { &request.planned };
        let context = self.context(change.operation(), timeouts, stop);
        let outcome = self.change(change, &request, &context).await;
        outcome.with_warnings(context)
    }

    async fn read(&self, current: StoredValue, stop: &CancellationToken) -> Outcome {
        let context = self.context("read", &current.value, stop);
        let prepared = self
            .resource()
            .and_then(|resource| Ok((resource, Self::stored(&current.value, &current.private)?)));
        let (resource, stored) = match prepared {
            Ok(prepared) => prepared,
            Err(why) => return Outcome::failed(current, why),
        };
        let outcome = match resource.read(stored, &context).await {
            Ok(Some(stored)) => {
                let stored = self.encode(&resource, stored, &current.value);
                Outcome { stored, diagnostics: Vec::new() }
            }
            Ok(None) => Outcome { stored: StoredValue::absent(), diagnostics: Vec::new() },
            Err(why) => Outcome::failed(current, why),
        };
        outcome.with_warnings(context)
    }

    async fn import(&self, key: ImportKey<Value>, stop: &CancellationToken) -> Outcome {
        let context = self.context("read", &Value::Null, stop);
        let result = match self.resource().and_then(|resource| Ok((resource, typed_key::<R>(key)?)))
        {
            Ok((resource, key)) => {
                resource.import(key, &context).await.map(|stored| (resource, stored))
            }
            Err(why) => Err(why),
        };
        let outcome = match result {
            Ok((resource, stored)) => {
                let stored = self.encode(&resource, stored, &Value::Null);
                Outcome { stored, diagnostics: Vec::new() }
            }
            Err(why) => Outcome::failed(StoredValue::absent(), why),
        };
        outcome.with_warnings(context)
    }

    fn former_names(&self) -> &'static [&'static str] {
        R::FORMER_NAMES
    }

    fn upgrade(
        &self,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        R::upgrade(version, state)
    }

    fn flaws(&self, name: &str) -> Vec<String> {
        let identity = self.identity().iter().map(|attribute| attribute.name);
        let mut found = flaws::<R::Model>(name, self.schema());
        if !identity.eq(R::Identity::ATTRIBUTES.iter().copied()) {
            found.push(format!("{name}: the identity and its model name different attributes"));
        }
        found
    }
}

impl Outcome {
    fn with_warnings(self, context: Context) -> Self {
        let mut diagnostics = context.into_warnings();
        diagnostics.extend(self.diagnostics);
        Self { diagnostics, ..self }
    }
}

/// Values that were unknown when they were validated are known by now.
pub(super) fn refuse(schema: &Schema, config: &Value) -> Result<(), Vec<Diagnostic>> {
    let errors: Vec<_> =
        plan::validate(schema, config).into_iter().filter(Diagnostic::is_error).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Every rule of the schema, and where they hold, the checks across attributes.
pub(super) fn validate<M: Model>(
    schema: &Schema,
    config: &Value,
    across: fn(&M) -> Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let mut found = plan::validate(schema, config);
    if !found.iter().any(Diagnostic::is_error) {
        found.extend(decode(config).map_or_else(one, |config| across(&config)));
    }
    found
}

fn broken_promises(planned: &Value, applied: &Value) -> Vec<Diagnostic> {
    apply::breaches(planned, applied)
        .into_iter()
        .map(|path| {
            Diagnostic::bug(format!("`{path}` came out other than planned"))
                .at(path)
                .outcome("What exists has been saved in the state.")
        })
        .collect()
}

pub(super) fn current_session<S>(shared: &SharedSession<S>) -> Result<Arc<S>, Diagnostic> {
    let session = shared.read().unwrap_or_else(PoisonError::into_inner).clone();
    session.ok_or_else(|| Diagnostic::bug("Terraform uses the provider before configuring it"))
}

pub(super) fn timeout(schema: &Schema, operation: &str, value: &Value) -> Duration {
    let default =
        schema.timeouts.iter().find(|(name, _)| *name == operation).map(|(_, span)| *span);
    let chosen = value.get("timeouts").get(operation).as_str().or(default);
    chosen.and_then(|text| text.parse().ok()).map_or(DEFAULT_TIMEOUT, Span::duration)
}

/// The typed form of a value.
pub(super) fn decode<M: Model>(value: &Value) -> Result<M, Diagnostic> {
    M::from_value(value).map_err(|mismatch| Diagnostic::bug(&mismatch).at(mismatch.path.clone()))
}

/// The typed form of a value; an absent object is an empty model.
fn decode_present<M: Model>(value: &Value) -> Result<M, Diagnostic> {
    if value.is_null() { Ok(M::default()) } else { decode(value) }
}

fn typed_key<R: Resource>(key: ImportKey<Value>) -> Result<ImportKey<R::Identity>, Diagnostic> {
    match key {
        ImportKey::Id(id) => Ok(ImportKey::Id(id)),
        ImportKey::Identity(identity) => match R::Identity::from_value(&identity) {
            Ok(identity) => Ok(ImportKey::Identity(identity)),
            Err(mismatch) => Err(Diagnostic::error("The identity to import by is not valid")
                .because(mismatch)
                .remedy("Correct `identity` of the `import` block.")),
        },
    }
}

pub(super) fn decode_private<P: Private>(bytes: &[u8]) -> Result<P, Diagnostic> {
    if bytes.is_empty() {
        return Ok(P::default());
    }
    serde_json::from_slice(bytes).map_err(|error| {
        Diagnostic::error("The private data of a resource can't be read")
            .because(format!("it was written by another version of the provider: {error}"))
            .remedy("Run `terraform init -upgrade` to get the provider version that wrote it, or a later one.")
    })
}

/// Private data are plain structs of ours, which always have a JSON form.
pub(super) fn encode_private<P: Private>(private: &P) -> Vec<u8> {
    serde_json::to_vec(private).unwrap_or_default()
}

pub(super) fn one(diagnostic: Diagnostic) -> Vec<Diagnostic> {
    vec![diagnostic]
}
