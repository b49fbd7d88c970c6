//! The features of a number in a request: the 911 option, the directory listing, and CNAM.

use super::members::Members;
use super::record::{Cnam, DirectoryListing, E911Option, Line, ServiceAddress, Subscriber};
use super::request::ListingChange;
use crate::voice::catalogue::rate_center_of;
use crate::voice::error::{BAD_REQUEST, VoiceError};
use crate::voice::numbers::Number;

/// The product that has a 911 option and a directory listing.
pub(crate) const ENHANCED_LOCAL_SERVICE: &str = "2042";
/// The maximum length of a CNAM name, in characters.
const CNAM_MAX: usize = 15;

/// Reads the 911 option of a new order: required for Enhanced Local Service, and unknown to Local
/// Inbound.
pub(crate) fn e911_option(
    members: Members,
    product_id: &str,
) -> Result<Option<E911Option>, VoiceError> {
    let is_enhanced = product_id == ENHANCED_LOCAL_SERVICE;
    match members.text("E911_Option").as_deref() {
        Some("STATIC") if is_enhanced => Ok(Some(E911Option::Static)),
        Some("CP911") if is_enhanced => Ok(Some(E911Option::CustomerProvided)),
        None if !is_enhanced => Ok(None),
        _ => Err(VoiceError::new(20_040)),
    }
}

/// Checks that Lumen can send help to the address of every number with static 911.
pub(crate) fn check_static_911<'l>(
    option: Option<E911Option>,
    address: Option<&ServiceAddress>,
    numbers: impl IntoIterator<Item = &'l Number>,
) -> Result<(), VoiceError> {
    if option != Some(E911Option::Static) {
        return Ok(());
    }
    let state = address.map(|address| address.state.as_str());
    for number in numbers {
        let center = rate_center_of(*number).filter(|center| center.static_911);
        if center.is_none_or(|center| Some(center.state) != state) {
            let detail = format!("{number} has no static 911 at this address");
            return Err(VoiceError::new(20_040).detail(detail));
        }
    }
    Ok(())
}

/// Reads the directory listing of a new order.
pub(crate) fn new_listing(
    members: Members,
    product_id: &str,
    subscriber: Option<&Subscriber>,
) -> Result<Option<DirectoryListing>, VoiceError> {
    if !members.has("directoryListing") {
        return Ok(None);
    }
    if product_id != ENHANCED_LOCAL_SERVICE {
        return Err(VoiceError::new(BAD_REQUEST).detail("Local Inbound has no directory listing"));
    }
    let listing = members.object("directoryListing").ok_or_else(|| VoiceError::new(20_022))?;
    match listing.text("directoryListingAction").as_deref() {
        Some("A") => {}
        Some("C" | "D") => return Err(VoiceError::new(20_232)),
        _ => return Err(VoiceError::new(20_022)),
    }
    let listing = listing_record(listing)?;
    match subscriber {
        Some(Subscriber::Business { .. }) if listing.business_name.is_none() => {
            Err(VoiceError::new(20_019))
        }
        Some(Subscriber::Residence { .. })
            if listing.first_name.is_none() || listing.last_name.is_none() =>
        {
            Err(VoiceError::new(20_020))
        }
        _ => Ok(Some(listing)),
    }
}

/// Reads the directory listing of a change order.
pub(crate) fn changed_listing(
    members: Members,
    line: &Line,
) -> Result<Option<ListingChange>, VoiceError> {
    if !members.has("directoryListing") {
        return Ok(None);
    }
    if line.product_id != ENHANCED_LOCAL_SERVICE {
        return Err(VoiceError::new(BAD_REQUEST).detail("Local Inbound has no directory listing"));
    }
    let listing = members.object("directoryListing").ok_or_else(|| VoiceError::new(20_051))?;
    match listing.text("directoryListingAction").as_deref() {
        Some("R") => return Ok(Some(ListingChange::Removed)),
        Some("C") => {}
        _ => return Err(VoiceError::new(20_051)),
    }
    let listing = listing_record(listing)?;
    let DirectoryListing { business_name, first_name, last_name, .. } = &listing;
    if business_name.is_none() && first_name.is_none() && last_name.is_none() {
        return Err(VoiceError::new(20_052));
    }
    Ok(Some(ListingChange::Listed(listing)))
}

fn listing_record(listing: Members) -> Result<DirectoryListing, VoiceError> {
    let listing_type = listing.text("directoryListingType");
    Ok(DirectoryListing {
        listing_type: listing_type
            .filter(|text| matches!(text.as_str(), "1" | "2"))
            .ok_or_else(|| VoiceError::new(20_021))?,
        business_name: listing.text("directoryBusinessName"),
        first_name: listing.text("directoryFirstName"),
        last_name: listing.text("directoryLastName"),
    })
}

/// Reads the CNAM name of any order.
pub(crate) fn cnam(members: Members) -> Result<Option<Cnam>, VoiceError> {
    if !members.has("cnam") {
        return Ok(None);
    }
    let cnam = members.object("cnam").ok_or_else(|| VoiceError::new(20_023))?;
    let blocked = cnam.yes_or_no("blockCustomerName").ok_or_else(|| VoiceError::new(20_023))?;
    let customer_name = cnam.text("customerName").ok_or_else(|| VoiceError::new(20_024))?;
    if customer_name.chars().count() > CNAM_MAX {
        return Err(VoiceError::new(20_218));
    }
    Ok(Some(Cnam { customer_name, blocked }))
}
