//! A process is suspended after it recorded an order. By the time it continues, others may have given the
//! order up, so it is not sent.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use lumen_core::{Process, Provider};
use lumen_simulator::Fault;
use object_store::ObjectStore;
use reqwest::{Client, Request, Response, Url};
use terraform_provider_lumen::machine::{Files, Machine, NetworkError, ThisMachine};
use terraform_provider_lumen::provider;

use crate::voice::{ORDER as NUMBERS, a_reservation, given as given_voice};
use crate::world::{ORDER, World, a_connection, given, given_connection, timeout};

/// When a machine is suspended for two hours.
#[derive(Clone, Debug)]
enum When {
    /// It is suspended as soon as this file exists.
    Written(PathBuf),
    /// It is suspended after the first answer to an order.
    Answered,
}

/// A machine that is suspended once.
#[derive(Clone, Debug)]
struct Suspended {
    when: When,
    is_over: Arc<AtomicBool>,
}

#[async_trait]
impl Machine for Suspended {
    fn now(&self) -> Timestamp {
        if let When::Written(file) = &self.when
            && file.exists()
        {
            self.is_over.store(true, Ordering::Relaxed);
        }
        let slept = if self.is_over.load(Ordering::Relaxed) { 2 } else { 0 };
        ThisMachine.now() + Duration::from_hours(slept)
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
        let is_order = request.url().path().ends_with("/orderRequest");
        let sent = ThisMachine.send(client, request).await;
        if is_order && matches!(self.when, When::Answered) {
            tokio::time::sleep(Duration::from_secs(25)).await;
            self.is_over.store(true, Ordering::Relaxed);
        }
        sent
    }

    fn files(&self) -> Arc<dyn Files> {
        ThisMachine.files()
    }

    fn objects(&self, place: &Url) -> Option<Box<dyn ObjectStore>> {
        ThisMachine.objects(place)
    }
}

/// Starts the next run on a machine that will be suspended.
async fn suspend(world: &mut World, when: impl FnOnce(&World) -> When) {
    let machine = Suspended { when: when(world), is_over: Arc::default() };
    let program = world.provider.program().elsewhere(move || Process {
        registry: provider::registry_on(Arc::new(machine.clone())),
        death: None,
    });
    world.provider = Provider::start(&program);
    world.next_run(|block| block).await;
}

/// The file that will record the intent of the next order, of this kind and number.
fn intent(world: &World, kind: &str, number: u32) -> PathBuf {
    let files = world.journal_files().into_keys();
    let mut folders = files.filter_map(|file| file.parent().map(ToOwned::to_owned));
    let name = |folder: &PathBuf| folder.file_name().unwrap().to_string_lossy().into_owned();
    let folder = folders.find(|folder| name(folder).starts_with(kind)).unwrap();
    folder.join(format!("{number}-intent.json"))
}

/// The endings of all closed entries.
fn endings(world: &World) -> Vec<String> {
    let files = world.journal_files().into_keys();
    let mut done: Vec<_> =
        files.filter(|file| file.to_string_lossy().ends_with("-done.json")).collect();
    done.sort();
    let read = |file| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
    };
    done.into_iter().map(|file| read(file)["ending"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn an_order_is_not_sent_hours_after_it_was_written_down() {
    let mut world = given().await;
    world.apply(&a_connection()).await.quietly();
    world.destroy().await.quietly();
    suspend(&mut world, |world| When::Written(intent(world, "iod_connection", 1))).await;

    let run = world.apply_unfinished(&a_connection()).await;

    assert!(!run.failed(), "{}", run.shown());
    let made = world.orders().iter().filter(|order| order.service_id.is_some()).count();
    assert_eq!((world.requests(ORDER), made), (3, 3), "two before, and one after the pause");
    let sent = world.orders().pop().unwrap().external_id;
    let unsent = std::fs::read_to_string(intent(&world, "iod_connection", 1)).unwrap();
    assert!(!unsent.contains(&sent), "it was ordered under a new entry: {sent}");
    assert!(endings(&world).contains(&"not_accepted".to_owned()), "{:?}", endings(&world));
}

#[tokio::test(start_paused = true)]
async fn numbers_are_not_ordered_hours_after_they_were_written_down() {
    let mut world = given_voice().await;
    world.apply(&a_reservation()).await.quietly();
    world.apply(&a_reservation().with("quantity", 4)).await.quietly();
    suspend(&mut world, |world| When::Written(intent(world, "voice_growth", 1))).await;

    let run = world.apply_unfinished(&a_reservation().with("quantity", 5)).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!((world.requests(NUMBERS), world.shown("reserved_quantity").as_str()), (3, "5"));
    assert!(endings(&world).contains(&"not_accepted".to_owned()), "{:?}", endings(&world));
}

/// Lumen asks the client to repeat the request later, and the machine is suspended in the meantime.
#[tokio::test(start_paused = true)]
async fn an_order_is_not_repeated_hours_after_it_was_written_down() {
    let mut world = given_connection().await;
    world.fault(Fault::status(ORDER, 429).times(1));
    suspend(&mut world, |_| When::Answered).await;

    let run = world.apply_unfinished(&a_connection().with("bandwidth", "1 Gbps")).await;

    assert!(!run.failed(), "{}", run.shown());
    assert_eq!((world.requests(ORDER), world.orders().len()), (3, 2));
    assert!(endings(&world).contains(&"not_accepted".to_owned()), "{:?}", endings(&world));
}

/// The pause allowed a person to settle the entry, and another run to order.
#[tokio::test(start_paused = true)]
async fn what_was_given_up_and_ordered_by_another_run_is_not_sent() {
    let mut world = given().await;
    world.keeps_planned_private = true;
    let mut other = world.another_process().await;
    let hurried = timeout(a_connection(), "create", "5s");
    world.fault(Fault::status(ORDER, 429).times(1));
    suspend(&mut world, |_| When::Answered).await;

    let settled = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        other.an_hour_passes();
        let asked = other.apply(&hurried).await;
        other.settle().await;
        other.apply_unfinished(&hurried).await;
        asked.failed()
    };
    let connection = a_connection();
    let (asked, run) = tokio::join!(settled, world.apply_unfinished(&connection));

    assert!(asked && run.failed(), "{}", run.shown());
    assert_eq!((world.requests(ORDER), world.orders().len()), (2, 1));
}
