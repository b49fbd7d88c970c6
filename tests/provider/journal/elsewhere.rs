//! Orders of another Terraform state, and other journals: what belongs elsewhere is neither adopted nor
//! closed.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, Block};
use lumen_simulator::{Fault, OrderState, StatusEndpoint};
use serde_json::json;

use super::given_crashed_while_building;
use crate::pending::slowly;
use crate::world::{
    INVENTORY, ORDER, World, a_connection, given, given_connection, given_lumen, timeout,
    with_journal,
};

/// Makes the open entries belong to another workspace.
fn from_another_workspace(world: &World) {
    world.rewrite_journal(|record| {
        if record.get("reference").is_some() {
            record["author"]["origin"] = json!({ "workspace": "blue", "state": "s3 bucket=net" });
        }
    });
}

#[tokio::test(start_paused = true)]
async fn a_finished_order_of_another_workspace_is_there_already() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();
    from_another_workspace(&world);

    let run = world.apply(&a_connection()).await;

    assert_eq!((world.requests(ORDER), world.object().is_null()), (1, true));
    expect![[r#"
        Error: Connection `edge-1` already exists for another Terraform state

        The order journal in `…` has order `tf-…` of … (connection `edge-1` of 100 Mbps at site PL0001247634), which was placed for workspace `blue` of s3 bucket=net.

        Nothing was ordered here. Lumen shows it as `77133831778`.

        1. To keep it there, apply there again. Give each connection at a site its own `name`, and its own `external_id` if it has one.
        2. If that state is lost or abandoned, import it here (ID `77133831778`), and then run the command below.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
    // The steps of the message for the case that the other state was given up.
    let service = world.orders()[0].service_id.clone().unwrap();
    let imported = world.import(&service).await;
    expect![[r#"
        Warning: Connection `edge-1` was ordered for another Terraform state

        The order journal in `…` has order `tf-…`, recorded at … for workspace `blue` of s3 bucket=net; Lumen has accepted it, and no run has confirmed yet that a state has it: connection `edge-1` of 100 Mbps at site PL0001247634.

        It is imported here. If that state has it, or adopts it at its next apply, both states manage it, and each undoes the changes of the other.

        1. To keep it there, remove it here with `terraform state rm`.
        2. If that state is lost or abandoned, run the command below.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&imported.shown());
    world.settle().await;
    world.apply(&a_connection()).await;
    assert_eq!((world.requests(ORDER), world.text("status").as_str()), (1, "active"));
}

#[tokio::test(start_paused = true)]
async fn an_order_of_another_workspace_that_is_in_progress_is_not_taken_over() {
    let mut world = given_crashed_while_building().await;
    from_another_workspace(&world);

    let run = world.apply_unfinished(&a_connection()).await;

    assert_eq!((world.requests(ORDER), world.object().is_null()), (1, true));
    assert!(
        run.shown().contains("Connection `edge-1` is being ordered for another Terraform state"),
        "{}",
        run.shown()
    );
}

#[tokio::test(start_paused = true)]
async fn a_plan_refuses_what_another_workspace_orders() {
    let mut world = given_crashed_while_building().await;
    from_another_workspace(&world);

    let plan = world.plan(&a_connection()).await;

    assert!(plan.shown().starts_with("Error: "), "{}", plan.shown());
    assert!(plan.shown().contains("workspace `blue`"), "{}", plan.shown());
}

/// Entries of earlier versions do not show where they come from.
#[tokio::test(start_paused = true)]
async fn an_entry_without_an_author_is_taken_up_as_ever() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();
    world.rewrite_journal(|record| {
        record.as_object_mut().unwrap().remove("author");
    });

    let run = world.apply(&a_connection()).await;

    assert!(!run.failed() && run.shown().contains("was already ordered"), "{}", run.shown());
    assert_eq!((world.requests(ORDER), world.text("status").as_str()), (1, "active"));
}

/// Another state may be about to adopt its order, but after a day this is unlikely.
#[tokio::test(start_paused = true)]
async fn what_is_open_elsewhere_is_spoken_of_after_a_day() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();
    from_another_workspace(&world);
    let other = a_connection().with("name", "edge-2");

    let young = world.plan(&other).await;
    world.a_day_passes();
    let old = world.plan(&other).await;

    assert_eq!((young.action, young.shown().as_str()), (Action::Create, ""));
    assert!(old.shown().contains("of an earlier run is open"), "{}", old.shown());
    assert!(old.shown().contains("workspace `blue` of s3 bucket=net"), "{}", old.shown());
    assert_eq!(old.action, Action::Create, "it is a warning");
}

/// A second journal next to the one of the world.
fn another_journal(world: &World) -> impl Fn(Block) -> Block + use<> {
    let folder = world.journal.path().join("another");
    move |block| with_journal(block, &folder)
}

#[tokio::test(start_paused = true)]
async fn an_entry_stays_open_until_its_own_journal_is_there() {
    let mut world = given().await;
    let elsewhere = another_journal(&world);
    world.apply_unfinished(&a_connection()).await.quietly();

    world.next_run(&elsewhere).await;
    world.apply(&a_connection().with("bandwidth", "1 Gbps")).await.quietly();
    let open = world.open_orders().await.len();
    let written = std::fs::read_dir(world.journal.path().join("another")).unwrap().count();
    world.next_run(|block| block).await;
    world.apply(&a_connection().with("bandwidth", "1 Gbps")).await.quietly();

    assert_eq!((open, world.open_orders().await.len()), (1, 0));
    assert_eq!(written, 1, "the other journal has its own order, and nothing of the first one");
}

/// A location that is known only after the apply must not be replaced by the default one.
#[tokio::test(start_paused = true)]
async fn an_unknown_place_at_plan_is_no_place() {
    let mut world = given_connection().await;
    let before = world.journal_files();
    world
        .next_run(|block| {
            block.with("order_journal", terraform_provider_lumen::framework::Value::unknown())
        })
        .await;

    let plan = world.plan(&a_connection().with("bandwidth", "1 Gbps")).await;

    assert_eq!(plan.action, Action::Update, "{}", plan.shown());
    assert_eq!(world.journal_files(), before);
    assert!(!std::path::Path::new(".terraform/lumen").exists());
}

#[tokio::test(start_paused = true)]
async fn a_plan_of_another_journal_says_so_and_one_of_this_one_is_applied() {
    let mut world = given().await;
    world.keeps_planned_private = true;
    world.apply(&a_connection()).await.quietly();
    world.destroy().await.quietly();
    let elsewhere = another_journal(&world);
    world.next_run(elsewhere).await;
    let plan = world.plan(&a_connection()).await;
    world.next_run(|block| block).await;

    let run = world.apply_plan(plan).await;

    assert_eq!(world.orders().len(), 2);
    expect![[r#"
        Error: The plan for connection `edge-1` was made with another order journal

        The plan used the journal in `…`, this run uses the one in `/tmp/…`, and that one has an order of connection `edge-1` that the plan could not know.

        Nothing was ordered by this run.

        Set `order_journal` (`LUMEN_ORDER_JOURNAL`) to the same place for plans and applies, and run `terraform plan` again.
    "#]].assert_eq(&run.shown());
    world.apply(&a_connection()).await.quietly();
    assert_eq!(world.orders().len(), 3);
}

/// Resource instances of different provider aliases each have their own process. Once the state of the
/// first one has been read, it shows that the order is pending.
#[tokio::test(start_paused = true)]
async fn what_is_pending_in_a_state_is_not_ordered_beside_it() {
    let mut world = given_lumen(slowly).await;
    world.apply_unfinished(&timeout(a_connection(), "create", "1m")).await;
    world.next_run(|block| block).await;
    world.refresh().await.quietly();
    let mut other = world.another_process().await;

    let run = other.apply(&a_connection()).await;

    assert_eq!((world.requests(ORDER), other.object().is_null()), (1, true));
    assert!(run.shown().contains("Connection `edge-1` is already being built"), "{}", run.shown());
}

/// The state with the connection is lost. Lumen reports the order as done, but its inventory lags behind.
#[tokio::test(start_paused = true)]
async fn what_is_done_and_does_not_show_yet_is_not_ordered_beside_it() {
    let mut world = given_lumen(slowly).await;
    world.apply_unfinished(&timeout(a_connection(), "create", "1m")).await;
    world.next_run(|block| block).await;
    world.refresh().await.quietly();
    let mut other = world.another_process().await;
    world.lumen.advance(Duration::from_mins(11));
    world.fault(Fault::answer(INVENTORY, 200, r#"{"serviceInventory":[]}"#));

    let run = other.apply(&a_connection()).await;

    assert_eq!(world.orders()[0].state, OrderState::Succeeded);
    assert_eq!((world.requests(ORDER), other.object().is_null()), (1, true));
    assert!(run.shown().contains("Connection `edge-1` is already being built"), "{}", run.shown());
}

/// Without a status endpoint, a service is identified by its name. The service of this state was
/// disconnected in the portal before any run saw it, and a day later another state ordered one of the same
/// name.
#[tokio::test(start_paused = true)]
async fn what_a_later_order_of_another_workspace_has_made_is_not_taken() {
    let mut world = given_lumen(|lumen| lumen.status_endpoint = StatusEndpoint::NotFound).await;
    let waiting = timeout(a_connection().with("wait_for", "accepted"), "update", "1m");
    world.apply_unfinished(&waiting).await;
    world.next_run(|block| block).await;
    world.refresh().await;
    world.lumen.advance(Duration::from_mins(30));
    let gone = world.orders()[0].service_id.clone().unwrap();
    let _ = world.lumen.add_service("another", crate::world::SITE, 100);
    world.lumen.change_service(&gone, |service| service.status = "Disconnected".into());
    world.a_day_passes();
    from_another_workspace(&world);
    let mut other = world.another_process().await;
    let run = other.apply(&a_connection()).await;
    assert_eq!(world.orders().len(), 2, "{}", run.shown());

    world.next_run(|block| block).await;
    let read = world.refresh().await;
    let run = world.apply_unfinished(&waiting).await;

    assert_eq!(world.text("service_id"), "");
    assert!(run.shown().contains("another order made or changed it"), "{}", run.shown());
    expect![[r#"
        Warning: The service of connection `edge-1` can't be determined

        Service 77133831780 matches its order, but the order journal shows that another order made or changed it.

        1. Find out in Lumen's portal which one it is.
        2. Remove connection `edge-1` from the state with `terraform state rm`.
        3. If it is one of them, import it by its ID with `terraform import`.
        4. Run the same command again.
    "#]]
    .assert_eq(&read.shown());
}
