//! The `lumen_access_token` ephemeral resource: a token for scripts that call Lumen's API in the same run.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use tracing::warn;

use super::{Session, explain};
use crate::framework::schema::string;
use crate::framework::{Context, Diagnostic, EphemeralResource, Field, Lease, Schema};
use crate::lumen::{AccessToken, ApiUrl, CustomerNumber};
use crate::model;

/// How long before the token expires the provider warns the user.
const NOTICE: Duration = Duration::from_mins(2);

/// The `lumen_access_token` ephemeral resource.
pub struct Token(Arc<Session>);

model! {
    /// A token, and the other values that a request needs.
    pub struct TokenModel {
        access_token: Field<String>,
        expires_at: Field<String>,
        base_url: Field<ApiUrl>,
        customer_number: Field<CustomerNumber>,
    }
}

/// What renewal needs to know. It never includes the token itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Private {
    expires_at: Timestamp,
}

#[async_trait]
impl EphemeralResource for Token {
    const NAME: &'static str = "access_token";
    type Session = Session;
    type Model = TokenModel;
    type Private = Private;

    fn schema() -> Schema {
        Schema::new("Obtains an access token for scripts that call Lumen's API in the same run. The token is never stored in the plan or the state. It is separate from the provider's own token, so you receive it with its full lifetime. Terraform can't obtain a second token in the same run.")
            .attribute("access_token", string().computed().sensitive().about("Access token. Send it in the header `Authorization: Bearer TOKEN`."))
            .attribute("expires_at", string().computed().about("Expiration time of the token, such as `2026-11-21T12:30:00Z`."))
            .attribute("base_url", string().computed().about("Base URL of the API, such as `https://api.lumen.com`."))
            .attribute("customer_number", string().computed().about("Lumen customer number. Send it with every request in the header `x-customer-number`."))
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    async fn open(
        &self,
        _: TokenModel,
        context: &Context,
    ) -> Result<(TokenModel, Lease<Private>), Diagnostic> {
        let lumen = self.0.lumen()?;
        let asked_at = lumen.now();
        let token = tokio::select! {
            biased;
            () = context.stop.cancelled() => {
                return Err(Diagnostic::error("No access token was obtained")
                    .because("the run was interrupted")
                    .remedy("Run the same command again."));
            }
            token = lumen.access_token() => token,
        };
        let AccessToken { token, lifetime } =
            token.map_err(|error| explain::error("The access token can't be obtained", &error))?;
        let expires_at = asked_at.checked_add(lifetime).unwrap_or(Timestamp::MAX);
        let opened = TokenModel {
            access_token: Field::Known(token.expose_secret().to_owned()),
            expires_at: Field::Known(expires_at.to_string()),
            base_url: Field::Known(lumen.settings().base_url.clone()),
            customer_number: self.0.customer_number.clone(),
        };
        let notice = lifetime.saturating_sub(NOTICE.min(lifetime / 10));
        let renew_at = asked_at.checked_add(notice).map(SystemTime::from).ok();
        Ok((opened, Lease { renew_at, private: Private { expires_at } }))
    }

    /// Warns the user before the token expires: Lumen can't extend a token, and Terraform can't pass on a
    /// second one. Terraform up to 1.15 doesn't show warnings from a renewal, but the log does.
    async fn renew(
        &self,
        private: Private,
        context: &Context,
    ) -> Result<Lease<Private>, Diagnostic> {
        warn!(expires_at = %private.expires_at, "the access token of this run is about to expire");
        context.warn(
            Diagnostic::warning("The access token of this run is about to expire")
                .because(format!("Lumen accepts it until {}, and does not extend tokens", private.expires_at))
                .outcome("Later in this run, Lumen refuses requests that use it. The provider renews its own tokens.")
                .remedy("If something failed because of it, make what needs `lumen_access_token` depend on fewer resources, so that it runs earlier, and run the same command again."),
        );
        Ok(Lease { renew_at: None, private })
    }

    /// Does nothing: Lumen documents no way to revoke a token, and the provider keeps none.
    async fn close(&self, _: Private, _: &Context) -> Result<(), Diagnostic> {
        Ok(())
    }
}
