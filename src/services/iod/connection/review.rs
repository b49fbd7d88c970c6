//! What a plan of a connection checks and shows: the price, the limits, and what exists.
//!
//! What can't be checked now is checked again before the order.

use std::sync::Arc;

use super::model::{Connection, LookedUp, Price};
use super::order::{PATIENCE_OF_A_PLAN, patiently};
use super::order_terms::Limit;
use super::{IodConnection, StoredConnection, diagnostics};
use crate::framework::{Context, Diagnostic, Field, Plan};
use crate::lumen::ordering::{BillingAccountQuery, Offer};
use crate::lumen::{BillingAccountId, Client, Error, PortServiceId, SiteId};
use crate::services::orders::{Ordered, Promised};
use crate::services::{Session, explain};

/// Exactly one of partner and port says what the connection ends at.
pub(super) fn validate(config: &Connection) -> Vec<Diagnostic> {
    let (partner, port) = (&config.partner_id, &config.port_service_id);
    if partner.is_null() && port.is_null() {
        return vec![
            Diagnostic::error("Neither `partner_id` nor `port_service_id` is set")
                .at("partner_id")
                .because("a connection ends at a data-centre partner or at a port of your own")
                .remedy("Set `partner_id` from `lumen_providers`, or `port_service_id` to the UNI Service ID of your port."),
        ];
    }
    if partner.known().is_some() && port.known().is_some() {
        return vec![
            Diagnostic::error("Both `partner_id` and `port_service_id` are set")
                .at("port_service_id")
                .because(
                    "a connection ends either at a data-centre partner or at a port of your own",
                )
                .remedy("Leave out one of the two."),
        ];
    }
    Vec::new()
}

/// Checks and prices a new connection.
pub(super) async fn create(
    session: &Session,
    plan: &mut Plan<Ordered<IodConnection>>,
    promised: LookedUp,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let planned = &mut plan.planned;
    if plan.config.billing_account_id.is_null() {
        planned.billing_account_id = session.billing_account_id.clone();
    }
    let mut errors = Vec::new();
    if planned.billing_account_id.is_null() {
        errors.push(diagnostics::no_billing_account());
    }
    if planned.contact.is_null() && session.contact.is_null() {
        errors.push(diagnostics::no_contact());
    }
    if let Some(lumen) = &session.lumen {
        let account = planned.billing_account_id.known().cloned();
        let (priced, account) = tokio::join!(
            price(session, lumen, planned, promised.price.as_ref(), context),
            look_up_account(lumen, account.as_ref(), promised.billing_account_name, context)
        );
        errors.extend(priced.err());
        match account {
            Ok(name) => {
                planned.billing_account_name = name.map_or(Field::Unknown, Field::Known);
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Prices a change of bandwidth.
pub(super) async fn update(
    session: &Session,
    plan: &mut Plan<Ordered<IodConnection>>,
    prior: &StoredConnection,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let promised = plan.planned_private.from_first_plan().and_then(|notes| notes.promised.clone());
    let promised = promised.map(|promised| promised.looked_up).unwrap_or_default();
    let prior = &prior.model;
    let planned = &mut plan.planned;
    let changes_bandwidth = planned.bandwidth != prior.bandwidth;
    let renames = planned.name != prior.name;
    planned.hourly_price = prior.hourly_price.clone();
    planned.monthly_price = prior.monthly_price.clone();
    planned.status = prior.status.clone();
    if changes_bandwidth || renames {
        planned.status = Field::Unknown;
    }
    if !changes_bandwidth {
        return Ok(());
    }
    let Some(lumen) = &session.lumen else {
        planned.hourly_price = Field::Unknown;
        planned.monthly_price = Field::Unknown;
        return Ok(());
    };
    price(session, lumen, planned, promised.price.as_ref(), context).await.map_err(one)?;
    if plan.planned_private.is_stored() {
        let price = Price::of(&plan.planned);
        let looked_up = LookedUp { price, ..LookedUp::default() };
        plan.private.promised = Some(Promised { order: None, looked_up });
    }
    Ok(())
}

/// Plans the price that was promised, or else the one that Lumen asks now, within all limits; unknown
/// if Lumen can't be asked.
async fn price(
    session: &Session,
    lumen: &Client,
    planned: &mut Connection,
    promised: Option<&Price>,
    context: &Context,
) -> Result<(), Diagnostic> {
    planned.hourly_price = Field::Unknown;
    planned.monthly_price = Field::Unknown;
    match promised {
        Some(Price { hourly, monthly }) => {
            planned.hourly_price = hourly.parse().map_or(Field::Unknown, Field::Known);
            planned.monthly_price = monthly.parse().map_or(Field::Unknown, Field::Known);
        }
        None => ask_price(lumen, planned, context).await?,
    }
    planned.log_price();
    let Some(hourly) = planned.hourly_price.known() else { return Ok(()) };
    match Limit::of(session, planned).filter(|limit| limit.price < *hourly) {
        Some(limit) => Err(diagnostics::over_limit(&planned.title(), hourly, &limit)),
        None => Ok(()),
    }
}

/// The price that Lumen asks now.
async fn ask_price(
    lumen: &Client,
    planned: &mut Connection,
    context: &Context,
) -> Result<(), Diagnostic> {
    let (Field::Known(site), Field::Known(bandwidth)) =
        (&planned.master_site_id, &planned.bandwidth)
    else {
        return Ok(());
    };
    if planned.port_service_id.is_unknown() {
        return Ok(());
    }
    let Some(offers) = offers(lumen, site, planned.port_service_id.known(), context).await? else {
        return Ok(());
    };
    let Some(offer) = offers.iter().find(|offer| offer.bandwidth == *bandwidth) else {
        let mut sold: Vec<_> = offers.iter().map(|offer| offer.bandwidth).collect();
        sold.sort_unstable();
        return Err(diagnostics::not_sold(*bandwidth, site.as_str(), &sold));
    };
    let Some(hourly) = &offer.hourly else { return Ok(()) };
    let monthly = offer.monthly.clone().unwrap_or_else(|| hourly.per_month());
    planned.monthly_price = Field::Known(monthly);
    planned.hourly_price = Field::Known(hourly.clone());
    Ok(())
}

async fn offers(
    lumen: &Client,
    site: &SiteId,
    port: Option<&PortServiceId>,
    context: &Context,
) -> Result<Option<Arc<Vec<Offer>>>, Diagnostic> {
    match patiently(context, PATIENCE_OF_A_PLAN, || lumen.offers(site, port)).await {
        Ok(offers) => Ok(Some(offers)),
        Err(error) if error.is_passing() => {
            context.warn(unchecked(format!("The price at site `{site}` is not known"), &error));
            Ok(None)
        }
        Err(error) => {
            let diagnostic =
                explain::error(format!("Lumen names no price for site `{site}`"), &error)
                    .outcome("Nothing was ordered.");
            Err(match &error {
                Error::Rejected(problem) if problem.is_about_enablement() => {
                    diagnostic.at("master_site_id").remedy(diagnostics::NOT_ENABLED)
                }
                Error::Rejected(problem) if problem.is_about("serviceId") => {
                    diagnostic.at("port_service_id")
                }
                _ => diagnostic,
            })
        }
    }
}

/// The name of the billing account, as promised or as Lumen shows it now; `None` if Lumen can't be
/// asked.
async fn look_up_account(
    lumen: &Client,
    id: Option<&BillingAccountId>,
    promised: Option<String>,
    context: &Context,
) -> Result<Option<String>, Diagnostic> {
    let (Some(id), None) = (id, &promised) else { return Ok(promised) };
    match lumen.billing_accounts(&BillingAccountQuery::default()).await {
        Ok(accounts) => diagnostics::orderable(id, &accounts).map(|account| Some(account.name)),
        Err(error) if error.is_passing() => {
            context.warn(unchecked(format!("Billing account `{id}` could not be checked"), &error));
            Ok(None)
        }
        Err(error) => {
            Err(explain::error(format!("Billing account `{id}` can't be looked up"), &error)
                .outcome("Nothing was ordered."))
        }
    }
}

fn unchecked(summary: String, error: &Error) -> Diagnostic {
    explain::warning(summary, error)
        .outcome("The plan goes on without; it is checked before anything is ordered.")
}

fn one(diagnostic: Diagnostic) -> Vec<Diagnostic> {
    vec![diagnostic]
}
