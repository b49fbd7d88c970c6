//! Importing numbers that are in service.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, Block};
use lumen_simulator::{Line, StatusEndpoint};

use super::{
    FIRST, REPORT, an_office, given, given_subscription, inbound, numbers, ordered, shown,
};
use crate::world::{World, timeout};

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
    "#]].assert_eq(&shown(&world));
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

        Nothing was imported.

        Import only numbers that are in service. Reserved numbers are put into service by a subscription that has them in `telephone_numbers`.
        Error: There are no active numbers to import

        `+13035559999` is not in Lumen's report of active numbers.

        Nothing was imported.

        Import only numbers that are in service. A number of a port is in service when the port has ended. Check the other numbers with `lumen_voice_subscribed_numbers`.
        Error: The ID of the subscription to import is not valid

        "soon" is not a telephone number.

        Give the telephone number, or several numbers and ranges with commas between them, such as `terraform import lumen_voice_tn_subscription.example +13035550100,+13035550110-+13035550119`.
    "#]].assert_eq(&told.concat());
}

/// Five numbers in service: two of an office, and three that have their route and nothing else.
async fn given_two_records() -> World {
    let mut world = given_subscription().await;
    let others = [FIRST + 10, FIRST + 11, FIRST + 13];
    world.lumen.add_lines(&others, &Line::new("2036", "DENVER-SBC-1"));
    world.lumen.advance(Duration::from_mins(1));
    world.state = None;
    world.next_run(|block| block).await;
    world
}

#[tokio::test(start_paused = true)]
async fn exactly_the_named_numbers_and_ranges_are_imported() {
    for (id, imported) in [
        ("+13035550110", r#"["+13035550110", "+13035550111", "+13035550113"]"#),
        ("+13035550111-+13035550111", r#"["+13035550111"]"#),
        ("+13035550110-+13035550111", r#"["+13035550110", "+13035550111"]"#),
        ("+13035550113,+13035550110", r#"["+13035550110", "+13035550113"]"#),
        (
            "+13035550110-+13035550111, +13035550113",
            r#"["+13035550110", "+13035550111", "+13035550113"]"#,
        ),
    ] {
        let mut world = given_two_records().await;

        world.import(id).await.quietly();

        assert_eq!(world.shown("telephone_numbers"), imported, "{id}");
        world.refresh().await.quietly();
        assert_eq!(world.shown("telephone_numbers"), imported, "{id}");
    }
}

#[tokio::test(start_paused = true)]
async fn imported_numbers_are_managed_without_an_order() {
    let mut world = given_two_records().await;
    let some = numbers(inbound(), &["+13035550110", "+13035550113"]);

    world.import("+13035550110,+13035550113").await.quietly();
    world.apply(&some).await.quietly();

    assert_eq!(world.plan(&some).await.action, Action::Nothing);
    assert_eq!(ordered(&world), "Install 0 1");
    assert_eq!(world.text("id"), "+13035550110");
}

#[tokio::test(start_paused = true)]
async fn spelling_does_not_divide_a_record() {
    let mut world = given_two_records().await;
    let route = "denver-sbc-1 ";
    assert!(world.lumen.change_line(FIRST + 11, |line| line.customer_service_name = route.into()));
    world.lumen.advance(Duration::from_mins(1));

    world.import("+13035550110").await.quietly();

    assert_eq!(
        world.shown("telephone_numbers"),
        r#"["+13035550110", "+13035550111", "+13035550113"]"#
    );
}

#[tokio::test(start_paused = true)]
async fn an_import_that_is_not_one_subscription_is_refused() {
    let mut world = given_two_records().await;
    let many: Vec<u64> = (0..400).map(|line| 13_035_551_000 + line).collect();
    world.lumen.add_lines(&many, &Line::new("2036", "DENVER-SBC-9"));
    world.lumen.advance(Duration::from_mins(1));
    let before = world.requests(REPORT);

    let mut told = Vec::new();
    for id in [
        "+13035550100-+13035550101,+13035550110-+13035550111,+13035550113",
        "+13035550100-+13035550103",
        "+13035551000",
        "+13035550100,soon",
        "+13035550101-+13035550100",
        "+13035550100-+13035550999",
    ] {
        told.push(world.import(id).await.shown());
    }

    assert!(world.object().is_null());
    assert_eq!(world.requests(REPORT) - before, 1, "one report serves all imports of a run");
    expect![[r#"
        Error: The numbers to import belong to several subscriptions

        The numbers of a subscription have one record, and these differ in `product`, `service_address.city`, `service_address.secondary_location`, `service_address.state`, `service_address.street_name`, `service_address.street_number`, `service_address.street_suffix`, `service_address.zip`, `subscriber.business_name`, `subscriber.type`: `+13035550100`, `+13035550101`; `+13035550110`, `+13035550111`, `+13035550113`.

        Nothing was imported.

        Import each group as a subscription of its own: `terraform import lumen_voice_tn_subscription.NAME +13035550100-+13035550101`; `terraform import lumen_voice_tn_subscription.NAME +13035550110-+13035550111,+13035550113`.

        Error: There are no active numbers to import

        `+13035550102`, `+13035550103` are reserved (voice order 600184201).

        Nothing was imported.

        Import only numbers that are in service. Reserved numbers are put into service by a subscription that has them in `telephone_numbers`.

        Error: A subscription has at most 399 numbers

        400 numbers have the same product, subscriber, address and route.

        Nothing was imported.

        Import them as several subscriptions, each by its numbers or ranges, such as `terraform import lumen_voice_tn_subscription.NAME +13035551000-+13035551398`.

        Error: The ID of the subscription to import is not valid

        "soon" is not a telephone number.

        Give the telephone number, or several numbers and ranges with commas between them, such as `terraform import lumen_voice_tn_subscription.example +13035550100,+13035550110-+13035550119`.

        Error: The ID of the subscription to import is not valid

        The telephone numbers +13035550101 and +13035550100 are not the ends of a range of one NPA and NXX.

        Give the telephone number, or several numbers and ranges with commas between them, such as `terraform import lumen_voice_tn_subscription.example +13035550100,+13035550110-+13035550119`.

        Error: The ID of the subscription to import is not valid

        It has 900 numbers, and a subscription has at most 399.

        Give the telephone number, or several numbers and ranges with commas between them, such as `terraform import lumen_voice_tn_subscription.example +13035550100,+13035550110-+13035550119`.
    "#]].assert_eq(&told.join("\n"));
}

/// The state is lost while the order of the numbers is in progress.
#[tokio::test(start_paused = true)]
async fn numbers_on_their_way_in_or_out_are_not_imported() {
    let mut world = super::given_voice(crate::voice::slowly).await;
    let _ = world.apply_unfinished(&timeout(inbound(), "create", "1m")).await;
    world.state = None;
    world.next_run(|block| block).await;
    let coming = world.import("+13035550100").await.shown();

    let mut world = given_subscription().await;
    world.apply(&an_office().with("on_destroy", "disconnect")).await.quietly();
    let _ = world.destroy().await;
    world.next_run(|block| block).await;
    let leaving = world.import("+13035550101").await.shown();

    expect![[r#"
        Error: There are no active numbers to import

        `+13035550100` is not in service yet: voice order 600184202 is in progress.

        Nothing was imported.

        Import only numbers that are in service. Numbers of an order in progress can be imported when the order has ended.

        Error: There are no active numbers to import

        `+13035550101` is being disconnected.

        Nothing was imported.

        Import only numbers that are in service. To keep a number that is being disconnected, cancel that order with the action `lumen_voice_order_cancel` before its date, and import the number after that.
    "#]].assert_eq(&format!("{coming}\n{leaving}"));
}

#[tokio::test(start_paused = true)]
async fn without_the_report_nothing_is_imported() {
    let mut world = given().await;
    world.lumen.set(|settings| settings.voice.report.endpoint = StatusEndpoint::NotFound);

    let run = world.import("+13035550100").await;

    expect![[r#"
        Error: There are no active numbers to import

        Lumen doesn't offer its report of active numbers: HTTP 404 404001: Requested resource not found (GET /Voice/v1/Numbers/inventory/details, tracking ID …).

        Nothing was imported.

        If Lumen's specification has another path, set `voice_paths.inventory_details` in the provider block. Otherwise, ask Lumen whether the product of your API key includes the report.
    "#]].assert_eq(&run.shown());
}
