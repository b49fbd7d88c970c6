//! The state that Terraform has after it, or the provider, dies during an operation.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, Block, NO_ANSWER};
use lumen_simulator::{Action as Ordered, Fault};
use terraform_provider_lumen::plugin::proto::tfplugin6::provider_client::ProviderClient;
use tokio::time::timeout;
use tonic::body::Body;
use tonic::codegen::http;
use tower::util::BoxCloneService;

use crate::pending::slowly;
use crate::world::{
    INVENTORY, ORDER, OTHER_SITE, World, a_connection, given_connection, given_lumen,
};

/// Long enough for an operation to be in the middle of its request, but not for it to finish.
const MIDDLE: Duration = Duration::from_secs(2);

/// The faulty request is answered long after Terraform has died.
fn slow(request: &str) -> Fault {
    Fault::delay(request, Duration::from_secs(20))
}

/// A service that was disconnected outside Terraform.
async fn given_a_service_that_is_gone() -> World {
    let world = given_connection().await;
    let id = world.text("service_id");
    world.lumen.change_service(&id, |service| service.status = "Disconnected".into());
    world
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_is_abandoned_loses_no_object() {
    let mut world = given_connection().await;
    let before = world.object();
    world.fault(slow(INVENTORY));

    assert!(timeout(MIDDLE, world.refresh()).await.is_err());

    assert_eq!(world.object(), before);
}

#[tokio::test(start_paused = true)]
async fn what_an_abandoned_plan_has_read_is_not_saved() {
    let mut world = given_a_service_that_is_gone().await;
    let before = world.object();
    world.fault(slow("/Product/v1"));
    let connection = a_connection();

    assert!(timeout(MIDDLE, world.plan(&connection)).await.is_err());

    assert_eq!(world.object(), before);
    world.lumen.clear_faults();
    assert_eq!(world.plan(&connection).await.action, Action::Create);
    assert!(world.object().is_null(), "a plan that ends is saved");
}

#[tokio::test(start_paused = true)]
async fn what_was_ordered_by_an_abandoned_apply_is_not_in_the_state() {
    let mut world = given_lumen(slowly).await;
    let connection = a_connection();

    assert!(timeout(Duration::from_mins(1), world.apply(&connection)).await.is_err());

    assert_eq!((world.orders().len(), world.state.is_none()), (1, true));
}

#[tokio::test(start_paused = true)]
async fn what_a_whole_apply_has_read_is_not_saved_before_something_is_carried_out() {
    let mut world = given_a_service_that_is_gone().await;
    let before = world.object();
    world.fault(slow(ORDER));

    assert!(timeout(MIDDLE, world.apply(&a_connection())).await.is_err());

    assert_eq!(world.object(), before);
}

#[tokio::test(start_paused = true)]
async fn half_a_replacement_is_saved() {
    let mut world = given_connection().await;
    let moved = a_connection().with("master_site_id", OTHER_SITE);
    world.lumen.set(slowly);

    assert!(timeout(Duration::from_mins(15), world.apply(&moved)).await.is_err());

    let ordered: Vec<Ordered> = world.orders().iter().map(|order| order.action).collect();
    assert_eq!(ordered, [Ordered::Add, Ordered::Delete, Ordered::Add]);
    assert!(world.state.is_none(), "the old one is gone, and the new one is not there yet");
}

#[tokio::test(start_paused = true)]
async fn the_first_half_of_a_replacement_that_is_built_first_is_saved() {
    let mut world = given_connection().await;
    let old = world.text("service_id");
    let moved = a_connection().with("master_site_id", OTHER_SITE);
    world.lumen.set(slowly);

    let abandoned = timeout(Duration::from_mins(15), world.apply_create_first(&moved)).await;

    assert!(abandoned.is_err());
    assert_ne!(world.text("service_id"), old);
    assert_eq!(world.service().master_site_id, OTHER_SITE);
}

#[tokio::test(start_paused = true)]
async fn an_abandoned_destroy_and_an_abandoned_import_leave_the_state_alone() {
    let mut world = given_connection().await;
    let before = world.object();
    let id = world.text("service_id");
    world.lumen.change_service(&id, |service| service.name = "edge-9".into());
    world.fault(slow(ORDER));
    assert!(timeout(MIDDLE, world.destroy()).await.is_err());
    assert_eq!(world.object(), before);
    world.lumen.clear_faults();

    let mut other = world.another_resource();
    world.fault(slow(INVENTORY).skip(1));
    assert!(timeout(MIDDLE, other.import(&id)).await.is_err());
    assert!(other.state.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_call_without_an_answer_is_an_error_that_changes_nothing() {
    let mut world = given_connection().await;
    let before = world.object();
    let renamed = a_connection().with("name", "edge-2");
    let plan = world.plan(&renamed).await;
    world.shares_run.set(true);
    world.provider.client = ProviderClient::new(BoxCloneService::new(tower::service_fn(
        async |_: http::Request<Body>| {
            Ok(tonic::Status::unavailable("the process is gone").into_http())
        },
    )));
    world.provider.applying = world.provider.client.clone();

    let runs = [
        world.carry_out(&plan).await.diagnostics,
        world.plan(&renamed).await.diagnostics,
        world.refresh().await.diagnostics,
        world.destroy().await.diagnostics,
        world.another_resource().import("441298").await.diagnostics,
        world.provider.configure(&Block::default()).await,
    ];

    for told in &runs {
        assert_eq!((told.len(), told[0].summary.as_str()), (1, NO_ANSWER));
    }
    expect![[r#"
        Error: Plugin error

        The plugin returned an unexpected error from ApplyResourceChange: Unavailable: the process is gone
    "#]].assert_eq(&lumen_core::diagnostics(&runs[0]));
    assert_eq!(world.object(), before);
    assert_eq!(plan.action, Action::Update);
}
