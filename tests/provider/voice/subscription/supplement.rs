//! Changing a port that is in progress: supplements.

use expect_test::expect;
use lumen_core::{Action, Block};
use lumen_simulator::{Fault, SupplementId, VoiceSettings};
use terraform_provider_lumen::framework::Value;

use super::port::{DAY, a_port, given_port, in_days, port_in};
use super::{SUPPLEMENT, an_address, numbers, orders};
use crate::world::World;

/// A port that the losing carrier has not agreed to.
async fn given_early_port(change: impl FnOnce(&mut VoiceSettings)) -> World {
    given_port(|voice| {
        voice.foc_seconds = 3.0 * 86_400.0;
        change(voice);
    })
    .await
}

fn another_date() -> Block {
    a_port().with("request_date", in_days(15))
}

fn another_subscriber() -> Block {
    a_port().with("subscriber", [("type", "business"), ("business_name", "Example West")])
}

fn another_address() -> Block {
    let mut address = an_address();
    address[0].1 = "1027";
    a_port().with("service_address", address)
}

fn another_billing_number() -> Block {
    let Value::Map(mut port) = port_in([("losing_carrier_account_number", "12345")]) else {
        panic!("a port is an object")
    };
    port.insert("billing_telephone_number".into(), Value::text("+13035559101"));
    a_port().with("port_in", Value::Map(port))
}

/// What supplements sent, one line each.
fn supplements(world: &World) -> String {
    let sent = orders(world).into_iter().flat_map(|order| order.supplements);
    sent.map(|supplement| supplement.sent.join(" ")).collect::<Vec<_>>().join("\n")
}

#[tokio::test(start_paused = true)]
async fn every_argument_of_a_port_that_can_change_before_foc() {
    let mut told = Vec::new();
    for block in [another_date(), another_subscriber(), another_address(), another_billing_number()]
    {
        let mut world = given_early_port(|_| {}).await;

        let plan = world.plan(&block).await;
        world.apply(&block).await.quietly();

        assert_eq!((plan.action, orders(&world).len()), (Action::Update, 1));
        assert_eq!(world.text("status"), "pending");
        assert_eq!(world.plan(&block).await.action, Action::Nothing);
        told.push(supplements(&world));
    }

    expect![[r#"
        billingTN businessName customerRequestDate customerType externalOrderID
        billingTN businessName customerRequestDate customerType externalOrderID
        billingTN businessName customerRequestDate customerType externalOrderID serviceAddress.city serviceAddress.secondaryLocation serviceAddress.state serviceAddress.streetName serviceAddress.streetNumber serviceAddress.streetSuffix serviceAddress.zip
        billingTN businessName customerRequestDate customerType externalOrderID"#]].assert_eq(&told.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn only_the_date_of_a_port_can_change_after_foc() {
    let mut world = given_port(|_| {}).await;

    let mut told = Vec::new();
    for block in [another_subscriber(), another_address(), another_billing_number()] {
        let run = world.apply_unfinished(&block).await;
        assert!(run.failed() && supplements(&world).is_empty());
        told.push(run.shown());
    }
    world.apply(&another_date()).await.quietly();

    expect!["customerRequestDate externalOrderID"].assert_eq(&supplements(&world));
    expect![[r#"
        Error: `subscriber` can't be changed after the FOC date is set (at subscriber)

        The losing carrier has agreed to the port of the subscription of +13035559100, and accepts only another date from then on.

        The port continues as it was ordered.

        Change only `request_date`, or change `subscriber` when `status` is `active`. Or cancel the port: set `on_destroy = "disconnect"`, apply, destroy the subscription, and create it again.

        Error: `service_address` can't be changed after the FOC date is set (at service_address)

        The losing carrier has agreed to the port of the subscription of +13035559100, and accepts only another date from then on.

        The port continues as it was ordered.

        Change only `request_date`, or change `service_address` when `status` is `active`. Or cancel the port: set `on_destroy = "disconnect"`, apply, destroy the subscription, and create it again.

        Error: `port_in.billing_telephone_number` can't be changed after the FOC date is set (at port_in)

        The losing carrier has agreed to the port of the subscription of +13035559100, and accepts only another date from then on.

        The port continues as it was ordered.

        Change only `request_date`, or change `port_in.billing_telephone_number` when `status` is `active`. Or cancel the port: set `on_destroy = "disconnect"`, apply, destroy the subscription, and create it again.
    "#]].assert_eq(&told.join("\n"));
    assert_eq!(world.plan(&another_date()).await.action, Action::Nothing);
}

#[tokio::test(start_paused = true)]
async fn what_no_supplement_changes_is_refused() {
    let mut world = given_early_port(|_| {}).await;

    let run = world.apply_unfinished(&a_port().with("customer_service_name", "EAST")).await;

    assert!(run.failed() && supplements(&world).is_empty());
    expect![[r#"
        Error: `customer_service_name` can't be changed while its port is in progress (at customer_service_name)

        Lumen changes only the date, the subscriber, the address and the billing telephone number of a port in progress, and the subscription of +13035559100 is being ported.

        The port continues as it was ordered.

        Change it when `status` is `active`. Or cancel the port: set `on_destroy = "disconnect"`, apply, destroy the subscription, and create it again.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_port_goes_on_after_a_supplement() {
    let mut world = given_early_port(|voice| voice.port_seconds = Some(60.0)).await;
    world.apply(&another_date()).await.quietly();
    world.lumen.advance(DAY * 4);
    world.next_run(|block| block).await;

    world.refresh().await.quietly();

    assert_eq!(
        (world.text("status").as_str(), world.text("port_status").as_str()),
        ("active", "completed")
    );
    assert_eq!(world.plan(&another_date()).await.action, Action::Nothing);
    assert!(world.open_orders().await.is_empty());
}

/// A supplement that waits for the port would change nothing.
#[tokio::test(start_paused = true)]
async fn a_supplement_goes_before_the_wait_for_the_port() {
    let mut world = given_port(|voice| {
        voice.foc_seconds = 600.0;
        voice.port_seconds = Some(60.0);
    })
    .await;
    let block = another_date().with("wait_for", "active");

    world.apply(&block).await.expecting("The apply waits until").quietly();

    assert_eq!((world.text("status").as_str(), supplements(&world).lines().count()), ("active", 1));
}

#[tokio::test(start_paused = true)]
async fn a_supplement_with_an_id_of_its_own_is_recorded() {
    let mut world = given_early_port(|voice| voice.supplement_id = SupplementId::Own).await;

    world.apply(&another_subscriber()).await.quietly();

    expect![[r#"["600184202", "600184203"]"#]].assert_eq(&world.shown("voice_order_ids"));
}

#[tokio::test(start_paused = true)]
async fn one_supplement_changes_all_arguments_and_the_next_one_follows() {
    let mut world = given_early_port(|_| {}).await;
    let all = another_date().with("service_address", {
        let mut address = an_address();
        address[0].1 = "1027";
        address
    });

    world.apply(&all).await.quietly();
    world.apply(&another_address()).await.quietly();

    assert_eq!(supplements(&world).lines().count(), 2);
    assert_eq!(orders(&world)[0].request_date.unwrap().to_string(), in_days(10));
}

#[tokio::test(start_paused = true)]
async fn a_supplement_of_a_killed_run_is_adopted() {
    for lost in [false, true] {
        let mut world = given_early_port(|_| {}).await;
        if lost {
            world.fault(Fault::reset_after(SUPPLEMENT));
        }
        let _ = world.apply_and_crash(&another_date()).await;

        let run = world.apply(&another_date()).await;

        assert!(!run.failed(), "{}", run.shown());
        assert_eq!(supplements(&world).lines().count(), 1);
        assert_eq!(world.text("request_date"), in_days(15));
        world.next_run(|block| block).await;
        assert_eq!(world.plan(&another_date()).await.action, Action::Nothing);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_killed_before_it_sent_a_supplement_leaves_the_port() {
    let mut world = given_early_port(|_| {}).await;
    let plan = world.plan(&another_date()).await;
    world.lumen.refuse_connections();
    let run = world.apply_plan(plan).await;
    world.lumen.clear_faults();
    assert!(run.failed() && world.text("status") == "pending", "{}", run.shown());

    world.apply(&another_date()).await.quietly();

    assert_eq!(supplements(&world).lines().count(), 1);
}

/// Somebody changes the configuration after a run was killed behind the answer.
#[tokio::test(start_paused = true)]
async fn a_different_supplement_follows_the_one_of_a_killed_run() {
    let mut world = given_early_port(|_| {}).await;
    let _ = world.apply_and_crash(&another_date()).await;

    let run = world.apply(&another_subscriber().with("request_date", in_days(12))).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(supplements(&world).lines().count(), 2);
    assert_eq!(orders(&world)[0].request_date.unwrap().to_string(), in_days(12));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_found_in_the_status_or_the_notifications() {
    for block in [another_date(), another_subscriber()] {
        let mut world = given_early_port(|_| {}).await;
        world.fault(Fault::reset_after(SUPPLEMENT));

        world.apply(&block).await.expecting("The answer to the order of").quietly();

        assert_eq!(supplements(&world).lines().count(), 1);
        assert_eq!(world.plan(&block).await.action, Action::Nothing);
    }
}

#[tokio::test(start_paused = true)]
async fn a_supplement_that_left_no_trace_needs_a_person() {
    let mut world = given_early_port(|_| {}).await;
    world.fault(Fault::reset_before(SUPPLEMENT).times(1));

    let run = world.apply_unfinished(&another_date()).await;

    assert!(run.failed() && supplements(&world).is_empty());
    expect![[r#"
        Error: It is not known whether the port of the subscription of +13035559100 was supplemented

        Lumen's answer was lost (POST /Voice/v1/Numbers/order/{id}/supplement): error sending request: client error (SendRequest): connection closed before message completed.

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. The port continues: if Lumen has the supplement, it continues as changed.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, look for it in Lumen's portal, or ask Lumen about the reference `tf-…` and `+13035559100`, `+13035559101`.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&run.shown());
    assert_eq!(
        (world.text("status").as_str(), world.text("request_date").as_str()),
        ("pending", in_days(10))
    );
    world.settle().await;
    world.next_run(|block| block).await;
    world.apply(&another_date()).await.quietly();
    assert_eq!(supplements(&world).lines().count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_supplement_leaves_the_port_as_it_was() {
    let mut world = given_early_port(|_| {}).await;
    let body = r#"{"exception":{"httpStatusCode":"409","code":"409001","message":"Data conflict. Please try again later."}}"#;
    world.fault(Fault::status(SUPPLEMENT, 409).body(body).times(1));

    let run = world.apply_unfinished(&another_subscriber()).await;

    assert!(run.failed(), "{}", run.shown());
    assert_eq!(world.requests("POST /Voice/v1/Numbers/order/"), 1, "it is not repeated");
    expect![[r#"
        Error: The supplement of the subscription of +13035559100 was refused

        Lumen rejected the request: HTTP 409 409001: Data conflict. Please try again later. (POST /Voice/v1/Numbers/order/{id}/supplement, tracking ID …).

        The port continues as it was before.

        Once the FOC date is set, only `request_date` can be changed. Undo the other changes, and apply again: each run reads the FOC date.
    "#]].assert_eq(&run.shown());
    assert_eq!(
        world.shown("subscriber"),
        r#"{ business_name = "Example Corp", type = "business" }"#
    );
    assert!(world.open_orders().await.is_empty());
    world.apply(&another_subscriber()).await.quietly();
}

/// The losing carrier agrees between plan and apply.
#[tokio::test(start_paused = true)]
async fn an_apply_reads_the_stage_of_the_port_again() {
    let mut world = given_early_port(|_| {}).await;
    let plan = world.plan(&another_subscriber()).await;
    let id = orders(&world)[0].voice_order_id.clone();
    assert!(world.lumen.schedule_foc(&id, None));

    let run = world.apply_plan(plan).await;

    assert!(run.failed() && supplements(&world).is_empty());
    expect![[r#"
        Error: `subscriber` can't be changed after the FOC date is set (at subscriber)

        The losing carrier has agreed to the port of the subscription of +13035559100, and accepts only another date from then on.

        The port continues as it was ordered.

        Change only `request_date`, or change `subscriber` when `status` is `active`. Or cancel the port: set `on_destroy = "disconnect"`, apply, destroy the subscription, and create it again.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn a_supplement_needs_a_date_that_lumen_accepts() {
    let mut world = given_early_port(|_| {}).await;

    let run = world.apply_unfinished(&a_port().with("request_date", in_days(45))).await;

    assert!(run.failed() && supplements(&world).is_empty());
    assert!(run.shown().starts_with("Error: `request_date` is too late"), "{}", run.shown());
}

/// Numbers don't change while they are ported.
#[tokio::test(start_paused = true)]
async fn a_number_can_t_leave_a_port() {
    let mut world = given_early_port(|_| {}).await;
    let block = numbers(a_port(), &["+13035559100"]).with("on_destroy", "retain");

    let run = world.apply_unfinished(&block).await;

    assert!(run.failed() && supplements(&world).is_empty(), "{}", run.shown());
    assert_eq!(world.shown("telephone_numbers"), r#"["+13035559100", "+13035559101"]"#);
}
