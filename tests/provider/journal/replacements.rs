//! Replacements in which both connections have the same name at the same site. They are never mistaken for
//! each other, whatever is interrupted.

use std::collections::BTreeSet;

use expect_test::expect;
use lumen_core::{Block, Plan, Run, Status};
use lumen_simulator::{Action as Ordered, StatusEndpoint};

use super::{orders, services};
use crate::pending::slowly;
use crate::world::{
    CONNECTION, INTERRUPTS, ORDER, World, a_connection, given, given_connection, given_lumen,
};

/// Why a connection is replaced.
#[derive(Clone, Copy)]
enum Reason {
    /// An argument changed that an existing service can't change.
    Argument,
    /// `terraform apply -replace` was run.
    OnDemand,
    /// `terraform taint` was run.
    Taint,
}

/// A connection that will be replaced for this reason, and its configuration.
async fn given_replacement(reason: Reason) -> (World, Block) {
    let mut world = given_connection().await;
    let block = to_be_replaced(&mut world, reason);
    (world, block)
}

fn to_be_replaced(world: &mut World, reason: Reason) -> Block {
    match reason {
        Reason::Argument => return a_connection().with("ipv4_block_size", "/28"),
        Reason::OnDemand => world.replace_on_demand = true,
        Reason::Taint => world.state.as_mut().unwrap().status = Status::Tainted,
    }
    a_connection()
}

/// Asserts that there is one service, that it is in the state, and that it did not exist before.
async fn assert_replaced(world: &mut World, block: &Block, old: &str, ordered: [Ordered; 3]) {
    world.replace_on_demand = false;
    assert_eq!(orders(world), ordered);
    assert_eq!(services(world), ["edge-1"]);
    assert_eq!(
        (world.text("status").as_str(), world.service().status.as_str()),
        ("active", "Active")
    );
    assert_ne!(world.text("service_id"), old);
    let references: BTreeSet<String> =
        world.orders().into_iter().map(|order| order.external_id).collect();
    assert_eq!(references.len(), 3, "every order has a reference of its own");
    world.apply(block).await.quietly();
    assert!(world.open_orders().await.is_empty());
}

const DESTROY_FIRST: [Ordered; 3] = [Ordered::Add, Ordered::Delete, Ordered::Add];
const CREATE_FIRST: [Ordered; 3] = [Ordered::Add, Ordered::Add, Ordered::Delete];

async fn destroy_first(reason: Reason) {
    let (mut world, block) = given_replacement(reason).await;
    let old = world.text("service_id");

    world.apply_unfinished(&block).await.expecting(INTERRUPTS).quietly();

    assert_replaced(&mut world, &block, &old, DESTROY_FIRST).await;
}

async fn destroy_first_and_crash(reason: Reason) -> Run {
    let (mut world, block) = given_replacement(reason).await;
    let old = world.text("service_id");
    world.apply_and_crash(&block).await.expecting(INTERRUPTS).quietly();
    world.refresh().await;
    assert!(world.object().is_null(), "the old one is gone");

    let run = world.apply_unfinished(&block).await;

    assert_replaced(&mut world, &block, &old, DESTROY_FIRST).await;
    run
}

async fn create_first(reason: Reason) {
    let (mut world, block) = given_replacement(reason).await;
    let old = world.text("service_id");

    world.apply_create_first(&block).await.quietly();

    assert_replaced(&mut world, &block, &old, CREATE_FIRST).await;
}

async fn create_first_and_crash(reason: Reason) -> Run {
    let (mut world, block) = given_replacement(reason).await;
    let (old, before) = (world.text("service_id"), world.state.clone());
    let plan = world.plan(&block).await;
    world.create_first(&plan).await.quietly();
    assert_eq!(world.orders().len(), 2);
    world.state = before;
    world.next_run(|block| block).await;

    let run = world.apply_create_first(&block).await;

    assert_replaced(&mut world, &block, &old, CREATE_FIRST).await;
    run
}

#[tokio::test(start_paused = true)]
async fn the_old_one_goes_first() {
    destroy_first(Reason::Argument).await;
}

#[tokio::test(start_paused = true)]
async fn the_old_one_goes_first_on_demand() {
    destroy_first(Reason::OnDemand).await;
}

#[tokio::test(start_paused = true)]
async fn the_old_one_goes_first_when_it_is_tainted() {
    destroy_first(Reason::Taint).await;
}

#[tokio::test(start_paused = true)]
async fn the_new_one_is_adopted_after_a_crash() {
    let told = destroy_first_and_crash(Reason::Argument).await;
    expect![[r#"
        Warning: Connection `edge-1` was already ordered

        The order journal has order 88240017003 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

        Nothing was ordered again: this run resumes that order.

        Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&told.shown());
}

#[tokio::test(start_paused = true)]
async fn the_new_one_is_adopted_after_a_crash_on_demand() {
    destroy_first_and_crash(Reason::OnDemand).await;
}

#[tokio::test(start_paused = true)]
async fn the_new_one_is_adopted_after_a_crash_when_the_old_one_was_tainted() {
    destroy_first_and_crash(Reason::Taint).await;
}

#[tokio::test(start_paused = true)]
async fn the_new_one_comes_first() {
    create_first(Reason::Argument).await;
}

#[tokio::test(start_paused = true)]
async fn the_new_one_comes_first_on_demand() {
    create_first(Reason::OnDemand).await;
}

#[tokio::test(start_paused = true)]
async fn the_new_one_comes_first_when_the_old_one_is_tainted() {
    create_first(Reason::Taint).await;
}

#[tokio::test(start_paused = true)]
async fn the_new_one_came_first_and_is_adopted_after_a_crash() {
    let told = create_first_and_crash(Reason::Argument).await;
    expect![[r#"
        Warning: Connection `edge-1` was already ordered

        The order journal has order 88240017002 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

        Nothing was ordered again: this run resumes that order.

        Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&told.shown());
}

#[tokio::test(start_paused = true)]
async fn the_new_one_came_first_and_is_adopted_after_a_crash_on_demand() {
    create_first_and_crash(Reason::OnDemand).await;
}

#[tokio::test(start_paused = true)]
async fn the_new_one_came_first_and_is_adopted_after_a_crash_when_the_old_one_is_tainted() {
    create_first_and_crash(Reason::Taint).await;
}

/// A connection whose entry is still open because Terraform skipped the refresh, and a plan to replace it.
async fn given_replacement_without_a_refresh(reason: Reason) -> (World, Block, Plan) {
    let mut world = given().await;
    world.apply_unfinished(&a_connection()).await.quietly();
    world.next_run(|block| block).await;
    let block = to_be_replaced(&mut world, reason);
    let kind = world.provider.resource_type(CONNECTION);
    let plan = world.plan_change(&block.complete(&kind)).await;
    (world, block, plan)
}

async fn destroy_first_without_a_refresh(reason: Reason) {
    let (mut world, block, plan) = given_replacement_without_a_refresh(reason).await;
    let old = world.text("service_id");

    world.apply_plan(plan).await.quietly();

    assert_replaced(&mut world, &block, &old, DESTROY_FIRST).await;
}

async fn create_first_without_a_refresh(reason: Reason) {
    let (mut world, _, plan) = given_replacement_without_a_refresh(reason).await;
    let old = world.text("service_id");

    let run = world.create_first(&plan).await;

    assert!(run.failed() || world.text("service_id") != old, "the old one was adopted as the new");
}

#[tokio::test(start_paused = true)]
async fn without_a_refresh_the_old_one_is_not_taken_for_the_new_one() {
    destroy_first_without_a_refresh(Reason::Argument).await;
    destroy_first_without_a_refresh(Reason::OnDemand).await;
}

#[tokio::test(start_paused = true)]
async fn without_a_refresh_a_tainted_one_is_not_taken_for_the_new_one() {
    destroy_first_without_a_refresh(Reason::Taint).await;
}

#[tokio::test(start_paused = true)]
async fn without_a_refresh_another_one_that_comes_first_is_not_the_old_one() {
    create_first_without_a_refresh(Reason::Argument).await;
}

#[tokio::test(start_paused = true)]
async fn without_a_refresh_the_new_one_that_comes_first_is_not_the_old_one() {
    create_first_without_a_refresh(Reason::OnDemand).await;
}

/// In addition, Lumen's answer to the order of the old connection could not be recorded.
#[tokio::test(start_paused = true)]
async fn without_a_refresh_and_an_answer_the_new_one_is_not_the_old_one() {
    let (mut world, _, plan) = given_replacement_without_a_refresh(Reason::OnDemand).await;
    let old = world.text("service_id");
    for file in world.journal_files().into_keys() {
        if file.ends_with("0-accepted.json") {
            std::fs::remove_file(file).unwrap();
        }
    }

    let run = world.create_first(&plan).await;

    assert!(run.failed() || world.text("service_id") != old, "the old one was adopted as the new");
    assert_eq!(world.orders().len(), 2);
}

/// Nothing distinguishes the connection from one whose order was interrupted, so its replacement adopts it.
#[tokio::test(start_paused = true)]
async fn without_a_refresh_a_tainted_one_that_becomes_its_own_replacement_stays() {
    let (mut world, block, plan) = given_replacement_without_a_refresh(Reason::Taint).await;
    let old = world.text("service_id");

    let run = world.replace_create_first(&plan).await;

    assert_eq!((orders(&world), services(&world)), (vec![Ordered::Add], vec!["edge-1".to_owned()]));
    assert_eq!(world.text("service_id"), old);
    world.next_run(|block| block).await;
    world.apply(&block).await.quietly();
    expect![[r#"
        Warning: Connection `edge-1` was already ordered

        The order journal has order request 1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76 (reference `tf-…`), which no run has found in a Terraform state: an earlier run was cut off, or another run is in progress.

        Nothing was ordered again: this run resumes that order.

        Make sure that only one configuration manages it. If that order can't complete, and Lumen confirms that, close it with the command below, and run the same Terraform command again.

            terraform-provider-lumen journal settle tf-… --journal …

        Warning: Connection `edge-1` was not replaced

        No run had confirmed yet that its order is in Terraform's state, so this run treated it as the order of a run that was cut off, and adopted what it built.

        Nothing was ordered or disconnected: it is as it was before.

        If it still has to be replaced, run `terraform apply -replace` for it, without `-refresh=false`.
    "#]].assert_eq(&run.shown());
}

/// After a crash, a person imported what was ordered. Its entry is still open.
#[tokio::test(start_paused = true)]
async fn what_was_imported_after_a_crash_is_not_taken_for_its_own_replacement() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();
    let old = world.orders()[0].service_id.clone().unwrap();
    world.import(&old).await.quietly();
    world.apply(&a_connection()).await.quietly();
    world.next_run(|block| block).await;
    world.replace_on_demand = true;
    let plan = world.plan(&a_connection()).await;

    let run = world.create_first(&plan).await;

    assert!(run.failed() || world.text("service_id") != old, "the old one was adopted as the new");
}

#[tokio::test(start_paused = true)]
async fn what_was_imported_after_a_crash_can_be_disconnected_and_built_anew() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();
    let service = world.orders()[0].service_id.clone().unwrap();
    world.import(&service).await.quietly();
    world.apply(&a_connection()).await.quietly();
    world.destroy().await.quietly();
    world.next_run(|block| block).await;

    world.apply(&a_connection()).await.quietly();

    assert_eq!(orders(&world), DESTROY_FIRST);
    assert_eq!(services(&world), ["edge-1"]);
}

async fn destroy_first_without_the_journal_of_the_plan(reason: Reason) {
    let (mut world, block) = given_replacement(reason).await;
    let old = world.text("service_id");
    let plan = world.plan(&block).await;
    world.lose_journal().await;

    world.apply_plan(plan).await.quietly();

    assert_replaced(&mut world, &block, &old, DESTROY_FIRST).await;
}

#[tokio::test(start_paused = true)]
async fn without_the_journal_of_the_plan_the_old_one_still_goes_first() {
    destroy_first_without_the_journal_of_the_plan(Reason::Argument).await;
    destroy_first_without_the_journal_of_the_plan(Reason::OnDemand).await;
}

#[tokio::test(start_paused = true)]
async fn without_the_journal_of_the_plan_a_tainted_one_still_goes_first() {
    destroy_first_without_the_journal_of_the_plan(Reason::Taint).await;
}

#[tokio::test(start_paused = true)]
async fn without_the_journal_of_the_plan_no_new_one_comes_first_and_the_old_one_stays() {
    let (mut world, block) = given_replacement(Reason::Argument).await;
    let old = world.text("service_id");
    let plan = world.plan(&block).await;
    world.lose_journal().await;

    let run = world.create_first(&plan).await;
    let (sent, kept) = (world.requests(ORDER), world.text("service_id"));
    world.apply_create_first(&block).await.quietly();

    assert_eq!((sent, kept), (1, old.clone()));
    assert_eq!(orders(&world), CREATE_FIRST);
    assert_eq!(services(&world), ["edge-1"]);
    assert_ne!(world.text("service_id"), old);
    expect![[r#"
        Error: Connection `edge-1` already exists (at name)

        Lumen's inventory has a service with that name at the site (77133831778): another configuration or a person ordered it, or an earlier run whose order journal was lost.

        Nothing was ordered.

        To manage it here, run `terraform import` (ID `77133831778`). If only its address in the configuration has changed, write a `moved` block. To order a second connection, choose another `name`: the inventory shows nothing else to distinguish them by.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn with_another_journal_the_new_one_that_comes_first_has_a_reference_of_its_own() {
    let (mut world, block) = given_replacement(Reason::Argument).await;
    let old = world.text("service_id");
    world.refresh().await.quietly();
    world.lose_journal().await;

    world.apply_create_first(&block).await.quietly();

    assert_replaced(&mut world, &block, &old, CREATE_FIRST).await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_still_being_built_is_replaced_by_another_one() {
    let mut world = super::given_crashed_while_building().await;
    world.apply_unfinished(&super::impatient()).await;
    let block = a_connection().with("ipv4_block_size", "/28");

    world.apply_unfinished(&block).await;

    assert_eq!(orders(&world), DESTROY_FIRST);
    assert_eq!(services(&world), ["edge-1"]);
}

/// While Lumen shows neither connection, nothing distinguishes the new one from the old one.
#[tokio::test(start_paused = true)]
async fn a_connection_still_being_built_is_not_taken_for_the_one_that_comes_first() {
    for status_endpoint in [StatusEndpoint::On, StatusEndpoint::NotFound] {
        let mut world = given_lumen(|lumen| {
            slowly(lumen);
            lumen.status_endpoint = status_endpoint;
        })
        .await;
        world.apply_unfinished(&super::impatient()).await;
        let block = a_connection().with("ipv4_block_size", "/28");

        let run = world.apply_create_first(&block).await;

        assert!(!run.failed(), "{status_endpoint:?}: {}", run.shown());
        assert_eq!(orders(&world), CREATE_FIRST, "{status_endpoint:?}");
        assert_eq!(services(&world), ["edge-1"]);
        assert_eq!(world.orders()[1].service_id, Some(world.text("service_id")));
        world.apply(&block).await.quietly();
        assert!(world.open_orders().await.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_status_endpoint_a_tainted_one_goes_first_as_well() {
    let mut world =
        given_lumen(|lumen| lumen.status_endpoint = StatusEndpoint::NotImplemented).await;
    world.apply(&a_connection()).await.quietly();
    // The journal entry is closed, so only the order request shows that the order made this connection.
    assert!(world.open_orders().await.is_empty());
    let old = world.text("service_id");
    let block = to_be_replaced(&mut world, Reason::Taint);

    world.apply_unfinished(&block).await.expecting(INTERRUPTS).quietly();

    assert_replaced(&mut world, &block, &old, DESTROY_FIRST).await;
}

#[tokio::test(start_paused = true)]
async fn one_that_is_tainted_while_it_is_being_built_is_waited_for_and_goes_first() {
    let mut world = given_lumen(slowly).await;
    let block = a_connection().with("wait_for", "accepted");
    world.apply(&block).await.quietly();
    assert_eq!(world.text("service_id"), "");
    to_be_replaced(&mut world, Reason::Taint);

    let run = world.apply_unfinished(&block).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(orders(&world), DESTROY_FIRST);
    world.next_run(|block| block).await;
    tokio::time::sleep(std::time::Duration::from_hours(1)).await;
    world.apply(&block).await.quietly();
    assert_eq!(services(&world), ["edge-1"]);
    assert_eq!(world.text("status"), "active");
}

#[tokio::test(start_paused = true)]
async fn one_that_is_tainted_while_it_is_being_built_stays_where_the_journal_is_lost() {
    let mut world = given_lumen(slowly).await;
    let block = a_connection().with("wait_for", "accepted");
    world.apply(&block).await.quietly();
    to_be_replaced(&mut world, Reason::Taint);
    world.lose_journal().await;

    let refused = world.apply_unfinished(&block).await;

    expect![[r#"
        Error: The order of connection `edge-1` is not known

        Lumen had no ID for it when the state was saved, Terraform doesn't pass the private data of a tainted object to the provider, and the order journal in `…` doesn't have the order.

        No disconnection was ordered by this run. It is not known whether connection `edge-1` exists. If it does, it is still billed.

        1. Run `terraform untaint` for it.
        2. Run `terraform apply`: it waits until Lumen has built it.
        3. To replace or destroy it, run `terraform taint` or `terraform destroy` for it again.
    "#]].assert_eq(&refused.shown());
    assert_eq!(orders(&world), [Ordered::Add]);

    world.state.as_mut().unwrap().status = Status::Ready;
    tokio::time::sleep(std::time::Duration::from_hours(1)).await;
    world.apply(&block).await.quietly();
    to_be_replaced(&mut world, Reason::Taint);
    let run = world.apply_unfinished(&block).await;
    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(orders(&world), DESTROY_FIRST);
}
