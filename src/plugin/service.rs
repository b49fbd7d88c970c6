//! Every RPC as one short method: decode, delegate to the [`Registry`], encode.
//!
//! RPCs that are missing here answer "unimplemented": Terraform calls none of them, because no
//! schema offers what they are for.

use std::sync::Arc;

use tokio_util::task::TaskTracker;
use tonic::{Request, Response, Status, async_trait};

use crate::framework::{
    ApplyRequest, Diagnostic, IdentityAttribute, ImportKey, Outcome, PlanRequest, Registry,
    StoredValue,
};

use super::answer::{Answer, answer};
use super::proto::tfplugin6::provider_server::Provider;
use super::proto::tfplugin6::{
    apply_resource_change, configure_provider, get_functions, get_metadata, get_provider_schema,
    get_resource_identity_schemas, import_resource_state, move_resource_state,
    plan_resource_change, read_data_source, read_resource, stop_provider,
    upgrade_resource_identity, upgrade_resource_state, validate_data_resource_config,
    validate_provider_config, validate_resource_config,
};
use super::stored::{Encoded, decode_identity, encode_identity, encode_state, stored_json};
use super::{catalogue, codec, convert};

type Answered<Message> = Result<Response<Message>, Status>;

/// One provider, as Terraform calls it.
#[derive(Clone)]
pub(super) struct Service {
    registry: Arc<Registry>,
    calls: TaskTracker,
}

impl Service {
    /// Serves what the registry lists; `calls` knows which calls are running.
    pub(super) fn new(registry: Arc<Registry>, calls: TaskTracker) -> Self {
        Self { registry, calls }
    }

    /// Answers what the call yields; after an error or a panic, `otherwise` with a diagnostic.
    async fn answer<A, Call>(
        &self,
        otherwise: A,
        call: impl FnOnce(Arc<Registry>) -> Call,
    ) -> Answered<A>
    where
        A: Answer,
        Call: Future<Output = Result<A, Diagnostic>> + Send + 'static,
    {
        let call = call(Arc::clone(&self.registry));
        Ok(Response::new(answer(&self.calls, otherwise, call).await))
    }
}

#[async_trait]
impl Provider for Service {
    async fn get_metadata(
        &self,
        _: Request<get_metadata::Request>,
    ) -> Answered<get_metadata::Response> {
        Ok(Response::new(catalogue::metadata(&self.registry)))
    }

    async fn get_provider_schema(
        &self,
        _: Request<get_provider_schema::Request>,
    ) -> Answered<get_provider_schema::Response> {
        self.answer(get_provider_schema::Response::default(), async move |registry| {
            Ok(catalogue::schemas(&registry))
        })
        .await
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<get_resource_identity_schemas::Request>,
    ) -> Answered<get_resource_identity_schemas::Response> {
        self.answer(get_resource_identity_schemas::Response::default(), async move |registry| {
            Ok(catalogue::identity_schemas(&registry))
        })
        .await
    }

    async fn get_functions(
        &self,
        _: Request<get_functions::Request>,
    ) -> Answered<get_functions::Response> {
        Ok(Response::new(get_functions::Response::default()))
    }

    async fn validate_provider_config(
        &self,
        request: Request<validate_provider_config::Request>,
    ) -> Answered<validate_provider_config::Response> {
        let request = request.into_inner();
        self.answer(validate_provider_config::Response::default(), async move |registry| {
            let kind = registry.provider_schema().implied_type();
            let config = codec::decode(request.config.as_ref(), &kind)?;
            let diagnostics = convert::diagnostics(registry.validate_provider(&config));
            Ok(validate_provider_config::Response { diagnostics })
        })
        .await
    }

    async fn validate_resource_config(
        &self,
        request: Request<validate_resource_config::Request>,
    ) -> Answered<validate_resource_config::Response> {
        let request = request.into_inner();
        self.answer(validate_resource_config::Response::default(), async move |registry| {
            let name = &request.type_name;
            let kind = registry.resource_schema(name)?.implied_type();
            let config = codec::decode(request.config.as_ref(), &kind)?;
            let diagnostics = convert::diagnostics(registry.validate_resource(name, config));
            Ok(validate_resource_config::Response { diagnostics })
        })
        .await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<validate_data_resource_config::Request>,
    ) -> Answered<validate_data_resource_config::Response> {
        let request = request.into_inner();
        self.answer(validate_data_resource_config::Response::default(), async move |registry| {
            let name = &request.type_name;
            let kind = registry.data_source_schema(name)?.implied_type();
            let config = codec::decode(request.config.as_ref(), &kind)?;
            let diagnostics = convert::diagnostics(registry.validate_data_source(name, config));
            Ok(validate_data_resource_config::Response { diagnostics })
        })
        .await
    }

    async fn configure_provider(
        &self,
        request: Request<configure_provider::Request>,
    ) -> Answered<configure_provider::Response> {
        let request = request.into_inner();
        self.answer(configure_provider::Response::default(), async move |registry| {
            let kind = registry.provider_schema().implied_type();
            let config = codec::decode(request.config.as_ref(), &kind)?;
            let diagnostics = convert::diagnostics(registry.configure(config).await);
            Ok(configure_provider::Response { diagnostics })
        })
        .await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<upgrade_resource_state::Request>,
    ) -> Answered<upgrade_resource_state::Response> {
        let request = request.into_inner();
        self.answer(upgrade_resource_state::Response::default(), async move |registry| {
            let name = &request.type_name;
            let schema = registry.resource_schema(name)?;
            let kind = schema.implied_type();
            let stored = stored_json(request.raw_state.as_ref())?;
            let upgraded = registry.upgrade_state(name, request.version, stored)?;
            let upgraded = codec::decode_json(&upgraded, &kind)?;
            Ok(upgrade_resource_state::Response {
                upgraded_state: Some(encode_state(&upgraded, schema)?),
                diagnostics: Vec::new(),
            })
        })
        .await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<upgrade_resource_identity::Request>,
    ) -> Answered<upgrade_resource_identity::Response> {
        let request = request.into_inner();
        self.answer(upgrade_resource_identity::Response::default(), async move |registry| {
            let identity = registry.identity(&request.type_name)?;
            let stored = stored_json(request.raw_identity.as_ref())?;
            let stored = codec::decode_json(&stored, &IdentityAttribute::object_type(identity))?;
            Ok(upgrade_resource_identity::Response {
                upgraded_identity: encode_identity(Some(&stored), identity)?,
                diagnostics: Vec::new(),
            })
        })
        .await
    }

    /// On an error the object stays as it was: an absent one would be removed from the state.
    async fn read_resource(
        &self,
        request: Request<read_resource::Request>,
    ) -> Answered<read_resource::Response> {
        let request = request.into_inner();
        let unchanged = read_resource::Response {
            new_state: request.current_state.clone(),
            private: request.private.clone(),
            new_identity: request.current_identity.clone(),
            ..read_resource::Response::default()
        };
        self.answer(unchanged, async move |registry| {
            let name = &request.type_name;
            let schema = registry.resource_schema(name)?;
            let kind = schema.implied_type();
            let identity = registry.identity(name)?;
            let current = StoredValue {
                value: codec::decode(request.current_state.as_ref(), &kind)?,
                private: request.private,
                identity: decode_identity(request.current_identity.as_ref(), identity)?,
            };
            let outcome = Encoded::of(registry.read(name, current).await, schema, identity)?;
            Ok(read_resource::Response {
                new_state: Some(outcome.state),
                private: outcome.private,
                new_identity: outcome.identity,
                diagnostics: convert::diagnostics(outcome.diagnostics),
                deferred: None,
            })
        })
        .await
    }

    async fn plan_resource_change(
        &self,
        request: Request<plan_resource_change::Request>,
    ) -> Answered<plan_resource_change::Response> {
        let request = request.into_inner();
        self.answer(plan_resource_change::Response::default(), async move |registry| {
            let name = &request.type_name;
            let schema = registry.resource_schema(name)?;
            let kind = schema.implied_type();
            // A create in place of another object is planned twice; the second time, newer clients
            // hand over what the first one left, where there is no prior object to have any.
            let private = if request.prior_private.is_empty() {
                request.planned_private
            } else {
                request.prior_private
            };
            let change = PlanRequest {
                prior: codec::decode(request.prior_state.as_ref(), &kind)?,
                proposed: codec::decode(request.proposed_new_state.as_ref(), &kind)?,
                config: codec::decode(request.config.as_ref(), &kind)?,
                private,
            };
            let plan = registry.plan(name, change).await;
            let outcome = Outcome { stored: plan.planned, diagnostics: plan.diagnostics };
            let outcome = Encoded::of(outcome, schema, registry.identity(name)?)?;
            Ok(plan_resource_change::Response {
                planned_state: Some(outcome.state),
                requires_replace: plan.replaces.iter().map(convert::path).collect(),
                planned_private: outcome.private,
                planned_identity: outcome.identity,
                diagnostics: convert::diagnostics(outcome.diagnostics),
                ..plan_resource_change::Response::default()
            })
        })
        .await
    }

    /// On an error of ours the prior object stays in the state, and with it what is stored beside.
    async fn apply_resource_change(
        &self,
        request: Request<apply_resource_change::Request>,
    ) -> Answered<apply_resource_change::Response> {
        let request = request.into_inner();
        let unchanged = apply_resource_change::Response {
            new_state: request.prior_state.clone(),
            private: request.planned_private.clone(),
            new_identity: request.planned_identity.clone(),
            ..apply_resource_change::Response::default()
        };
        self.answer(unchanged, async move |registry| {
            let name = &request.type_name;
            let schema = registry.resource_schema(name)?;
            let kind = schema.implied_type();
            let change = ApplyRequest {
                prior: codec::decode(request.prior_state.as_ref(), &kind)?,
                planned: codec::decode(request.planned_state.as_ref(), &kind)?,
                config: codec::decode(request.config.as_ref(), &kind)?,
                private: request.planned_private,
            };
            let outcome = registry.apply(name, change).await;
            let outcome = Encoded::of(outcome, schema, registry.identity(name)?)?;
            Ok(apply_resource_change::Response {
                new_state: Some(outcome.state),
                private: outcome.private,
                new_identity: outcome.identity,
                diagnostics: convert::diagnostics(outcome.diagnostics),
                ..apply_resource_change::Response::default()
            })
        })
        .await
    }

    async fn import_resource_state(
        &self,
        request: Request<import_resource_state::Request>,
    ) -> Answered<import_resource_state::Response> {
        let request = request.into_inner();
        self.answer(import_resource_state::Response::default(), async move |registry| {
            let name = request.type_name;
            let schema = registry.resource_schema(&name)?;
            let identity = registry.identity(&name)?;
            let key = match decode_identity(request.identity.as_ref(), identity)? {
                Some(key) if request.id.is_empty() => ImportKey::Identity(key),
                _ => ImportKey::Id(request.id),
            };
            let outcome = registry.import(&name, key).await;
            let found = !outcome.stored.value.is_null();
            let outcome = Encoded::of(outcome, schema, identity)?;
            let imported = import_resource_state::ImportedResource {
                type_name: name,
                state: Some(outcome.state),
                private: outcome.private,
                identity: outcome.identity,
            };
            Ok(import_resource_state::Response {
                imported_resources: found.then_some(imported).into_iter().collect(),
                diagnostics: convert::diagnostics(outcome.diagnostics),
                deferred: None,
            })
        })
        .await
    }

    async fn move_resource_state(
        &self,
        request: Request<move_resource_state::Request>,
    ) -> Answered<move_resource_state::Response> {
        let request = request.into_inner();
        self.answer(move_resource_state::Response::default(), async move |registry| {
            let target = &request.target_type_name;
            let schema = registry.resource_schema(target)?;
            let kind = schema.implied_type();
            let source = &request.source_type_name;
            let stored = stored_json(request.source_state.as_ref())?;
            let moved =
                registry.move_state(target, source, request.source_schema_version, stored)?;
            let moved = codec::decode_json(&moved, &kind)?;
            let identity = registry.identity(target)?;
            let stored = stored_json(request.source_identity.as_ref())?;
            let stored = codec::decode_json(&stored, &IdentityAttribute::object_type(identity))?;
            Ok(move_resource_state::Response {
                target_state: Some(encode_state(&moved, schema)?),
                target_private: request.source_private,
                target_identity: encode_identity(Some(&stored), identity)?,
                diagnostics: Vec::new(),
            })
        })
        .await
    }

    async fn read_data_source(
        &self,
        request: Request<read_data_source::Request>,
    ) -> Answered<read_data_source::Response> {
        let request = request.into_inner();
        self.answer(read_data_source::Response::default(), async move |registry| {
            let name = &request.type_name;
            let kind = registry.data_source_schema(name)?.implied_type();
            let config = codec::decode(request.config.as_ref(), &kind)?;
            let (state, diagnostics) = registry.read_data_source(name, config).await;
            Ok(read_data_source::Response {
                state: Some(codec::encode(&state, &kind)?),
                diagnostics: convert::diagnostics(diagnostics),
                deferred: None,
            })
        })
        .await
    }

    async fn stop_provider(
        &self,
        _: Request<stop_provider::Request>,
    ) -> Answered<stop_provider::Response> {
        self.registry.stop();
        Ok(Response::new(stop_provider::Response::default()))
    }
}
