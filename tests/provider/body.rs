//! What an order sends to Lumen: the contact, note, purchase order, billing account, and reference.

use expect_test::expect;
use lumen_core::{Action, Block};
use terraform_provider_lumen::framework::Value;

use crate::world::{a_connection, a_contact, given, given_provider};

#[tokio::test(start_paused = true)]
async fn an_order_carries_what_the_resource_says() {
    let mut world = given().await;
    let contact = [
        ("name", "Grace Hopper"),
        ("email", "grace@example.com"),
        ("phone", "(615) 769-1234"),
        ("organization", "Research"),
    ];
    let connection = a_connection()
        .with("contact", contact)
        .with("note", "Ask at the desk")
        .with("purchase_order_number", "PO-7")
        .with("external_id", "edge-1-2026")
        .with("billing_account_id", "5-LABQ7731")
        .with("ipv4_block_size", "/28");

    world.apply(&connection).await.quietly();

    let [order] = world.orders().try_into().unwrap();
    assert_eq!(order.contact.name, "Grace Hopper");
    assert_eq!(order.contact.email, "grace@example.com");
    assert_eq!(order.contact.organization, "Research");
    assert_eq!(order.note.as_deref(), Some("Ask at the desk"));
    assert_eq!(order.purchase_order_number.as_deref(), Some("PO-7"));
    assert_eq!(order.external_id, "edge-1-2026");
    assert_eq!(order.billing_account_id, "5-LABQ7731");
    assert_eq!(order.customer_service_name.as_deref(), Some("edge-1"));
    assert_eq!(order.bandwidth_mbps, Some(100));
    assert_eq!(world.service().ipv4_block_size, "/28");
    assert_eq!(world.text("billing_account_name"), "Research laboratory");
}

#[tokio::test(start_paused = true)]
async fn what_the_resource_leaves_out_the_provider_block_gives() {
    let mut world = given().await;

    world.apply(&a_connection()).await.quietly();

    let [order] = world.orders().try_into().unwrap();
    let [(_, name), (_, email), ..] = a_contact();
    assert_eq!((order.contact.name.as_str(), order.contact.email.as_str()), (name, email));
    assert_eq!((order.note, order.purchase_order_number), (None, None));
    assert_eq!(order.billing_account_id, "5-RHQBGCGK");
}

/// Adds the note and the purchase order number that connections use by default.
fn with_defaults(block: Block) -> Block {
    block.with("note", "Call before 9").with("purchase_order_number", "PO-1")
}

#[tokio::test(start_paused = true)]
async fn the_note_and_purchase_order_number_of_the_resource_come_before_the_defaults() {
    let mut world = given_provider(with_defaults).await;
    let mut other = world.another_resource();
    let own = a_connection()
        .with("name", "edge-2")
        .with("note", "Ask at the desk")
        .with("purchase_order_number", "PO-7");

    world.apply(&a_connection()).await.quietly();
    other.apply(&own).await.quietly();

    let sent = world.orders().into_iter().map(|order| (order.note, order.purchase_order_number));
    let expected = [("Call before 9", "PO-1"), ("Ask at the desk", "PO-7")]
        .map(|(note, number)| (Some(note.to_owned()), Some(number.to_owned())));
    assert_eq!(sent.collect::<Vec<_>>(), expected);
    for argument in ["note", "purchase_order_number"] {
        assert!(world.object().get(argument).is_null(), "`{argument}` is not in the state");
    }
}

#[tokio::test(start_paused = true)]
async fn other_defaults_of_the_provider_order_nothing_and_are_for_later_orders() {
    let mut world = given_provider(with_defaults).await;
    world.apply(&a_connection()).await.quietly();
    let unknown = (Value::unknown(), Value::unknown());
    for (note, number) in [unknown, (Value::text("Use gate 4"), Value::text("PO-2"))] {
        world
            .next_run(|block| block.with("note", note).with("purchase_order_number", number))
            .await;
        let plan = world.plan(&a_connection()).await;
        assert_eq!((plan.action, plan.shown().as_str()), (Action::Nothing, ""));
    }

    world.apply(&a_connection()).await.quietly();
    assert_eq!(world.orders().len(), 1);
    world.apply(&a_connection().with("bandwidth", "1 Gbps")).await.quietly();

    let [_, order] = world.orders().try_into().unwrap();
    assert_eq!(order.note.as_deref(), Some("Use gate 4"));
    assert_eq!(order.purchase_order_number.as_deref(), Some("PO-2"));
}

#[tokio::test(start_paused = true)]
async fn a_disconnection_carries_the_note_of_the_state_or_of_the_provider() {
    let own = a_connection().with("note", "Ask at the desk");
    for (connection, note) in [(own, "Ask at the desk"), (a_connection(), "Call before 9")] {
        let mut world = given().await;
        world.apply(&connection).await.quietly();
        world.next_run(with_defaults).await;

        world.destroy().await.quietly();

        let [_, order] = world.orders().try_into().unwrap();
        // A disconnection has no quote, and only quotes have a purchase order number.
        assert_eq!((order.note.as_deref(), order.purchase_order_number), (Some(note), None));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reference_that_is_not_given_is_drawn_when_it_is_ordered() {
    let mut world = given().await;
    let mut other = world.another_process().await;

    let plan = world.plan(&a_connection()).await;
    world.apply(&a_connection()).await.quietly();
    other.apply(&a_connection().with("name", "edge-2")).await.quietly();

    assert!(plan.planned.get("external_id").is_unknown());
    let references: Vec<String> =
        world.orders().into_iter().map(|order| order.external_id).collect();
    assert_eq!(references, [world.text("external_id"), other.text("external_id")]);
    assert_ne!(references[0], references[1]);
    assert!(references.iter().all(|drawn| drawn.starts_with("tf-") && drawn.len() == 20));
}

#[tokio::test(start_paused = true)]
async fn someone_must_pay_and_someone_must_be_written_to() {
    let mut world =
        given_provider(|block| block.without("billing_account_id").without("contact")).await;

    let shown = world.plan(&a_connection()).await.shown();

    expect![[r#"
        Error: `billing_account_id` is missing for connection `edge-1` (at billing_account_id)

        Lumen requires a billing account in every order, and neither the connection nor the provider has one.

        Nothing was ordered.

        Set `billing_account_id` in the resource or in the `provider "lumen"` block, or `LUMEN_BILLING_ACCOUNT_ID` in the environment, and run the same command again. `lumen_billing_accounts` lists the accounts.

        Error: `contact` is missing for connection `edge-1` (at contact)

        Lumen requires a contact in every order, and neither the resource nor the provider has one.

        Nothing was ordered.

        Set `contact` in the resource or in the `provider "lumen"` block, and run the same command again.
    "#]].assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn an_account_outside_the_united_states_can_not_pay() {
    let mut world = given().await;

    let plan = world.plan(&a_connection().with("billing_account_id", "5-MAPLE042")).await;

    expect![[r#"
        Error: Nothing can be ordered on billing account `5-MAPLE042` (at billing_account_id)

        The account holder is headquartered in CA, and Lumen accepts only the United States.

        Nothing was ordered.

        Set `billing_account_id` to one of `5-RHQBGCGK` (Company or account name), `5-LABQ7731` (Research laboratory), `5-LEGACY01` (Legacy voice account), and run the same command again.
    "#]].assert_eq(&plan.shown());
}

#[tokio::test(start_paused = true)]
async fn an_unknown_account_can_not_pay() {
    let mut world = given().await;

    let plan = world.plan(&a_connection().with("billing_account_id", "5-NOBODY")).await;

    expect![[r#"
        Error: There is no billing account `5-NOBODY` (at billing_account_id)

        Lumen does not list it under your customer number.

        Nothing was ordered.

        Set `billing_account_id` to one of `5-RHQBGCGK` (Company or account name), `5-LABQ7731` (Research laboratory), `5-LEGACY01` (Legacy voice account), and run the same command again.
    "#]].assert_eq(&plan.shown());
}
