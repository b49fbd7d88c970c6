//! The bodies and words of orders and services. Lumen documents only some of them. The others are marked
//! ASSUMED, and can be corrected in this one place.

use std::fmt;
use std::time::Duration;

use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::order::{Contact, OrderAction, OrderReport, OrderRequest, OrderState};
use super::{CHANNEL_ID, CHANNEL_NAME, PRODUCT_CODE};
use crate::lumen::Problem;
use crate::lumen::scalar::Scalar;
use crate::lumen::word::plain;

/// The body of `POST /Customer/v3/Ordering/orderRequest`.
///
/// Lumen documents how a service is added. Several public clients change the bandwidth in this way.
/// ASSUMED: an order that renames a service is a `modify` with one characteristic and no quote. An order
/// that disconnects a service is a `delete` that names the service, with the usual account and contact and
/// no quote.
pub(super) fn order_body(request: &OrderRequest<'_>) -> Value {
    let OrderRequest { external_id, billing_account, contact, note, action } = request;
    let (word, service_id, quote, characteristics) = match *action {
        OrderAction::Add { quote, name, ipv4_block_size, vlan_assignment, routing } => {
            let characteristics = vec![
                characteristic("Customer Service Name", name),
                characteristic("VLAN Assignment", vlan_assignment),
                characteristic("IPV4 Block Size", ipv4_block_size),
                characteristic("Routing Options", routing),
            ];
            ("add", None, Some(quote), characteristics)
        }
        OrderAction::ChangeBandwidth { service_id, quote } => {
            ("modify", Some(service_id), Some(quote), Vec::new())
        }
        OrderAction::Rename { service_id, name } => {
            let characteristics = vec![characteristic("Customer Service Name", name)];
            ("modify", Some(service_id), None, characteristics)
        }
        OrderAction::Delete { service_id } => ("delete", Some(service_id), None, Vec::new()),
    };
    let mut product = json!({
        "productCharacteristic": characteristics,
        "productSpecification": { "id": "5001", "name": "NaaS Internet" },
    });
    if let Some(service_id) = service_id {
        product["id"] = json!(service_id);
    }
    let mut body = json!({
        "externalId": external_id,
        "billingAccount": billing_account,
        "channel": [{ "id": CHANNEL_ID, "name": CHANNEL_NAME }],
        "productOrderItem": [{
            // Public clients repeat the service here. A new service has only our own reference.
            "id": service_id.map_or(external_id.as_str(), AsRef::as_ref),
            "quantity": 1,
            "action": word,
            "product": product,
            "productOffering": { "id": PRODUCT_CODE, "name": "NaaS Internet" },
        }],
        "relatedContactInformation": [order_contact(contact)],
    });
    if let Some(quote) = quote {
        body["quote"] = json!([{ "id": quote, "name": "quoteId" }]);
    }
    if let Some(note) = note {
        body["note"] = json!([{ "text": note }]);
    }
    body
}

fn characteristic(name: &str, value: &str) -> Value {
    json!({ "name": name, "valueType": "String", "value": value })
}

fn order_contact(contact: &Contact) -> Value {
    let Contact { name, email, phone, organization, phone_extension } = contact;
    json!({
        "role": "Order Contact",
        "name": name,
        "emailAddress": email,
        "number": phone,
        "numberExtension": phone_extension.as_deref().unwrap_or_default(),
        "organization": organization,
    })
}

/// Reads the answer of the status endpoint. Returns `None` if it is not an object.
///
/// Lumen documents the words RUNNING, SUCCEEDED and FAILED, the IDs and `Retry-After`. ASSUMED: the places
/// of the members. They are also searched for where the order request has them.
pub(super) fn order_report(body: &Value, retry_after: Option<Duration>) -> Option<OrderReport> {
    let body = body.get(0).unwrap_or(body);
    body.as_object()?;
    let member = |places: &[&str]| {
        places.iter().find_map(|place| Scalar::from(body.pointer(place)?).into_text())
    };
    let word = member(&[
        "/status",
        "/state",
        "/orderStatus",
        "/productOrderItem/0/status",
        "/productOrderItem/0/state",
    ]);
    let service_id = member(&[
        "/serviceId",
        "/productOrderItem/0/serviceId",
        "/productOrderItem/0/product/serviceId",
        "/productOrderItem/0/product/id",
    ]);
    Some(OrderReport {
        state: word
            .map_or_else(|| OrderState::Unrecognized(String::new()), |word| order_state(&word)),
        order_id: member(&["/orderId", "/productOrderItem/0/orderId"])
            .and_then(|id| id.parse().ok()),
        service_id: service_id.and_then(|id| id.parse().ok()),
        reason: member(&["/statusReason", "/failureReason", "/errorMessage"])
            .or_else(|| reason(body)),
        retry_after,
    })
}

/// Reads Lumen's words, and those of the standards on which its ordering API is based. A word may have a
/// detail after a dot (`rejected.validated`).
fn order_state(word: &str) -> OrderState {
    match plain(word.split('.').next().unwrap_or(word)).as_str() {
        "running"
        | "acknowledged"
        | "pending"
        | "held"
        | "inprogress"
        | "accepted"
        | "submitted"
        | "draft"
        | "assessingcancellation"
        | "pendingcancellation" => OrderState::Running,
        "succeeded" | "success" | "completed" => OrderState::Succeeded,
        "failed" | "failure" | "rejected" | "cancelled" | "canceled" | "partial" => {
            OrderState::Failed
        }
        _ => OrderState::Unrecognized(word.to_owned()),
    }
}

/// Finds the reason for a failure, in any of the error envelopes, around the order or inside it.
fn reason(body: &Value) -> Option<String> {
    Problem::read("", 0, &HeaderMap::new(), body.to_string().as_bytes()).words()
}

/// The status of a service in inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceStatus {
    /// It is active, and no change is in progress.
    Active,
    /// It is not active yet. Holds Lumen's word.
    Pending(String),
    /// It is being changed or disconnected. Holds Lumen's word.
    Changing(String),
    /// It is suspended.
    Suspended,
    /// It is disconnected. Holds Lumen's word.
    Terminated(String),
    /// An unknown word. It is treated as "not yet" and reported.
    Unrecognized(String),
}

impl ServiceStatus {
    /// Reads Lumen's word. Only `Active` and `Change pending` have been seen. ASSUMED: all others, whose
    /// meaning is derived from what they contain.
    pub(super) fn from_word(word: &str) -> Self {
        let plain = plain(word);
        let has = |parts: &[&str]| parts.iter().any(|part| plain.contains(part));
        let is_under_way = has(&["pending", "progress", "provision", "install", "created"]);
        let ends = has(&["disconnect", "terminat", "cancel", "abort", "inactive", "deleted"]);
        let word = || word.to_owned();
        match plain.as_str() {
            "active" => Self::Active,
            "suspended" => Self::Suspended,
            // `Pending Disconnect` and `terminating`: the service still exists.
            _ if ends && (is_under_way || plain.ends_with("ing")) => Self::Changing(word()),
            _ if ends => Self::Terminated(word()),
            _ if has(&["chang", "modif"]) => Self::Changing(word()),
            _ if is_under_way => Self::Pending(word()),
            _ => Self::Unrecognized(word()),
        }
    }

    /// Whether no change of the service is in progress, as far as the word is known.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Active | Self::Suspended | Self::Terminated(_))
    }
}

/// `pending`, `active`, `changing`, `suspended`, `terminated`, or Lumen's word in lower case.
impl fmt::Display for ServiceStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Active => "active",
            Self::Pending(_) => "pending",
            Self::Changing(_) => "changing",
            Self::Suspended => "suspended",
            Self::Terminated(_) => "terminated",
            Self::Unrecognized(word) => return formatter.write_str(&word.to_lowercase()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lumen::ordering::BillingAccountRef;

    fn body(action: OrderAction<'_>) -> Option<Value> {
        let contact = Contact {
            name: "FirstName LastName".to_owned(),
            email: "first.lastname@domain.com".to_owned(),
            phone: "+16157691234".to_owned(),
            organization: "Org Name".to_owned(),
            phone_extension: None,
        };
        let name = "Company or account name".to_owned();
        let billing_account = &BillingAccountRef { id: "5-RHQBGCGK".parse().ok()?, name };
        let external_id = &"EXT-000027740".parse().ok()?;
        Some(order_body(&OrderRequest {
            external_id,
            billing_account,
            contact: &contact,
            note: Some("A note."),
            action,
        }))
    }

    /// Lumen's own example.
    #[test]
    fn an_order_for_a_new_service() {
        let Ok(quote) = "NaaS-7888".parse() else { panic!("a quote id") };
        let add = OrderAction::Add {
            quote: &quote,
            name: "My First NaaS",
            ipv4_block_size: "/29",
            vlan_assignment: "Auto Assign",
            routing: "Static",
        };
        let expected = json!({
            "externalId": "EXT-000027740",
            "billingAccount": { "id": "5-RHQBGCGK", "name": "Company or account name" },
            "channel": [{ "id": "99", "name": "NaaS ExternalAPI" }],
            "note": [{ "text": "A note." }],
            "productOrderItem": [{
                "id": "EXT-000027740",
                "quantity": 1,
                "action": "add",
                "product": {
                    "productCharacteristic": [
                        { "name": "Customer Service Name", "valueType": "String", "value": "My First NaaS" },
                        { "name": "VLAN Assignment", "valueType": "String", "value": "Auto Assign" },
                        { "name": "IPV4 Block Size", "valueType": "String", "value": "/29" },
                        { "name": "Routing Options", "valueType": "String", "value": "Static" },
                    ],
                    "productSpecification": { "id": "5001", "name": "NaaS Internet" },
                },
                "productOffering": { "id": "718", "name": "NaaS Internet" },
            }],
            "quote": [{ "id": "NaaS-7888", "name": "quoteId" }],
            "relatedContactInformation": [{
                "number": "+16157691234", "emailAddress": "first.lastname@domain.com",
                "role": "Order Contact", "organization": "Org Name",
                "name": "FirstName LastName", "numberExtension": "",
            }],
        });
        assert_eq!(body(add), Some(expected));
    }

    #[test]
    fn orders_for_an_existing_service_name_it_twice_and_quote_only_a_bandwidth() {
        let (Ok(service_id), Ok(quote)) = ("77133831778".parse(), "NaaS-1".parse()) else {
            panic!("ids")
        };
        let service_id = &service_id;
        for (action, word, characteristics, quoted) in [
            (OrderAction::ChangeBandwidth { service_id, quote: &quote }, "modify", 0, true),
            (OrderAction::Rename { service_id, name: "New" }, "modify", 1, false),
            (OrderAction::Delete { service_id }, "delete", 0, false),
        ] {
            let body = body(action).unwrap_or_default();
            let item = &body["productOrderItem"][0];
            assert_eq!((&item["action"], &item["id"]), (&json!(word), &json!("77133831778")));
            assert_eq!(item["product"]["id"], "77133831778");
            assert_eq!(
                item["product"]["productCharacteristic"].as_array().map(Vec::len),
                Some(characteristics)
            );
            assert_eq!(body.get("quote").is_some(), quoted, "{word}");
        }
    }

    #[test]
    fn a_report_is_found_wherever_it_stands() {
        let report = |body| {
            let report = order_report(&body, None)?;
            let (order, service) = (report.order_id, report.service_id);
            Some((
                report.state,
                order.map(|id| id.to_string()),
                service.map(|id| id.to_string()),
                report.reason,
            ))
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            report(json!({"status": "SUCCEEDED", "orderId": 88_001, "serviceId": "77001"})),
            Some((OrderState::Succeeded, some("88001"), some("77001"), None))
        );
        assert_eq!(
            report(json!({"state": "rejected.validated", "error": {"detail": "no capacity"}})),
            Some((OrderState::Failed, None, None, some("no capacity")))
        );
        assert_eq!(
            report(
                json!({"productOrderItem": [{"state": "In Progress", "product": {"id": "77001"}}]})
            ),
            Some((OrderState::Running, None, some("77001"), None))
        );
        assert_eq!(
            report(json!({})),
            Some((OrderState::Unrecognized(String::new()), None, None, None))
        );
        assert_eq!(report(json!("RUNNING")), None);
    }

    #[test]
    fn status_words_are_read_by_what_they_contain() {
        for (word, shown, settled) in [
            ("Active", "active", true),
            ("ACTIVE", "active", true),
            ("Change pending", "changing", false),
            ("pendingActive", "pending", false),
            ("Install In Progress", "pending", false),
            ("Provisioning", "pending", false),
            ("suspended", "suspended", true),
            ("pendingTerminate", "changing", false),
            ("Disconnecting", "changing", false),
            ("Disconnected", "terminated", true),
            ("Inactive", "terminated", true),
            ("cancelled", "terminated", true),
            ("Frozen", "frozen", false),
            ("", "", false),
        ] {
            let status = ServiceStatus::from_word(word);
            assert_eq!(
                (status.to_string().as_str(), status.is_settled()),
                (shown, settled),
                "{word}"
            );
        }
    }
}
