//! Importing an existing connection.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Action, Block, object};

use lumen_simulator::Fault;

use crate::world::{ORDER, OTHER_SITE, PORT, PORT_SITE, SITE, World, a_connection, given, timeout};

/// A service that was ordered without Terraform, and its ID.
async fn given_service() -> (World, String) {
    let world = given().await;
    let id = world.lumen.add_service("edge-1", SITE, 100);
    (world, id)
}

#[tokio::test(start_paused = true)]
async fn a_service_is_imported_by_its_id() {
    let (mut world, id) = given_service().await;

    world.import(&id).await.quietly();

    expect![[r#"
        bandwidth = "100 Mbps"
        billing_account_id = "5-RHQBGCGK"
        billing_account_name = "Company or account name"
        deletion_protection = false
        hourly_price = "0.46"
        id = "77133831778"
        ipv4_block_size = "/29"
        location = { city = "Monroe", country = "US", post_code = "71203", state = "LA", street_address = "100 CenturyLink Dr" }
        master_site_id = "PL0001247634"
        monthly_price = "331.20"
        name = "edge-1"
        partner_id = "43558"
        routing = "Static"
        service_id = "77133831778"
        status = "active"
        vlan_assignment = "Auto Assign"
        wait_for = "active"
    "#]].assert_eq(&object(&world.object()));
    world.apply(&a_connection()).await.quietly();
    assert_eq!(world.requests(ORDER), 0);
}

#[tokio::test(start_paused = true)]
async fn a_service_is_imported_by_its_identity() {
    let (mut world, id) = given_service().await;
    let short = Block::default().with("service_id", id.as_str());
    let whole = short.clone().with("customer_number", "1-ABCDE");

    for identity in [short, whole] {
        world.import_identity(&identity).await.quietly();
        assert_eq!(world.text("id"), id);
        assert_eq!(world.plan(&a_connection()).await.action, Action::Nothing);
        world.state = None;
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_inventory_does_not_tell_is_taken_from_the_configuration() {
    for (argument, value) in [("ipv4_block_size", "/28"), ("external_id", "edge-1-2020")] {
        let (mut world, id) = given_service().await;
        world.import(&id).await.quietly();
        let connection = a_connection().with(argument, value);

        let plan = world.plan(&connection).await;
        world.apply(&connection).await.quietly();

        assert_eq!((plan.action, plan.replaces.len()), (Action::Update, 0), "{argument}");
        assert_eq!((world.text(argument).as_str(), world.requests(ORDER)), (value, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_taken_from_the_configuration_once_replaces_from_then_on() {
    let (mut world, id) = given_service().await;
    world.import(&id).await.quietly();
    world.apply(&a_connection().with("ipv4_block_size", "/28")).await.quietly();

    let plan = world.plan(&a_connection().with("ipv4_block_size", "/30")).await;

    assert_eq!(plan.action, Action::Replace);
}

#[tokio::test(start_paused = true)]
async fn what_the_inventory_tells_replaces_at_once() {
    let (mut world, id) = given_service().await;
    world.import(&id).await.quietly();

    let plan = world.plan(&a_connection().with("master_site_id", OTHER_SITE)).await;

    assert_eq!((plan.action, plan.replaces), (Action::Replace, vec!["master_site_id".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn an_imported_connection_is_changed_and_destroyed_like_any_other() {
    let (mut world, id) = given_service().await;
    world.import(&id).await.quietly();

    let run = world.apply(&a_connection().with("bandwidth", "1 Gbps").with("name", "edge-2")).await;
    let bandwidth = world.service().bandwidth_mbps;
    world.destroy().await.quietly();

    assert_eq!((bandwidth, world.orders().len()), (1000, 3));
    expect![[r#"
        Warning: The apply places orders for connection `edge-1`, which was imported (at bandwidth)

        `bandwidth` is `100 Mbps` in Lumen's inventory and `1 Gbps` in the configuration; `name` is `edge-1` in Lumen's inventory and `edge-2` in the configuration.

        The apply orders a bandwidth of 1 Gbps for 1.65 USD per hour (1188.00 USD per month), and the name `edge-2`, at no charge. Nothing has been ordered yet.

        To order nothing, set `bandwidth = "100 Mbps"` and `name = "edge-1"` as in the state, and plan again.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn what_an_import_would_order_is_avoided_as_the_warning_says() {
    let (mut world, id) = given_service().await;
    world.import(&id).await.quietly();
    let faster = a_connection().with("bandwidth", "1 Gbps");

    let plan = world.plan(&faster).await;
    assert!(plan.shown().contains("set `bandwidth = \"100 Mbps\"`"), "{}", plan.shown());
    world.apply(&faster.with("bandwidth", "100 Mbps")).await.quietly();

    assert_eq!(world.requests(ORDER), 0);
}

#[tokio::test(start_paused = true)]
async fn a_connection_at_a_port_is_imported() {
    let mut world = given().await;
    let id = world.lumen.add_service("edge-1", PORT_SITE, 100);
    world.lumen.change_service(&id, |service| service.uni_service_id = PORT.into());

    world.import(&id).await.quietly();

    let connection = a_connection()
        .without("partner_id")
        .with("port_service_id", PORT)
        .with("master_site_id", PORT_SITE);
    assert_eq!(world.plan(&connection).await.action, Action::Nothing);
}

#[tokio::test(start_paused = true)]
async fn a_service_of_another_customer_is_not_imported() {
    let (mut world, id) = given_service().await;
    let identity =
        Block::default().with("service_id", id.as_str()).with("customer_number", "1-OTHER");

    let run = world.import_identity(&identity).await;

    expect![[r#"
        Error: The service belongs to customer `1-OTHER`

        The provider is configured for another customer number.

        Set `customer_number` (`LUMEN_CUSTOMER_NUMBER`) to that number, or import with a provider alias that has it.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn what_does_not_exist_is_not_imported() {
    let mut world = given().await;

    let run = world.import("77999999999").await;

    expect![[r#"
        Error: There is no service `77999999999` to import

        Lumen's inventory doesn't have it, or no longer has it.

        Find the ID in `lumen_iod_connections`; it has eleven digits, such as `77133831778`. Check `customer_number` too.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn what_is_no_id_is_not_imported() {
    let mut world = given().await;

    let run = world.import(" ").await;

    assert!(world.is_offline());
    expect![[r#"
        Error: The ID of the service to import is not valid

        " " is not a service ID.

        Give the service ID, such as `terraform import lumen_iod_connection.example 77133831778`.
    "#]]
    .assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_terminated_service_is_not_imported() {
    let (mut world, id) = given_service().await;
    world.lumen.change_service(&id, |service| service.status = "Disconnected".into());
    world.lumen.advance(Duration::from_secs(10));

    let run = world.import(&id).await;

    expect![[r#"
        Error: There is no service `77133831778` to import

        Lumen's inventory doesn't have it, or no longer has it.

        Find the ID in `lumen_iod_connections`; it has eleven digits, such as `77133831778`. Check `customer_number` too.
    "#]].assert_eq(&run.shown());
}

/// An order whose answer was lost belongs to an imported service if it would have made that service.
#[tokio::test(start_paused = true)]
async fn an_import_settles_an_order_without_an_answer() {
    let mut world = given().await;
    world.fault(Fault::reset_after(ORDER).times(1));
    world.apply_and_crash(&timeout(a_connection(), "create", "1s")).await;
    world.lumen.advance(Duration::from_mins(10));
    let service = world.orders()[0].service_id.clone().unwrap();

    world.import(&service).await;
    world.next_run(|block| block).await;
    world.apply(&a_connection()).await;

    assert!(world.open_orders().await.is_empty());
    assert_eq!((world.requests(ORDER), world.text("status").as_str()), (1, "active"));
}

/// `order_id` is only for the order that built the connection.
#[tokio::test(start_paused = true)]
async fn an_imported_connection_does_not_take_the_order_of_a_change_for_the_one_that_built_it() {
    let (mut world, id) = given_service().await;
    world.import(&id).await;
    world.apply(&a_connection()).await;
    world.lumen.set(crate::pending::slowly);
    let faster = a_connection().with("bandwidth", "1 Gbps");
    world.apply_unfinished(&timeout(faster.clone(), "update", "1m")).await;
    world.lumen.advance(Duration::from_mins(30));

    world.apply(&faster).await.quietly();
    world.refresh().await;

    assert_eq!(
        (world.text("bandwidth"), world.shown("order_id")),
        ("1 Gbps".into(), "null".into())
    );
}
