//! Ephemeral resources, as Terraform opens, renews and closes them.

use std::time::SystemTime;

use terraform_provider_lumen::framework::Value;
use terraform_provider_lumen::plugin::proto::tfplugin6::{
    Diagnostic, close_ephemeral_resource, open_ephemeral_resource, renew_ephemeral_resource,
    validate_ephemeral_resource_config,
};

use super::provider::known;
use super::wire::answered;
use super::{Block, Provider, rules, show, wire};

/// An opened ephemeral resource, until it is closed.
pub struct Lease {
    name: &'static str,
    /// The value that expressions see.
    pub value: Value,
    /// When it must be renewed.
    pub renew_at: Option<SystemTime>,
    private: Option<Vec<u8>>,
}

impl Provider {
    /// Opens an ephemeral resource.
    ///
    /// # Errors
    ///
    /// The diagnostics that the user sees, if it can't be opened.
    pub async fn open(&mut self, name: &'static str, block: &Block) -> Result<Lease, String> {
        let kind = &known(self.registry().ephemeral_schema(name), name).implied_type().clone();
        let config = Some(wire::encode(&block.complete(kind), kind));
        let request = validate_ephemeral_resource_config::Request {
            type_name: name.to_owned(),
            config: config.clone(),
        };
        let answer = self.client.validate_ephemeral_resource_config(request).await;
        let told = answered("ValidateEphemeralResourceConfig", answer).map_err(shown)?.diagnostics;
        rules::diagnostics(&told);
        if wire::has_errors(&told) {
            return Err(show::diagnostics(&told));
        }
        let request = open_ephemeral_resource::Request {
            type_name: name.to_owned(),
            config,
            ..open_ephemeral_resource::Request::default()
        };
        let answer = self.client.open_ephemeral_resource(request).await;
        let answer = answered("OpenEphemeralResource", answer).map_err(shown)?;
        rules::diagnostics(&answer.diagnostics);
        if wire::has_errors(&answer.diagnostics) {
            return Err(show::diagnostics(&answer.diagnostics));
        }
        rules::private(answer.private.as_deref().unwrap_or_default());
        let value = wire::decode(answer.result.as_ref(), kind);
        assert!(value.is_wholly_known(), "rule broken: an opened value is wholly known: {value:?}");
        let renew_at = answer.renew_at.map(time);
        Ok(Lease { name, value, renew_at, private: answer.private })
    }

    /// Renews it, and returns the diagnostics that the user sees.
    pub async fn renew(&mut self, lease: &mut Lease) -> String {
        let request = renew_ephemeral_resource::Request {
            type_name: lease.name.to_owned(),
            private: lease.private.clone(),
        };
        let answer = self.client.renew_ephemeral_resource(request).await;
        let answer = match answered("RenewEphemeralResource", answer) {
            Ok(answer) => answer,
            Err(why) => return shown(why),
        };
        rules::diagnostics(&answer.diagnostics);
        lease.renew_at = answer.renew_at.map(time);
        lease.private = answer.private;
        show::diagnostics(&answer.diagnostics)
    }

    /// Closes it, and returns the diagnostics that the user sees.
    pub async fn close(&mut self, lease: Lease) -> String {
        let request = close_ephemeral_resource::Request {
            type_name: lease.name.to_owned(),
            private: lease.private,
        };
        let answer = self.client.close_ephemeral_resource(request).await;
        let answer = match answered("CloseEphemeralResource", answer) {
            Ok(answer) => answer,
            Err(why) => return shown(why),
        };
        rules::diagnostics(&answer.diagnostics);
        show::diagnostics(&answer.diagnostics)
    }
}

fn shown(why: Diagnostic) -> String {
    show::diagnostics(&[why])
}

fn time(at: impl TryInto<SystemTime>) -> SystemTime {
    at.try_into().unwrap_or_else(|_| panic!("rule broken: a time is valid"))
}
