//! The journal and the state are both lost: what Lumen shows is not ordered again.

use expect_test::expect;

use lumen_simulator::Action as Ordered;

use super::orders;
use crate::pending::slowly;
use crate::world::{ORDER, a_connection, given, given_connection, given_world, timeout};

#[tokio::test(start_paused = true)]
async fn a_service_that_shows_is_not_ordered_again_and_can_be_imported() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();
    world.lose_journal().await;

    let run = world.apply(&a_connection()).await;
    let (sent, files) = (world.requests(ORDER), world.journal_files().len());
    let service = world.orders()[0].service_id.clone().unwrap();
    world.import(&service).await.quietly();
    world.apply(&a_connection()).await.quietly();

    assert_eq!((sent, files), (1, 0), "nothing is even written down");
    assert_eq!((world.requests(ORDER), world.text("service_id")), (1, service));
    expect![[r#"
        Error: Connection `edge-1` already exists (at name)

        Lumen's inventory has a service with that name at the site (77133831778): another configuration or a person ordered it, or an earlier run whose order journal was lost.

        Nothing was ordered.

        To manage it here, run `terraform import` (ID `77133831778`). If only its address in the configuration has changed, write a `moved` block. To order a second connection, choose another `name`: the inventory shows nothing else to distinguish them by.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn another_name_orders_another_connection() {
    let mut world = given().await;
    world.apply_and_crash(&a_connection()).await.quietly();
    world.lose_journal().await;

    world.apply(&a_connection().with("name", "edge-2")).await.quietly();

    assert_eq!(world.orders().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn numbers_that_show_are_not_ordered_again_and_can_be_imported() {
    let mut world = given_world("lumen_voice_tn_reservation", |_| {}, |block| block).await;
    let reservation = crate::voice::a_reservation();
    world.apply_and_crash(&reservation).await.quietly();
    world.lose_journal().await;

    let run = world.apply(&reservation).await;
    let (sent, files) = (world.requests(crate::voice::ORDER), world.journal_files().len());
    let order = world.lumen.ledger().voice_orders[0].voice_order_id.clone();
    world.import(&order).await.quietly();
    world.apply(&reservation).await.quietly();

    assert_eq!((sent, files), (1, 0), "nothing is even written down");
    assert_eq!((world.requests(crate::voice::ORDER), world.text("id")), (1, order));
    expect![[r#"
        Error: Numbers already exist for the reservation in DENVER, CO

        Lumen's inventory has numbers of voice order 600184201, which was placed under the reference of this reservation (`tf-…`): by a reservation that was destroyed, by another configuration, or by an earlier run whose order journal was lost.

        Nothing was ordered.

        Import them with `terraform import` (ID `600184201`). To order others in addition, set `external_order_id` to your own reference.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn changes_and_the_end_of_a_connection_need_no_journal_of_its_beginning() {
    let mut world = given_connection().await;
    world.lose_journal().await;
    world.apply(&a_connection().with("bandwidth", "1 Gbps")).await.quietly();
    world.lose_journal().await;

    world.destroy().await.quietly();

    assert_eq!(world.orders().len(), 3);
}

/// The state has only the private data that a version without a journal wrote.
#[tokio::test(start_paused = true)]
async fn a_connection_from_before_there_was_a_journal_is_changed_and_disconnected() {
    let mut world = given_connection().await;
    if let Some(object) = &mut world.state {
        object.private = br#"{"pending":null,"quoted":null,"imported":false}"#.to_vec();
    }
    world.lose_journal().await;

    world.apply(&a_connection().with("name", "edge-2")).await.quietly();
    world.destroy().await.quietly();

    assert_eq!(world.orders().len(), 3);
    assert!(world.object().is_null() && world.open_orders().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_running_is_not_ordered_again() {
    let mut world = given_connection().await;
    world.lumen.set(slowly);
    let faster = a_connection().with("bandwidth", "1 Gbps");
    let impatient = timeout(faster.clone(), "update", "1m");
    world.apply_and_crash(&impatient).await;
    world.lose_journal().await;

    world.apply(&faster).await.quietly();

    assert_eq!(orders(&world), [Ordered::Add, Ordered::Modify]);
    assert_eq!(world.service().bandwidth_mbps, 1000);
}
