//! Connects the typed [`Resource`] trait to the registry, which knows only values and bytes. It
//! decodes values into models, encodes results as states, and checks every result against its plan.

use std::sync::OnceLock;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::apply::{self, Change};
use super::requests::{ApplyRequest, PlanRequest, PlanResponse, StateResponse};
use super::{
    IdentityAttribute, ImportKey, Intent, Plan, PlannedPrivate, Resource, Stored, StoredValue,
    Unfinished, plan,
};
use crate::framework::context::timeout;
use crate::framework::decode::{
    check_rules, decode, decode_key, decode_present, decode_private, decode_stored, encode_private,
    one, validate,
};
use crate::framework::schema_check::schema_errors;
use crate::framework::session::SharedSession;
use crate::framework::{Context, Convert, Diagnostic, Model, Schema, Value};

/// A [`Resource`] with its types erased, as the registry holds it.
#[async_trait]
pub(in crate::framework) trait AnyResource: Send + Sync {
    fn schema(&self) -> &Schema;
    fn identity(&self) -> &[IdentityAttribute];
    fn validate(&self, config: &Value) -> Vec<Diagnostic>;
    async fn plan(&self, request: PlanRequest, stop: &CancellationToken) -> PlanResponse;
    async fn apply(&self, request: ApplyRequest, stop: &CancellationToken) -> StateResponse;
    async fn read(&self, current: StoredValue, stop: &CancellationToken) -> StateResponse;
    async fn import(&self, key: ImportKey<Value>, stop: &CancellationToken) -> StateResponse;
    fn former_names(&self) -> &'static [&'static str];
    fn upgrade(
        &self,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic>;
    fn schema_errors(&self, name: &str) -> Vec<String>;
}

pub(in crate::framework) struct TypedResource<R: Resource> {
    schema: OnceLock<Schema>,
    identity: OnceLock<Vec<IdentityAttribute>>,
    session: SharedSession<R::Session>,
}

impl<R: Resource> TypedResource<R> {
    pub(in crate::framework) fn new(session: SharedSession<R::Session>) -> Self {
        Self { schema: OnceLock::new(), identity: OnceLock::new(), session }
    }

    fn resource(&self) -> Result<R, Diagnostic> {
        self.session.get().map(R::new)
    }

    fn context(&self, operation: &str, value: &Value, stop: &CancellationToken) -> Context {
        self.session.context(stop.clone(), timeout(self.schema(), operation, value))
    }

    fn stored(value: &Value, private: &[u8]) -> Result<Stored<R>, Diagnostic> {
        Ok(Stored { model: decode_stored(value)?, private: decode_private(private)? })
    }

    /// The value that a state would have of an existing object.
    pub(in crate::framework) fn state_value(&self, model: R::Model) -> Value {
        self.with_timeouts(model, &Value::Null)
    }

    fn with_timeouts(&self, model: R::Model, reference: &Value) -> Value {
        let mut value = model.into_value();
        if let (Value::Map(attributes), false) = (&mut value, self.schema().timeouts.is_empty()) {
            attributes.insert("timeouts".into(), reference.get("timeouts").clone());
        }
        apply::with_write_only(&self.schema().attributes, value, &Value::Null)
    }

    /// The stored form of an object. Texts that mean the same as in `reference`, which is the plan
    /// or the earlier state, are taken from there.
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
        let PlanRequest { prior, is_destroy, config, private, planned_private } = request;
        check_rules(self.schema(), &config)?;
        let (planned, replaces) = if is_destroy {
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
            planned_private: match planned_private {
                PlannedPrivate::NotStored => PlannedPrivate::NotStored,
                PlannedPrivate::First => PlannedPrivate::First,
                PlannedPrivate::Stored(left) => {
                    PlannedPrivate::Stored(decode_private(&left).map_err(one)?)
                }
            },
            replaces,
        };
        resource.review(&mut plan, context).await?;

        let identity = resource.identify(&plan.planned).map(Convert::into_value);
        let reviewed = apply::keep_wording(self.schema(), &planned, plan.planned.into_value());
        let value = plan::take_computed(self.schema(), &config, planned, reviewed);
        let planned = StoredValue { value, private: encode_private(&plan.private), identity };
        Ok(PlanResponse { planned, replaces: plan.replaces, diagnostics: Vec::new() })
    }

    async fn change(
        &self,
        change: Change,
        request: &ApplyRequest,
        context: &Context,
    ) -> StateResponse {
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
                    let (model, private) = (decode(&planned)?, decode_private(private)?);
                    Some(Stored { model, private })
                }
            };
            Ok((resource, prior, planned))
        });
        let unchanged =
            StoredValue { private: private.clone(), ..StoredValue::bare(prior.clone()) };
        let (resource, prior_stored, planned_stored) = match prepared {
            Ok(prepared) => prepared,
            Err(why) => return StateResponse::failed(unchanged, why),
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
            Ok(None) => StateResponse { stored: StoredValue::absent(), diagnostics: Vec::new() },
            Ok(Some(stored)) => {
                let stored = self.encode(&resource, stored, reference);
                let diagnostics = inconsistent_results(planned, &stored.value);
                StateResponse { stored, diagnostics }
            }
            Err(Unfinished::Kept(stored, why)) => {
                StateResponse::failed(self.encode(&resource, *stored, reference), why)
            }
            Err(Unfinished::Nothing(why) | Unfinished::Unsure(why)) => {
                StateResponse::failed(unchanged, why)
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

    async fn apply(&self, request: ApplyRequest, stop: &CancellationToken) -> StateResponse {
        let Some(change) = Change::between(&request.prior, &request.planned) else {
            return StateResponse { stored: StoredValue::absent(), diagnostics: Vec::new() };
        };
        let timeouts = if change == Change::Delete { &request.prior } else { &request.planned };
        let context = self.context(change.operation(), timeouts, stop);
        let outcome = self.change(change, &request, &context).await;
        outcome.with_warnings(context)
    }

    async fn read(&self, current: StoredValue, stop: &CancellationToken) -> StateResponse {
        let context = self.context("read", &current.value, stop);
        let prepared = self
            .resource()
            .and_then(|resource| Ok((resource, Self::stored(&current.value, &current.private)?)));
        let (resource, stored) = match prepared {
            Ok(prepared) => prepared,
            Err(why) => return StateResponse::failed(current, why),
        };
        let outcome = match resource.read(stored, &context).await {
            Ok(Some(stored)) => {
                let stored = self.encode(&resource, stored, &current.value);
                StateResponse { stored, diagnostics: Vec::new() }
            }
            Ok(None) => StateResponse { stored: StoredValue::absent(), diagnostics: Vec::new() },
            Err(why) => StateResponse::failed(current, why),
        };
        outcome.with_warnings(context)
    }

    async fn import(&self, key: ImportKey<Value>, stop: &CancellationToken) -> StateResponse {
        let context = self.context("read", &Value::Null, stop);
        let result =
            match self.resource().and_then(|resource| Ok((resource, decode_key::<R>(key)?))) {
                Ok((resource, key)) => {
                    resource.import(key, &context).await.map(|stored| (resource, stored))
                }
                Err(why) => Err(why),
            };
        let outcome = match result {
            Ok((resource, stored)) => {
                let stored = self.encode(&resource, stored, &Value::Null);
                StateResponse { stored, diagnostics: Vec::new() }
            }
            Err(why) => StateResponse::failed(StoredValue::absent(), why),
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

    fn schema_errors(&self, name: &str) -> Vec<String> {
        let identity = self.identity().iter().map(|attribute| attribute.name);
        let mut found = schema_errors::<R::Model>(name, self.schema());
        if !identity.eq(R::Identity::ATTRIBUTES.iter().copied()) {
            found.push(format!("{name}: the identity and its model name different attributes"));
        }
        found
    }
}

impl StateResponse {
    fn with_warnings(self, context: Context) -> Self {
        let mut diagnostics = context.into_warnings();
        diagnostics.extend(self.diagnostics);
        Self { diagnostics, ..self }
    }
}

/// An error for each value that differs from the plan. The object has been changed and is stored
/// anyway.
fn inconsistent_results(planned: &Value, applied: &Value) -> Vec<Diagnostic> {
    apply::inconsistencies(planned, applied)
        .into_iter()
        .map(|path| {
            Diagnostic::bug(format!("`{path}` differs from the plan"))
                .at(path)
                .outcome("What exists has been saved in the state.")
        })
        .collect()
}
