//! An order request, with the checks that need nothing but its body.

use serde_json::Value;

use crate::ledger::Contact;
use crate::payload::Payload;
use crate::problem::Problem;

const EXTERNAL_ID_MAX: usize = 20;
const SERVICE_ID: &str = "productOrderItem.product.id";
const CHARACTERISTICS: &str = "productOrderItem.product.productCharacteristic";
const SERVICE_NAME: &str = "Customer Service Name";

/// A well-formed order request.
pub(crate) struct OrderRequest {
    pub(crate) external_id: String,
    pub(crate) billing_account_id: String,
    pub(crate) contact: Contact,
    pub(crate) note: Option<String>,
    pub(crate) change: RequestedChange,
}

/// The change that the request asks for.
pub(crate) enum RequestedChange {
    Add { quote_id: String, name: String, ipv4_block_size: String },
    Resize { service_id: String, quote_id: String },
    Rename { service_id: String, name: String },
    Delete { service_id: String },
}

impl RequestedChange {
    pub(crate) fn quote_id(&self) -> Option<&str> {
        match self {
            RequestedChange::Add { quote_id, .. } | RequestedChange::Resize { quote_id, .. } => {
                Some(quote_id)
            }
            RequestedChange::Rename { .. } | RequestedChange::Delete { .. } => None,
        }
    }
}

impl OrderRequest {
    /// Reads and checks the body. Quotes, services and accounts are looked up later.
    pub(crate) fn read(body: &Payload) -> Result<OrderRequest, Problem> {
        let external_id = external_id(body)?;
        let billing_account_id = body.text("billingAccount.id")?;
        body.text("billingAccount.name")?;
        body.constant("channel.id", "99")?;
        body.constant("channel.name", "NaaS ExternalAPI")?;
        check_item(body)?;
        let change = change(body)?;
        let contact = contact(body)?;
        let note = body.optional_text("note.text");
        Ok(OrderRequest { external_id, billing_account_id, contact, note, change })
    }
}

fn external_id(body: &Payload) -> Result<String, Problem> {
    let text = body.text("externalId")?;
    if text.chars().count() > EXTERNAL_ID_MAX {
        let reason = format!("externalId has more than {EXTERNAL_ID_MAX} characters");
        return Err(Problem::unprocessable("invalidFormat", "externalId", &reason));
    }
    Ok(text)
}

fn check_item(body: &Payload) -> Result<(), Problem> {
    if body.list("productOrderItem").len() > 1 {
        let reason = "Only one product item can be submitted in a single order";
        return Err(Problem::unprocessable("tooManyRecords", "productOrderItem", reason));
    }
    body.text("productOrderItem.id")?;
    body.constant("productOrderItem.quantity", "1")?;
    body.constant("productOrderItem.product.productSpecification.id", "5001")?;
    body.text("productOrderItem.product.productSpecification.name")?;
    body.constant("productOrderItem.productOffering.id", "718")?;
    body.text("productOrderItem.productOffering.name")?;
    Ok(())
}

fn change(body: &Payload) -> Result<RequestedChange, Problem> {
    let path = "productOrderItem.action";
    match body.text(path)?.as_str() {
        "add" => add(body),
        "modify" => modify(body),
        "delete" => Ok(RequestedChange::Delete { service_id: body.text(SERVICE_ID)? }),
        other => {
            let reason = format!("The action must be add, modify or delete, not \"{other}\"");
            Err(Problem::invalid_value(path, &reason))
        }
    }
}

fn add(body: &Payload) -> Result<RequestedChange, Problem> {
    let quote_id = quote_id(body)?;
    let name = characteristic(body, SERVICE_NAME)?;
    one_of("VLAN Assignment", &characteristic(body, "VLAN Assignment")?, &["Auto Assign"])?;
    let ipv4_block_size = characteristic(body, "IPV4 Block Size")?;
    one_of("IPV4 Block Size", &ipv4_block_size, &["/28", "/29", "/30"])?;
    one_of("Routing Options", &characteristic(body, "Routing Options")?, &["Static"])?;
    Ok(RequestedChange::Add { quote_id, name, ipv4_block_size })
}

/// Reads a change of the bandwidth, which needs a quote, or of the name, which is a characteristic.
/// One order can't change both.
fn modify(body: &Payload) -> Result<RequestedChange, Problem> {
    let service_id = body.text(SERVICE_ID)?;
    let renames = !body.list(CHARACTERISTICS).is_empty();
    let resizes = body.find("quote.id").is_some();
    match (resizes, renames) {
        (true, false) => Ok(RequestedChange::Resize { service_id, quote_id: quote_id(body)? }),
        (false, true) => {
            Ok(RequestedChange::Rename { service_id, name: characteristic(body, SERVICE_NAME)? })
        }
        (true, true) => {
            let reason = "A bandwidth change takes no characteristics";
            Err(Problem::unprocessable("unexpectedProperty", CHARACTERISTICS, reason))
        }
        (false, false) => Err(Problem::missing_property("quote.id")),
    }
}

fn quote_id(body: &Payload) -> Result<String, Problem> {
    let id = body.text("quote.id")?;
    body.text("quote.name")?;
    Ok(id)
}

fn characteristic(body: &Payload, name: &str) -> Result<String, Problem> {
    let text_of = |item: &Value, key: &str| item.get(key)?.as_str().map(str::to_owned);
    body.list(CHARACTERISTICS)
        .iter()
        .find(|item| text_of(item, "name").as_deref() == Some(name))
        .and_then(|item| text_of(item, "value"))
        .filter(|value| !value.trim().is_empty())
        .ok_or_else(|| {
            let reason = format!("The characteristic \"{name}\" is required");
            Problem::unprocessable("missingProperty", CHARACTERISTICS, &reason)
        })
}

fn one_of(name: &str, value: &str, allowed: &[&str]) -> Result<(), Problem> {
    if allowed.contains(&value) {
        return Ok(());
    }
    let reason = format!("\"{name}\" must be {}, not \"{value}\"", allowed.join(" or "));
    Err(Problem::invalid_value(CHARACTERISTICS, &reason))
}

fn contact(body: &Payload) -> Result<Contact, Problem> {
    body.constant("relatedContactInformation.role", "Order Contact")?;
    let name = body.text("relatedContactInformation.name")?;
    if name.split_whitespace().count() < 2 {
        return Err(malformed_contact("name", "needs a first and a last name"));
    }
    let email = body.text("relatedContactInformation.emailAddress")?;
    if !email.contains('@') {
        return Err(malformed_contact("emailAddress", "is not an email address"));
    }
    let phone = body.text("relatedContactInformation.number")?;
    if !is_us_number(&phone) {
        return Err(malformed_contact("number", "is not a US telephone number"));
    }
    let organization = body.text("relatedContactInformation.organization")?;
    Ok(Contact { name, email, phone, organization })
}

fn malformed_contact(property: &str, fault: &str) -> Problem {
    let path = format!("relatedContactInformation.{property}");
    Problem::unprocessable(
        "invalidFormat",
        &path,
        &format!("The order contact's {property} {fault}"),
    )
}

fn is_us_number(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.len() == 10 || (digits.len() == 11 && digits.starts_with('1'))
}
