//! Voice: rate centers, coverage and reservations.

mod errors;
mod numbers;
mod ordering;
mod rate_centers;
mod shortage;

use serde_json::{Value, json};

use crate::{Answer, World};

pub(crate) const VOICE: &str = "/Voice/v1/Numbers";
const ORDER_INVENTORY: &str = "/Voice/v1/Numbers/orderInventory";

/// A token lifetime that no test exceeds.
const A_YEAR: u64 = 365 * 24 * 60 * 60;

/// An order for numbers in a rate center in Colorado.
pub(crate) fn a_reservation(rate_center: &str, quantity: u32) -> Value {
    json!({
        "productID": "2036",
        "externalOrderID": "lumen-1",
        "rateCenters": [{ "rateCenter": rate_center, "state": "CO", "quantity": quantity }],
    })
}

impl World {
    /// Orders numbers, and returns the voice order id.
    async fn reserve(&self, rate_center: &str, quantity: u32) -> String {
        self.reserve_as(&a_reservation(rate_center, quantity)).await
    }

    async fn reserve_as(&self, order: &Value) -> String {
        let placed = self.post(ORDER_INVENTORY, order).await;
        placed.body["voiceOrderId"].as_str().unwrap_or_else(|| panic!("{}", placed.body)).to_owned()
    }

    async fn voice(&self, path: &str) -> Answer {
        self.get(&format!("{VOICE}/{path}")).await
    }

    async fn approve(&self, order: &str, action: &str) -> Answer {
        let answer = json!({ "voiceOrderId": order, "action": action });
        self.post(&format!("{VOICE}/customerApproval"), &answer).await
    }

    async fn cancel(&self, order: &str) -> Answer {
        self.post(&format!("{VOICE}/order/{order}/cancel"), &json!({})).await
    }

    /// The notification codes so far and the status: `901 10002: completed, 10 numbers`.
    async fn progress(&self, order: &str) -> String {
        let told = self.voice(&format!("notifications?voiceOrderId={order}")).await.body;
        let codes: Vec<_> = told["notifications"]
            .as_array()
            .unwrap()
            .iter()
            .map(|told| told["notificationCode"].as_str().unwrap().to_owned())
            .collect();
        let status = self.voice(&format!("orderStatus?voiceOrderId={order}")).await.body;
        let status = status["status"].as_str().unwrap().to_owned();
        let numbers = self.numbers(order).await.len();
        format!("{}: {status}, {numbers} numbers", codes.join(" "))
    }

    /// Every number that the inventory shows for an order.
    async fn numbers(&self, order: &str) -> Vec<u64> {
        let path = format!("inventory?pageSize=100&voiceOrderID={order}");
        let mut numbers = Vec::new();
        for row in self.voice(&path).await.body["tns"].as_array().unwrap() {
            let number = |name: &str| row[name].as_u64();
            let first = number("startTN").or(number("tn")).unwrap();
            numbers.extend(first..=number("endTN").unwrap_or(first));
        }
        numbers
    }
}

impl Answer {
    /// The status and the content of the exception: `400 20103 Invalid page number`.
    pub(crate) fn exception(&self) -> String {
        let exception = &self.body["exception"];
        let text = |member: &str| exception[member].as_str().unwrap_or_default();
        assert_eq!(text("httpStatusCode"), self.status.as_str(), "{}", self.body);
        let short: String = text("message").chars().take(40).collect();
        format!("{} {} {short}", self.status.as_u16(), text("code"))
    }
}
