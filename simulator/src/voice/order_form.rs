//! What `POST /orderInventory` asks for.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::refusal::Refusal;
use crate::payload::Payload;

/// Local Inbound and Enhanced Local Service.
const PRODUCTS: [&str; 2] = ["2036", "2042"];
/// How many numbers an order may ask for in a rate center.
const MOST: u64 = 399;

/// A digit that must not be at a position of the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pbx {
    /// The position in NPA-NXX-XXXX, from 1 to 10.
    pub index: u8,
    /// The digit.
    pub value: u8,
}

impl Pbx {
    pub(crate) fn excludes(self, number: u64) -> bool {
        let behind = 10_u32.saturating_sub(self.index.into());
        number / 10_u64.pow(behind) % 10 == u64::from(self.value)
    }
}

/// What is wanted in one rate center.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) rate_center: String,
    pub(crate) state: String,
    pub(crate) quantity: usize,
    pub(crate) sequential: bool,
    pub(crate) pbx: Option<Pbx>,
}

/// An order that breaks no rule of form.
#[derive(Clone, Debug)]
pub(crate) struct OrderForm {
    pub(crate) product_id: String,
    pub(crate) external_order_id: Option<String>,
    pub(crate) customer_service_name: Option<String>,
    pub(crate) wishes: Vec<Wish>,
}

impl OrderForm {
    /// Reads the body. Rate centers come in the list `rateCenters`, or one in the body itself.
    pub(crate) fn read(body: Value) -> Result<OrderForm, Refusal> {
        let lines = match body.get("rateCenters").and_then(Value::as_array) {
            Some(lines) if lines.is_empty() => return Err(Refusal::new(20_088)),
            Some(lines) => lines.clone(),
            None => vec![body.clone()],
        };
        let body = Payload::from(body);
        Ok(OrderForm {
            product_id: product(body.optional_text("productID"))?,
            external_order_id: basic_latin(&body, "externalOrderID")?,
            customer_service_name: basic_latin(&body, "customerServiceName")?,
            wishes: lines.into_iter().map(wish).collect::<Result<_, _>>()?,
        })
    }
}

/// A product that can be reserved for.
pub(crate) fn product(id: Option<String>) -> Result<String, Refusal> {
    id.filter(|id| PRODUCTS.contains(&id.as_str())).ok_or_else(|| Refusal::new(20_000))
}

/// A rate center and its state, of an element that must name both.
pub(crate) fn rate_center_and_state(line: &Payload) -> Result<(String, String), Refusal> {
    if line.find("rateCenter").is_some_and(Value::is_null) {
        return Err(Refusal::new(20_085));
    }
    match (line.optional_text("rateCenter"), line.optional_text("state")) {
        (Some(rate_center), Some(state)) => Ok((rate_center, state)),
        _ => Err(Refusal::new(20_088)),
    }
}

fn basic_latin(body: &Payload, member: &str) -> Result<Option<String>, Refusal> {
    let text = body.optional_text(member);
    match &text {
        Some(text) if !text.is_ascii() => Err(Refusal::new(20_237).detail(member)),
        _ => Ok(text),
    }
}

fn wish(line: Value) -> Result<Wish, Refusal> {
    let line = Payload::from(line);
    let (rate_center, state) = rate_center_and_state(&line)?;
    Ok(Wish {
        rate_center,
        state,
        quantity: quantity(&line)?,
        sequential: sequential(&line)?,
        pbx: pbx(&line)?,
    })
}

fn quantity(line: &Payload) -> Result<usize, Refusal> {
    let quantity = line.optional_text("quantity").and_then(|text| text.parse().ok()).unwrap_or(0);
    match quantity {
        0 => Err(Refusal::new(10_011)),
        1..=MOST => usize::try_from(quantity).map_err(|_| Refusal::new(10_007)),
        _ => Err(Refusal::new(10_007)),
    }
}

/// Lumen's release notes say `"Y"`, once with a misspelt name; its error text, a count or null.
fn sequential(line: &Payload) -> Result<bool, Refusal> {
    let given = line
        .optional_text("sequentialIndicator")
        .or_else(|| line.optional_text("sequentialIndictor"));
    match given.as_deref() {
        None | Some("N") => Ok(false),
        Some("Y") => Ok(true),
        Some(count) => match count.parse::<u32>() {
            Ok(count) if count > 0 => Ok(true),
            _ => Err(Refusal::new(20_084)),
        },
    }
}

fn pbx(line: &Payload) -> Result<Option<Pbx>, Refusal> {
    let digit = |name: &str| line.optional_text(name).map(|text| text.parse::<u8>());
    match (digit("pbxIndex"), digit("pbxValue")) {
        (None, None) => Ok(None),
        (Some(Ok(index @ 1..=10)), Some(Ok(value @ 0..=9))) => Ok(Some(Pbx { index, value })),
        (Some(Ok(1..=10)), _) => Err(Refusal::new(20_083)),
        _ => Err(Refusal::new(20_082)),
    }
}
