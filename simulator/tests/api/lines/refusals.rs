//! The codes that refuse orders, each with a request that deserves it.

mod changes;
mod installs;
mod ports;

use expect_test::expect;
use serde_json::{Value, json};

use super::{Office, a_port, office, with};

const FIRST: u64 = 13_035_550_100;
const PORTED: u64 = 13_035_559_100;
const LINE: &str = "/subscriberLines/0";
const ADDRESS: &str = "/subscriberLines/0/serviceAddress";

/// What is refused, by the pointers of its members and their values: `/productID "9999": 400 20000 …`.
async fn refusals(office: &Office, path: &str, order: &Value, changes: &[(&str, Value)]) -> String {
    let mut seen = Vec::new();
    for (pointer, value) in changes {
        let refused = office.post(path, &with(order.clone(), pointer, value.clone())).await;
        let text = value.to_string();
        let text: String = text.chars().take(40).collect();
        seen.push(format!("{pointer} {text}: {}", refused.exception()));
    }
    seen.join("\n")
}

#[tokio::test(start_paused = true)]
async fn a_body_must_be_an_object() {
    let office = office().await;
    let port = office.ordered("order", &a_port(&[PORTED])).await;
    let supplement = format!("order/{port}/supplement");

    for path in ["order", "order/change", "order/disconnect", &supplement] {
        let refused = office.post(path, &json!([1])).await.exception();
        assert_eq!(refused, "400 400001 Bad request", "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_about_an_unknown_order_is_refused() {
    let office = office().await;
    let mut seen = Vec::new();

    for id in ["600000000", "600184200", "ours"] {
        seen.push(format!(
            "status {id} {}",
            office.get(&format!("orderStatus/{id}")).await.exception()
        ));
        let told = office.get(&format!("notifications?voiceOrderId={id}")).await.exception();
        seen.push(format!("notifications {id} {told}"));
        seen.push(format!("cancel {id} {}", office.cancel(id).await.exception()));
    }

    expect![[r#"
        status 600000000 400 20060 The Voice Order ID provided can not be f
        notifications 600000000 400 20060 The Voice Order ID provided can not be f
        cancel 600000000 400 20054 The Voice Order ID can not be found. Can
        status 600184200 400 20060 The Voice Order ID provided can not be f
        notifications 600184200 400 20060 The Voice Order ID provided can not be f
        cancel 600184200 400 20055 Voice Order ID provided can not be found
        status ours 400 20049 Invalid Voice Order ID.
        notifications ours 400 20049 Invalid Voice Order ID.
        cancel ours 400 20064 Invalid or missing voice order ID. Cance"#]]
    .assert_eq(&seen.join("\n"));
}
