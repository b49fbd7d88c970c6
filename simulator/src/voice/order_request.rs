//! The body of `POST /orderInventory`: an order for telephone numbers.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::VoiceError;
use crate::payload::Payload;

/// Local Inbound and Enhanced Local Service.
const PRODUCTS: [&str; 2] = ["2036", "2042"];
/// How many numbers can be ordered at once in a rate center.
const QUANTITY_MAX: u64 = 399;

/// A digit that the numbers must not have at a position (a PBX restriction).
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

/// The numbers that are ordered in one rate center.
#[derive(Clone, Debug)]
pub(crate) struct OrderLine {
    pub(crate) rate_center: String,
    pub(crate) state: String,
    pub(crate) quantity: usize,
    pub(crate) sequential: bool,
    pub(crate) pbx: Option<Pbx>,
}

/// A well-formed order request.
#[derive(Clone, Debug)]
pub(crate) struct OrderRequest {
    pub(crate) product_id: String,
    pub(crate) external_order_id: Option<String>,
    pub(crate) customer_service_name: Option<String>,
    pub(crate) lines: Vec<OrderLine>,
}

impl OrderRequest {
    /// Reads the body. It has either a list `rateCenters` or the members of one rate center.
    pub(crate) fn read(body: Value) -> Result<OrderRequest, VoiceError> {
        let lines = match body.get("rateCenters").and_then(Value::as_array) {
            Some(lines) if lines.is_empty() => return Err(VoiceError::new(20_088)),
            Some(lines) => lines.clone(),
            None => vec![body.clone()],
        };
        let body = Payload::from(body);
        Ok(OrderRequest {
            product_id: product(body.optional_text("productID"))?,
            external_order_id: basic_latin(&body, "externalOrderID")?,
            customer_service_name: basic_latin(&body, "customerServiceName")?,
            lines: lines.into_iter().map(order_line).collect::<Result<_, _>>()?,
        })
    }
}

/// Checks that numbers can be reserved for the product.
pub(crate) fn product(id: Option<String>) -> Result<String, VoiceError> {
    id.filter(|id| PRODUCTS.contains(&id.as_str())).ok_or_else(|| VoiceError::new(20_000))
}

/// The rate center and its state, which are both required.
pub(crate) fn rate_center_and_state(line: &Payload) -> Result<(String, String), VoiceError> {
    if line.find("rateCenter").is_some_and(Value::is_null) {
        return Err(VoiceError::new(20_085));
    }
    match (line.optional_text("rateCenter"), line.optional_text("state")) {
        (Some(rate_center), Some(state)) => Ok((rate_center, state)),
        _ => Err(VoiceError::new(20_088)),
    }
}

fn basic_latin(body: &Payload, member: &str) -> Result<Option<String>, VoiceError> {
    let text = body.optional_text(member);
    match &text {
        Some(text) if !text.is_ascii() => Err(VoiceError::new(20_237).detail(member)),
        _ => Ok(text),
    }
}

fn order_line(line: Value) -> Result<OrderLine, VoiceError> {
    let line = Payload::from(line);
    let (rate_center, state) = rate_center_and_state(&line)?;
    Ok(OrderLine {
        rate_center,
        state,
        quantity: quantity(&line)?,
        sequential: sequential(&line)?,
        pbx: pbx(&line)?,
    })
}

fn quantity(line: &Payload) -> Result<usize, VoiceError> {
    let quantity = line.optional_text("quantity").and_then(|text| text.parse().ok()).unwrap_or(0);
    match quantity {
        0 => Err(VoiceError::new(10_011)),
        1..=QUANTITY_MAX => usize::try_from(quantity).map_err(|_| VoiceError::new(10_007)),
        _ => Err(VoiceError::new(10_007)),
    }
}

/// Reads the indicator for consecutive numbers. Lumen's release notes use `"Y"`, once with a
/// misspelled member name. The text of its error code mentions a count or null.
fn sequential(line: &Payload) -> Result<bool, VoiceError> {
    let given = line
        .optional_text("sequentialIndicator")
        .or_else(|| line.optional_text("sequentialIndictor"));
    match given.as_deref() {
        None | Some("N") => Ok(false),
        Some("Y") => Ok(true),
        Some(count) => match count.parse::<u32>() {
            Ok(count) if count > 0 => Ok(true),
            _ => Err(VoiceError::new(20_084)),
        },
    }
}

fn pbx(line: &Payload) -> Result<Option<Pbx>, VoiceError> {
    let digit = |name: &str| line.optional_text(name).map(|text| text.parse::<u8>());
    match (digit("pbxIndex"), digit("pbxValue")) {
        (None, None) => Ok(None),
        (Some(Ok(index @ 1..=10)), Some(Ok(value @ 0..=9))) => Ok(Some(Pbx { index, value })),
        (Some(Ok(1..=10)), _) => Err(VoiceError::new(20_083)),
        _ => Err(VoiceError::new(20_082)),
    }
}
