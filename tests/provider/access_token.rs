//! The `lumen_access_token` ephemeral resource is opened, renewed, and closed, and its token is in no text
//! that Terraform shows.

use std::time::{Duration, SystemTime};

use expect_test::expect;
use lumen_core::Block;

use crate::world::{TOKEN, given, given_lumen};

const NAME: &str = "lumen_access_token";

#[tokio::test(start_paused = true)]
async fn a_token_is_one_of_its_own_with_all_that_a_request_needs() {
    let mut world = given().await;
    // The provider has already requested a token for itself.
    let before = world.requests(TOKEN);
    assert_ne!(before, 0);

    let lease = world.provider.open(NAME, &Block::default()).await.unwrap();

    assert_eq!(world.requests(TOKEN), before + 1, "all of its life is left");
    let token = lease.value.get("access_token").as_str().unwrap();
    let url = world.lumen.url();
    assert_eq!(lease.value.get("base_url").as_str(), Some(url.trim_end_matches('/')));
    assert_eq!(lease.value.get("customer_number").as_str(), Some("1-ABCDE"));
    let inventory =
        format!("{}/ProductInventory/v1/inventory?serviceType=Internet", url.trim_end_matches('/'));
    let answer = reqwest::Client::new()
        .get(inventory)
        .bearer_auth(token)
        .header("x-customer-number", "1-ABCDE")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(world.provider.close(lease).await, "");
}

#[tokio::test(start_paused = true)]
async fn users_are_told_in_time_that_it_expires() {
    let mut world = given().await;
    let mut lease = world.provider.open(NAME, &Block::default()).await.unwrap();
    let left = lease.renew_at.unwrap().duration_since(SystemTime::now()).unwrap();
    assert!(Duration::from_mins(27) < left && left < Duration::from_mins(28), "{left:?}");

    let told = world.provider.renew(&mut lease).await;

    assert!(lease.renew_at.is_none(), "nothing is left to renew");
    let expires_at = lease.value.get("expires_at").as_str().unwrap();
    expect![[r#"
        Warning: The access token of this run is about to expire

        Lumen accepts it until EXPIRY, and does not extend tokens.

        Later in this run, Lumen refuses requests that use it. The provider renews its own tokens.

        If something failed because of it, make what needs `lumen_access_token` depend on fewer resources, so that it runs earlier, and run the same command again.
    "#]].assert_eq(&told.replace(expires_at, "EXPIRY"));
    assert_eq!(world.provider.close(lease).await, "");
}

#[tokio::test(start_paused = true)]
async fn a_token_of_a_short_life_is_told_of_in_time() {
    let mut world = given_lumen(|lumen| lumen.token_lifetime = 60).await;

    let lease = world.provider.open(NAME, &Block::default()).await.unwrap();

    let left = lease.renew_at.unwrap().duration_since(SystemTime::now()).unwrap();
    assert!(Duration::from_secs(50) < left && left <= Duration::from_secs(54), "{left:?}");
}

#[tokio::test(start_paused = true)]
async fn wrong_credentials_are_told() {
    let mut world = given().await;
    world.lumen.set(|lumen| lumen.client_secret = "rotated".into());

    let told = world.provider.open(NAME, &Block::default()).await.err().unwrap();

    expect![[r#"
        Error: The access token can't be obtained

        Lumen refused the credentials: HTTP 401 invalidCredentials: 000 -- Invalid client credentials (POST /oauth/v2/token, tracking ID …).

        Check `client_id` (`LUMEN_CLIENT_ID`) and `client_secret` (`LUMEN_CLIENT_SECRET`): production and sandbox have separate keys. If your tokens come from another address, set `token_url` (`LUMEN_TOKEN_URL`). Then run the same command again.
    "#]].assert_eq(&told);
}
