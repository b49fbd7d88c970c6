//! The site of a new connection: whether Lumen lists it, and for which partner.
//!
//! Lumen's lists of locations can be incomplete, so a site that they do not show is refused only if Lumen
//! returns no price for it either. A site that is listed for another partner is always refused: the price
//! request does not include the partner, so its answer can't confirm one.

use super::model::Connection;
use crate::framework::{Context, Diagnostic, Field};
use crate::lumen::ordering::{Location, LocationQuery, Partner};
use crate::lumen::{Client, Error, PartnerId, SiteId};
use crate::services::explain;

/// What Lumen answered when the price was requested.
pub(super) enum PriceAnswer {
    /// Lumen sells at the site.
    Sold,
    /// Lumen reports that the site is not enabled, which can be permanent or temporary.
    NotEnabled(Error),
    /// The price was not requested, or can't be requested now.
    NotKnown,
}

/// What the lists show about a site, and about the partner or port of the connection.
pub(super) enum Standing {
    /// The lists do not contradict the connection.
    Fits,
    /// Lumen does not sell on-demand services at the site.
    Disabled,
    /// Lumen has no such partner.
    NoSuchPartner(PartnerId),
    /// The site is a data-center site of these partners, but the connection names another partner or a
    /// port.
    OfPartners(Vec<Partner>),
    /// The site is listed for no partner, but the connection names this one.
    Own(PartnerId),
    /// No list shows the site.
    Unlisted,
    /// A list could not be read.
    Unchecked(Error),
}

/// Looks up the site. A run requests each list once. The lists of the other partners and the list of all
/// sites are read only if something does not match, or for a port.
pub(super) async fn look_up(lumen: &Client, connection: &Connection) -> Standing {
    let Field::Known(site) = &connection.master_site_id else { return Standing::Fits };
    let found = match (&connection.partner_id, &connection.port_service_id) {
        (Field::Known(partner), _) => through_partner(lumen, site, partner).await,
        (Field::Null, Field::Known(_)) => through_port(lumen, site).await,
        _ => Ok(Standing::Fits),
    };
    found.unwrap_or_else(Standing::Unchecked)
}

async fn through_partner(
    lumen: &Client,
    site: &SiteId,
    partner: &PartnerId,
) -> Result<Standing, Error> {
    let theirs = lumen.locations(&LocationQuery::of(partner.clone())).await?;
    if let Some(standing) = enablement(&at(site, &theirs)) {
        return Ok(standing);
    }
    let partners = lumen.partners().await?;
    if !partners.is_empty() && partners.iter().all(|listed| listed.id != *partner) {
        return Ok(Standing::NoSuchPartner(partner.clone()));
    }
    let others = partners_at(lumen, site, &partners).await?;
    if !others.is_empty() {
        return Ok(Standing::OfPartners(others));
    }
    let all = lumen.locations(&LocationQuery::default()).await?;
    let is_listed = !at(site, &all).is_empty();
    Ok(if is_listed { Standing::Own(partner.clone()) } else { Standing::Unlisted })
}

/// Looks up a site for a connection that ends at a port. A customer's own site names no partner, and then
/// the partners' lists are not read.
async fn through_port(lumen: &Client, site: &SiteId) -> Result<Standing, Error> {
    let all = lumen.locations(&LocationQuery::default()).await?;
    let here = at(site, &all);
    if !here.is_empty() && here.iter().all(|location| location.partner.is_some()) {
        let partners = partners_at(lumen, site, &lumen.partners().await?).await?;
        if !partners.is_empty() {
            return Ok(Standing::OfPartners(partners));
        }
    }
    Ok(enablement(&here).unwrap_or(Standing::Unlisted))
}

/// Returns the partners whose lists show the site.
async fn partners_at(
    lumen: &Client,
    site: &SiteId,
    partners: &[Partner],
) -> Result<Vec<Partner>, Error> {
    let mut there = Vec::new();
    for partner in partners {
        let theirs = lumen.locations(&LocationQuery::of(partner.id.clone())).await?;
        if !at(site, &theirs).is_empty() {
            there.push(partner.clone());
        }
    }
    Ok(there)
}

fn at<'a>(site: &SiteId, locations: &'a [Location]) -> Vec<&'a Location> {
    locations.iter().filter(|location| location.master_site_id == *site).collect()
}

/// Whether on-demand services are sold at the site, or `None` if the site is not listed.
fn enablement(here: &[&Location]) -> Option<Standing> {
    let is_disabled = here.iter().all(|location| location.naas_enabled == Some(false));
    let standing = if is_disabled { Standing::Disabled } else { Standing::Fits };
    (!here.is_empty()).then_some(standing)
}

/// Weighs what the lists show against Lumen's answer about the price, and refuses the plan or warns.
pub(super) fn judge(
    connection: &Connection,
    standing: &Standing,
    price: &PriceAnswer,
    context: &Context,
) -> Result<(), Diagnostic> {
    let Some(site) = connection.master_site_id.known() else { return Ok(()) };
    let found = match (standing, price) {
        (Standing::NoSuchPartner(partner), _) => no_such_partner(partner),
        (Standing::OfPartners(partners), _) => of_partners(connection, site, partners),
        (Standing::Own(partner), _) => own(site, partner, price),
        // A price is better proof than the flag.
        (Standing::Disabled, PriceAnswer::Sold) => return Ok(()),
        (Standing::Disabled, _) => disabled(site, price),
        (Standing::Unlisted, _) => unlisted(site, price),
        (Standing::Fits | Standing::Unchecked(_), PriceAnswer::NotEnabled(error)) => {
            not_enabled(site, error)
        }
        (Standing::Unchecked(error), _) => unchecked(site, error),
        (Standing::Fits, _) => return Ok(()),
    };
    if found.is_error() {
        return Err(found.outcome(format!("Nothing was ordered for {}.", connection.object())));
    }
    context.warn(found);
    Ok(())
}

/// The diagnostic for a site that the lists put in doubt: an error if Lumen also reports that the site is
/// not enabled, and otherwise a warning.
fn doubted(
    summary: String,
    argument: &str,
    cause: &str,
    remedy: String,
    price: &PriceAnswer,
) -> Diagnostic {
    let goes_on = match price {
        PriceAnswer::NotEnabled(error) => {
            return Diagnostic::error(summary)
                .at(argument)
                .because(format!("{cause}. {}", explain::cause(error)))
                .remedy(remedy);
        }
        PriceAnswer::Sold => {
            "Lumen returned a price for the site, so the plan continues: the list may be incomplete."
        }
        PriceAnswer::NotKnown => "The plan continues, because the price could not be requested.",
    };
    Diagnostic::warning(summary)
        .at(argument)
        .because(cause)
        .outcome(format!("{goes_on} Lumen checks the site again before anything is ordered."))
        .remedy(
            "Check `master_site_id`, `partner_id` and `port_service_id`. If they are right, continue.",
        )
}

fn own(site: &SiteId, partner: &PartnerId, price: &PriceAnswer) -> Diagnostic {
    doubted(
        format!("Site `{site}` is not a data center site"),
        "partner_id",
        &format!(
            "Lumen lists the site, but not for partner `{partner}` or any other partner. It is one of your own sites, where a connection ends at a port"
        ),
        format!(
            "Remove `partner_id`, and set `port_service_id` to the UNI Service ID of your port at the site. For a connection at a data center, set `master_site_id` to one of `lumen_locations` with `partner_id = \"{partner}\"`."
        ),
        price,
    )
}

fn disabled(site: &SiteId, price: &PriceAnswer) -> Diagnostic {
    doubted(
        format!("Site `{site}` is not enabled for on-demand services"),
        "master_site_id",
        "Lumen's list of locations shows the site with `naas_enabled = false`",
        "Set `master_site_id` to a site of `lumen_locations` with `naas_enabled = true`, or ask Lumen to enable this one.".to_owned(),
        price,
    )
}

fn unlisted(site: &SiteId, price: &PriceAnswer) -> Diagnostic {
    doubted(
        format!("Lumen does not list site `{site}`"),
        "master_site_id",
        "Lumen's lists of sites don't have it",
        "Check `master_site_id` for a typo, and set it to the `master_site_id` of one of `lumen_locations`. Lumen can also return this error temporarily: if the site is right, plan again in a few minutes.".to_owned(),
        price,
    )
}

/// What to do if Lumen does not sell at the site.
pub(super) const NOT_ENABLED: &str = "Check that `naas_enabled` is true for the site in `lumen_locations`, and that `port_service_id` is set if the site is one of your own. Lumen can also return this error temporarily: if the site is right, run the same command again in a few minutes.";

/// Lumen reports that the site is not enabled, and its lists do not show why.
pub(super) fn not_enabled(site: &SiteId, error: &Error) -> Diagnostic {
    explain::error(format!("Lumen returned no price for site `{site}`"), error)
        .at("master_site_id")
        .remedy(NOT_ENABLED)
}

fn no_such_partner(partner: &PartnerId) -> Diagnostic {
    Diagnostic::error(format!("There is no partner `{partner}`"))
        .at("partner_id")
        .because("Lumen's list of partners does not have it")
        .remedy("Set `partner_id` to the `id` of one of `lumen_providers`.")
}

/// The site belongs to other partners than the one in the configuration.
fn of_partners(connection: &Connection, site: &SiteId, partners: &[Partner]) -> Diagnostic {
    let named: Vec<String> =
        partners.iter().map(|partner| format!("`{}` ({})", partner.id, partner.name)).collect();
    let named = named.join(" or ");
    let cause = format!("Lumen lists it as a data center site of partner {named}");
    match connection.partner_id.known() {
        Some(partner) => Diagnostic::error(format!("Partner `{partner}` is not at site `{site}`"))
            .at("partner_id")
            .because(cause)
            .remedy(format!("Set `partner_id` to {named}, or set `master_site_id` to one of `lumen_locations` with `partner_id = \"{partner}\"`.")),
        None => Diagnostic::error(format!("Site `{site}` is a data center site"))
            .at("port_service_id")
            .because(format!("{cause}. Your own ports are at other sites"))
            .remedy(format!("Remove `port_service_id`, and set `partner_id` to {named}. For a connection at your own port, set `master_site_id` to the site of that port.")),
    }
}

/// A list could not be read.
fn unchecked(site: &SiteId, error: &Error) -> Diagnostic {
    explain::warning(format!("Site `{site}` could not be checked"), error)
        .at("master_site_id")
        .outcome("The plan continues, but the provider does not know whether Lumen lists the site, or for which partner. Lumen checks that before anything is ordered.")
}
