//! The bodies of orders: `POST /order`, `/order/change` and `/order/disconnect`. Each is checked in the
//! order of its members, and the first error is returned.

use jiff::Timestamp;

use super::features::{self, ENHANCED_LOCAL_SERVICE};
use super::ledger::LineOrderKind;
use super::members::Members;
use super::port::PortTerms;
use super::record::{Cnam, DirectoryListing, E911Option, Line, ServiceAddress, Subscriber};
use super::{address, dates, subscriber, tn_list};
use crate::state::Simulation;
use crate::voice::error::{BAD_REQUEST, VoiceError};
use crate::voice::numbers::Number;
use crate::voice::order_request::product;

/// A well-formed order.
pub(crate) struct LineRequest {
    pub(crate) external_order_id: Option<String>,
    /// Sorted.
    pub(crate) numbers: Vec<Number>,
    pub(crate) request_date: Option<Timestamp>,
    /// The names of the members in the body.
    pub(crate) sent: Vec<String>,
    pub(crate) task: Task,
}

/// What an order does with its numbers.
#[derive(Clone)]
pub(crate) enum Task {
    Install(Line),
    PortIn(Line, PortTerms),
    Change(LineChange),
    Disconnect,
}

impl Task {
    pub(crate) fn kind(&self) -> LineOrderKind {
        match self {
            Task::Install(_) => LineOrderKind::Install,
            Task::PortIn(..) => LineOrderKind::PortIn,
            Task::Change(_) => LineOrderKind::Change,
            Task::Disconnect => LineOrderKind::Disconnect,
        }
    }
}

/// What a change order or a supplement changes. What is `None` stays as it is.
#[derive(Clone, Default)]
pub(crate) struct LineChange {
    pub(crate) subscriber: Option<Subscriber>,
    pub(crate) service_address: Option<ServiceAddress>,
    pub(crate) e911_option: Option<E911Option>,
    pub(crate) directory_listing: Option<ListingChange>,
    pub(crate) cnam: Option<Cnam>,
    pub(crate) customer_service_name: Option<String>,
}

/// What becomes of a directory listing.
#[derive(Clone)]
pub(crate) enum ListingChange {
    Listed(DirectoryListing),
    Removed,
}

impl LineChange {
    pub(crate) fn apply(&self, line: &mut Line) {
        let LineChange {
            subscriber,
            service_address,
            e911_option,
            directory_listing,
            cnam,
            customer_service_name,
        } = self.clone();
        line.subscriber = subscriber.or(line.subscriber.take());
        line.service_address = service_address.or(line.service_address.take());
        line.e911_option = e911_option.or(line.e911_option);
        match directory_listing {
            Some(ListingChange::Listed(listing)) => line.directory_listing = Some(listing),
            Some(ListingChange::Removed) => line.directory_listing = None,
            None => {}
        }
        line.cnam = cnam.or(line.cnam.take());
        if let Some(name) = customer_service_name {
            line.customer_service_name = name;
        }
    }
}

/// Reads an install order or a port.
pub(crate) fn new_order(body: Members, lumen: &Simulation) -> Result<LineRequest, VoiceError> {
    let now = lumen.clock.date(lumen.clock.now());
    let product_id = product(body.text("productID"))?;
    let is_port = match body.text("numberType").as_deref() {
        Some("NEW") => false,
        Some("LNP") => true,
        _ => return Err(VoiceError::new(BAD_REQUEST).detail("numberType must be NEW or LNP")),
    };
    body.check_texts()?;
    let line = subscriber_line(body, is_port)?;
    let mut record = Line::new(&product_id, "");
    if is_port || product_id == ENHANCED_LOCAL_SERVICE || subscriber::is_given(line) {
        record.subscriber = Some(subscriber::of_new(line)?);
    }
    if is_port || product_id == ENHANCED_LOCAL_SERVICE || line.has("serviceAddress") {
        record.service_address = Some(address::service_address(line.object("serviceAddress"))?);
    }
    let mapping = order_mapping(line)?;
    record.customer_service_name =
        mapping.text("customerServiceName").ok_or_else(|| VoiceError::new(20_032))?;
    check_route(&record.customer_service_name, 1_405, lumen)?;
    let (kind, most, invalid) = if is_port {
        (LineOrderKind::PortIn, tn_list::MOST_OF_A_PORT, 20_115)
    } else {
        (LineOrderKind::Install, tn_list::MOST, 20_016)
    };
    let numbers = tn_list::telephone_numbers(mapping, most, invalid)?;
    lumen.check_numbers(kind, &numbers)?;
    record.e911_option = features::e911_option(line, &product_id)?;
    features::check_static_911(record.e911_option, record.service_address.as_ref(), &numbers)?;
    record.directory_listing =
        features::new_listing(line, &product_id, record.subscriber.as_ref())?;
    record.cnam = features::cnam(line)?;
    let (task, request_date) = if is_port {
        let terms = PortTerms::read(line, &numbers)?;
        (Task::PortIn(record, terms), Some(dates::of_port(body, now)?))
    } else {
        (Task::Install(record), dates::of_install(body, now)?)
    };
    Ok(LineRequest {
        external_order_id: body.text("externalOrderID"),
        numbers,
        request_date,
        sent: body.paths(),
        task,
    })
}

/// The only line of an order.
fn subscriber_line(body: Members, is_port: bool) -> Result<Members, VoiceError> {
    match body.list("subscriberLines") {
        Some([line]) => Members::of(line).ok_or_else(|| VoiceError::new(20_029)),
        Some([_, _, ..]) => Err(VoiceError::new(if is_port { 20_031 } else { 20_030 })),
        _ => Err(VoiceError::new(20_029)),
    }
}

fn order_mapping(line: Members) -> Result<Members, VoiceError> {
    match line.list("orderMappingList") {
        Some([mapping]) => Members::of(mapping).ok_or_else(|| VoiceError::new(20_032)),
        _ => Err(VoiceError::new(20_032)),
    }
}

/// Checks that the customer has a route. The code of an unknown route depends on the request.
pub(crate) fn check_route(name: &str, code: u32, lumen: &Simulation) -> Result<(), VoiceError> {
    match &lumen.settings.voice.customer_service_names {
        Some(routes) if !routes.iter().any(|route| route == name) => {
            Err(VoiceError::new(code).detail(name))
        }
        _ => Ok(()),
    }
}

/// Reads a change order.
pub(crate) fn change(body: Members, lumen: &Simulation) -> Result<LineRequest, VoiceError> {
    const CHANGEABLE: [&str; 9] = [
        "customerType",
        "businessName",
        "firstName",
        "lastName",
        "serviceAddress",
        "E911_Option",
        "directoryListing",
        "cnam",
        "customerServiceName",
    ];

    body.check_texts()?;
    if !CHANGEABLE.iter().any(|name| body.has(name)) {
        return Err(VoiceError::new(20_057));
    }
    let subscriber = subscriber::of_change(body)?;
    let service_address = match body.find("serviceAddress") {
        Some(_) => Some(address::service_address(body.object("serviceAddress"))?),
        None => None,
    };
    let customer_service_name = body.text("customerServiceName");
    if let Some(name) = &customer_service_name {
        check_route(name, 20_207, lumen)?;
    }
    let numbers = tn_list::telephone_numbers(body, tn_list::MOST, 20_016)?;
    lumen.check_numbers(LineOrderKind::Change, &numbers)?;
    let mut change = LineChange {
        subscriber,
        service_address,
        customer_service_name,
        cnam: None,
        e911_option: None,
        directory_listing: None,
    };
    for number in &numbers {
        let Some(line) = lumen.voice.lines.active.get(*number) else { continue };
        check_features(body, &mut change, line, *number)?;
    }
    change.cnam = features::cnam(body)?;
    Ok(LineRequest {
        external_order_id: body.text("externalOrderID"),
        numbers,
        request_date: None,
        sent: body.paths(),
        task: Task::Change(change),
    })
}

/// Reads the features whose rules depend on the number that they are for.
fn check_features(
    body: Members,
    change: &mut LineChange,
    line: &Line,
    number: Number,
) -> Result<(), VoiceError> {
    if body.has("E911_Option") {
        change.e911_option = features::e911_option(body, &line.product_id)?;
    }
    change.directory_listing = features::changed_listing(body, line)?;
    let mut changed = line.clone();
    change.apply(&mut changed);
    features::check_static_911(changed.e911_option, changed.service_address.as_ref(), &[number])
}

/// Reads a disconnect order.
pub(crate) fn disconnect(body: Members, lumen: &Simulation) -> Result<LineRequest, VoiceError> {
    let now = lumen.clock.date(lumen.clock.now());
    body.check_texts()?;
    let numbers = tn_list::telephone_numbers(body, tn_list::MOST, 20_016)?;
    lumen.check_numbers(LineOrderKind::Disconnect, &numbers)?;
    Ok(LineRequest {
        external_order_id: body.text("externalOrderID"),
        numbers,
        request_date: Some(dates::of_disconnect(body, now)?),
        sent: body.paths(),
        task: Task::Disconnect,
    })
}
