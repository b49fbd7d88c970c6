//! The RPCs of resources.

use crate::framework::{
    ApplyRequest, Diagnostic, IdentityAttribute, ImportKey, PlanRequest, PlannedPrivate, Registry,
    StateResponse, StoredValue,
};

use super::super::proto::tfplugin6::{
    apply_resource_change, generate_resource_config, import_resource_state, move_resource_state,
    plan_resource_change, read_resource, upgrade_resource_identity, upgrade_resource_state,
    validate_resource_config,
};
use super::super::state::{
    EncodedState, decode_identity, decode_stored, encode_identity, encode_state, parse_raw,
};
use super::super::{codec, convert};

pub(in super::super) fn validate(
    registry: &Registry,
    request: &validate_resource_config::Request,
) -> Result<validate_resource_config::Response, Diagnostic> {
    let name = &request.type_name;
    let kind = registry.resource_schema(name)?.implied_type();
    let config = codec::decode(request.config.as_ref(), kind)?;
    let mut found = registry.validate_resource(name, &config);
    let supports_write_only =
        request.client_capabilities.is_some_and(|client| client.write_only_attributes_allowed);
    if !supports_write_only {
        found.extend(registry.refuse_write_only(name, &config));
    }
    let diagnostics = convert::diagnostics(found);
    Ok(validate_resource_config::Response { diagnostics })
}

pub(in super::super) fn upgrade(
    registry: &Registry,
    request: &upgrade_resource_state::Request,
) -> Result<upgrade_resource_state::Response, Diagnostic> {
    let name = &request.type_name;
    let schema = registry.resource_schema(name)?;
    let kind = schema.implied_type();
    let stored = parse_raw(request.raw_state.as_ref())?;
    let upgraded = registry.upgrade_state(name, request.version, stored)?;
    let upgraded = decode_stored(&upgraded, kind)?;
    Ok(upgrade_resource_state::Response {
        upgraded_state: Some(encode_state(upgraded, schema)?),
        diagnostics: Vec::new(),
    })
}

pub(in super::super) fn upgrade_identity(
    registry: &Registry,
    request: &upgrade_resource_identity::Request,
) -> Result<upgrade_resource_identity::Response, Diagnostic> {
    let identity = registry.identity(&request.type_name)?;
    let stored = parse_raw(request.raw_identity.as_ref())?;
    let stored = decode_stored(&stored, &IdentityAttribute::object_type(identity))?;
    Ok(upgrade_resource_identity::Response {
        upgraded_identity: encode_identity(Some(&stored), identity)?,
        diagnostics: Vec::new(),
    })
}

pub(in super::super) async fn read(
    registry: &Registry,
    request: read_resource::Request,
) -> Result<read_resource::Response, Diagnostic> {
    let name = &request.type_name;
    let schema = registry.resource_schema(name)?;
    let kind = schema.implied_type();
    let identity = registry.identity(name)?;
    let current = StoredValue {
        value: codec::decode(request.current_state.as_ref(), kind)?,
        private: request.private,
        identity: decode_identity(request.current_identity.as_ref(), identity)?,
    };
    let outcome = EncodedState::of(registry.read(name, current).await, schema, identity)?;
    Ok(read_resource::Response {
        new_state: Some(outcome.state),
        private: outcome.private,
        new_identity: outcome.identity,
        diagnostics: convert::diagnostics(outcome.diagnostics),
        deferred: None,
    })
}

pub(in super::super) async fn plan(
    registry: &Registry,
    request: plan_resource_change::Request,
) -> Result<plan_resource_change::Response, Diagnostic> {
    let name = &request.type_name;
    let schema = registry.resource_schema(name)?;
    let kind = schema.implied_type();
    let stores_private =
        request.client_capabilities.is_some_and(|client| client.store_planned_private);
    let planned_private = match request.planned_private {
        _ if !stores_private => PlannedPrivate::NotStored,
        left if left.is_empty() => PlannedPrivate::First,
        left => PlannedPrivate::Stored(left),
    };
    let change = PlanRequest {
        prior: codec::decode(request.prior_state.as_ref(), kind)?,
        is_destroy: codec::is_null(request.proposed_new_state.as_ref()),
        config: codec::decode(request.config.as_ref(), kind)?,
        private: request.prior_private,
        planned_private,
    };
    let plan = registry.plan(name, change).await;
    let outcome = StateResponse { stored: plan.planned, diagnostics: plan.diagnostics };
    let outcome = EncodedState::of(outcome, schema, registry.identity(name)?)?;
    Ok(plan_resource_change::Response {
        planned_state: Some(outcome.state),
        requires_replace: plan.replaces.iter().map(convert::path).collect(),
        planned_private: outcome.private,
        planned_identity: outcome.identity,
        diagnostics: convert::diagnostics(outcome.diagnostics),
        ..plan_resource_change::Response::default()
    })
}

pub(in super::super) async fn apply(
    registry: &Registry,
    request: apply_resource_change::Request,
) -> Result<apply_resource_change::Response, Diagnostic> {
    let name = &request.type_name;
    let schema = registry.resource_schema(name)?;
    let kind = schema.implied_type();
    let change = ApplyRequest {
        prior: codec::decode(request.prior_state.as_ref(), kind)?,
        planned: codec::decode(request.planned_state.as_ref(), kind)?,
        config: codec::decode(request.config.as_ref(), kind)?,
        private: request.planned_private,
    };
    let outcome = registry.apply(name, change).await;
    let outcome = EncodedState::of(outcome, schema, registry.identity(name)?)?;
    Ok(apply_resource_change::Response {
        new_state: Some(outcome.state),
        private: outcome.private,
        new_identity: outcome.identity,
        diagnostics: convert::diagnostics(outcome.diagnostics),
        ..apply_resource_change::Response::default()
    })
}

pub(in super::super) async fn import(
    registry: &Registry,
    request: import_resource_state::Request,
) -> Result<import_resource_state::Response, Diagnostic> {
    let name = request.type_name;
    let schema = registry.resource_schema(&name)?;
    let identity = registry.identity(&name)?;
    let key = match decode_identity(request.identity.as_ref(), identity)? {
        Some(key) if request.id.is_empty() => ImportKey::Identity(key),
        _ => ImportKey::Id(request.id),
    };
    let outcome = registry.import(&name, key).await;
    let found = !outcome.stored.value.is_null();
    let outcome = EncodedState::of(outcome, schema, identity)?;
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
}

pub(in super::super) fn move_state(
    registry: &Registry,
    request: &move_resource_state::Request,
) -> Result<move_resource_state::Response, Diagnostic> {
    let target = &request.target_type_name;
    let schema = registry.resource_schema(target)?;
    let kind = schema.implied_type();
    let source = &request.source_type_name;
    let stored = parse_raw(request.source_state.as_ref())?;
    let moved = registry.move_state(target, source, request.source_schema_version, stored)?;
    let moved = decode_stored(&moved, kind)?;
    let identity = registry.identity(target)?;
    let stored = parse_raw(request.source_identity.as_ref())?;
    let stored = decode_stored(&stored, &IdentityAttribute::object_type(identity))?;
    Ok(move_resource_state::Response {
        target_state: Some(encode_state(moved, schema)?),
        target_private: request.source_private.clone(),
        target_identity: encode_identity(Some(&stored), identity)?,
        diagnostics: Vec::new(),
    })
}

pub(in super::super) fn generate_config(
    registry: &Registry,
    request: &generate_resource_config::Request,
) -> Result<generate_resource_config::Response, Diagnostic> {
    let name = &request.type_name;
    let schema = registry.resource_schema(name)?;
    let state = codec::decode(request.state.as_ref(), schema.implied_type())?;
    let config = registry.generate_config(name, &state)?;
    Ok(generate_resource_config::Response {
        config: Some(encode_state(config, schema)?),
        diagnostics: Vec::new(),
    })
}
