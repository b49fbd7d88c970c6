//! The dates of orders, on machines whose clocks show a weekend, a holiday, or a time after the plan.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use expect_test::expect;
use jiff::Timestamp;
use lumen_core::{Block, Program, Provider};
use object_store::ObjectStore;
use reqwest::{Client, Request, Response, Url};
use terraform_provider_lumen::machine::{Files, Machine, NetworkError, ThisMachine};
use terraform_provider_lumen::provider::registry_on;

use super::rules::a_port;
use super::{an_office, given, inbound, orders};
use crate::world::World;

/// This machine, with a clock that is ahead by so many seconds.
#[derive(Debug, Clone, Default)]
struct Ahead(Arc<AtomicU64>);

#[async_trait]
impl Machine for Ahead {
    fn now(&self) -> Timestamp {
        ThisMachine.now() + Duration::from_secs(self.0.load(Ordering::Relaxed))
    }

    fn variable(&self, name: &str) -> Option<String> {
        ThisMachine.variable(name)
    }

    fn folder(&self) -> Option<PathBuf> {
        ThisMachine.folder()
    }

    fn terraform(&self) -> Option<String> {
        ThisMachine.terraform()
    }

    async fn send(&self, client: &Client, request: Request) -> Result<Response, NetworkError> {
        ThisMachine.send(client, request).await
    }

    fn files(&self) -> Arc<dyn Files> {
        ThisMachine.files()
    }

    fn objects(&self, place: &Url) -> Option<Box<dyn ObjectStore>> {
        ThisMachine.objects(place)
    }
}

impl Ahead {
    /// Lets time pass on this machine and at Lumen.
    fn advance(&self, world: &World, by: Duration) {
        self.0.fetch_add(by.as_secs(), Ordering::Relaxed);
        world.lumen.advance(by);
    }
}

/// A world in which it is this time of the year 2090, and its clock.
async fn given_at(time: &str) -> (World, Ahead) {
    let mut world = given().await;
    let clock = Ahead::default();
    let then: Timestamp = time.parse().unwrap();
    clock.advance(&world, then.duration_since(Timestamp::now()).unsigned_abs());
    let machine = clock.clone();
    let program = Program::new(move || registry_on(Arc::new(machine.clone())));
    world.provider = Provider::start(&program);
    world.next_run(|block| block).await;
    (world, clock)
}

#[tokio::test(start_paused = true)]
async fn numbers_are_disconnected_on_a_business_day() {
    for (destroyed, notice_days, expected) in [
        // A Monday, a Friday, a Friday evening in Denver, and a Sunday.
        ("2090-06-05T16:00:00Z", 1, "2090-06-06T17:00:00Z"),
        ("2090-06-02T16:00:00Z", 1, "2090-06-05T17:00:00Z"),
        ("2090-06-03T03:00:00Z", 1, "2090-06-05T17:00:00Z"),
        ("2090-06-04T16:00:00Z", 1, "2090-06-05T17:00:00Z"),
        // The days before Thanksgiving, and the Friday before Memorial Day.
        ("2090-11-22T16:00:00Z", 1, "2090-11-24T17:00:00Z"),
        ("2090-11-22T16:00:00Z", 2, "2090-11-27T17:00:00Z"),
        ("2090-05-26T16:00:00Z", 1, "2090-05-30T17:00:00Z"),
    ] {
        let (mut world, clock) = given_at(destroyed).await;
        let office = an_office()
            .with("on_destroy", "disconnect")
            .with("disconnect_notice_days", notice_days);
        world.apply(&office).await.quietly();

        let run = world.destroy().await;

        let warning = format!(
            "The numbers of the subscription of +13035550100 are disconnected on {expected}"
        );
        run.expecting(&warning).quietly();
        let asked = orders(&world).last().and_then(|order| order.request_date);
        assert_eq!(asked.map(|date| date.to_string()).as_deref(), Some(expected), "{destroyed}");
        assert_eq!(world.lumen.lines().len(), 2);
        clock.advance(&world, Duration::from_hours(6 * 24));
        assert!(world.lumen.lines().is_empty(), "{destroyed}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_saved_plan_whose_date_has_become_too_early_orders_nothing() {
    let install = inbound().with("request_date", "2090-06-13T17:00:00Z");
    let port = a_port().with("request_date", "2090-06-07T17:00:00Z");
    let mut told = Vec::new();
    for block in [install, port] {
        told.push(applied_two_hours_later(&block).await);
    }
    expect![[r#"
        Error: `request_date` is too early (at request_date)

        It is 2090-06-13T17:00:00Z, and Lumen accepts dates 7 to 30 days after the order.

        Nothing was ordered.

        Set it to a date … Without a date, Lumen puts reserved numbers into service at once.

        Error: `request_date` is too early (at request_date)

        It is 2090-06-07T17:00:00Z, and Lumen accepts dates 1 to 30 days after the order.

        Nothing was ordered.

        Set it to a date …
    "#]]
    .assert_eq(&told.join("\n"));
}

/// Plans on a Tuesday, applies that plan two hours later, and returns what the apply reports. The dates that it
/// allows depend on the second in which it runs.
async fn applied_two_hours_later(block: &Block) -> String {
    let (mut world, clock) = given_at("2090-06-06T16:00:00Z").await;
    let plan = world.plan(block).await;
    assert_eq!(plan.shown(), "");
    clock.advance(&world, Duration::from_hours(2));

    let run = world.apply_plan(plan).await;

    assert!(run.failed() && world.object().is_null() && orders(&world).is_empty());
    assert!(world.journal_files().is_empty());
    let told = run.shown();
    let (told, window) = told.split_once(" from 2090-").unwrap();
    let (_, undated) = window.rsplit_once("Z.").unwrap();
    format!("{told} …{undated}")
}
