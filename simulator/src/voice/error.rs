//! Errors of the Voice API, by Lumen's error codes.

use axum::http::StatusCode;
use serde_json::json;

use super::settings::VoiceEnvelope;
use crate::problem::Problem;

/// The body can't be read. Lumen documents no code for this; this one follows the scheme of the
/// others.
pub(crate) const BAD_REQUEST: u32 = 400_001;
/// The customer number is missing.
pub(crate) const MISSING_CUSTOMER_NUMBER: u32 = 20_102;
/// The customer number is not attached to the application's key.
pub(crate) const WRONG_KEY: u32 = 403_003;
pub(crate) const NOT_AUTHENTICATED: u32 = 403_001;
pub(crate) const NOT_FOUND: u32 = 404_001;
pub(crate) const METHOD_NOT_ALLOWED: u32 = 405_001;

/// The error of a request: a documented code and a detail.
#[derive(Debug)]
pub(crate) struct VoiceError {
    code: u32,
    detail: String,
}

impl VoiceError {
    pub(crate) fn new(code: u32) -> VoiceError {
        VoiceError { code, detail: String::new() }
    }

    /// Adds information that is not in the text of the code.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> VoiceError {
        self.detail = detail.into();
        self
    }

    pub(crate) fn into_problem(self, envelope: VoiceEnvelope) -> Problem {
        let status = status(self.code);
        let (code, message) = (self.code.to_string(), text(self.code));
        let body = match envelope {
            VoiceEnvelope::Exception => json!({ "exception": {
                "httpStatusCode": status.as_str(),
                "code": code,
                "message": message,
                "detail": self.detail,
            } }),
            VoiceEnvelope::Plain => json!({ "code": code, "message": message }),
        };
        Problem::with_body(status, body)
    }
}

/// The HTTP status of a code. Generic codes begin with their status; all others are bad requests.
fn status(code: u32) -> StatusCode {
    let generic = u16::try_from(code / 1_000).ok().filter(|_| code >= 400_000);
    generic.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::BAD_REQUEST)
}

/// The text of a code in Lumen's tables, for the codes that the simulator sends.
fn text(code: u32) -> &'static str {
    match code {
        1_405 => {
            "Customer service name is invalid for given customer number. Please check your \
             customer service name (route name) and try again."
        }
        10_007 => {
            "Order exceeds limit for 399 telephone numbers per rate center. Please reduce order \
             or make your request through LEUOrders@Lumen.com."
        }
        10_011 => "Telephone number quantity cannot be zero, please resubmit.",
        20_000 => "Invalid or missing product ID. Please check your product ID and try again.",
        20_011 => {
            "Address state is missing or invalid. Please check your 2-digit state code and try \
             again."
        }
        20_015 => "Telephone number list must be populated. Please correct and try again.",
        20_016 => {
            "Invalid telephone number. The telephone number you have provided is invalid or cannot \
             be found. Please check your telephone number and try again. If the problem persists, \
             please log into the service portal and create a service ticket."
        }
        20_049 => "Invalid Voice Order ID.",
        20_054 => {
            "The Voice Order ID can not be found. Cancel order has been rejected. Please check \
             your order number and try again. If you need more assistance log into the service \
             portal and create a ticket."
        }
        20_060 => {
            "The Voice Order ID provided can not be found for the given customer number. Please \
             check both IDs and try again."
        }
        20_064 => "Invalid or missing voice order ID. Cancel order can not be completed.",
        20_065 => {
            "Order has been completed and can not be cancelled. If you require further assistance \
             log into the servicer portal and create a ticket."
        }
        20_082 => {
            "Invalid or missing PBX index. PBX index indicates the digit in the 10 digit Telephone \
             number in which a specific value must be excluded."
        }
        20_083 => {
            "Invalid or missing PBX value. PBX value that mush be excluded from the number as \
             indicated in pbxIndex."
        }
        20_084 => {
            "Invalid or missing sequential Telephone number. Indicates the number of sequential \
             Telephone number’s for a single state/rate center. If you do not want sequential use \
             NULL."
        }
        20_085 => "Rate Center cannot be NULL.",
        20_088 => "Rate Center or state is missing",
        20_090 => {
            "Use only tnList or TN location attributes (tnLocNxx, tnLocNpa, tnLocCity, tnLocState, \
             tnLocZip)."
        }
        20_091 => "Invalid NPA/NXX in telephone number Location.",
        20_092 => "Invalid city, state, zip in telephone number location",
        20_093 => "Invalid telephone number location.",
        MISSING_CUSTOMER_NUMBER => "Customer number and service ID is required.",
        20_103 => "Invalid page number",
        20_104 => "Invalid page size",
        20_107 => "The order information you provided is not for an active backorder.",
        20_108 => "Provided order has already been cancelled and can not be cancelled again.",
        20_237 => {
            "Only basic Latin (Unicode block) upper and lower case characters are supported at \
             this time. Please remove special characters or non-basic Latin characters and \
             resubmit."
        }
        BAD_REQUEST => "Bad request",
        NOT_AUTHENTICATED => "User authentication failed",
        403_002 => "Token validation failed",
        WRONG_KEY => "Application key validation failed",
        403_006 => "Token expired",
        NOT_FOUND => "Requested resource not found",
        METHOD_NOT_ALLOWED => "Method not allowed for resource",
        _ => "",
    }
}
