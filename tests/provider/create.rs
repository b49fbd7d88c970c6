//! Creating a connection: get a quote, order it, and follow the order.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, object};
use lumen_simulator::{Action as Ordered, Fault, RetryAfter, StatusEndpoint};

use crate::world::{
    INVENTORY, ORDER, PORT, PORT_SITE, QUOTE, STATUS, a_connection, given, given_both, given_lumen,
};

#[tokio::test(start_paused = true)]
async fn a_connection_is_quoted_ordered_and_followed_until_it_is_active() {
    let mut world = given().await;

    let run = world.apply(&a_connection()).await.quietly();

    assert_eq!(run.action, Action::Create);
    assert_eq!(world.orders().len(), 1);
    assert_eq!(world.service().status, "Active");
    expect![[r#"
        bandwidth = "100 Mbps"
        billing_account_id = "5-RHQBGCGK"
        billing_account_name = "Company or account name"
        deletion_protection = false
        external_id = "tf-…"
        hourly_price = "0.46"
        id = "77133831778"
        ipv4_block_size = "/29"
        location = { city = "Monroe", country = "US", post_code = "71203", state = "LA", street_address = "100 CenturyLink Dr" }
        master_site_id = "PL0001247634"
        monthly_price = "331.20"
        name = "edge-1"
        order_id = "88240017001"
        order_request_id = "1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76"
        partner_id = "43558"
        quote_id = "NaaS-1466"
        routing = "Static"
        service_id = "77133831778"
        status = "active"
        vlan_assignment = "Auto Assign"
        wait_for = "active"
    "#]].assert_eq(&object(&world.object()));
}

#[tokio::test(start_paused = true)]
async fn a_plan_shows_everything_that_is_known_before_ordering() {
    let mut world = given().await;

    let plan = world.plan(&a_connection()).await;

    assert_eq!((plan.action, plan.shown().as_str()), (Action::Create, ""));
    assert_eq!((world.requests(QUOTE), world.requests(ORDER)), (0, 0), "planning quotes nothing");
    expect![[r#"
        bandwidth: null -> "100 Mbps"
        billing_account_id: null -> "5-RHQBGCGK"
        billing_account_name: null -> "Company or account name"
        deletion_protection: null -> false
        external_id: null -> (known after apply)
        hourly_price: null -> "0.46"
        id: null -> (known after apply)
        ipv4_block_size: null -> "/29"
        location: null -> (known after apply)
        master_site_id: null -> "PL0001247634"
        monthly_price: null -> "331.20"
        name: null -> "edge-1"
        order_id: null -> (known after apply)
        order_request_id: null -> (known after apply)
        partner_id: null -> "43558"
        quote_id: null -> (known after apply)
        routing: null -> "Static"
        service_id: null -> (known after apply)
        status: null -> (known after apply)
        vlan_assignment: null -> "Auto Assign"
        wait_for: null -> "active"
    "#]]
    .assert_eq(&plan.changes());
}

#[tokio::test(start_paused = true)]
async fn lumen_says_when_it_wants_to_be_asked_again() {
    for retry_after in [RetryAfter::Seconds(7), RetryAfter::Date(7)] {
        let mut world = given_lumen(|lumen| lumen.retry_after = retry_after).await;

        world.apply(&a_connection()).await.quietly();

        let looks = world.requests(STATUS);
        assert!((3..=5).contains(&looks), "20 s in steps of 7 s: {looks} looks ({retry_after:?})");
    }
}

#[tokio::test(start_paused = true)]
async fn where_the_status_endpoint_is_not_offered_the_inventory_tells() {
    for endpoint in
        [StatusEndpoint::NotFound, StatusEndpoint::MethodNotAllowed, StatusEndpoint::NotImplemented]
    {
        let mut world = given_lumen(|lumen| lumen.status_endpoint = endpoint).await;

        world.apply(&a_connection()).await.quietly();

        assert_eq!(world.requests(STATUS), 1, "it is asked once, and never again: {endpoint:?}");
        assert_eq!(world.text("status"), "active");
        assert_eq!(world.text("order_id"), "", "inventory does not tell it");
    }
}

#[tokio::test(start_paused = true)]
async fn the_inventory_alone_can_be_chosen() {
    let mut world = given_both(|_| {}, |block| block.with("order_status", "inventory")).await;

    world.apply(&a_connection()).await.quietly();

    assert_eq!(world.requests(STATUS), 0);
    assert_eq!(world.text("status"), "active");
}

#[tokio::test(start_paused = true)]
async fn an_order_that_is_not_known_yet_is_waited_for() {
    for source in ["auto", "status_endpoint"] {
        let lag = |lumen: &mut lumen_simulator::Settings| lumen.status_lag_seconds = 10.0;
        let mut world = given_both(lag, |block| block.with("order_status", source)).await;

        world.apply(&a_connection()).await.quietly();

        assert_eq!(world.text("status"), "active");
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_status_word_means_not_yet() {
    let mut world = given_lumen(|lumen| lumen.status_word = Some("ENRICHING".into())).await;

    let run = world.apply(&a_connection()).await;

    assert_eq!(world.text("status"), "active");
    expect![[r#"
        Warning: Unexpected order status for connection `edge-1`

        Lumen reports the unknown status "ENRICHING" for the order, which the provider treats as in progress.

        If the problem persists, ask Lumen's support. Please report a status or code that the provider doesn't know, so that a later version does.
    "#]]
    .assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn acceptance_can_be_all_that_is_waited_for() {
    let mut world = given().await;
    let connection = a_connection().with("wait_for", "accepted");

    world.apply(&connection).await.quietly();
    let before = (world.text("status"), world.text("service_id"));
    world.lumen.advance(Duration::from_mins(1));
    world.refresh().await.quietly();

    assert_eq!(before, ("pending".into(), String::new()));
    assert_eq!((world.text("status").as_str(), world.orders().len()), ("active", 1));
    world.apply(&connection).await.quietly();
}

#[tokio::test(start_paused = true)]
async fn a_connection_can_end_at_a_port_of_ones_own() {
    let mut world = given().await;
    let connection = a_connection()
        .without("partner_id")
        .with("port_service_id", PORT)
        .with("master_site_id", PORT_SITE);

    world.apply(&connection).await.quietly();

    assert_eq!(world.service().uni_service_id, PORT);
    assert_eq!(world.text("port_service_id"), PORT);
}

#[tokio::test(start_paused = true)]
async fn a_quote_that_expired_before_it_was_ordered_is_made_anew() {
    let mut world = given_lumen(|lumen| lumen.quote_seconds = 10.0).await;
    world.fault(Fault::delay(QUOTE, Duration::from_secs(20)).times(1));

    world.apply(&a_connection()).await.quietly();

    assert_eq!((world.requests(QUOTE), world.requests(ORDER)), (2, 2));
    assert_eq!(world.orders().len(), 1);
    assert_eq!(world.text("quote_id"), world.orders()[0].quote_id.clone().unwrap());
}

#[tokio::test(start_paused = true)]
async fn quotes_that_never_hold_are_not_made_for_ever() {
    let mut world = given_lumen(|lumen| lumen.quote_seconds = 0.0).await;

    let run = world.apply(&a_connection()).await;

    assert_eq!((world.requests(QUOTE), world.orders().len()), (4, 0));
    expect![[r#"
        Error: Connection `edge-1` can't be ordered

        Lumen rejected the request: HTTP 400 invalidValue: Quote NaaS-1469 has expired (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        Nothing was ordered.

        If Lumen's message names a setting, correct it. Otherwise run the same command again. If it still fails, give Lumen's support the tracking ID.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn an_existing_service_of_the_same_name_is_not_taken_for_the_new_one() {
    let mut world = given_lumen(|lumen| lumen.status_endpoint = StatusEndpoint::NotFound).await;
    let _ = world.lumen.add_service("edge-1", crate::world::SITE, 100);

    let run = world.plan(&a_connection()).await;
    let referred = world.apply(&a_connection().with("external_id", "another-one")).await;
    let ordered = world.requests(ORDER);
    world.apply(&a_connection().with("name", "edge-2")).await.quietly();

    assert_eq!((ordered, referred.failed()), (0, true), "inventory shows no references");
    assert_eq!(world.orders()[0].service_id, Some(world.text("service_id")));
    expect![[r#"
        Error: Connection `edge-1` already exists (at name)

        Lumen's inventory has a service with that name at the site (77133831778): another configuration or a person ordered it, or an earlier run whose order journal was lost.

        Nothing was ordered.

        To manage it here, run `terraform import` (ID `77133831778`). If only its address in the configuration has changed, write a `moved` block. To order a second connection, choose another `name`: the inventory shows nothing else to distinguish them by.
    "#]].assert_eq(&run.shown());
}

/// A single empty answer can be a mistake, but the order of a second connection would be real.
#[tokio::test(start_paused = true)]
async fn one_empty_inventory_does_not_show_that_a_name_is_free() {
    let mut world = given().await;
    let plan = world.plan(&a_connection()).await;
    // An order of another pipeline completes between the plan and the apply.
    let _ = world.lumen.add_service("edge-1", crate::world::SITE, 100);
    let nothing = r#"{"serviceInventory": [], "pageNumber": 1, "pageSize": 100}"#;
    world.fault(Fault::answer(INVENTORY, 200, nothing).times(1));

    let run = world.apply_plan(plan).await;

    assert_eq!((run.failed(), world.requests(ORDER)), (true, 0), "{}", run.shown());
    assert!(run.shown().contains("Connection `edge-1` already exists"), "{}", run.shown());
}

#[tokio::test(start_paused = true)]
async fn an_inventory_that_can_not_be_read_stops_before_anything_is_ordered() {
    let mut world = given().await;
    world.fault(Fault::status(INVENTORY, 403));

    let run = world.apply(&a_connection()).await;

    assert_eq!((world.requests(ORDER), world.object().is_null()), (0, true));
    expect![[r#"
        Error: The name of connection `edge-1` can't be checked

        Lumen does not allow this: HTTP 403 403: Fault injected by the simulator (GET /ProductInventory/v1/inventory, tracking ID …).

        Nothing was ordered.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn two_connections_are_two_orders() {
    let mut world = given().await;
    let mut other = world.another_resource();

    let (one, two) = (a_connection(), a_connection().with("name", "edge-2"));
    let (one, two) = tokio::join!(world.apply(&one), other.apply(&two));

    one.quietly();
    two.quietly();
    assert_eq!(world.orders().iter().filter(|order| order.action == Ordered::Add).count(), 2);
    assert_ne!(world.text("service_id"), other.text("service_id"));
}
