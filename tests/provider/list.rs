//! `terraform query`: existing objects are returned as they are found.

use std::time::Duration;

use expect_test::expect;
use lumen_core::{Block, Wish, object};
use lumen_simulator::Fault;

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
