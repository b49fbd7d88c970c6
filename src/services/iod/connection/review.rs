//! What a plan of a connection checks and shows: the price, the limits, what an order needs, and the
//! effects of a change or a replacement. The site is checked in `site`.
//!
//! What can't be checked now is checked again before the order.

use std::sync::Arc;

use super::model::{Connection, LookedUp, Price};
use super::order::{PATIENCE_OF_A_PLAN, patiently};
use super::order_terms::{ConnectionChange, Limit};
use super::site::{self, PriceAnswer, Standing};
use super::{IodConnection, StoredConnection, diagnostics, needs};
use crate::framework::{Context, Diagnostic, Field, Path, Plan};
use crate::lumen::ordering::{Goal, Offer, ServiceStatus};
use crate::lumen::{Client, Error, PortServiceId, SiteId};
use crate::services::orders::{Ordered, OrderedObject as _, PlannedOrder, Promised, named};
use crate::services::{Session, explain};

/// Exactly one of the partner and the port must be set.
pub(super) fn validate(config: &Connection) -> Vec<Diagnostic> {
    let (partner, port) = (&config.partner_id, &config.port_service_id);
    if partner.is_null() && port.is_null() {
        return vec![
            Diagnostic::error("Neither `partner_id` nor `port_service_id` is set")
                .at("partner_id")
                .because("a connection ends at a data center partner or at your own port")
                .remedy("Set `partner_id` from `lumen_providers`, or `port_service_id` to the UNI Service ID of your port."),
        ];
    }
    if partner.known().is_some() && port.known().is_some() {
        return vec![
            Diagnostic::error("Both `partner_id` and `port_service_id` are set")
                .at("port_service_id")
                .because("a connection ends either at a data center partner or at your own port")
                .remedy("Remove one of the two."),
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
    let LookedUp { price: promised, billing_account_name } = promised;
    let before = planned.clone();
    let object = planned.object();
    let (needs, standing, answer) = tokio::join!(
        needs::check(
            session,
            &object,
            &before,
            ConnectionChange::Add,
            billing_account_name,
            context
        ),
        async {
            match &session.lumen {
                // A promised price means that the site has already been checked.
                Some(lumen) if promised.is_none() => site::look_up(lumen, &before).await,
                _ => Standing::Fits,
            }
        },
        price(session, planned, promised.as_ref(), context),
    );
    let mut errors = Vec::new();
    match needs {
        Ok(name) => planned.billing_account_name = name.map_or(Field::Unknown, Field::Known),
        Err(found) => errors.extend(found),
    }
    match answer {
        Ok(answer) => errors.extend(site::judge(planned, &standing, &answer, context).err()),
        Err(error) => {
            if matches!(standing, Standing::NoSuchPartner(_) | Standing::OfPartners(_)) {
                let judged = site::judge(planned, &standing, &PriceAnswer::NotKnown, context);
                errors.extend(judged.err());
            }
            errors.push(error);
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Checks the orders that a change places, and looks up the price of a bandwidth change.
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
    // A value that is not known yet may turn out to be unchanged.
    let is_known = |change: &ConnectionChange| match change {
        ConnectionChange::Bandwidth => planned.bandwidth.known().is_some(),
        _ => planned.name.known().is_some(),
    };
    let mut changes = IodConnection::changes(prior, planned).into_iter();
    if let Some(change) = changes.find(is_known) {
        let name = planned.billing_account_name.known().cloned();
        needs::check(session, &prior.object(), planned, change, name, context).await?;
    }
    if !changes_bandwidth {
        return Ok(());
    }
    bandwidth_change(session, prior, planned, context).await.map_err(one)?;
    let answer = price(session, planned, promised.price.as_ref(), context).await.map_err(one)?;
    if let (PriceAnswer::NotEnabled(error), Some(site)) = (&answer, planned.master_site_id.known())
    {
        return Err(one(site::not_enabled(site, error).outcome("Nothing was ordered.")));
    }
    if plan.planned_private.is_stored() {
        let price = Price::of(&plan.planned);
        let looked_up = LookedUp { price, ..LookedUp::default() };
        plan.private.promised = Some(Promised { looked_up, ..Promised::default() });
    }
    Ok(())
}

/// Checks whether the partner supports bandwidth changes.
async fn bandwidth_change(
    session: &Session,
    prior: &Connection,
    planned: &Connection,
    context: &Context,
) -> Result<(), Diagnostic> {
    let (Some(lumen), Some(id)) = (&session.lumen, planned.partner_id.known()) else {
        return Ok(());
    };
    let (Some(now), Some(wanted)) = (prior.bandwidth.known(), planned.bandwidth.known()) else {
        return Ok(());
    };
    match lumen.partners().await {
        Ok(partners) => match partners.iter().find(|partner| partner.id == *id) {
            Some(partner) if !partner.supports_bandwidth_changes() => {
                Err(diagnostics::bandwidth_is_fixed(&prior.title(), partner, *now, *wanted))
            }
            _ => Ok(()),
        },
        Err(error) => {
            let what =
                format!("Whether partner `{id}` supports bandwidth changes could not be checked");
            context.warn(unchecked(what, &error));
            Ok(())
        }
    }
}

/// Checks that the disconnection of a connection can be ordered, unless it was already ordered.
pub(super) async fn destroy(
    session: &Session,
    prior: &StoredConnection,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let pending = prior.private.pending.as_ref();
    if pending.is_some_and(|order| matches!(order.goal, Goal::Gone { .. })) {
        return Ok(());
    }
    let prior = &prior.model;
    let name = prior.billing_account_name.known().cloned();
    let (object, change) = (prior.object(), ConnectionChange::Disconnect);
    needs::check(session, &object, prior, change, name, context).await.map(drop)
}

/// Warns about the outage that replacing a connection causes. A suspended connection carries no traffic.
pub(super) fn replacement(prior: &Connection, replaces: &[Path], context: &Context) {
    let Some(service) = prior.service_id.known() else { return };
    if prior.status.known().is_some_and(|status| *status == ServiceStatus::Suspended.to_string()) {
        return;
    }
    let outage = diagnostics::outage(&prior.title(), service, &named(replaces));
    context.warn(match replaces.first() {
        Some(argument) => outage.at(argument.clone()),
        None => outage,
    });
}

/// The orders that a change places, one for each argument.
pub(super) fn planned_orders(now: &Connection, planned: &Connection) -> Vec<PlannedOrder> {
    fn order<T: PartialEq + ToString>(
        argument: &'static str,
        now: &Field<T>,
        planned: &Field<T>,
        order: impl FnOnce(&T) -> String,
    ) -> Option<PlannedOrder> {
        let (Some(now), Some(planned)) = (now.known(), planned.known()) else { return None };
        let keep = now.to_string();
        (now != planned).then(|| PlannedOrder {
            argument,
            difference: format!(
                "`{argument}` is `{keep}` in Lumen's inventory and `{}` in the configuration",
                planned.to_string()
            ),
            order: order(planned),
            keep: format!("`{argument} = {keep:?}`"),
        })
    }
    let price = match Price::of(planned) {
        Some(Price { hourly, monthly }) => {
            format!("for {hourly} USD per hour ({monthly} USD per month)")
        }
        None => "at a price that is not known yet".to_owned(),
    };
    let bandwidth = order("bandwidth", &now.bandwidth, &planned.bandwidth, |wanted| {
        format!("a bandwidth of {wanted} {price}")
    });
    let name = order("name", &now.name, &planned.name, |wanted| {
        format!("the name `{wanted}`, at no charge")
    });
    bandwidth.into_iter().chain(name).collect()
}

/// Plans the promised price, or else Lumen's current price, within all limits. The price is unknown if
/// Lumen can't be reached.
async fn price(
    session: &Session,
    planned: &mut Connection,
    promised: Option<&Price>,
    context: &Context,
) -> Result<PriceAnswer, Diagnostic> {
    planned.hourly_price = Field::Unknown;
    planned.monthly_price = Field::Unknown;
    let answer = match (promised, &session.lumen) {
        (Some(Price { hourly, monthly }), _) => {
            planned.hourly_price = hourly.parse().map_or(Field::Unknown, Field::Known);
            planned.monthly_price = monthly.parse().map_or(Field::Unknown, Field::Known);
            PriceAnswer::Sold
        }
        (None, Some(lumen)) => ask_price(lumen, planned, context).await?,
        (None, None) => PriceAnswer::NotKnown,
    };
    planned.log_price();
    let Some(hourly) = planned.hourly_price.known() else { return Ok(answer) };
    match Limit::of(session, planned).filter(|limit| limit.price < *hourly) {
        Some(limit) => Err(diagnostics::over_limit(&planned.title(), hourly, &limit)),
        None => Ok(answer),
    }
}

/// Looks up Lumen's current price.
async fn ask_price(
    lumen: &Client,
    planned: &mut Connection,
    context: &Context,
) -> Result<PriceAnswer, Diagnostic> {
    let (Field::Known(site), Field::Known(bandwidth)) =
        (&planned.master_site_id, &planned.bandwidth)
    else {
        return Ok(PriceAnswer::NotKnown);
    };
    if planned.port_service_id.is_unknown() {
        return Ok(PriceAnswer::NotKnown);
    }
    let offers = match offers(lumen, site, planned.port_service_id.known(), context).await? {
        Ok(offers) => offers,
        Err(answer) => return Ok(answer),
    };
    let Some(offer) = offers.iter().find(|offer| offer.bandwidth == *bandwidth) else {
        let mut sold: Vec<_> = offers.iter().map(|offer| offer.bandwidth).collect();
        sold.sort_unstable();
        return Err(diagnostics::not_sold(*bandwidth, site.as_str(), &sold));
    };
    let Some(hourly) = &offer.hourly else { return Ok(PriceAnswer::Sold) };
    let monthly = offer.monthly.clone().unwrap_or_else(|| hourly.per_month());
    planned.monthly_price = Field::Known(monthly);
    planned.hourly_price = Field::Known(hourly.clone());
    Ok(PriceAnswer::Sold)
}

/// Returns what Lumen sells at the site, or why that is not known.
async fn offers(
    lumen: &Client,
    site: &SiteId,
    port: Option<&PortServiceId>,
    context: &Context,
) -> Result<Result<Arc<Vec<Offer>>, PriceAnswer>, Diagnostic> {
    match patiently(context, PATIENCE_OF_A_PLAN, || lumen.offers(site, port)).await {
        Ok(offers) => Ok(Ok(offers)),
        Err(error) if error.is_passing() => {
            context.warn(unchecked(format!("The price at site `{site}` is not known"), &error));
            Ok(Err(PriceAnswer::NotKnown))
        }
        Err(Error::Rejected(problem)) if problem.is_about_enablement() => {
            Ok(Err(PriceAnswer::NotEnabled(Error::Rejected(problem))))
        }
        Err(error) => {
            let diagnostic =
                explain::error(format!("Lumen returned no price for site `{site}`"), &error)
                    .outcome("Nothing was ordered.");
            Err(match &error {
                Error::Rejected(problem) if problem.is_about("serviceId") => {
                    diagnostic.at("port_service_id")
                }
                _ => diagnostic,
            })
        }
    }
}

fn unchecked(summary: String, error: &Error) -> Diagnostic {
    explain::warning(summary, error)
        .outcome("The plan continues without it. The provider checks it before it orders anything.")
}

fn one(diagnostic: Diagnostic) -> Vec<Diagnostic> {
    vec![diagnostic]
}
