//! The RPCs of the provider block.

use crate::framework::{Diagnostic, Registry};

use super::super::proto::tfplugin6::{configure_provider, validate_provider_config};
use super::super::{codec, convert};

pub(in super::super) fn validate(
    registry: &Registry,
    request: &validate_provider_config::Request,
) -> Result<validate_provider_config::Response, Diagnostic> {
    let kind = registry.provider_schema().implied_type();
    let config = codec::decode(request.config.as_ref(), kind)?;
    let diagnostics = convert::diagnostics(registry.validate_provider(&config));
    Ok(validate_provider_config::Response { diagnostics })
}

pub(in super::super) async fn configure(
    registry: &Registry,
    request: configure_provider::Request,
) -> Result<configure_provider::Response, Diagnostic> {
    let kind = registry.provider_schema().implied_type();
    let config = codec::decode(request.config.as_ref(), kind)?;
    let diagnostics = convert::diagnostics(registry.configure(config).await);
    Ok(configure_provider::Response { diagnostics })
}
