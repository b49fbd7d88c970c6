//! Responses to the requests for names and schemas, which Terraform sends before all others.

use std::collections::BTreeMap;

use crate::framework::{self, Registry};

use super::convert;
use super::proto::tfplugin6::{
    ActionSchema, Function, Schema, ServerCapabilities, get_functions, get_metadata,
    get_provider_schema, get_resource_identity_schemas,
};

/// The optional features that the plugin supports. Clients that don't know a feature ignore it.
const CAPABILITIES: ServerCapabilities = ServerCapabilities {
    plan_destroy: true,
    get_provider_schema_optional: true,
    move_resource_state: true,
    generate_resource_config: true,
};

/// The names of all objects.
pub(super) fn metadata(registry: &Registry) -> get_metadata::Response {
    use get_metadata::{
        ActionMetadata, DataSourceMetadata, EphemeralMetadata, FunctionMetadata,
        ListResourceMetadata, ResourceMetadata,
    };
    let name = |(name, _): (&str, &framework::Schema)| name.to_owned();
    get_metadata::Response {
        server_capabilities: Some(CAPABILITIES),
        diagnostics: Vec::new(),
        resources: registry
            .resource_schemas()
            .map(|found| ResourceMetadata { type_name: name(found) })
            .collect(),
        data_sources: registry
            .data_source_schemas()
            .map(|found| DataSourceMetadata { type_name: name(found) })
            .collect(),
        ephemeral_resources: registry
            .ephemeral_schemas()
            .map(|found| EphemeralMetadata { type_name: name(found) })
            .collect(),
        list_resources: registry
            .list_schemas()
            .map(|found| ListResourceMetadata { type_name: name(found) })
            .collect(),
        actions: registry
            .action_schemas()
            .map(|found| ActionMetadata { type_name: name(found) })
            .collect(),
        functions: registry
            .functions()
            .map(|(name, _)| FunctionMetadata { name: name.to_owned() })
            .collect(),
        state_stores: Vec::new(),
    }
}

/// The schemas of all objects.
pub(super) fn schemas(registry: &Registry) -> get_provider_schema::Response {
    get_provider_schema::Response {
        provider: Some(convert::schema(registry.provider_schema())),
        resource_schemas: convert_all(registry.resource_schemas()),
        data_source_schemas: convert_all(registry.data_source_schemas()),
        ephemeral_resource_schemas: convert_all(registry.ephemeral_schemas()),
        list_resource_schemas: convert_all(registry.list_schemas()),
        action_schemas: convert_all(registry.action_schemas())
            .into_iter()
            .map(|(name, schema)| (name, ActionSchema { schema: Some(schema) }))
            .collect(),
        functions: function_signatures(registry),
        server_capabilities: Some(CAPABILITIES),
        ..get_provider_schema::Response::default()
    }
}

fn convert_all<'a>(
    schemas: impl Iterator<Item = (&'a str, &'a framework::Schema)>,
) -> BTreeMap<String, Schema> {
    schemas.map(|(name, schema)| (name.to_owned(), convert::schema(schema))).collect()
}

/// The functions, for clients that need no other schemas.
pub(super) fn functions(registry: &Registry) -> get_functions::Response {
    get_functions::Response { functions: function_signatures(registry), diagnostics: Vec::new() }
}

fn function_signatures(registry: &Registry) -> BTreeMap<String, Function> {
    let functions = registry.functions();
    functions.map(|(name, signature)| (name.to_owned(), convert::function(&signature))).collect()
}

/// The identity schemas of all resources that have an identity.
pub(super) fn identity_schemas(registry: &Registry) -> get_resource_identity_schemas::Response {
    let identities = registry.identities();
    get_resource_identity_schemas::Response {
        identity_schemas: identities
            .map(|(name, identity)| (name.to_owned(), convert::identity_schema(identity)))
            .collect(),
        diagnostics: Vec::new(),
    }
}
