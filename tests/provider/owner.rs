//! The owner of an object: if another customer or another Lumen is configured, the object is not considered
//! gone.

use expect_test::expect;
use lumen_core::{Action, Block, Status};
use lumen_simulator::Fault;

use crate::voice::{self, a_reservation};
use crate::world::{CONNECTION, ORDER, World, a_connection, given_world, timeout};

const RESERVATION: &str = "lumen_voice_tn_reservation";

/// An object that was applied, and a run whose provider is configured for another owner.
async fn given_another(
    resource: &'static str,
    block: &Block,
    change: impl Fn(Block) -> Block,
) -> World {
    let mut world = given_world(resource, |_| {}, |block| block).await;
    world.apply(block).await.quietly();
    world.next_run(change).await;
    world
}

/// Asserts that nothing is read, changed, or ended for another owner, and that the state keeps the object.
async fn is_refused(mut world: World, block: &Block, changed: &Block) {
    let before = (world.object(), world.orders().len(), voice::orders(&world).len());

    let plan = world.plan(block).await;
    let apply = world.apply(changed).await;
    let destroy = world.destroy().await;
    // The next plan skips the refresh.
    let config = changed.complete(&world.provider.resource_type(world.resource()));
    let unseen = world.plan_change(&config).await;

    for shown in [plan.shown(), apply.shown(), destroy.shown(), unseen.shown()] {
        assert!(shown.contains("belongs to another customer number or API address"), "{shown}");
    }
    assert_eq!(plan.action, Action::Nothing);
    assert_eq!(before, (world.object(), world.orders().len(), voice::orders(&world).len()));
}

#[tokio::test(start_paused = true)]
async fn another_customer_number_is_refused() {
    let other = |block: Block| block.with("customer_number", "1-OTHER");
    let faster = a_connection().with("bandwidth", "1 Gbps");
    let world = given_another(CONNECTION, &a_connection(), other).await;
    is_refused(world, &a_connection(), &faster).await;
    let more = a_reservation().with("quantity", 5);
    let world = given_another(RESERVATION, &a_reservation(), other).await;
    is_refused(world, &a_reservation(), &more).await;
}

/// The addresses of two simulators do not show whether they lead to the same Lumen. The other one does not
/// show the object.
#[tokio::test(start_paused = true)]
async fn another_lumen_is_refused() {
    let other = given_world(CONNECTION, |_| {}, |block| block).await;
    let address = other.lumen.url();
    let elsewhere = |block: Block| block.with("base_url", address.as_str());
    let faster = a_connection().with("bandwidth", "1 Gbps");
    let world = given_another(CONNECTION, &a_connection(), elsewhere).await;
    is_refused(world, &a_connection(), &faster).await;
    let more = a_reservation().with("quantity", 5);
    let world = given_another(RESERVATION, &a_reservation(), elsewhere).await;
    is_refused(world, &a_reservation(), &more).await;
    assert!(other.orders().is_empty() && voice::orders(&other).is_empty());
}

/// The other simulator has a different service under the same ID.
#[tokio::test(start_paused = true)]
async fn the_same_id_at_another_lumen_is_another_service() {
    let other = given_world(CONNECTION, |_| {}, |block| block).await;
    let _ = other.lumen.add_service("somebody else's", crate::world::SITE, 100);
    let address = other.lumen.url();
    let mut world = given_another(CONNECTION, &a_connection(), |block| {
        block.with("base_url", address.as_str())
    })
    .await;

    let run = world.destroy().await;

    assert!(run.failed() && other.requests(ORDER) == 0);
    let shown =
        run.shown().replace(&address, "http://other").replace(&world.lumen.url(), "http://one");
    expect![[r#"
        Error: Connection `edge-1` belongs to another customer number or API address

        It belongs to customer `1-ABCDE` at `http://127.0.0.1:…/`, and the provider is configured for customer `1-ABCDE` at `http://127.0.0.1:…/`.

        It was neither read nor changed. It stays in the state, and exists and is billed there.

        1. Set `customer_number`, `environment` and `base_url` (`LUMEN_CUSTOMER_NUMBER`, `LUMEN_ENVIRONMENT`, `LUMEN_BASE_URL`) to what they were, or use the provider alias that ordered it.
        2. If both addresses lead to the same Lumen system, run `terraform apply -refresh-only`: the provider accepts the object if Lumen shows it there.
        3. To stop managing it without disconnecting it, run `terraform state rm`.
    "#]].assert_eq(&shown);
}

/// Two addresses lead to the same Lumen. An object that it shows is kept, and gets the new address.
#[tokio::test(start_paused = true)]
async fn another_address_of_the_same_lumen_is_no_other_lumen() {
    let localhost = |world: &World| world.lumen.url().replace("127.0.0.1", "localhost");
    for (resource, block) in [(CONNECTION, a_connection()), (RESERVATION, a_reservation())] {
        let mut world = given_world(resource, |_| {}, |block| block).await;
        world.apply(&block).await.quietly();
        let address = localhost(&world);
        world.next_run(|block| block.with("base_url", address.as_str())).await;
        world.apply(&block).await.quietly();

        let gateway = world.lumen.url() + "/";
        world.next_run(|block| block.with("base_url", gateway.as_str())).await;
        world.apply(&block).await.quietly();
        world.destroy().await;

        assert!(world.object().is_null(), "{resource}");
    }
}

/// Terraform drops the private data of a tainted object, but keeps the private data that a failed destroy
/// returns.
#[tokio::test(start_paused = true)]
async fn a_tainted_object_that_could_not_be_destroyed_still_belongs_to_its_lumen() {
    let other = given_world(CONNECTION, |_| {}, |block| block).await;
    let _ = other.lumen.add_service("somebody else's", crate::world::SITE, 100);
    let address = other.lumen.url();
    for is_ordered in [false, true] {
        let mut world = given_world(CONNECTION, |_| {}, |block| block).await;
        let block = timeout(a_connection(), "delete", "1s");
        world.apply(&block).await.quietly();
        world.state.as_mut().unwrap().status = Status::Tainted;
        if !is_ordered {
            world.fault(Fault::status(ORDER, 400).times(1));
        }
        let failed = world.apply(&block).await;
        assert!(failed.failed() && !world.object().is_null(), "{}", failed.shown());

        world.next_run(|block| block.with("base_url", address.as_str())).await;
        let run = world.apply(&block).await;

        assert!(
            run.shown().contains("belongs to another customer number or API address"),
            "{}",
            run.shown()
        );
        assert!(other.orders().is_empty());
    }
}
