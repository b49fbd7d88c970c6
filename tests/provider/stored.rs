//! States that earlier versions wrote can always be read.
//!
//! `states/` holds an object for each version of a schema, as it appears in a state file. These files are
//! never changed; a new version of a schema adds one.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use expect_test::expect;
use lumen_core::{Object, Status};
use lumen_simulator::Fault;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use terraform_provider_lumen::framework::Value;
use terraform_provider_lumen::plugin::proto::tfplugin6::{RawState, upgrade_resource_state};

use crate::voice::{self, subscription};
use crate::world::{CONNECTION, SITE, World, a_connection, given};

/// An object in a state file.
#[derive(Deserialize)]
struct Stored {
    schema_version: i64,
    attributes: Json,
    private: Json,
}

fn states() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/provider/states")
}

fn stored(resource: &str, version: i64) -> Stored {
    let file = states().join(resource).join(format!("v{version}.json"));
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// Puts the object into the state of the world.
async fn has_stored(world: &mut World, resource: &str, stored: Stored) {
    let request = upgrade_resource_state::Request {
        type_name: resource.to_owned(),
        version: stored.schema_version,
        raw_state: Some(RawState {
            json: stored.attributes.to_string().into_bytes(),
            ..RawState::default()
        }),
    };
    let answer = world.provider.client.upgrade_resource_state(request).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics, []);
    let value = world.provider.decode_resource(resource, answer.upgraded_state.as_ref());
    let private = stored.private.to_string().into_bytes();
    world.state = Some(Object { value, private, identity: None, status: Status::Ready });
}

#[tokio::test(start_paused = true)]
async fn a_connection_of_every_version_is_read_and_changes_nothing() {
    for version in 0..=given().await.provider.resource_schema(CONNECTION).version {
        let mut world = given().await;
        assert_eq!(world.lumen.add_service("edge-1", SITE, 100), "77133831778");
        has_stored(&mut world, CONNECTION, stored(CONNECTION, version)).await;

        let plan = world.plan(&a_connection()).await;

        assert_eq!((plan.changes(), plan.shown()), (String::new(), String::new()), "{version}");
        assert_eq!(world.text("service_id"), "77133831778");
        assert_eq!(world.text("hourly_price"), "0.46");
    }
}

#[tokio::test(start_paused = true)]
async fn a_reservation_of_every_version_is_read_and_changes_nothing() {
    const RESERVATION: &str = "lumen_voice_tn_reservation";
    for version in 0..=voice::given().await.provider.resource_schema(RESERVATION).version {
        let mut world = voice::given().await;
        let order = world.lumen.add_voice_order("2036", "DENVER", "CO", 3);
        assert_eq!(order.as_deref(), Some("600184201"));
        has_stored(&mut world, RESERVATION, stored(RESERVATION, version)).await;

        let plan = world.plan(&voice::a_reservation()).await;

        assert_eq!((plan.changes(), plan.shown()), (String::new(), String::new()), "{version}");
        assert_eq!(world.text("id"), "600184201");
    }
}

/// The report shows what Lumen has of the subscription, whatever version wrote it.
#[tokio::test(start_paused = true)]
async fn a_subscription_of_every_version_is_read_and_changes_nothing() {
    for version in
        0..=subscription::given().await.provider.resource_schema(subscription::RESOURCE).version
    {
        let mut world = subscription::given_subscription().await;
        has_stored(&mut world, subscription::RESOURCE, stored(subscription::RESOURCE, version))
            .await;

        let plan = world.plan(&subscription::an_office()).await;

        assert_eq!((plan.changes(), plan.shown()), (String::new(), String::new()), "{version}");
        assert_eq!(world.text("id"), "+13035550100");
        assert_eq!(subscription::orders(&world).len(), 1);
    }
}

/// The first version used another name for a price that differed from the plan.
#[tokio::test(start_paused = true)]
async fn a_price_that_the_first_version_kept_is_shown_at_the_next_refresh() {
    let mut world = given().await;
    let _ = world.lumen.add_service("edge-1", SITE, 100);
    let mut before = stored(CONNECTION, 0);
    before.private["quoted"] = json!({ "hourly": "0.4", "monthly": "288.00" });
    has_stored(&mut world, CONNECTION, before).await;

    world.refresh().await.quietly();

    assert_eq!(
        (world.text("hourly_price"), world.text("monthly_price")),
        ("0.4".into(), "288.00".into())
    );
}

/// A pending order of the first version is followed, and not placed again.
#[tokio::test(start_paused = true)]
async fn an_order_that_the_first_version_left_pending_is_followed() {
    let mut world = given().await;
    let service = world.lumen.add_service("edge-1", SITE, 100);
    let mut before = stored(CONNECTION, 0);
    before.attributes["status"] = json!("pending");
    before.private["pending"] = json!({
        "order_request_id": null,
        "order_id": null,
        "goal": { "Built": {
            "name": "edge-1", "site": SITE, "bandwidth": "100 Mbps", "existing": [], "service_id": service,
        } },
    });
    has_stored(&mut world, CONNECTION, before).await;

    world.refresh().await.quietly();

    assert_eq!((world.text("status").as_str(), world.orders().len()), ("active", 0));
    assert!(!private(&world).contains("pending\":{"), "{}", private(&world));
}

/// The first version used another name for backorders.
#[tokio::test(start_paused = true)]
async fn a_backorder_that_the_first_version_kept_is_followed() {
    const RESERVATION: &str = "lumen_voice_tn_reservation";
    let mut world = voice::given().await;
    let _ = world.lumen.add_voice_order("2036", "DENVER", "CO", 3);
    let mut before = stored(RESERVATION, 0);
    before.attributes["status"] = json!("backordered");
    before.attributes["backordered_quantity"] = json!(2);
    before.private["backorders"] = json!([{
        "voice_order_id": "600184201", "external_order_id": "ours", "rate_center": "DENVER",
        "state": "CO", "quantity": 5, "on_shortage": "accept_with_backorder", "answered": true,
        "status": "in progress", "notifications": [],
    }]);
    has_stored(&mut world, RESERVATION, before).await;
    world.fault(Fault::status(voice::STATUS, 503));

    let run = world.refresh().await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(
        (world.text("status").as_str(), world.shown("backordered_quantity").as_str()),
        ("backordered", "2")
    );
    assert!(private(&world).contains("accept_with_backorder"), "{}", private(&world));
}

/// A disconnection that the first version kept until its date is followed.
#[tokio::test(start_paused = true)]
async fn a_disconnection_that_the_first_version_kept_is_followed() {
    let mut world = subscription::given_subscription().await;
    let fewer = subscription::numbers(subscription::an_office(), &["+13035550100"])
        .with("on_destroy", "disconnect");
    let _ = world.apply(&fewer).await;
    let mut before = stored(subscription::RESOURCE, 0);
    before.attributes["telephone_numbers"] = json!(["+13035550100"]);
    before.attributes["active_telephone_numbers"] = json!(["+13035550100"]);
    before.attributes["number_statuses"]["+13035550101"] = json!("disconnecting");
    before.private["own"] = json!([{
        "order": {
            "action": "remove", "lead": "+13035550100", "request_date": "2026-11-30T17:00:00Z",
            "is_accepted": true, "at": "2026-11-29T01:39:26Z", "facts": {},
            "placed": {
                "kind": "disconnect", "voice_order_id": "600184203", "external_order_id": "ours",
                "telephone_numbers": ["+13035550101"], "customer_service_name": null,
                "status": "in progress", "foc_date": null, "notifications": [],
            },
        },
    }]);
    has_stored(&mut world, subscription::RESOURCE, before).await;

    world.refresh().await.quietly();

    let both = r#"{ +13035550100 = "active", +13035550101 = "disconnecting" }"#;
    assert_eq!(world.shown("number_statuses"), both);
    world.lumen.advance(Duration::from_hours(24 * 8));
    world.next_run(|block| block).await;
    world.refresh().await.quietly();
    assert_eq!(world.shown("number_statuses"), r#"{ +13035550100 = "active" }"#);
    assert_eq!(world.shown("telephone_numbers"), r#"["+13035550100"]"#);
}

fn private(world: &World) -> String {
    String::from_utf8(world.state.as_ref().unwrap().private.clone()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn every_version_has_its_fixture() {
    let provider = given().await.provider.clone();
    for resource in [CONNECTION, "lumen_voice_tn_reservation", subscription::RESOURCE] {
        let files = fs::read_dir(states().join(resource)).unwrap().count();
        let versions = provider.resource_schema(resource).version + 1;
        assert_eq!(i64::try_from(files), Ok(versions), "{resource}");
    }
}

/// Mistakes in a state that was edited are not bugs of the provider.
#[tokio::test(start_paused = true)]
async fn a_state_that_somebody_has_edited_is_not_a_bug_and_stays() {
    let mut world = given().await;
    let _ = world.lumen.add_service("edge-1", SITE, 100);
    has_stored(&mut world, CONNECTION, stored(CONNECTION, 0)).await;
    world.refresh().await.quietly();
    if let Some(Object { value: Value::Map(attributes), .. }) = &mut world.state {
        attributes.insert("bandwidth".into(), Value::text("fast"));
    }

    let run = world.refresh().await;

    expect![[r#"
        Error: The stored state can't be read (at bandwidth)

        The value of `bandwidth` is not one that this provider writes.

        Restore a backup of the state with `terraform state push`.
    "#]]
    .assert_eq(&run.shown());
    assert_eq!(world.text("bandwidth"), "fast");

    let mut edited = stored(CONNECTION, 0);
    edited.attributes["location"] = json!(["Monroe"]);
    let request = upgrade_resource_state::Request {
        type_name: CONNECTION.to_owned(),
        version: 0,
        raw_state: Some(RawState {
            json: edited.attributes.to_string().into_bytes(),
            ..RawState::default()
        }),
    };
    let answer = world.provider.client.upgrade_resource_state(request).await.unwrap().into_inner();
    let told: Vec<_> = answer.diagnostics.iter().map(|told| told.summary.as_str()).collect();
    assert_eq!(told, ["The stored state can't be read"]);
}
