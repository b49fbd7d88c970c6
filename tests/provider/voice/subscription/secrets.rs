//! The PIN and the account number at the losing carrier, if Lumen repeats them.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use expect_test::expect;
use lumen_core::Block;
use lumen_simulator::Fault;
use terraform_provider_lumen::framework::Value;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use super::port::{a_port, port_in};
use super::{INSTALL, given, orders};
use crate::world::World;

const NOTIFICATIONS: &str = "GET /Voice/v1/Numbers/notifications";
const ACCOUNT: &str = "ACCOUNT-77";
const PIN: &str = "Pin\"4711";

/// What Lumen may repeat of the body, in its own spelling.
const ECHO: &str = r#"{"exception": {"code": "20113", "message": "Invalid losing carrier PIN PIN\"4711 of account-77", "detail": "losingCarrierPin=Pin\"4711"}, "request": {"losingCarrierPin": "Pin\"4711"}}"#;

/// A port with a write-only PIN.
fn a_secret_port() -> Block {
    let secrets = [("losing_carrier_account_number", ACCOUNT), ("losing_carrier_pin_wo", PIN)];
    let Value::Map(mut port) = port_in(secrets) else { panic!("a port is an object") };
    port.insert("losing_carrier_pin_wo_version".into(), Value::Number(1_i64.into()));
    a_port().with("port_in", Value::Map(port))
}

/// Everything that the provider logs on this thread, in every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut Line(&mut self.0.lock().unwrap()));
    }
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0, "{field}={value:?}").unwrap();
    }
}

/// Whether a text has one of the secrets, whatever its case.
fn reveals(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("4711") || text.contains("account-77")
}

/// Everything but the account number in the state, which Terraform hides.
fn stored(world: &World) -> String {
    let mut stored = String::new();
    for path in world.journal_files().into_keys() {
        stored += &std::fs::read_to_string(path).unwrap_or_default();
    }
    let Some(state) = &world.state else { return stored };
    let Value::Map(mut attributes) = state.value.clone() else { return stored };
    attributes.remove("port_in");
    stored + &format!("{attributes:?}") + &String::from_utf8_lossy(&state.private)
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_lumen_repeats_is_shown_nowhere() {
    let log = Log::default();
    let _logs = tracing::subscriber::set_default(tracing_subscriber::registry().with(log.clone()));
    let mut told = Vec::new();
    for (fault, summary) in [
        (Fault::status(INSTALL, 400).body(ECHO), "can't be ordered"),
        (Fault::status(INSTALL, 502).body(ECHO), "was ordered"),
        (Fault::answer(INSTALL, 200, ECHO), "was ordered"),
    ] {
        let mut world = given().await;
        world.fault(fault.times(1));
        // Another thread that logs at the same place for the first time may have seen no subscriber.
        tracing::callsite::rebuild_interest_cache();

        let run = world.apply_unfinished(&a_secret_port()).await;

        assert!(run.failed() && run.shown().contains(summary), "{}", run.shown());
        assert!(!reveals(&stored(&world)), "{}", stored(&world));
        told.push(run.shown());
    }

    let log = log.0.lock().unwrap().clone();
    assert!(log.contains("Lumen answered"), "{log}");
    assert!(!reveals(&log) && !reveals(&told.concat()), "{log}{}", told.concat());
    expect![[r#"
        Error: The port of the subscription of +13035559100 can't be ordered (at port_in)

        Lumen rejected the request: HTTP 400 20113: Invalid losing carrier PIN (sensitive value) of (sensitive value) (losingCarrierPin=(sensitive value)) (POST /Voice/v1/Numbers/order, tracking ID …).

        Nothing was ordered.

        Correct `port_in.losing_carrier_pin`, and apply again.
    "#]].assert_eq(&told[0]);
}

#[tokio::test(start_paused = true)]
async fn a_secret_in_a_notification_is_shown_nowhere() {
    let mut world = given().await;
    let notification = r#"{"notifications": [{"code": "1403", "message": "The PIN Pin\"4711 of ACCOUNT-77 is wrong"}]}"#;
    world.fault(Fault::answer(NOTIFICATIONS, 200, notification));

    let run = world.apply_unfinished(&a_secret_port()).await;

    assert_eq!(orders(&world).len(), 1);
    assert!(run.failed() && !reveals(&run.shown()), "{}", run.shown());
    assert!(!reveals(&stored(&world)), "{}", stored(&world));
    assert!(run.shown().contains("(sensitive value)"), "{}", run.shown());
}
