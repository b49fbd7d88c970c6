//! The RPCs of ephemeral resources.

use crate::framework::{Diagnostic, Registry};

use super::super::proto::tfplugin6::{
    close_ephemeral_resource, open_ephemeral_resource, renew_ephemeral_resource,
    validate_ephemeral_resource_config,
};
use super::super::{codec, convert};

pub(in super::super) fn validate(
    registry: &Registry,
    request: &validate_ephemeral_resource_config::Request,
) -> Result<validate_ephemeral_resource_config::Response, Diagnostic> {
    let name = &request.type_name;
    let kind = registry.ephemeral_schema(name)?.implied_type();
    let config = codec::decode(request.config.as_ref(), kind)?;
    let diagnostics = convert::diagnostics(registry.validate_ephemeral(name, &config));
    Ok(validate_ephemeral_resource_config::Response { diagnostics })
}

pub(in super::super) async fn open(
    registry: &Registry,
    request: open_ephemeral_resource::Request,
) -> Result<open_ephemeral_resource::Response, Diagnostic> {
    let name = &request.type_name;
    let kind = registry.ephemeral_schema(name)?.implied_type();
    let config = codec::decode(request.config.as_ref(), kind)?;
    let opened = registry.open(name, config).await?;
    Ok(open_ephemeral_resource::Response {
        diagnostics: convert::diagnostics(opened.diagnostics),
        renew_at: opened.lease.renew_at.map(Into::into),
        result: Some(codec::encode(&opened.value, kind)?),
        private: Some(opened.lease.private),
        deferred: None,
    })
}

pub(in super::super) async fn renew(
    registry: &Registry,
    request: renew_ephemeral_resource::Request,
) -> Result<renew_ephemeral_resource::Response, Diagnostic> {
    let private = request.private.unwrap_or_default();
    let renewed = registry.renew(&request.type_name, private).await?;
    Ok(renew_ephemeral_resource::Response {
        diagnostics: convert::diagnostics(renewed.diagnostics),
        renew_at: renewed.lease.renew_at.map(Into::into),
        private: Some(renewed.lease.private),
    })
}

pub(in super::super) async fn close(
    registry: &Registry,
    request: close_ephemeral_resource::Request,
) -> Result<close_ephemeral_resource::Response, Diagnostic> {
    let private = request.private.unwrap_or_default();
    let diagnostics = registry.close(&request.type_name, private).await?;
    Ok(close_ephemeral_resource::Response { diagnostics: convert::diagnostics(diagnostics) })
}
