//! Importing numbers that are in service.

use expect_test::expect;
use lumen_core::{Action, Block, object};

use super::{an_office, given_subscription, numbers, ordered};

#[tokio::test(start_paused = true)]
async fn all_numbers_with_one_record_are_imported() {
    let mut world = given_subscription().await;
    world.state = None;

    world.import("+13035550101").await.quietly();

    expect![[r#"
        active_telephone_numbers = ["+13035550100", "+13035550101"]
        check_numbers = true
        customer_service_name = "DENVER-SBC-1"
        disconnect_notice_days = 1
        e911_address = { city = "BROOMFIELD", secondary_location = "STE 200", state = "CO", street_name = "ELDORADO", street_number = "1025", street_suffix = "BLVD", zip = "80021" }
        id = "+13035550100"
        notifications = []
        number_statuses = { +13035550100 = "active", +13035550101 = "active" }
        on_destroy = "fail"
        product = "enhanced_local_service"
        service_address = { city = "BROOMFIELD", secondary_location = "STE 200", state = "CO", street_name = "ELDORADO", street_number = "1025", street_suffix = "BLVD", zip = "80021" }
        status = "active"
        subscriber = { business_name = "EXAMPLE CORP", type = "business" }
        telephone_numbers = ["+13035550100", "+13035550101"]
        voice_order_ids = ["600184202"]
        wait_for = "active"
    "#]].assert_eq(&object(&world.object()));
    world.apply(&an_office()).await.quietly();
    assert_eq!(world.plan(&an_office()).await.action, Action::Nothing);
    assert_eq!(ordered(&world), "Install 0 1");
    world.state = None;
    world
        .import_identity(&Block::default().with("telephone_number", "+13035550100"))
        .await
        .quietly();
    world.apply(&an_office()).await.quietly();
    assert_eq!(ordered(&world), "Install 0 1");
}

#[tokio::test(start_paused = true)]
async fn what_the_report_lacks_is_recorded_without_an_order() {
    let mut world = given_subscription().await;
    world.state = None;
    world.import("+13035550100").await.quietly();
    let office = an_office()
        .with("cnam", [("name", "EXAMPLE CORP")])
        .with("directory_listing", [("type", "list_only")]);

    let run = world.apply(&office).await;

    expect![[r#"
        Warning: `cnam` of the subscription of +13035550100 is recorded without an order (at cnam)

        The subscription was imported, and Lumen's report doesn't show whether Lumen has this value already.

        The apply takes the value in the configuration for what Lumen has, and orders nothing for it.

        If Lumen has another value, apply this first, and change `cnam` after that: later changes are ordered.

        Warning: `directory_listing` of the subscription of +13035550100 is recorded without an order (at directory_listing)

        The subscription was imported, and Lumen's report doesn't show whether Lumen has this value already.

        The apply takes the value in the configuration for what Lumen has, and orders nothing for it.

        If Lumen has another value, apply this first, and change `directory_listing` after that: later changes are ordered.
    "#]].assert_eq(&run.shown());
    assert_eq!(ordered(&world), "Install 0 1");
    assert_eq!(world.plan(&office).await.action, Action::Nothing);
}

#[tokio::test(start_paused = true)]
async fn an_import_that_differs_says_what_it_orders() {
    let mut world = given_subscription().await;
    world.state = None;
    world.import("+13035550100").await.quietly();

    let plan =
        world.plan(&numbers(an_office(), &["+13035550100", "+13035550101", "+13035550102"])).await;

    expect![[r#"
        Warning: The apply places orders for the subscription of +13035550100, which was imported (at telephone_numbers)

        `telephone_numbers` has numbers that are not in service.

        The apply orders the service of `+13035550102`. Nothing has been ordered yet.

        To order nothing, set `telephone_numbers` as in the state, and plan again.
    "#]].assert_eq(&plan.shown());
}

#[tokio::test(start_paused = true)]
async fn only_numbers_in_service_are_imported() {
    let mut world = given_subscription().await;
    world.state = None;

    let mut told = Vec::new();
    for id in ["+13035550102", "+13035559999", "soon"] {
        told.push(world.import(id).await.shown());
    }

    expect![[r#"
        Error: There are no active numbers to import

        `+13035550102` is reserved (voice order 600184201).

        Import a number that is in service. Reserved numbers are put into service by a subscription that has them in `telephone_numbers`.
        Error: There are no active numbers to import

        `+13035559999` is not in Lumen's report of active numbers.

        Import a number that is in service. Reserved numbers are put into service by a subscription that has them in `telephone_numbers`.
        Error: The ID of the subscription to import is not valid

        "soon" is not a telephone number.

        Give the telephone number, such as `terraform import lumen_voice_tn_subscription.example +13035550100`.
    "#]].assert_eq(&told.concat());
}
