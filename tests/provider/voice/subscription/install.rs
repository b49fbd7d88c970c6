//! Putting reserved numbers into service.

use expect_test::expect;
use lumen_core::Action;

use super::{an_office, given, given_voice, inbound, ordered, orders, shown};
use crate::voice::slowly;
use crate::world::timeout;

#[tokio::test(start_paused = true)]
async fn numbers_are_put_into_service_and_waited_for() {
    let mut world = given().await;

    let plan = world.plan(&an_office()).await;
    world.apply(&an_office()).await.quietly();

    assert_eq!((plan.action, ordered(&world).as_str()), (Action::Create, "Install 0 1"));
    expect![[r#"
        active_telephone_numbers = ["+13035550100", "+13035550101"]
        check_numbers = true
        customer_service_name = "DENVER-SBC-1"
        disconnect_notice_days = 1
        e911_address = { city = "BROOMFIELD", secondary_location = "STE 200", state = "CO", street_name = "ELDORADO", street_number = "1025", street_suffix = "BLVD", zip = "80021" }
        e911_option = "static_911"
        external_order_id = "tf-…"
        id = "+13035550100"
        notifications = [{ code = "901", date = "…", message = "Order successfully submitted. Please refer to Voice Order ID for reference number." }, { code = "902", date = "…", message = "Order successfully installed. Please refer to Voice Order ID for reference number." }]
        number_statuses = { +13035550100 = "active", +13035550101 = "active" }
        on_destroy = "fail"
        product = "enhanced_local_service"
        service_address = { city = "Broomfield", secondary_location = "Ste 200", state = "CO", street_name = "Eldorado", street_number = "1025", street_suffix = "Blvd", zip = "80021" }
        status = "active"
        subscriber = { business_name = "Example Corp", type = "business" }
        telephone_numbers = ["+13035550100", "+13035550101"]
        voice_order_ids = ["600184202"]
        wait_for = "active"
    "#]].assert_eq(&shown(&world));
    assert_eq!(world.lumen.lines().len(), 2);
    assert_eq!(world.plan(&an_office()).await.action, Action::Nothing);
}

#[tokio::test(start_paused = true)]
async fn everything_that_is_set_reaches_lumen() {
    let mut world = given().await;
    let office = an_office()
        .with("directory_listing", [("type", "list_and_publish")])
        .with("cnam", [("name", "EXAMPLE CORP")])
        .with("external_order_id", "office-2026");

    world.apply(&office).await.quietly();

    let line = world.lumen.lines().remove(&super::FIRST);
    expect![[r#"
        Some(
            Line {
                product_id: "2042",
                customer_service_name: "DENVER-SBC-1",
                subscriber: Some(
                    Business {
                        business_name: "Example Corp",
                    },
                ),
                service_address: Some(
                    ServiceAddress {
                        street_number: "1025",
                        street_pre_directional: None,
                        street_name: "Eldorado",
                        street_suffix: Some(
                            "BLVD",
                        ),
                        street_post_directional: None,
                        secondary_location: Some(
                            "Ste 200",
                        ),
                        city: "Broomfield",
                        state: "CO",
                        zip: "80021",
                    },
                ),
                e911_option: Some(
                    Static,
                ),
                directory_listing: Some(
                    DirectoryListing {
                        listing_type: "1",
                        business_name: Some(
                            "Example Corp",
                        ),
                        first_name: None,
                        last_name: None,
                    },
                ),
                cnam: Some(
                    Cnam {
                        customer_name: "EXAMPLE CORP",
                        blocked: false,
                    },
                ),
                voice_order_id: Some(
                    "600184202",
                ),
                external_order_id: Some(
                    "office-2026",
                ),
            },
        )"#]]
    .assert_eq(&format!("{line:#?}"));
}

#[tokio::test(start_paused = true)]
async fn an_order_that_takes_long_is_resumed() {
    let mut world = given_voice(slowly).await;

    let run = world.apply_unfinished(&timeout(inbound(), "create", "1m")).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(world.text("status"), "pending");
    expect![[r#"
        Warning: The subscription of +13035550100 is not in service yet

        `timeouts.create` has passed.

        Lumen has accepted voice order 600184202. The order is in progress, and stays in the state. The provider doesn't order it again. Its numbers are billed once they are in service.

        Run `terraform apply` again later: it waits until the subscription of +13035550100 is in service.
    "#]].assert_eq(&run.shown());
    let run = world.apply(&inbound()).await;
    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(
        (world.text("status").as_str(), ordered(&world).as_str()),
        ("active", "Install 0 1")
    );
}

#[tokio::test(start_paused = true)]
async fn an_apply_may_end_when_lumen_has_the_order() {
    let mut world = given_voice(slowly).await;
    let inbound = inbound().with("wait_for", "accepted");

    world.apply(&inbound).await.quietly();

    assert_eq!(world.text("status"), "pending");
    assert_eq!(world.plan(&inbound).await.action, Action::Nothing);
    world.lumen.advance(std::time::Duration::from_secs(700));
    world.refresh().await.quietly();
    assert_eq!(world.text("status"), "active");
    assert_eq!(world.plan(&inbound).await.action, Action::Nothing);
}

#[tokio::test(start_paused = true)]
async fn a_refused_order_names_its_argument() {
    let mut world = given_voice(|voice| {
        voice.customer_service_names = Some(vec!["DENVER-SBC-2".to_owned()]);
    })
    .await;

    let run = world.apply_unfinished(&inbound()).await;

    assert!(run.failed() && world.object().is_null() && orders(&world).is_empty());
    expect![[r#"
        Error: Numbers can't be subscribed for the subscription of +13035550100 (at customer_service_name)

        Lumen rejected the request: HTTP 400 1405: Customer service name is invalid for given customer number. Please check your customer service name (route name) and try again (DENVER-SBC-1) (POST /Voice/v1/Numbers/order, tracking ID …).

        Nothing was ordered.

        Correct `customer_service_name`, and apply again.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn an_order_that_fails_later_leaves_nothing() {
    let mut world = given_voice(|voice| voice.next_notifications = vec![1616]).await;

    let run = world.apply_unfinished(&inbound()).await;

    assert!(run.failed() && world.object().is_null());
    expect![[r#"
        Error: Lumen did not put the subscription of +13035550100 into service (at telephone_numbers)

        Voice order 600184202 failed: the order is rejected: Lumen says: "No active service found for the telephone number(s) entered. Please verify the telephone number(s) or customer number and try again." (notification 1616).

        None of its numbers is in service.

        1. Correct what Lumen's reason names, or ask Lumen's support about voice order 600184202.
        2. Run the same command again: it places another order to put the subscription of +13035550100 into service.
    "#]].assert_eq(&run.shown());
}
