//! Many connections at the same time: how many requests a run sends, and the effect of a rate limit.

use std::time::Duration;

use expect_test::expect;
use futures::future::join_all;
use lumen_core::{Action, Run};
use lumen_simulator::Fault;

use crate::voice::{self, a_reservation};
use crate::world::{
    ACCOUNTS, INVENTORY, LOCATIONS, ORDER, PRICE, QUOTE, TOKEN, World, a_connection, given,
    given_lumen,
};

const NUMBERS: &str = "GET /Voice/v1/Numbers/inventory";

/// Applies this many resource instances of the same Terraform.
async fn applied(world: World, many: usize, name: &str, block: lumen_core::Block) -> Vec<World> {
    let mut worlds: Vec<World> = (1..many).map(|_| world.another_resource()).collect();
    worlds.insert(0, world);
    let applies = worlds.iter_mut().enumerate().map(|(number, world)| {
        let block = block.clone().with(name, format!("edge-{number}").as_str());
        async move { world.apply_unfinished(&block).await.quietly() }
    });
    join_all(applies).await;
    worlds
}

/// Runs `terraform plan -refresh-only` as the next run.
async fn refreshed(worlds: &mut [World]) -> Vec<Run> {
    worlds[0].next_run(|block| block).await;
    let provider = worlds[0].provider.clone();
    join_all(worlds.iter_mut().map(|world| {
        world.provider = provider.clone();
        world.refresh()
    }))
    .await
}

#[tokio::test(start_paused = true)]
async fn many_connections_of_a_site_ask_for_one_of_each() {
    let lumen = given_lumen(|lumen| lumen.inventory_lag_seconds = 0.0).await;
    let worlds = applied(lumen, 40, "name", a_connection()).await;

    let asked = [TOKEN, ACCOUNTS, PRICE, LOCATIONS, QUOTE, ORDER];
    let asked = asked.map(|endpoint| worlds[0].requests(endpoint));
    // Each is requested once by the process that plans, and once by the one that applies. The list of
    // accounts ends with an empty page, because its `resultCount` may count only one page. The 140 sites of
    // the partner fill two pages.
    assert_eq!(asked, [2, 4, 2, 4, 40, 40]);
    // All services are listed before the plan and before the first order. After each order, its own service
    // is read. An empty inventory is requested a second time.
    assert!(worlds[0].requests(INVENTORY) <= 40 + 2 * 2, "{}", worlds[0].requests(INVENTORY));
}

#[tokio::test(start_paused = true)]
async fn many_connections_are_read_from_pages() {
    let mut worlds = applied(given().await, 120, "name", a_connection()).await;
    let before = worlds[0].requests(INVENTORY);

    for run in refreshed(&mut worlds).await {
        run.quietly();
    }

    let asked = worlds[0].requests(INVENTORY) - before;
    assert!(asked <= 3 + 4, "{asked}");
    assert!(worlds.iter().all(|world| world.text("status") == "active"));
}

#[tokio::test(start_paused = true)]
async fn what_pages_can_t_show_is_asked_for() {
    let mut worlds = applied(given().await, 12, "name", a_connection()).await;
    let lumen = |number: usize, change: fn(&mut lumen_simulator::Service)| {
        worlds[0].lumen.change_service(&worlds[number].text("id"), change);
    };
    lumen(7, |service| service.status = "Change Pending".into());
    lumen(8, |service| service.status = "Disconnected".into());
    lumen(9, |service| service.bandwidth_mbps = 500);

    let runs = refreshed(&mut worlds).await;

    let shown: Vec<_> = worlds.iter().map(|world| world.state.is_some()).collect();
    assert_eq!(shown.iter().filter(|is_there| **is_there).count(), 11);
    assert!(worlds[8].state.is_none(), "Lumen was asked, and says that it is gone");
    assert_eq!(worlds[9].text("bandwidth"), "500 Mbps");
    assert_eq!(worlds[7].text("status"), "changing");
    assert_eq!(runs.iter().filter(|run| run.action == Action::Nothing).count(), 12);
}

#[tokio::test(start_paused = true)]
async fn many_reservations_are_read_from_pages() {
    let block = a_reservation().with("quantity", 1);
    let world = voice::given_voice(|lumen| lumen.utilization = Some(100)).await;
    let mut worlds = applied(world, 30, "customer_service_name", block).await;
    let before = worlds[0].requests(NUMBERS);

    for run in refreshed(&mut worlds).await {
        run.quietly();
    }

    let asked = worlds[0].requests(NUMBERS) - before;
    assert!(asked <= 3 + 3, "{asked}");
    assert!(worlds.iter().all(|world| world.text("status") == "reserved"));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_one_holds_all_and_a_minute_of_it_is_told() {
    let mut worlds = applied(given().await, 20, "name", a_connection()).await;
    let slow_down = Fault::status(INVENTORY, 429).header("Retry-After", "70").times(1);
    worlds[0].fault(slow_down);
    let before = tokio::time::Instant::now();

    let runs = refreshed(&mut worlds).await;

    assert!(Duration::from_secs(70) <= before.elapsed(), "{:?}", before.elapsed());
    let told: Vec<_> = runs.iter().map(Run::shown).filter(|told| !told.is_empty()).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    expect![[r#"
        Warning: The run is slowed down by a rate limit

        Lumen is limiting the request rate; requests have waited for 70 s so far.

        The run continues, and nothing is lost.

        Wait. If every run shows this warning, see the guide "Thousands of services".
    "#]]
    // The pause includes a random part of up to one second.
    .assert_eq(&told[0].replace("71 s", "70 s"));
}
