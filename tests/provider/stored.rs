//! States that earlier versions wrote: every one of them is read for ever.
//!
//! `states/` holds an object for each version of a schema, as a state file had it. None of these
//! files is ever changed; a new version of a schema adds one.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value as Json;
use terraform_provider_lumen::plugin::proto::tfplugin6::{RawState, upgrade_resource_state};

use crate::core::{Object, Status};
use crate::voice;
use crate::world::{CONNECTION, SITE, World, a_connection, given};

/// An object of a state file.
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

/// The world, with this in its state.
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

#[tokio::test(start_paused = true)]
async fn every_version_has_its_fixture() {
    let provider = given().await.provider.clone();
    for resource in [CONNECTION, "lumen_voice_tn_reservation"] {
        let files = fs::read_dir(states().join(resource)).unwrap().count();
        let versions = provider.resource_schema(resource).version + 1;
        assert_eq!(i64::try_from(files), Ok(versions), "{resource}");
    }
}
