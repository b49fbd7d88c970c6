//! Orders of a subscription when a run is killed or an answer is lost.

use lumen_simulator::Fault;

use super::{CHANGE, DISCONNECT, INSTALL, an_office, given, given_subscription, numbers, ordered};

#[tokio::test(start_paused = true)]
async fn what_a_killed_run_ordered_is_adopted() {
    let mut world = given().await;
    let _ = world.apply_and_crash(&an_office()).await;

    let run = world.apply(&an_office()).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(
        (world.text("status").as_str(), ordered(&world).as_str()),
        ("active", "Install 0 1")
    );
}

#[tokio::test(start_paused = true)]
async fn every_change_of_a_killed_run_is_adopted() {
    let mut world = given_subscription().await;
    let office = numbers(an_office(), &["+13035550101", "+13035550102"])
        .with("customer_service_name", "EAST")
        .with("cnam", [("name", "EXAMPLE")])
        .with("on_destroy", "disconnect");
    let _ = world.apply_and_crash(&office).await;

    let run = world.apply(&office).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(ordered(&world), "Install 0 1, Change 1, Install 2, Disconnect 0");
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_found_in_the_report() {
    let mut world = given().await;
    world.fault(Fault::reset_after(INSTALL));

    let run = world.apply(&an_office()).await.expecting("The answer to the order of");

    run.quietly();
    assert_eq!(
        (world.text("status").as_str(), ordered(&world).as_str()),
        ("active", "Install 0 1")
    );
}

#[tokio::test(start_paused = true)]
async fn lost_answers_of_changes_are_found_in_the_report() {
    let mut world = given_subscription().await;
    world.fault(Fault::reset_after(CHANGE));
    world.fault(Fault::reset_after(DISCONNECT));
    let office = numbers(an_office(), &["+13035550101"])
        .with("customer_service_name", "EAST")
        .with("on_destroy", "disconnect");

    let run = world.apply(&office).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(ordered(&world), "Install 0 1, Change 1, Disconnect 0");
}

#[tokio::test(start_paused = true)]
async fn the_journal_has_no_names_and_no_addresses() {
    let world = given_subscription().await;

    for path in world.journal_files().into_keys() {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        for secret in ["Example", "Eldorado", "Broomfield", "80021"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

/// An older state is restored, and another journal is used.
#[tokio::test(start_paused = true)]
async fn numbers_that_are_being_disconnected_are_not_disconnected_again() {
    let mut world = given_subscription().await;
    let state = world.state.clone();
    let office = numbers(an_office(), &["+13035550101"]).with("on_destroy", "disconnect");
    let run = world.apply(&office).await;
    assert!(!run.failed(), "{}", run.shown());
    world.state = state;
    for path in world.journal_files().into_keys() {
        std::fs::remove_file(path).unwrap();
    }

    let run = world
        .apply(&office)
        .await
        .expecting("Numbers of the subscription of +13035550100 are being disconnected");

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!(ordered(&world), "Install 0 1, Disconnect 0");
}
