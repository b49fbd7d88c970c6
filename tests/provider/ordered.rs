//! The tests that all ordered objects share. To add a new object, implement the trait for it and add one
//! line at the end.

use std::time::Duration;

use lumen_core::{Action, Block, Run, Status};
use lumen_simulator::{Fault, Settings};

use crate::voice::{self, subscription};
use crate::world::{self, CONNECTION, World, a_connection, given_world, timeout};

/// An ordered object, as the tests need it.
trait Ordered {
    /// The resource type of the object.
    const RESOURCE: &'static str;
    /// The request that orders the object, and the one that follows its order.
    const ORDER: &'static str;
    const STATUS: &'static str;
    /// The status of the object once its order has ended.
    const DONE: &'static str;
    /// The attribute that identifies the object.
    const ID: &'static str;
    /// The argument that sets the reference of its order.
    const REFERENCE: &'static str;
    /// An answer to `STATUS` with an undocumented status.
    const UNKNOWN_STATUS: &'static str;

    /// A configuration of the object.
    fn block() -> Block;

    /// The same object with a change that needs another order.
    fn changed() -> Block;

    /// The argument that changes.
    const CHANGED: &'static str;

    /// The same object, protected against being destroyed and replaced.
    fn guarded() -> Block;

    /// Makes Lumen take ten minutes for an order.
    fn slowly(lumen: &mut Settings);

    /// Gives Lumen what the object needs.
    fn supply(world: &World) {
        let _ = world;
    }

    /// How many orders Lumen has accepted.
    fn orders(world: &World) -> usize;
}

struct Connection;

impl Ordered for Connection {
    const RESOURCE: &'static str = CONNECTION;
    const ORDER: &'static str = world::ORDER;
    const STATUS: &'static str = world::STATUS;
    const DONE: &'static str = "active";
    const ID: &'static str = "service_id";
    const REFERENCE: &'static str = "external_id";
    const UNKNOWN_STATUS: &'static str =
        r#"{"id":"1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76","status":"MULLING"}"#;
    const CHANGED: &'static str = "bandwidth";

    fn block() -> Block {
        a_connection()
    }

    fn changed() -> Block {
        a_connection().with("bandwidth", "500 Mbps")
    }

    fn guarded() -> Block {
        a_connection().with("deletion_protection", true)
    }

    fn slowly(lumen: &mut Settings) {
        crate::pending::slowly(lumen);
    }

    fn orders(world: &World) -> usize {
        world.orders().len()
    }
}

struct Reservation;

impl Ordered for Reservation {
    const RESOURCE: &'static str = "lumen_voice_tn_reservation";
    const ORDER: &'static str = voice::ORDER;
    const STATUS: &'static str = voice::STATUS;
    const DONE: &'static str = "reserved";
    const ID: &'static str = "voice_order_id";
    const REFERENCE: &'static str = "external_order_id";
    const UNKNOWN_STATUS: &'static str = r#"{"voiceOrderId":600184201,"orderStatus":"Mulling"}"#;
    const CHANGED: &'static str = "quantity";

    fn block() -> Block {
        voice::a_reservation()
    }

    fn changed() -> Block {
        voice::a_reservation().with("quantity", 5)
    }

    fn guarded() -> Block {
        voice::a_reservation().with("on_destroy", "fail")
    }

    fn slowly(lumen: &mut Settings) {
        voice::slowly(&mut lumen.voice);
    }

    fn orders(world: &World) -> usize {
        voice::orders(world).len()
    }
}

struct Subscription;

impl Ordered for Subscription {
    const RESOURCE: &'static str = subscription::RESOURCE;
    const ORDER: &'static str = subscription::INSTALL;
    const STATUS: &'static str = voice::STATUS;
    const DONE: &'static str = "active";
    const ID: &'static str = "telephone_number";
    const REFERENCE: &'static str = "external_order_id";
    const UNKNOWN_STATUS: &'static str = r#"{"voiceOrderId":600184202,"orderStatus":"Mulling"}"#;
    const CHANGED: &'static str = "customer_service_name";

    fn block() -> Block {
        subscription::inbound().with("on_destroy", "disconnect")
    }

    fn changed() -> Block {
        Self::block().with("customer_service_name", "EAST")
    }

    fn guarded() -> Block {
        subscription::inbound().with("on_destroy", "fail")
    }

    fn slowly(lumen: &mut Settings) {
        voice::slowly(&mut lumen.voice);
    }

    fn supply(world: &World) {
        subscription::reserve_numbers(world);
    }

    fn orders(world: &World) -> usize {
        subscription::orders(world).len()
    }
}

async fn given<O: Ordered>() -> World {
    let world = given_world(O::RESOURCE, |_| {}, |block| block).await;
    O::supply(&world);
    world
}

/// An object whose order outlasts the apply that placed it.
async fn given_pending<O: Ordered>() -> World {
    let mut world = given_world(O::RESOURCE, O::slowly, |block| block).await;
    O::supply(&world);
    let run = world.apply_unfinished(&timeout(O::block(), "create", "1m")).await;
    assert!(!run.failed(), "slow is no error: {}", run.shown());
    assert_eq!((world.text("status").as_str(), O::orders(&world)), ("pending", 1));
    world
}

fn says(run: &Run, summary: &str) -> bool {
    run.diagnostics.iter().any(|diagnostic| diagnostic.summary.contains(summary))
}

/// The provider can recognize `terraform apply -replace` only in a second plan, which creates an object.
async fn a_guard_holds_under_replace<O: Ordered>() {
    let mut world = given::<O>().await;
    world.apply(&O::guarded()).await.quietly();
    world.replace_on_demand = true;

    let run = world.apply_unfinished(&O::guarded()).await;

    assert!(run.failed() && says(&run, "would be replaced"), "{}", run.shown());
    assert_eq!((world.text("status").as_str(), O::orders(&world)), (O::DONE, 1));
}

/// Terraform does not consult the provider before it plans to destroy a tainted object.
async fn a_guard_holds_for_what_is_tainted<O: Ordered>() {
    let mut world = given::<O>().await;
    world.apply(&O::guarded()).await.quietly();
    world.state.as_mut().unwrap().status = Status::Tainted;

    let run = world.apply_unfinished(&O::guarded()).await;

    assert!(run.failed() && says(&run, "would be replaced"), "{}", run.shown());
    assert!(run.shown().contains("terraform untaint"), "{}", run.shown());
    assert_eq!((world.text("status").as_str(), O::orders(&world)), (O::DONE, 1));
    world.state.as_mut().unwrap().status = Status::Ready;
    world.apply(&O::guarded()).await.quietly();
}

async fn a_guard_that_is_lifted_lets_it_go<O: Ordered>() {
    let mut world = given::<O>().await;
    world.apply(&O::guarded()).await.quietly();
    assert!(world.destroy().await.failed());

    world.apply(&O::block()).await.quietly();
    let run = world.destroy().await;

    assert!(!run.failed() && world.object().is_null(), "{}", run.shown());
}

async fn a_pending_order_survives_refreshes_and_is_finished_by_an_apply<O: Ordered>() {
    let mut world = given_pending::<O>().await;
    for _ in 0..3 {
        world.next_run(|block| block).await;
        world.refresh().await.quietly();
        assert_eq!(world.text("status"), "pending");
    }

    let run = world.apply(&O::block()).await;

    assert_eq!((run.action, run.failed()), (Action::Update, false), "{}", run.shown());
    assert_eq!((world.text("status").as_str(), O::orders(&world)), (O::DONE, 1));
    assert!(world.open_orders().await.is_empty(), "what the state has is closed");
}

/// What was not ordered must not be in the state, because then the next plan would not show it.
async fn a_change_that_could_not_be_ordered_is_not_lost<O: Ordered>() {
    let mut world = given_pending::<O>().await;
    let before = world.shown(O::CHANGED);

    let run = world.apply_unfinished(&timeout(O::changed(), "update", "1m")).await;

    assert!(run.failed() && says(&run, "is not ordered yet"), "{}", run.shown());
    assert_eq!((world.text("status").as_str(), O::orders(&world)), ("pending", 1));
    assert_eq!(world.shown(O::CHANGED), before);
    let plan = world.plan(&O::changed()).await;
    assert!(
        plan.changes().contains(&format!("{}: {before} -> ", O::CHANGED)),
        "the growth is planned"
    );

    let run = world.apply(&O::changed()).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!((world.text("status").as_str(), O::orders(&world)), (O::DONE, 2));
    assert_ne!(world.shown(O::CHANGED), before);
}

/// An undocumented status is reported by whichever operation receives it: an apply or a refresh.
async fn an_unknown_status_is_passed_on_by_a_refresh<O: Ordered>() {
    let mut world = given_pending::<O>().await;
    world.fault(Fault::answer(O::STATUS, 200, O::UNKNOWN_STATUS));

    let run = world.refresh().await;

    assert!(!run.failed() && says(&run, "Unexpected order status for"), "{}", run.shown());
    assert!(run.shown().to_lowercase().contains("\"mulling\""), "{}", run.shown());
    assert_eq!(world.text("status"), "pending");
}

/// Lumen's announcements are reported even if the call fails.
async fn notices_are_passed_on_when_a_call_fails<O: Ordered>() {
    let mut world = given::<O>().await;
    let plan = world.plan(&O::block()).await;
    world.lumen.set(|lumen| {
        lumen.answer_headers.insert("Deprecation".into(), "@1767225600".into());
        lumen.answer_headers.insert("Sunset".into(), "Thu, 31 Dec 2026 23:59:59 GMT".into());
    });
    world.fault(Fault::status(O::ORDER, 403));

    let run = world.apply_plan(plan).await;

    assert!(run.failed() && O::orders(&world) == 0, "{}", run.shown());
    assert!(says(&run, "Lumen is going to change `"), "{}", run.shown());
}

/// Tests the same for a destroy that is not complete, which is an error.
async fn notices_are_passed_on_by_a_destroy<O: Ordered>() {
    let mut world = given_pending::<O>().await;
    world.lumen.set(|lumen| {
        lumen.answer_headers.insert("Deprecation".into(), "@1767225600".into());
    });

    let plan = world.plan_destroy().await;
    let run = world.carry_out(&plan).await;

    assert!(says(&run, "Lumen is going to change `"), "{}", run.shown());
}

/// Since protocol 6.11, a plan fixes the reference, and the journal confirms during the apply that it is
/// still valid.
async fn the_reference_of_the_plan_is_that_of_the_order<O: Ordered>() {
    let mut world = given::<O>().await;
    world.keeps_planned_private = true;
    let plan = world.plan(&O::block()).await;
    let promised = plan.text(O::REFERENCE).to_owned();
    assert_eq!(promised.len(), 20, "{promised}");

    world.apply_plan(plan).await.quietly();

    assert_eq!((world.text(O::REFERENCE), O::orders(&world)), (promised, 1));
    let private = String::from_utf8(world.state.as_ref().unwrap().private.clone()).unwrap();
    assert!(!private.contains("promised"), "a promise ends with its plan: {private}");
}

async fn a_plan_is_out_of_date_once_something_else_was_ordered<O: Ordered>() {
    let mut world = given::<O>().await;
    world.keeps_planned_private = true;
    let old = world.plan(&O::block()).await;
    world.apply(&O::block()).await.quietly();
    world.destroy().await;
    let before = O::orders(&world);

    let run = world.apply_plan(old).await;

    assert!(run.failed() && says(&run, "is out of date"), "{}", run.shown());
    assert_eq!(O::orders(&world), before);
}

async fn a_crash_before_the_order_is_sent_leaves_nothing<O: Ordered>() {
    let mut world = given::<O>().await;
    world.lumen.refuse_connections();
    world.apply_and_crash(&O::block()).await;
    world.lumen.clear_faults();

    let run = world.apply(&O::block()).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!((world.text("status").as_str(), O::orders(&world)), (O::DONE, 1));
}

async fn a_crash_after_the_order_is_sent_orders_nothing_again<O: Ordered>() {
    let mut world = given::<O>().await;
    world.apply_and_crash(&O::block()).await.quietly();

    let run = world.apply(&O::block()).await;

    assert!(!run.failed() && says(&run, "was already ordered"), "{}", run.shown());
    assert_eq!((world.text("status").as_str(), O::orders(&world)), (O::DONE, 1));
    assert!(world.open_orders().await.is_empty());
}

async fn what_belongs_to_another_customer_is_not_imported<O: Ordered>() {
    let mut world = given::<O>().await;
    world.apply(&O::block()).await.quietly();
    let id = world.text("id");
    world.state = None;
    let identity = Block::default().with(O::ID, id.as_str()).with("customer_number", "1-OTHER");

    let run = world.import_identity(&identity).await;

    assert!(run.failed() && says(&run, "belongs to customer `1-OTHER`"), "{}", run.shown());
}

/// An object whose order could not be returned to Terraform, and the ID that imports it.
async fn given_to_import<O: Ordered>() -> (World, String) {
    let mut world = given::<O>().await;
    world.apply_and_crash(&O::block()).await.quietly();
    world.lumen.advance(Duration::from_mins(1));
    let mut known = given::<O>().await;
    known.apply(&O::block()).await.quietly();
    (world, known.text("id"))
}

/// Once the object is imported, its order needs no more attention.
async fn an_import_takes_over_the_order_that_made_it<O: Ordered>() {
    let (mut world, id) = given_to_import::<O>().await;

    let run = world.import(&id).await;
    world.next_run(|block| block).await;
    world.refresh().await.quietly();

    assert!(!run.failed(), "{}", run.shown());
    assert!(world.open_orders().await.is_empty(), "its order is closed");
}

/// The plan of a pull request does not save what it imports, so the order still belongs to no state.
async fn an_import_that_is_only_planned_closes_nothing<O: Ordered>() {
    let (mut world, id) = given_to_import::<O>().await;
    world.shares_run.set(true);
    world.import(&id).await;
    world.plan(&O::block()).await;
    world.state = None;
    world.next_run(|block| block).await;

    let run = world.apply(&O::block()).await;

    assert!(!run.failed() && says(&run, "was already ordered"), "{}", run.shown());
    assert_eq!((world.text("status").as_str(), O::orders(&world)), (O::DONE, 1));
}

async fn two_of_the_same_in_one_run_are_ordered_once<O: Ordered>() {
    let mut world = given::<O>().await;
    let mut twin = world.another_resource();
    let (one, other) = (O::block(), O::block());

    let (one, other) = tokio::join!(world.apply_unfinished(&one), twin.apply_unfinished(&other));

    let refused: Vec<_> = [&one, &other].into_iter().filter(|run| run.failed()).collect();
    let [refused] = refused.as_slice() else { panic!("{}\n{}", one.shown(), other.shown()) };
    assert!(says(refused, "is planned twice"), "{}", refused.shown());
    assert_eq!(O::orders(&world), 1);
}

/// Instantiates the shared tests for an ordered object.
macro_rules! told_of {
    ($object:ident as $module:ident) => {
        told_of! { $object as $module:
            a_guard_holds_under_replace,
            a_guard_holds_for_what_is_tainted,
            a_guard_that_is_lifted_lets_it_go,
            a_pending_order_survives_refreshes_and_is_finished_by_an_apply,
            a_change_that_could_not_be_ordered_is_not_lost,
            an_unknown_status_is_passed_on_by_a_refresh,
            notices_are_passed_on_when_a_call_fails,
            notices_are_passed_on_by_a_destroy,
            the_reference_of_the_plan_is_that_of_the_order,
            a_plan_is_out_of_date_once_something_else_was_ordered,
            a_crash_before_the_order_is_sent_leaves_nothing,
            a_crash_after_the_order_is_sent_orders_nothing_again,
            what_belongs_to_another_customer_is_not_imported,
            an_import_takes_over_the_order_that_made_it,
            an_import_that_is_only_planned_closes_nothing,
            two_of_the_same_in_one_run_are_ordered_once,
        }
    };
    ($object:ident as $module:ident: $($story:ident,)*) => {
        mod $module {
            $(
                #[tokio::test(start_paused = true)]
                async fn $story() {
                    super::$story::<super::$object>().await;
                }
            )*
        }
    };
}

told_of!(Connection as connection);
told_of!(Reservation as reservation);
// Its numbers are in service as long as it is tainted, and for a while after it was destroyed, so the plan is refused
// for that reason.
told_of! { Subscription as subscriptions:
    a_guard_holds_under_replace,
    a_guard_that_is_lifted_lets_it_go,
    a_pending_order_survives_refreshes_and_is_finished_by_an_apply,
    a_change_that_could_not_be_ordered_is_not_lost,
    an_unknown_status_is_passed_on_by_a_refresh,
    notices_are_passed_on_when_a_call_fails,
    notices_are_passed_on_by_a_destroy,
    the_reference_of_the_plan_is_that_of_the_order,
    a_crash_before_the_order_is_sent_leaves_nothing,
    a_crash_after_the_order_is_sent_orders_nothing_again,
    what_belongs_to_another_customer_is_not_imported,
    an_import_takes_over_the_order_that_made_it,
    an_import_that_is_only_planned_closes_nothing,
    two_of_the_same_in_one_run_are_ordered_once,
}
