//! Replacing a connection: an argument that an existing connection can't change orders a new one.

use expect_test::expect;
use lumen_core::{Action, Block, Status};
use lumen_simulator::{Action as Ordered, StatusEndpoint};

use crate::pending::slowly;
use crate::world::{
    INTERRUPTS, OTHER_SITE, PORT, PORT_SITE, SITE, World, a_connection, given_connection,
    given_lumen, timeout,
};

fn orders(world: &World) -> Vec<Ordered> {
    world.orders().iter().map(|order| order.action).collect()
}

#[tokio::test(start_paused = true)]
async fn another_site_replaces_the_connection() {
    let mut world = given_connection().await;
    let (service, reference) = (world.text("service_id"), world.text("external_id"));
    let moved = a_connection().with("master_site_id", OTHER_SITE);

    let plan = world.plan(&moved).await;
    world.apply(&moved).await.expecting(INTERRUPTS).quietly();

    assert_eq!((plan.action, plan.replaces), (Action::Replace, vec!["master_site_id".to_owned()]));
    assert_eq!(orders(&world), [Ordered::Add, Ordered::Delete, Ordered::Add]);
    assert_ne!(world.text("service_id"), service);
    assert_ne!(world.text("external_id"), reference);
    assert_eq!(world.service().master_site_id, OTHER_SITE);
}

#[tokio::test(start_paused = true)]
async fn whatever_a_service_can_not_take_over_replaces_it() {
    let port = a_connection()
        .without("partner_id")
        .with("port_service_id", PORT)
        .with("master_site_id", PORT_SITE);
    let replacements: [(&str, Block); 4] = [
        ("ipv4_block_size", a_connection().with("ipv4_block_size", "/28")),
        ("billing_account_id", a_connection().with("billing_account_id", "5-LABQ7731")),
        ("external_id", a_connection().with("external_id", "another-one")),
        ("port_service_id", port),
    ];
    for (argument, connection) in replacements {
        let mut world = given_connection().await;

        let run = world.apply(&connection).await;

        assert!(run.shown().contains(&format!("`{argument}` can't be changed")), "{argument}");
        run.expecting(INTERRUPTS).quietly();
        assert_eq!(orders(&world), [Ordered::Add, Ordered::Delete, Ordered::Add], "{argument}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_replacement_can_be_built_before_the_old_one_is_disconnected() {
    for connection in [
        a_connection().with("master_site_id", OTHER_SITE),
        a_connection().with("ipv4_block_size", "/28"),
    ] {
        let mut world = given_connection().await;
        let service = world.text("service_id");

        world.apply_create_first(&connection).await.quietly();

        assert_eq!(orders(&world), [Ordered::Add, Ordered::Add, Ordered::Delete]);
        assert_eq!(world.orders()[2].service_id, Some(service));
        assert_eq!(world.service().status, "Active");
        world.apply(&connection).await.quietly();
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_replaced_on_demand() {
    let mut world = given_connection().await;
    let reference = world.text("external_id");
    world.replace_on_demand = true;

    let run = world.apply_unfinished(&a_connection()).await.quietly();

    assert_eq!(run.action, Action::Replace);
    assert_eq!(orders(&world), [Ordered::Add, Ordered::Delete, Ordered::Add]);
    assert_ne!(world.text("external_id"), reference);
}

#[tokio::test(start_paused = true)]
async fn a_tainted_connection_is_replaced() {
    let mut world = given_connection().await;
    if let Some(object) = &mut world.state {
        object.status = Status::Tainted;
    }

    let run = world.apply(&a_connection()).await.quietly();

    assert_eq!(run.action, Action::Replace);
    assert_eq!(orders(&world), [Ordered::Add, Ordered::Delete, Ordered::Add]);
}

#[tokio::test(start_paused = true)]
async fn a_connection_still_being_built_is_built_disconnected_and_replaced() {
    let mut world = given_lumen(slowly).await;
    world.apply_unfinished(&timeout(a_connection(), "create", "1m")).await;

    let run = world.apply(&a_connection().with("master_site_id", OTHER_SITE)).await;

    assert!(!run.failed() && run.shown().contains("still being built"), "{}", run.shown());
    assert_eq!(orders(&world), [Ordered::Add, Ordered::Delete, Ordered::Add]);
    assert_eq!(world.service().master_site_id, OTHER_SITE);
}

#[tokio::test(start_paused = true)]
async fn a_replacement_waits_for_the_end_of_what_it_replaces() {
    let mut world = given_connection().await;
    let moved = a_connection().with("master_site_id", OTHER_SITE);
    world.apply(&timeout(a_connection(), "delete", "1m")).await.quietly();
    world.lumen.set(slowly);

    let run = world.apply(&moved).await;
    let first = orders(&world);
    world.lumen.advance(std::time::Duration::from_mins(20));
    world.apply(&moved).await;

    assert_eq!(first, [Ordered::Add, Ordered::Delete]);
    assert!(run.failed(), "Terraform must not continue with the create");
    assert_eq!(orders(&world), [Ordered::Add, Ordered::Delete, Ordered::Add]);
    expect![[r#"
        Warning: Replacing connection `edge-1` interrupts its traffic (at master_site_id)

        `master_site_id` can't be changed on an existing service, so the change forces a replacement.

        Service 77133831778 exists, and is billed. The apply disconnects it first, and then orders the new one. Between the two, there is no connection, and the new one may have other IP addresses. With `create_before_destroy`, the new one is built first, and both are billed for that time.

        To keep the connection, undo the change of `master_site_id`. To build the new one first, set `create_before_destroy = true` in its `lifecycle` block, and plan again.

        Error: Connection `edge-1` is not disconnected yet

        `timeouts.delete` has passed.

        Lumen has accepted order request 1ec0b2a1-41e7-11ee-86e8-0b78fbf26f76 to disconnect it. The order is in progress, and stays in the state. The provider doesn't order it again. The connection still exists, and is billed until Lumen has disconnected it.

        Run the same command again later: it waits until the connection is gone.
    "#]].assert_eq(&run.shown());
}

/// Lumen gives the old connection its new name only after the new connection was ordered.
#[tokio::test(start_paused = true)]
async fn one_that_is_being_renamed_is_not_taken_for_the_one_that_replaces_it() {
    let mut world = given_lumen(|lumen| lumen.status_endpoint = StatusEndpoint::NotFound).await;
    world.apply(&a_connection()).await.quietly();
    let old = world.text("service_id");
    world.lumen.set(|lumen| lumen.order_seconds = 600.0);
    let renamed = a_connection().with("name", "edge-2");
    world.apply_unfinished(&timeout(renamed.clone(), "update", "1m")).await;
    world.replace_on_demand = true;

    let run = world.apply_create_first(&renamed).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_ne!(world.text("service_id"), old);
    assert_eq!(orders(&world), [Ordered::Add, Ordered::Modify, Ordered::Add, Ordered::Delete]);
    assert_eq!(world.orders()[2].service_id, Some(world.text("service_id")));
}

/// Both orders are the first ones of their names and sites, and Lumen has built neither.
#[tokio::test(start_paused = true)]
async fn an_order_at_a_new_site_is_not_taken_for_the_one_that_it_replaces() {
    let mut world = given_lumen(slowly).await;
    let at = |site| a_connection().with("wait_for", "accepted").with("master_site_id", site);
    world.apply(&at(SITE)).await.quietly();
    world.next_run(|block| block).await;
    let (before, plan) = (world.state.clone(), world.plan(&at(OTHER_SITE)).await);
    world.create_first(&plan).await;
    assert_eq!(orders(&world), [Ordered::Add, Ordered::Add]);
    // Terraform was killed before it saved the new connection.
    world.state = before;
    world.next_run(|block| block).await;

    world.apply_create_first(&at(OTHER_SITE)).await;

    assert_eq!(orders(&world), [Ordered::Add, Ordered::Add, Ordered::Delete]);
}
