//! `terraform query`: existing objects are returned as they are found.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Block, Wish, object};
use lumen_simulator::{Fault, Line, StatusEndpoint, Subscriber};

use crate::voice::subscription;
use crate::world::{CONNECTION, INVENTORY, OTHER_SITE, PRICE, SITE, World, given, given_world};

const RESERVATION: &str = "lumen_voice_tn_reservation";

/// Creates this many services at each of two sites.
async fn given_services(count: usize) -> World {
    let world = given().await;
    for number in 1..=count {
        let _ = world.lumen.add_service(&format!("office-{number}"), SITE, 100);
        let _ = world.lumen.add_service(&format!("shop-{number}"), OTHER_SITE, 200);
    }
    world
}

fn wish(block: Block) -> Wish {
    Wish { block, ..Wish::default() }
}

#[tokio::test(start_paused = true)]
async fn everything_is_found_over_many_pages() {
    let mut world = given_services(120).await;

    let (found, told) = world.provider.list(CONNECTION, &Wish::default()).await;

    assert_eq!((found.len(), told.as_str()), (240, ""));
    assert_eq!(world.requests(INVENTORY), 4, "three pages, and the empty one behind them");
    assert_eq!(world.requests(PRICE), 0, "whole objects were not requested");
    assert_eq!(found[0].display_name, "office-1");
    assert_eq!(
        object(&found[0].identity),
        "customer_number = \"1-ABCDE\"\nservice_id = \"77133831778\"\n"
    );
}

#[tokio::test(start_paused = true)]
async fn filters_narrow_the_choice() {
    let mut world = given_services(2).await;

    for (filter, value, names) in [
        ("master_site_id", OTHER_SITE, &["shop-1", "shop-2"][..]),
        ("name", "office-2", &["office-2"]),
        ("status", "active", &["office-1", "shop-1", "office-2", "shop-2"]),
        ("status", "suspended", &[]),
    ] {
        let wish = wish(Block::default().with(filter, value));
        let (found, told) = world.provider.list(CONNECTION, &wish).await;
        let found: Vec<_> = found.into_iter().map(|listed| listed.display_name).collect();
        assert_eq!((found, told.as_str()), (names.iter().map(ToString::to_string).collect(), ""));
    }
}

#[tokio::test(start_paused = true)]
async fn pages_beyond_the_limit_are_not_asked_for() {
    let mut world = given_services(120).await;

    let wish = Wish { limit: 30, ..Wish::default() };
    let (found, told) = world.provider.list(CONNECTION, &wish).await;

    assert_eq!((found.len(), told.as_str()), (30, ""));
    assert_eq!(world.requests(INVENTORY), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_found_is_there_before_the_last_page() {
    let mut world = given_services(120).await;
    world.fault(Fault::status(INVENTORY, 400).skip(1));

    let mut events = world.provider.begin_list(CONNECTION, &Wish::default()).await;
    let first = events.message().await.unwrap().unwrap();

    assert_eq!(first.display_name, "office-1");
}

#[tokio::test(start_paused = true)]
async fn whole_objects_are_what_an_import_finds() {
    let mut world = given_services(3).await;

    let wish = Wish { whole: true, ..Wish::default() };
    let (found, told) = world.provider.list(CONNECTION, &wish).await;

    assert_eq!((found.len(), told.as_str()), (6, ""));
    assert_eq!(world.requests(PRICE), 2, "once for each site");
    for listed in found {
        world.state = None;
        let id = listed.identity.get("service_id").as_str().unwrap().to_owned();
        world.import(&id).await.quietly();
        assert_eq!(object(&listed.object), object(&world.object()));
    }
}

#[tokio::test(start_paused = true)]
async fn the_generated_configuration_changes_nothing() {
    let mut world = given_services(1).await;
    let wish = Wish { whole: true, limit: 1, ..Wish::default() };
    let (found, _) = world.provider.list(CONNECTION, &wish).await;

    let config = world.provider.generate_config(CONNECTION, &found[0].object).await;

    expect![[r#"
        bandwidth = "100 Mbps"
        billing_account_id = "5-RHQBGCGK"
        master_site_id = "PL0001247634"
        name = "office-1"
        partner_id = "43558"
    "#]]
    .assert_eq(&object(&config));
    world.import("77133831778").await.quietly();
    let plan = world.plan_change(&config).await;
    assert_eq!(plan.changes(), "");
}

#[tokio::test(start_paused = true)]
async fn an_error_ends_the_search_and_keeps_what_was_found() {
    let mut world = given_services(120).await;
    world.fault(Fault::status(INVENTORY, 400).skip(2));

    let (found, told) = world.provider.list(CONNECTION, &Wish::default()).await;

    assert_eq!(found.len(), 200);
    expect![[r#"
        Error: The connections can't be listed

        Lumen rejected the request: HTTP 400 400: Fault injected by the simulator (GET /ProductInventory/v1/inventory, tracking ID …).

        Correct what Lumen's message names. Then run the same command again.
    "#]].assert_eq(&told);
}

#[tokio::test(start_paused = true)]
async fn filters_are_checked_before_anything_is_asked() {
    let mut world = given().await;

    let wish = wish(Block::default().with("status", "running"));
    let (found, told) = world.provider.list(CONNECTION, &wish).await;

    assert!(found.is_empty());
    expect![[r#"
        Error: `status` is not valid (at status)

        "running" can't be used: it is not one of the allowed values.

        Set `status` to one of `active`, `suspended`, `changing`, `pending`.
    "#]]
    .assert_eq(&told);
    assert_eq!(world.requests(INVENTORY), 0);
}

#[tokio::test(start_paused = true)]
async fn a_search_that_nobody_reads_ends() {
    let mut world = given_services(500).await;

    let events = world.provider.begin_list(CONNECTION, &Wish::default()).await;
    drop(events);
    tokio::time::sleep(Duration::from_mins(1)).await;

    // The provider requests only as many pages as fit into the buffers, rather than all ten.
    assert!(world.requests(INVENTORY) <= 3, "{}", world.requests(INVENTORY));
}

async fn given_reservations() -> World {
    let world = given_world(RESERVATION, |_| {}, |block| block).await;
    world.lumen.add_voice_order("2036", "DENVER", "CO", 10).unwrap();
    world.lumen.add_voice_order("2036", "DENVER", "CO", 5).unwrap();
    world.lumen.add_voice_order("2036", "BOULDER", "CO", 3).unwrap();
    world
}

#[tokio::test(start_paused = true)]
async fn reservations_are_found_by_their_orders() {
    let mut world = given_reservations().await;

    let (found, told) = world.provider.list(RESERVATION, &Wish::default()).await;

    let mut names: Vec<_> = found.iter().map(|listed| listed.display_name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(told, "");
    expect![[r#"
        BOULDER, CO (voice order 600184203)
        DENVER, CO (voice order 600184201)
        DENVER, CO (voice order 600184202)"#]]
    .assert_eq(&names.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn whole_reservations_have_all_their_numbers_and_the_product_that_was_told() {
    let mut world = given_reservations().await;

    let block = Block::default().with("rate_center", "BOULDER").with("product", "local_inbound");
    let wish = Wish { block, whole: true, limit: 0 };
    let (found, told) = world.provider.list(RESERVATION, &wish).await;

    assert_eq!((found.len(), told.as_str()), (1, ""));
    expect![[r#"
        all_telephone_numbers = ["+13035500100", "+13035500101", "+13035500102"]
        backordered_quantity = 0
        check_utilization = true
        id = "600184203"
        notifications = []
        on_destroy = "retain"
        on_shortage = "reject"
        product = "local_inbound"
        quantity = 3
        rate_center = "BOULDER"
        reserved_quantity = 3
        state = "CO"
        status = "reserved"
        telephone_numbers = ["+13035500100", "+13035500101", "+13035500102"]
        voice_order_ids = ["600184203"]
    "#]]
    .assert_eq(&object(&found[0].object));
    let config = world.provider.generate_config(RESERVATION, &found[0].object).await;
    expect![[r#"
        product = "local_inbound"
        quantity = 3
        rate_center = "BOULDER"
        state = "CO"
    "#]]
    .assert_eq(&object(&config));
}

/// Two numbers of an office, and three numbers of Local Inbound, one of them in another exchange.
async fn given_lines() -> World {
    let world = given_world(subscription::RESOURCE, |_| {}, |block| block).await;
    let mut office = Line::new("2042", "DENVER-SBC-1");
    office.subscriber = Some(Subscriber::Business { business_name: "Example Corp".to_owned() });
    world.lumen.add_lines(&[13_035_550_100, 13_035_550_101], &office);
    let inbound = [13_035_550_110, 13_035_550_112, 13_036_660_100];
    world.lumen.add_lines(&inbound, &Line::new("2036", "DENVER-SBC-1"));
    world.lumen.advance(Duration::from_mins(1));
    world
}

#[tokio::test(start_paused = true)]
async fn subscriptions_are_found_by_their_records() {
    let mut world = given_lines().await;

    let (found, told) = world.provider.list(subscription::RESOURCE, &Wish::default()).await;

    let names: Vec<_> = found.iter().map(|listed| listed.display_name.as_str()).collect();
    assert_eq!(told, "");
    expect![[r#"
        +13035550100 and 1 more (EXAMPLE CORP, DENVER-SBC-1)
        +13035550110 and 2 more (DENVER-SBC-1)"#]]
    .assert_eq(&names.join("\n"));
    expect![[r#"
        customer_number = "1-ABCDE"
        telephone_number = "+13035550110"
    "#]]
    .assert_eq(&object(&found[1].identity));
}

#[tokio::test(start_paused = true)]
async fn filters_choose_whole_subscriptions() {
    let mut world = given_lines().await;
    for (filters, leads) in [
        (vec![("npa", "303")], "+13035550100 +13035550110"),
        (vec![("npa", "303"), ("nxx", "666")], "+13035550110"),
        (vec![("npa", "720")], ""),
        (vec![("product", "enhanced_local_service")], "+13035550100"),
        (vec![("customer_service_name", "denver-sbc-1")], "+13035550100 +13035550110"),
        (vec![("customer_service_name", "EAST")], ""),
    ] {
        let block =
            filters.iter().fold(Block::default(), |block, (name, text)| block.with(name, *text));
        let (found, told) = world.provider.list(subscription::RESOURCE, &wish(block)).await;
        let found: Vec<_> = found
            .iter()
            .map(|listed| listed.identity.get("telephone_number").as_str().unwrap().to_owned())
            .collect();
        assert_eq!((found.join(" ").as_str(), told.as_str()), (leads, ""), "{filters:?}");
    }
    let (_, told) = world
        .provider
        .list(subscription::RESOURCE, &wish(Block::default().with("nxx", "666")))
        .await;
    assert!(told.contains("`nxx` is set without `npa`"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn whole_subscriptions_are_what_an_import_finds() {
    let mut world = given_lines().await;

    let wish = Wish { whole: true, ..Wish::default() };
    let (found, told) = world.provider.list(subscription::RESOURCE, &wish).await;

    assert_eq!((found.len(), told.as_str()), (2, ""));
    for listed in &found {
        world.state = None;
        let lead = listed.identity.get("telephone_number").clone();
        world.import_identity(&Block::default().with("telephone_number", lead)).await.quietly();
        assert_eq!(object(&listed.object), object(&world.object()));
    }
    let config = world.provider.generate_config(subscription::RESOURCE, &found[1].object).await;
    expect![[r#"
        customer_service_name = "DENVER-SBC-1"
        product = "local_inbound"
        telephone_numbers = ["+13035550110", "+13035550112", "+13036660100"]
        wait_for = "active"
    "#]]
    .assert_eq(&object(&config));
    assert_eq!(world.plan_change(&config).await.changes(), "");
    assert!(subscription::orders(&world).is_empty());
}

#[tokio::test(start_paused = true)]
async fn numbers_that_no_subscription_can_have_are_not_listed() {
    let mut world = given_lines().await;
    let many: Vec<u64> = (0..400).map(|line| 13_035_551_000 + line).collect();
    world.lumen.add_lines(&many, &Line::new("2036", "DENVER-SBC-9"));
    world.lumen.advance(Duration::from_mins(1));
    let (found, warned) = world.provider.list(subscription::RESOURCE, &Wish::default()).await;
    let mut another = given_lines().await;
    another.lumen.set(|lumen| lumen.voice.report.endpoint = StatusEndpoint::NotFound);
    let (none, refused) = another.provider.list(subscription::RESOURCE, &Wish::default()).await;

    assert_eq!((found.len(), none.len()), (2, 0));
    expect![[r#"
        Warning: The numbers with the record of +13035551000 are not listed

        400 numbers have the same product, subscriber, address and route.

        A subscription has at most 399 numbers, so the query leaves them out.

        Import them as several subscriptions, each by its numbers or ranges, such as `terraform import lumen_voice_tn_subscription.NAME +13035551000-+13035551398`.

        Error: The subscriptions can't be listed

        Lumen doesn't offer its report of active numbers: HTTP 404 404001: Requested resource not found (GET /Voice/v1/Numbers/inventory/details, tracking ID …).

        If Lumen's specification has another path, set `voice_paths.inventory_details` in the provider block. Otherwise, ask Lumen whether the product of your API key includes the report.
    "#]].assert_eq(&format!("{warned}\n{refused}"));
}
