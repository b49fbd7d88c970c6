//! `lumen_access_token`: a token for scripts that call Lumen's API in the same run.

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

/// How long before the token expires the user is warned.
const NOTICE: Duration = Duration::from_mins(2);

/// `lumen_access_token`
pub struct Token(Arc<Session>);

model! {
    /// A token, and what else a request needs.
    pub struct TokenModel {
        access_token: Field<String>,
        expires_at: Field<String>,
        base_url: Field<ApiUrl>,
        customer_number: Field<CustomerNumber>,
    }
}

/// What renewing must know: never the token itself.
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
        Schema::new("A token for scripts that call Lumen's API in the same run: it is in no plan and in no state. It is not the provider's own, so that all of its life is left when it is handed out; Terraform can't hand out a second one in the same run.")
            .attribute("access_token", string().computed().sensitive().about("What follows `Authorization: Bearer`."))
            .attribute("expires_at", string().computed().about("Until when Lumen accepts it, such as `2026-11-21T12:30:00Z`."))
            .attribute("base_url", string().computed().about("Where the API is, such as `https://api.lumen.com`."))
            .attribute("customer_number", string().computed().about("What every request names in its header `x-customer-number`."))
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
            token.map_err(|error| explain::error("There is no access token", &error))?;
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

    /// Lumen can't extend a token, and Terraform can't pass a second one on, so the user is warned
    /// before this one expires. Terraform up to 1.15 shows no warning from here; the log does.
    async fn renew(
        &self,
        private: Private,
        context: &Context,
    ) -> Result<Lease<Private>, Diagnostic> {
        warn!(expires_at = %private.expires_at, "the access token of this run is about to expire");
        context.warn(
            Diagnostic::warning("The access token of this run is about to expire")
                .because(format!("Lumen accepts it until {}, and prolongs none", private.expires_at))
                .outcome("What uses it later in this run is refused. The provider itself goes on with tokens of its own.")
                .remedy("If something failed for it, run the same command again; and let what needs `lumen_access_token` depend on less, so that it runs earlier."),
        );
        Ok(Lease { renew_at: None, private })
    }

    /// Nothing to be done: Lumen documents no way to revoke a token, and we keep none.
    async fn close(&self, _: Private, _: &Context) -> Result<(), Diagnostic> {
        Ok(())
    }
}
