//! Changing a subscription: one order for each kind of change.

use std::time::Duration;

use expect_test::expect;
use lumen_core::Action;

use super::{CHANGE, an_office, given_subscription, given_voice, numbers, ordered, orders, shown};
use crate::voice::slowly;
use crate::world::timeout;

#[tokio::test(start_paused = true)]
async fn a_change_order_sends_what_differs() {
    let mut world = given_subscription().await;
    let office = an_office()
        .with("customer_service_name", "DENVER-SBC-2")
        .with("cnam", [("name", "EXAMPLE WEST")])
        .with("directory_listing", [("type", "list_only")]);

    let plan = world.plan(&office).await;
    world.apply(&office).await.quietly();

    assert_eq!((plan.action, world.requests(CHANGE)), (Action::Update, 1));
    assert_eq!(ordered(&world), "Install 0 1, Change 0 1");
    expect!["businessName cnam.blockCustomerName cnam.customerName customerServiceName customerType directoryListing.directoryBusinessName directoryListing.directoryListingAction directoryListing.directoryListingType externalOrderID tnList"].assert_eq(&orders(&world)[1].sent.join(" "));
    assert_eq!(world.text("customer_service_name"), "DENVER-SBC-2");
    assert_eq!(world.plan(&office).await.action, Action::Nothing);
    let unlisted = office.without("directory_listing");
    world.apply(&unlisted).await.quietly();
    assert!(world.lumen.lines()[&super::FIRST].directory_listing.is_none());
}

#[tokio::test(start_paused = true)]
async fn another_spelling_orders_nothing() {
    let mut world = given_subscription().await;
    let office =
        an_office().with("subscriber", [("type", "business"), ("business_name", "EXAMPLE  corp")]);

    world.apply(&office).await.quietly();

    assert_eq!(ordered(&world), "Install 0 1");
}

#[tokio::test(start_paused = true)]
async fn numbers_come_and_go_in_separate_orders() {
    let mut world = given_subscription().await;
    let office =
        numbers(an_office(), &["+13035550101", "+13035550102"]).with("on_destroy", "disconnect");

    let run = world.apply(&office).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(ordered(&world), "Install 0 1, Install 2, Disconnect 0");
    expect![[r#"
        active_telephone_numbers = ["+13035550101", "+13035550102"]
        check_numbers = true
        customer_service_name = "DENVER-SBC-1"
        disconnect_notice_days = 1
        e911_address = { city = "BROOMFIELD", secondary_location = "STE 200", state = "CO", street_name = "ELDORADO", street_number = "1025", street_suffix = "BLVD", zip = "80021" }
        e911_option = "static_911"
        external_order_id = "tf-…"
        id = "+13035550100"
        notifications = [{ code = "901", date = "…", message = "Order successfully submitted. Please refer to Voice Order ID for reference number." }, { code = "902", date = "…", message = "Order successfully installed. Please refer to Voice Order ID for reference number." }, { code = "901", date = "…", message = "Order successfully submitted. Please refer to Voice Order ID for reference number." }, { code = "902", date = "…", message = "Order successfully installed. Please refer to Voice Order ID for reference number." }, { code = "901", date = "…", message = "Order successfully submitted. Please refer to Voice Order ID for reference number." }]
        number_statuses = { +13035550100 = "disconnecting", +13035550101 = "active", +13035550102 = "active" }
        on_destroy = "disconnect"
        product = "enhanced_local_service"
        service_address = { city = "Broomfield", secondary_location = "Ste 200", state = "CO", street_name = "Eldorado", street_number = "1025", street_suffix = "Blvd", zip = "80021" }
        status = "active"
        subscriber = { business_name = "Example Corp", type = "business" }
        telephone_numbers = ["+13035550101", "+13035550102"]
        voice_order_ids = ["600184202", "600184203", "600184204"]
        wait_for = "active"
    "#]].assert_eq(&shown(&world));
    assert_eq!(world.plan(&office).await.action, Action::Nothing);
    world.lumen.advance(std::time::Duration::from_hours(24 * 8));
    world.next_run(|block| block).await;
    world.refresh().await.quietly();
    expect![[r#"{ +13035550101 = "active", +13035550102 = "active" }"#]]
        .assert_eq(&world.shown("number_statuses"));
    assert_eq!(world.text("id"), "+13035550100");
}

#[tokio::test(start_paused = true)]
async fn numbers_that_are_retained_leave_the_state_only() {
    let mut world = given_subscription().await;
    let office = numbers(an_office(), &["+13035550101"]).with("on_destroy", "retain");

    let run = world.apply(&office).await;

    expect![[r#"
        Warning: The numbers of the subscription of +13035550100 stay in service

        `on_destroy` is "retain".

        Still in service and billed: `+13035550100`.

        To manage them again, import them: `terraform import lumen_voice_tn_subscription.NAME +13035550100-+13035550100`.
    "#]].assert_eq(&run.shown());
    assert_eq!(ordered(&world), "Install 0 1");
    expect![[r#"{ +13035550101 = "active" }"#]].assert_eq(&world.shown("number_statuses"));
    assert_eq!(world.lumen.lines().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn numbers_that_come_after_an_update_ended_early_are_in_the_state() {
    let mut world = given_subscription().await;
    world.lumen.set(|settings| settings.voice.order_seconds = 3600.0);
    let office =
        numbers(an_office(), &["+13035550101", "+13035550102"]).with("on_destroy", "disconnect");
    let run = world.apply_unfinished(&timeout(office.clone(), "update", "1m")).await;
    assert!(run.failed(), "{}", run.shown());
    world.lumen.advance(Duration::from_hours(2));
    world.next_run(|block| block).await;

    world.refresh().await.quietly();

    expect![[r#"["+13035550100", "+13035550101", "+13035550102"]"#]]
        .assert_eq(&world.shown("telephone_numbers"));
    let run = world.apply(&office).await;
    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(ordered(&world), "Install 0 1, Install 2, Disconnect 0");
}

/// The report lags behind the end of an order.
#[tokio::test(start_paused = true)]
async fn a_change_that_was_resumed_is_not_ordered_again() {
    let mut world = given_subscription().await;
    world.lumen.set(|settings| {
        settings.voice.change_seconds = 3600.0;
        settings.voice.report.lag_seconds = 200.0;
    });
    let office = an_office().with("customer_service_name", "DENVER-SBC-2");
    let run = world.apply_unfinished(&timeout(office.clone(), "update", "1m")).await;
    assert!(!run.failed(), "{}", run.shown());
    world.lumen.advance(Duration::from_hours(1));
    world.next_run(|block| block).await;

    world.apply(&office).await.quietly();

    assert_eq!(world.plan(&office).await.action, Action::Nothing);
    assert_eq!(ordered(&world), "Install 0 1, Change 0 1");
}

#[tokio::test(start_paused = true)]
async fn a_change_that_was_in_progress_is_not_ordered_again_with_the_rest() {
    let mut world = given_subscription().await;
    world.lumen.set(|settings| settings.voice.change_seconds = 600.0);
    let office = numbers(an_office(), &["+13035550100", "+13035550101", "+13035550102"])
        .with("customer_service_name", "DENVER-SBC-2");
    let run = world.apply_unfinished(&timeout(office.clone(), "update", "1m")).await;
    assert!(run.failed(), "{}", run.shown());

    let run = world.apply(&office).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(ordered(&world), "Install 0 1, Change 0 1, Install 2");
    assert_eq!(world.plan(&office).await.action, Action::Nothing);
}

#[tokio::test(start_paused = true)]
async fn a_number_that_is_retained_before_it_is_in_service_leaves_the_state() {
    let mut world = given_voice(slowly).await;
    let office = an_office().with("wait_for", "accepted").with("on_destroy", "retain");
    world.apply(&office).await.quietly();
    let office = numbers(office, &["+13035550101"]);
    let run = world.apply(&office).await;
    assert!(!run.failed(), "{}", run.shown());
    world.lumen.advance(Duration::from_hours(2));
    world.next_run(|block| block).await;

    world.refresh().await.quietly();

    expect![[r#"["+13035550101"]"#]].assert_eq(&world.shown("active_telephone_numbers"));
    assert_eq!(ordered(&world), "Install 0 1");
}
