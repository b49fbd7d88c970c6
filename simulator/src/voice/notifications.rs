//! Notifications of voice orders: their codes, the meaning of each code, and their texts.

use std::time::Duration;

use jiff::Timestamp;

/// How long notifications are kept: 180 days.
pub(crate) const KEPT: Duration = Duration::from_hours(180 * 24);

pub(crate) const SUBMITTED: u32 = 901;
pub(crate) const INSTALLED: u32 = 902;
pub(crate) const FOC_SCHEDULED: u32 = 903;
pub(crate) const PORT_UPDATED: u32 = 904;
pub(crate) const DISCONNECTED: u32 = 906;
pub(crate) const CLOSED: u32 = 1_302;
pub(crate) const NOT_COVERED: u32 = 1_303;
pub(crate) const UNKNOWN_RATE_CENTER: u32 = 1_304;
pub(crate) const UNDERUSED: u32 = 1_648;
pub(crate) const CREDIT_HOLD: u32 = 1_807;
pub(crate) const APPROVAL_EXPIRED: u32 = 1_921;
pub(crate) const ALREADY_IN_PROGRESS: u32 = 4_011;
pub(crate) const SHORTAGE: u32 = 10_001;
pub(crate) const COMPLETE: u32 = 10_002;
pub(crate) const CANCELLED: u32 = 10_005;
pub(crate) const RECLAMATION: u32 = 10_006;
pub(crate) const CYCLING: u32 = 10_008;
pub(crate) const NO_BACKORDERS: u32 = 10_012;
pub(crate) const BACKORDER_UNCONFIRMED: u32 = 10_013;
pub(crate) const NO_PBX_BACKORDERS: u32 = 10_015;
pub(crate) const LATE_CANCEL: u32 = 20_066;
pub(crate) const INVALID_NUMBER: u32 = 20_217;

/// What a notification means for its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// It is complete.
    Success,
    /// It is in progress. Unknown codes mean the same.
    Running,
    /// It is waiting for the customer's answer.
    NeedsAnswer,
    /// It has failed.
    Failure,
    /// It is canceled.
    Cancellation,
}

impl Meaning {
    pub(crate) fn of(code: u32) -> Meaning {
        match code {
            INSTALLED | DISCONNECTED | COMPLETE => Meaning::Success,
            SHORTAGE => Meaning::NeedsAnswer,
            10_004 | CANCELLED | 10_009 | 10_010 | BACKORDER_UNCONFIRMED => Meaning::Cancellation,
            CLOSED | NOT_COVERED | UNKNOWN_RATE_CENTER | 1_403 | 1_429 | 1_616 | UNDERUSED
            | APPROVAL_EXPIRED | NO_BACKORDERS | NO_PBX_BACKORDERS | 20_020 | 20_063
            | LATE_CANCEL | 20_107 | INVALID_NUMBER => Meaning::Failure,
            _ => Meaning::Running,
        }
    }
}

/// A notification of an order, and when it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Notification {
    pub(crate) at: Duration,
    pub(crate) code: u32,
    pub(crate) message: String,
    /// The FOC date, in notification 903.
    pub(crate) foc_date: Option<Timestamp>,
}

impl Notification {
    pub(crate) fn new(at: Duration, code: u32) -> Notification {
        // Only the text of 20217 contains a number. A reservation request names no numbers, so any
        // number will do.
        Notification::about_number(at, code, 13_035_550_100)
    }

    /// Notification 20217, which names a number that can't be ordered.
    pub(crate) fn invalid_number(at: Duration, number: u64) -> Notification {
        Notification::about_number(at, INVALID_NUMBER, number)
    }

    /// Notification 904, with what the losing carrier says.
    pub(crate) fn port_update(at: Duration, reason: &str) -> Notification {
        let message = format!("{} {reason}", text(PORT_UPDATED));
        Notification { at, code: PORT_UPDATED, message, foc_date: None }
    }

    fn about_number(at: Duration, code: u32, number: u64) -> Notification {
        let message = text(code).replace("<telephone Number>", &number.to_string());
        Notification { at, code, message, foc_date: None }
    }

    /// Notification 10001, which asks the customer what to do when there are too few numbers.
    pub(crate) fn shortage(at: Duration, available: usize) -> Notification {
        let message =
            text(SHORTAGE).replace("{ORDER_Telephone number_QTY}", &available.to_string());
        Notification { at, code: SHORTAGE, message, foc_date: None }
    }
}

/// The text of a code in Lumen's table.
#[expect(clippy::too_many_lines, reason = "one entry per documented code")]
fn text(code: u32) -> &'static str {
    match code {
        SUBMITTED => {
            "Order successfully submitted. Please refer to Voice Order ID for reference number."
        }
        INSTALLED => {
            "Order successfully installed. Please refer to Voice Order ID for reference number."
        }
        FOC_SCHEDULED => {
            "LNP (porting) order FOC (Firm Order Commitment) is scheduled. Please see FOC data \
             provided."
        }
        PORT_UPDATED => "Your LNP (porting) order action has been updated.",
        DISCONNECTED => {
            "Disconnect order is complete. Please refer to Voice Order ID for reference number."
        }
        CLOSED => {
            "Rate Center is not open for orders, or future rate center is not available. Please \
             select a different rate center."
        }
        NOT_COVERED => {
            "Coverage is not available for this rate center. This order is rejected. Please use \
             the /coverage API to find a rate center. Then place a new order. If you require \
             further assistance log into the servicer portal and create a ticket."
        }
        UNKNOWN_RATE_CENTER => {
            "The rate center provided cannot be found, check the rate center name and resubmit."
        }
        1_403 => {
            "Customer number / Master BusOrg can not be found. Only the customer number(s) that \
             has been associated to your credentials is valid for this transaction. Contact \
             your account manager or log a help ticket in API marketplace."
        }
        1_429 => {
            "Customer number / Master BusOrg can not be found. You must have a valid and active \
             customer number in order to use this API. Contact your account manager or log a \
             help ticket in API marketplace."
        }
        1_616 => {
            "No active service found for the telephone number(s) entered. Please verify the \
             telephone number(s) or customer number and try again."
        }
        UNDERUSED => {
            "Account has utilized less than 75% of current telephone number inventory at the \
             given rate center. The order cannot be processed at this time. Please use \
             telephone numbers from your existing inventory. If you need further assistance log \
             into the service portal and create a ticket, or contact your account manager."
        }
        CREDIT_HOLD => {
            "Order has been put on credit hold. Please contact \
             CreditCheck.Finance@centurylink.com to inquire about your account status."
        }
        APPROVAL_EXPIRED => {
            "Order is rejected due to expired approval time. Please resubmit your order and \
             respond to approval notification within 4 hours. If you require further assistance \
             log into the servicer portal and create a ticket."
        }
        ALREADY_IN_PROGRESS => {
            "Orders are already in progress or in backorder. This could be due to multiple \
             orders submitted. This order cannot be processed at this time. If you require \
             further assistance log into the service portal and create a ticket."
        }
        SHORTAGE => {
            "Requested amount exceeds the {ORDER_Telephone number_QTY} telephone numbers \
             available. Please select one of the following actions to proceed: \"Reject\" - do \
             not reserve any telephone numbers at this time. \"Accept with backorder\" - \
             Reserve the available telephone numbers and place the remaining balance on \
             backorder. \"Accept available only\" - Only reserve the telephone number quantity \
             available, and do not create a backorder."
        }
        COMPLETE => "Voice order is complete. Please refer to Voice Order ID for reference number.",
        10_004 => {
            "Your back order cannot be fulfilled and has been cancelled. Please contact \
             LEUOrders@Lumen.com for more assistance."
        }
        CANCELLED => "Your back order has been cancelled per your request.",
        RECLAMATION => {
            "Reclamation. Back order with same customer reclaim is being done. Please contact \
             LEUOrders@Lumen.com for more assistance."
        }
        CYCLING => {
            "System issue. Back orders cycling due to issue with inventory. Please contact \
             LEUOrders@Lumen.com for more assistance."
        }
        10_009 => {
            "Backorder has been cancelled. The rate center you selected is invalid or was \
             consolidated into another rate center. Please place the order using a different \
             rate center or log into the portal and create a service ticket."
        }
        10_010 => {
            "Backorder has been cancelled. The rate center you selected is not available for \
             native telephone number ordering. Please select a different rate center and place \
             the order again."
        }
        NO_BACKORDERS => {
            "Order exceeds available inventory and cannot be processed at this time. Back \
             orders are not supported in this region. If you require further assistance log \
             into the service portal and create a ticket."
        }
        BACKORDER_UNCONFIRMED => {
            "We did not receive your confirmation of back orders. Back orders have been \
             cancelled for your voice order. If you wish to place the back order create a new \
             reservation order and confirm back order within 4 hours of placing the order."
        }
        NO_PBX_BACKORDERS => {
            "Order exceeds available inventory and cannot be processed at this time. Backorders \
             are not supported for PBX Restricted Telephone numbers. Please contact \
             LEUOrders@Lumen.com for more assistance."
        }
        20_020 => {
            "For a residential customer, the directory listing first name and last name is \
             required."
        }
        20_063 => "Invalid Customer Service name.",
        LATE_CANCEL => {
            "Unable to complete LNP (porting) cancel. Cancellations are allowed up to one \
             business day before FOC (Firm Order Commitment) date. Once LNP order completes you \
             may issue a change order. If you require further assistance log into the service \
             portal and create a ticket."
        }
        20_107 => "The order information you provided is not for an active backorder.",
        INVALID_NUMBER => {
            "<telephone Number> is not valid telephone number. Please resubmit your request"
        }
        _ => "",
    }
}
