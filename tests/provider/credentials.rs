//! Credentials are checked when the provider is configured, so that a refusal is reported once.

use expect_test::expect;
use lumen_core::diagnostics;
use lumen_simulator::Fault;
use tokio::time::Instant;

use crate::world::{
    TOKEN, World, a_connection, a_provider, given, orders_in, started, with_journal,
};

impl World {
    /// Configures a new process of the provider, and returns what it reports.
    async fn configures_another(&mut self, secret: &str) -> String {
        let block = with_journal(a_provider(&self.lumen.url()), &orders_in(&self.journal));
        self.provider = started();
        diagnostics(&self.provider.configure(&block.with("client_secret", secret)).await)
    }
}

#[tokio::test(start_paused = true)]
async fn refused_credentials_are_reported_before_anything_is_requested() {
    let mut world = given().await;
    let before = world.requests(TOKEN);

    let told = world.configures_another("wrong").await;

    assert_eq!(world.requests(TOKEN) - before, 1);
    assert!(world.is_offline());
    expect![[r#"
        Error: Lumen refused the credentials

        HTTP 401 invalidCredentials: 000 -- Invalid client credentials (POST /oauth/v2/token, tracking ID …).

        The provider read nothing and ordered nothing.

        Check `client_id` (`LUMEN_CLIENT_ID`) and `client_secret` (`LUMEN_CLIENT_SECRET`): production and sandbox have separate keys. If your tokens come from another address, set `token_url` (`LUMEN_TOKEN_URL`). Then run the same command again.
    "#]].assert_eq(&told);
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_is_down_refuses_nothing() {
    let mut world = given().await;
    world.fault(Fault::status(TOKEN, 503).times(2));

    assert_eq!(world.configures_another("simulator-secret").await, "");

    world.apply(&a_connection()).await.quietly();
    assert_eq!(world.orders().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_does_not_answer_holds_nothing_up() {
    let mut world = given().await;
    world.fault(Fault::hold_before(TOKEN).times(2));
    let start = Instant::now();

    assert_eq!(world.configures_another("simulator-secret").await, "");

    // One process plans, and another one applies.
    assert_eq!(start.elapsed().as_secs(), 20);
    world.apply(&a_connection()).await.quietly();
    assert_eq!(world.orders().len(), 1);
}
