//! The RPCs of data sources.

use crate::framework::{Diagnostic, Registry};

use super::super::proto::tfplugin6::{read_data_source, validate_data_resource_config};
use super::super::{codec, convert};

pub(in super::super) fn validate(
    registry: &Registry,
    request: &validate_data_resource_config::Request,
) -> Result<validate_data_resource_config::Response, Diagnostic> {
    let name = &request.type_name;
    let kind = registry.data_source_schema(name)?.implied_type();
    let config = codec::decode(request.config.as_ref(), kind)?;
    let diagnostics = convert::diagnostics(registry.validate_data_source(name, &config));
    Ok(validate_data_resource_config::Response { diagnostics })
}

pub(in super::super) async fn read(
    registry: &Registry,
    request: read_data_source::Request,
) -> Result<read_data_source::Response, Diagnostic> {
    let name = &request.type_name;
    let kind = registry.data_source_schema(name)?.implied_type();
    let config = codec::decode(request.config.as_ref(), kind)?;
    let (state, diagnostics) = registry.read_data_source(name, config).await;
    Ok(read_data_source::Response {
        state: Some(codec::encode(&state, kind)?),
        diagnostics: convert::diagnostics(diagnostics),
        deferred: None,
    })
}
