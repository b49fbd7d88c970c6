//! Importing numbers that were reserved without Terraform.

use expect_test::expect;
use lumen_core::{Action, Block, object};

use super::{ORDER, a_reservation, given};
use crate::world::World;

/// Three numbers that were ordered without Terraform, and the ID of their voice order.
async fn given_numbers() -> (World, String) {
    let world = given().await;
    let id = world.lumen.add_voice_order("2036", "DENVER", "CO", 3).unwrap();
    (world, id)
}

#[tokio::test(start_paused = true)]
async fn numbers_are_imported_by_their_voice_order() {
    let (mut world, id) = given_numbers().await;

    world.import(&id).await.quietly();

    expect![[r#"
        all_telephone_numbers = ["+13035550100", "+13035550101", "+13035550102"]
        backordered_quantity = 0
        check_utilization = true
        id = "600184201"
        notifications = []
        on_destroy = "retain"
        on_shortage = "reject"
        quantity = 3
        rate_center = "DENVER"
        reserved_quantity = 3
        state = "CO"
        status = "reserved"
        telephone_numbers = ["+13035550100", "+13035550101", "+13035550102"]
        voice_order_ids = ["600184201"]
    "#]]
    .assert_eq(&object(&world.object()));
    world.apply(&a_reservation()).await.quietly();
    assert_eq!(world.requests(ORDER), 0);
}

#[tokio::test(start_paused = true)]
async fn numbers_are_imported_by_their_identity() {
    let (mut world, id) = given_numbers().await;
    let short = Block::default().with("voice_order_id", id.as_str());
    let whole = short.clone().with("customer_number", "1-ABCDE");

    for identity in [short, whole] {
        world.import_identity(&identity).await.quietly();
        assert_eq!(world.text("id"), id);
        world.apply(&a_reservation()).await.quietly();
        world.state = None;
    }
    assert_eq!(world.requests(ORDER), 0);
}

#[tokio::test(start_paused = true)]
async fn what_the_inventory_does_not_tell_is_taken_from_the_configuration() {
    for reservation in [
        a_reservation().with("product", "enhanced_local_service"),
        a_reservation().with("sequential", true),
        a_reservation().with("pbx_index", 4).with("pbx_value", 9),
        a_reservation().with("customer_service_name", "East"),
        a_reservation().with("external_order_id", "denver-2026"),
    ] {
        let (mut world, id) = given_numbers().await;
        world.import(&id).await.quietly();

        let plan = world.plan(&reservation).await;
        world.apply(&reservation).await.quietly();

        assert_eq!((plan.action, plan.replaces.len()), (Action::Update, 0), "{reservation:?}");
        assert_eq!(world.requests(ORDER), 0, "{reservation:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn imported_numbers_can_grow_and_the_plan_warns_that_this_buys() {
    let (mut world, id) = given_numbers().await;
    world.import(&id).await.quietly();

    let run = world.apply(&a_reservation().with("quantity", 5)).await;

    expect![[r#"
        Warning: The apply places orders for the reservation in DENVER, CO, which was imported (at quantity)

        Lumen's inventory shows 3 numbers, and `quantity` is 5: assigned numbers are no longer in the inventory.

        The apply orders 2 more numbers. Nothing has been ordered yet.

        To order nothing, set `quantity = 3` as in the state, and plan again.
    "#]].assert_eq(&run.shown());

    assert_eq!(world.requests(ORDER), 1);
    assert_eq!((world.text("id"), world.shown("reserved_quantity").as_str()), (id, "5"));
}

#[tokio::test(start_paused = true)]
async fn numbers_that_stayed_after_a_destroy_are_imported_again() {
    let mut world = given().await;
    world.apply(&a_reservation()).await.quietly();
    let id = world.text("id");
    world.destroy().await;

    world.import(&id).await.quietly();
    world.apply(&a_reservation()).await.quietly();

    assert_eq!(world.requests(ORDER), 1);
}

#[tokio::test(start_paused = true)]
async fn what_can_not_be_imported() {
    let (mut world, id) = given_numbers().await;
    let theirs =
        Block::default().with("voice_order_id", id.as_str()).with("customer_number", "1-OTHER");

    let mut shown = Vec::new();
    for unknown in ["600999999", "", "not an id"] {
        shown.push(world.import(unknown).await.shown());
    }
    shown.push(world.import_identity(&theirs).await.shown());

    assert!(world.object().is_null());
    expect![[r#"
        Error: Voice order `600999999` has no numbers to import

        Lumen's inventory has no unassigned number that this order reserved.

        Find the order in `lumen_voice_inventory`, and check `customer_number`. Import it when its numbers have arrived.

        Error: The ID of the reservation to import is not valid

        "" is not a voice order ID.

        Give the voice order ID, such as `terraform import lumen_voice_tn_reservation.example 1000123`.

        Error: Voice order `not an id` has no numbers to import

        Lumen's inventory has no unassigned number that this order reserved.

        Find the order in `lumen_voice_inventory`, and check `customer_number`. Import it when its numbers have arrived.

        Error: The reservation belongs to customer `1-OTHER`

        The provider is configured for another customer number.

        Set `customer_number` (`LUMEN_CUSTOMER_NUMBER`) to that number, or import with a provider alias that has it.
    "#]].assert_eq(&shown.join("\n"));
}
