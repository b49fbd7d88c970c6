//! What the provider offers, as Terraform asks for it before anything else.

use crate::framework::Registry;

use super::convert;
use super::proto::tfplugin6::{
    ServerCapabilities, get_metadata, get_provider_schema, get_resource_identity_schemas,
};

/// What this provider can do beyond the minimum.
const CAPABILITIES: ServerCapabilities = ServerCapabilities {
    plan_destroy: true,
    get_provider_schema_optional: true,
    move_resource_state: true,
    generate_resource_config: false,
};

/// The names of all objects.
pub(super) fn metadata(registry: &Registry) -> get_metadata::Response {
    let resources = registry.resource_schemas();
    let data_sources = registry.data_source_schemas();
    get_metadata::Response {
        server_capabilities: Some(CAPABILITIES),
        resources: resources
            .map(|(name, _)| get_metadata::ResourceMetadata { type_name: name.to_owned() })
            .collect(),
        data_sources: data_sources
            .map(|(name, _)| get_metadata::DataSourceMetadata { type_name: name.to_owned() })
            .collect(),
        ..get_metadata::Response::default()
    }
}

/// The schemas of all objects.
pub(super) fn schemas(registry: &Registry) -> get_provider_schema::Response {
    let resources = registry.resource_schemas();
    let data_sources = registry.data_source_schemas();
    get_provider_schema::Response {
        provider: Some(convert::schema(registry.provider_schema())),
        resource_schemas: resources
            .map(|(name, schema)| (name.to_owned(), convert::schema(schema)))
            .collect(),
        data_source_schemas: data_sources
            .map(|(name, schema)| (name.to_owned(), convert::schema(schema)))
            .collect(),
        server_capabilities: Some(CAPABILITIES),
        ..get_provider_schema::Response::default()
    }
}

/// What tells the objects of each resource apart.
pub(super) fn identity_schemas(registry: &Registry) -> get_resource_identity_schemas::Response {
    let identities = registry.identities();
    get_resource_identity_schemas::Response {
        identity_schemas: identities
            .map(|(name, identity)| (name.to_owned(), convert::identity_schema(identity)))
            .collect(),
        diagnostics: Vec::new(),
    }
}
