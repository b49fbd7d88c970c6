//! Every code of Lumen's Voice API, and its meaning.
//!
//! Lumen documents two tables of codes: one of HTTP errors and one of notifications. Both are here, with each
//! code once. The rest of the program uses the meaning of a code, and never the code itself, so that a code
//! that Lumen adds or changes is corrected in one place.

mod meaning;
#[cfg(test)]
mod tests;

use super::NotificationClass;
use crate::lumen::Problem;
use Meaning::{
    AlreadyCancelled, AlreadyComplete, ApprovalExpired, BackorderCancelledAsAsked,
    BackorderNotConfirmed, BackorderNotOffered, BackorderNotOfferedForPbx,
    BackorderRateCenterEnded, BackorderReclaimed, BackorderStuck, BackorderUnfulfilled, Busy,
    CommitmentScheduled, Completed, CredentialsRefused, CreditHold, Disconnected, Installed,
    Invalid, MethodNotPermitted, NoActiveService, NotAPort, NotAcceptable, NotActive,
    NotCancellable, NotCovered, NotTheCustomers, NotWaitingForAnswer, NothingToChange,
    OrderInTheWay, PortUpdated, RateCenterClosed, ServerFailed, Shortage, StaleToken, Submitted,
    TimedOut, TooLateToCancel, TooLittleUsed, Unavailable, UnknownCustomer, UnknownOrder,
    UnknownRateCenter, UnknownResource, UnsupportedCharacters, WrongMethod,
};
use Member::{
    BillingNumber, BusinessName, CallerName, CallerNameBlocking, City, CustomerNumber,
    CustomerServiceName, CustomerType, EmergencyOption, ListingAction, ListingName, ListingType,
    LoaDate, LoaName, LoaReceived, LosingCarrierAccount, LosingCarrierPin, LosingCarrierWireless,
    PageNumber, PageSize, PbxIndex, PbxValue, PersonalName, Place, Product, Quantity, RateCenter,
    RequestDate, SecondaryLocation, Sequential, State, StreetName, StreetNumber, StreetSuffix,
    SubscriberLine, TelephoneNumber, WorkingNumber, Zip,
};
use Source::{Answer, Both, Notification, NotificationAndAssumedAnswer};
pub use meaning::{Meaning, Member, OrderKind};

/// Where a code is used. Texts are Lumen's.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// Documented as an HTTP error.
    Answer,
    /// Documented as a notification with this text.
    Notification(&'static str),
    /// Documented as both.
    Both(&'static str),
    /// Documented as a notification. ASSUMED: Lumen also refuses requests with it.
    NotificationAndAssumedAnswer(&'static str),
}

type Row = (&'static str, Meaning, Source);

/// The codes that this version can receive. The troubleshooting guide explains each of them.
#[rustfmt::skip]
const CODES: [Row; 74] = [
    ("901", Submitted, Notification("Order successfully submitted. Please refer to Voice Order ID for reference number.")),
    ("902", Installed, Notification("Order successfully installed. Please refer to Voice Order ID for reference number.")),
    ("903", CommitmentScheduled, Notification("LNP (porting) order FOC (Firm Order Commitment) is scheduled. Please see FOC data provided.")),
    ("904", PortUpdated, Notification("Your LNP (porting) order action has been updated.")),
    ("906", Disconnected, Notification("Disconnect order is complete. Please refer to Voice Order ID for reference number.")),
    ("1302", RateCenterClosed, Notification("Rate Center is not open for orders, or future rate center is not available. Please select a different rate center.")),
    ("1303", NotCovered, Notification("Coverage is not available for this rate center. This order is rejected. Please use the /coverage API to find a rate center. Then place a new order. If you require further assistance log into the servicer portal and create a ticket.")),
    ("1304", UnknownRateCenter, Notification("The rate center provided cannot be found, check the rate center name and resubmit.")),
    ("1403", UnknownCustomer, Notification("Customer number / Master BusOrg can not be found. Only the customer number(s) that has been associated to your credentials is valid for this transaction. Contact your account manager or log a help ticket in API marketplace.")),
    ("1405", Invalid(CustomerServiceName), Answer),
    ("1429", UnknownCustomer, Notification("Customer number / Master BusOrg can not be found. You must have a valid and active customer number in order to use this API. Contact your account manager or log a help ticket in API marketplace.")),
    ("1616", NoActiveService, Notification("No active service found for the telephone number(s) entered. Please verify the telephone number(s) or customer number and try again.")),
    ("1648", TooLittleUsed, Notification("Account has utilized less than 75% of current telephone number inventory at the given rate center. The order cannot be processed at this time. Please use telephone numbers from your existing inventory. If you need further assistance log into the service portal and create a ticket, or contact your account manager.")),
    ("1807", CreditHold, Notification("Order has been put on credit hold. Please contact CreditCheck.Finance@centurylink.com to inquire about your account status.")),
    ("1921", ApprovalExpired, Notification("Order is rejected due to expired approval time. Please resubmit your order and respond to approval notification within 4 hours. If you require further assistance log into the servicer portal and create a ticket.")),
    ("4011", OrderInTheWay, Notification("Orders are already in progress or in backorder. This could be due to multiple orders submitted. This order cannot be processed at this time. If you require further assistance log into the service portal and create a ticket.")),
    ("10001", Shortage, Notification("Requested amount exceeds the {ORDER_Telephone number_QTY} telephone numbers available. Please select one of the following actions to proceed: \"Reject\" - do not reserve any telephone numbers at this time. \"Accept with backorder\" - Reserve the available telephone numbers and place the remaining balance on backorder. \"Accept available only\" - Only reserve the telephone number quantity available, and do not create a backorder.")),
    ("10002", Completed, Notification("Voice order is complete. Please refer to Voice Order ID for reference number.")),
    ("10004", BackorderUnfulfilled, Notification("Your back order cannot be fulfilled and has been cancelled. Please contact LEUOrders@Lumen.com for more assistance.")),
    ("10005", BackorderCancelledAsAsked, Notification("Your back order has been cancelled per your request.")),
    ("10006", BackorderReclaimed, Notification("Reclamation. Back order with same customer reclaim is being done. Please contact LEUOrders@Lumen.com for more assistance.")),
    ("10007", Invalid(Quantity), Answer),
    ("10008", BackorderStuck, Notification("System issue. Back orders cycling due to issue with inventory. Please contact LEUOrders@Lumen.com for more assistance.")),
    ("10009", BackorderRateCenterEnded, Notification("Backorder has been cancelled. The rate center you selected is invalid or was consolidated into another rate center. Please place the order using a different rate center or log into the portal and create a service ticket.")),
    ("10010", BackorderRateCenterEnded, Notification("Backorder has been cancelled. The rate center you selected is not available for native telephone number ordering. Please select a different rate center and place the order again.")),
    ("10011", Invalid(Quantity), Answer),
    ("10012", BackorderNotOffered, Notification("Order exceeds available inventory and cannot be processed at this time. Back orders are not supported in this region. If you require further assistance log into the service portal and create a ticket.")),
    ("10013", BackorderNotConfirmed, Notification("We did not receive your confirmation of back orders. Back orders have been cancelled for your voice order. If you wish to place the back order create a new reservation order and confirm back order within 4 hours of placing the order.")),
    ("10015", BackorderNotOfferedForPbx, Notification("Order exceeds available inventory and cannot be processed at this time. Backorders are not supported for PBX Restricted Telephone numbers. Please contact LEUOrders@Lumen.com for more assistance.")),
    ("20000", Invalid(Product), Answer),
    ("20011", Invalid(State), Answer),
    ("20015", Invalid(TelephoneNumber), Answer),
    ("20016", Invalid(TelephoneNumber), Answer),
    ("20020", Invalid(ListingName), Both("For a residential customer, the directory listing first name and last name is required.")),
    ("20049", UnknownOrder, Answer),
    ("20054", UnknownOrder, Answer),
    ("20055", UnknownOrder, Answer),
    ("20060", UnknownOrder, Answer),
    ("20063", Invalid(CustomerServiceName), Notification("Invalid Customer Service name.")),
    ("20064", UnknownOrder, Answer),
    ("20065", AlreadyComplete, Answer),
    ("20066", TooLateToCancel, NotificationAndAssumedAnswer("Unable to complete LNP (porting) cancel. Cancellations are allowed up to one business day before FOC (Firm Order Commitment) date. Once LNP order completes you may issue a change order. If you require further assistance log into the service portal and create a ticket.")),
    ("20082", Invalid(PbxIndex), Answer),
    ("20083", Invalid(PbxValue), Answer),
    ("20084", Invalid(Sequential), Answer),
    ("20085", Invalid(RateCenter), Answer),
    ("20088", Invalid(RateCenter), Answer),
    ("20089", Invalid(RateCenter), Answer),
    ("20090", Invalid(Place), Answer),
    ("20091", Invalid(Place), Answer),
    ("20092", Invalid(Place), Answer),
    ("20093", Invalid(Place), Answer),
    ("20102", Invalid(CustomerNumber), Answer),
    ("20103", Invalid(PageNumber), Answer),
    ("20104", Invalid(PageSize), Answer),
    ("20107", NotWaitingForAnswer, NotificationAndAssumedAnswer("The order information you provided is not for an active backorder.")),
    ("20108", AlreadyCancelled, Answer),
    ("20217", Invalid(TelephoneNumber), Notification("<telephone Number> is not valid telephone number. Please resubmit your request")),
    ("20237", UnsupportedCharacters, Answer),
    ("20238", AlreadyComplete, Answer),
    ("403001", StaleToken, Answer),
    ("403002", StaleToken, Answer),
    ("403003", CredentialsRefused, Answer),
    ("403004", CredentialsRefused, Answer),
    ("403005", MethodNotPermitted, Answer),
    ("403006", StaleToken, Answer),
    ("404001", UnknownResource, Answer),
    ("405001", WrongMethod, Answer),
    ("406001", NotAcceptable, Answer),
    ("409001", Busy, Answer),
    ("500001", ServerFailed, Answer),
    ("503001", Unavailable, Answer),
    ("504001", TimedOut, Answer),
    ("504002", TimedOut, Answer),];

/// The codes that refuse only the kinds of orders that this version does not place.
#[rustfmt::skip]
const CODES_OF_OTHER_ORDERS: [Row; 59] = [
    ("1612", Busy, Answer),
    ("20001", Invalid(CustomerType), Answer),
    ("20003", Invalid(PersonalName), Answer),
    ("20004", Invalid(BusinessName), Answer),
    ("20005", Invalid(BusinessName), Answer),
    ("20006", Invalid(PersonalName), Answer),
    ("20007", Invalid(StreetNumber), Answer),
    ("20008", Invalid(StreetName), Answer),
    ("20009", Invalid(StreetSuffix), Answer),
    ("20010", Invalid(City), Answer),
    ("20012", Invalid(Zip), Answer),
    ("20013", Invalid(Zip), Answer),
    ("20014", Invalid(SecondaryLocation), Answer),
    ("20019", Invalid(ListingName), Answer),
    ("20021", Invalid(ListingType), Answer),
    ("20022", Invalid(ListingAction), Answer),
    ("20023", Invalid(CallerNameBlocking), Answer),
    ("20024", Invalid(CallerName), Answer),
    ("20025", Invalid(BillingNumber), Answer),
    ("20026", Invalid(LoaName), Answer),
    ("20027", Invalid(LoaReceived), Answer),
    ("20028", Invalid(LoaDate), Answer),
    ("20029", Invalid(SubscriberLine), Answer),
    ("20030", Invalid(SubscriberLine), Answer),
    ("20031", Invalid(SubscriberLine), Answer),
    ("20032", Invalid(CustomerServiceName), Answer),
    ("20040", Invalid(EmergencyOption), Answer),
    ("20041", NotTheCustomers, Answer),
    ("20042", NotTheCustomers, Answer),
    ("20043", Invalid(CustomerType), Answer),
    ("20044", Invalid(CustomerType), Answer),
    ("20045", Invalid(CustomerType), Answer),
    ("20046", Invalid(PersonalName), Answer),
    ("20047", Invalid(LoaDate), Answer),
    ("20048", NothingToChange, Answer),
    ("20050", Invalid(RequestDate), Answer),
    ("20051", Invalid(ListingAction), Answer),
    ("20052", Invalid(ListingName), Answer),
    ("20057", NothingToChange, Answer),
    ("20061", NotActive, Answer),
    ("20067", Invalid(RequestDate), Answer),
    ("20068", Invalid(RequestDate), Answer),
    ("20069", Invalid(RequestDate), Answer),
    ("20070", NotCancellable, Answer),
    ("20109", NotAPort, Answer),
    ("20112", Invalid(LosingCarrierAccount), Answer),
    ("20113", Invalid(LosingCarrierPin), Answer),
    ("20114", Invalid(LosingCarrierWireless), Answer),
    ("20115", Invalid(TelephoneNumber), Answer),
    ("20204", Invalid(WorkingNumber), Answer),
    ("20207", Invalid(CustomerServiceName), Answer),
    ("20210", Invalid(PersonalName), Answer),
    ("20211", Invalid(PersonalName), Answer),
    ("20213", Invalid(RequestDate), Answer),
    ("20214", Invalid(RequestDate), Answer),
    ("20215", Invalid(RequestDate), Answer),
    ("20218", Invalid(CallerName), Answer),
    ("20231", Invalid(RequestDate), Answer),
    ("20232", Invalid(ListingAction), Answer),];

fn row(code: &str) -> Option<&'static Row> {
    CODES.iter().chain(&CODES_OF_OTHER_ORDERS).find(|(known, ..)| *known == code)
}

impl Meaning {
    /// Returns the meaning of one of Lumen's codes, or `None` for a code that Lumen does not document.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        row(code.trim()).map(|(_, meaning, _)| *meaning)
    }
}

/// Returns what a notification with this code says about an order of this kind, or `None` if Lumen documents
/// nothing.
pub(super) fn notification_class(code: &str, kind: OrderKind) -> Option<NotificationClass> {
    notification_text(code)?;
    Meaning::of(code)?.class(kind)
}

/// Lumen's text of a notification, as documented.
pub(super) fn notification_text(code: &str) -> Option<&'static str> {
    match row(code)?.2 {
        Notification(text) | Both(text) | NotificationAndAssumedAnswer(text) => Some(text),
        Answer => None,
    }
}

/// The meaning of a refusal by the Voice API.
impl Problem {
    /// The meaning of its code, if it is a code of the Voice API.
    #[must_use]
    pub fn voice_meaning(&self) -> Option<Meaning> {
        self.code.as_deref().and_then(Meaning::of)
    }

    /// Whether Lumen has no such order under this customer number.
    #[must_use]
    pub fn is_unknown_order(&self) -> bool {
        self.voice_meaning() == Some(UnknownOrder)
    }

    /// Whether the order does not wait for an answer: it already has one, or it has ended.
    #[must_use]
    pub fn is_not_waiting_for_an_answer(&self) -> bool {
        self.voice_meaning() == Some(NotWaitingForAnswer)
    }

    /// Whether the order was canceled before.
    #[must_use]
    pub fn is_cancelled_before(&self) -> bool {
        self.voice_meaning() == Some(AlreadyCancelled)
    }

    /// Whether the order is complete, so that it can't be canceled.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.voice_meaning() == Some(AlreadyComplete)
    }

    /// Whether it is too late to cancel a port, which continues.
    #[must_use]
    pub fn is_too_late_to_cancel(&self) -> bool {
        self.voice_meaning() == Some(TooLateToCancel)
    }

    /// Whether another order for these numbers is in progress. The request did nothing.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.voice_meaning() == Some(Busy)
    }

    /// Whether a new access token may be accepted although this one was not.
    pub(in crate::lumen) fn is_stale_token(&self) -> bool {
        self.voice_meaning() == Some(StaleToken)
    }

    /// Whether the path requires another HTTP method.
    pub(super) fn is_wrong_method(&self) -> bool {
        self.voice_meaning() == Some(WrongMethod)
    }

    /// Whether Lumen refuses the page size.
    pub(super) fn is_invalid_page_size(&self) -> bool {
        self.voice_meaning() == Some(Invalid(PageSize))
    }
}
