//! What a plan of a connection checks and shows: the price, the limits, and what exists.
//!
//! Whatever can't be asked now is asked again when it is ordered.

use super::IodConnection;
use super::diagnostics;
use super::model::Connection;
use super::order::{PATIENCE_OF_A_PLAN, patiently};
use super::replaced;
use super::wanted::Limit;
use crate::framework::{Context, Diagnostic, Field, Intent, Path, Plan, Stored};
use crate::lumen::ordering::{BillingAccountQuery, BillingAccountRef, Goal, Offer};
use crate::lumen::{BillingAccountId, Client, Error, PortServiceId, SiteId};
use crate::services::{Session, explain, ordered};

/// Arguments of an imported connection that Lumen's inventory may not tell: what a configuration
/// says of them is taken for true, and replaces nothing.
const UNTOLD: [&str; 6] = [
    "external_id",
    "ipv4_block_size",
    "vlan_assignment",
    "routing",
    "partner_id",
    "port_service_id",
];

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

pub(super) async fn review(
    session: &Session,
    plan: &mut Plan<IodConnection>,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let prior = match &plan.intent {
        Intent::Create => {
            // Private data of a creation come from the plan of what it replaces. That is
            // disconnected with them, and may still be being built.
            let replaces = plan.private.replaces.take();
            if std::mem::take(&mut plan.private.protected) {
                let name = plan.planned.title();
                return Err(one(diagnostics::protected(&name, "replaced")));
            }
            plan.private.quoted = None;
            replaced::is_planned(session, &plan.planned, replaces).await;
            return review_create(session, plan, context).await;
        }
        Intent::Destroy(prior) => return protect(prior, "destroyed").map_err(one),
        Intent::Update(prior) => prior.clone(),
    };
    if prior.private.imported {
        let told = |path: &Path| !UNTOLD.iter().any(|name| *path == Path::from(*name));
        plan.replaces.retain(told);
    }
    plan.private.replaces = prior.model.service_id.known().cloned();
    plan.private.protected = prior.model.deletion_protection == Field::Known(true);
    if plan.replaces.is_empty() {
        replaced::is_kept(session, &prior.model).await;
        return review_update(session, plan, prior, context).await;
    }
    protect(&prior, "replaced").map_err(one)
}

fn protect(prior: &Stored<IodConnection>, verb: &str) -> Result<(), Diagnostic> {
    match prior.model.deletion_protection {
        Field::Known(true) => Err(diagnostics::protected(&prior.model.title(), verb)),
        _ => Ok(()),
    }
}

async fn review_create(
    session: &Session,
    plan: &mut Plan<IodConnection>,
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
            price(session, lumen, planned, context),
            look_up_account(lumen, account.as_ref(), context)
        );
        errors.extend(priced.err());
        match account {
            Ok(account) => {
                planned.billing_account_name =
                    account.map_or(Field::Unknown, |account| Field::Known(account.name));
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

async fn review_update(
    session: &Session,
    plan: &mut Plan<IodConnection>,
    prior: Stored<IodConnection>,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let Stored { model: prior, private } = prior;
    let planned = &mut plan.planned;
    let changes_bandwidth = planned.bandwidth != prior.bandwidth;
    let renames = planned.name != prior.name;
    let finishes = private.pending.as_ref().filter(|order| {
        let is_new = matches!(order.goal, Goal::Built { .. });
        !(is_new && planned.waits_only_for_acceptance())
    });

    planned.hourly_price = prior.hourly_price;
    planned.monthly_price = prior.monthly_price;
    planned.status = prior.status;
    if changes_bandwidth || renames || finishes.is_some() {
        planned.status = Field::Unknown;
    }
    if let Some(order) = finishes {
        let object = planned.object();
        context.warn(ordered::finishes_waiting(&diagnostics::subject(&object, order), order));
        planned.leave_open();
    }
    let Some(lumen) = session.lumen.as_ref().filter(|_| changes_bandwidth) else {
        if changes_bandwidth {
            planned.hourly_price = Field::Unknown;
            planned.monthly_price = Field::Unknown;
        }
        return Ok(());
    };
    price(session, lumen, planned, context).await.map_err(one)
}

/// Plans the price that Lumen asks now, within all limits; unknown if Lumen can't be asked.
async fn price(
    session: &Session,
    lumen: &Client,
    planned: &mut Connection,
    context: &Context,
) -> Result<(), Diagnostic> {
    planned.hourly_price = Field::Unknown;
    planned.monthly_price = Field::Unknown;
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
    let Some(hourly) = offer.hourly else { return Ok(()) };
    if let Some(limit) = Limit::of(session, planned).filter(|limit| limit.price < hourly) {
        return Err(diagnostics::over_limit(&planned.title(), hourly, limit));
    }
    planned.monthly_price = Field::Known(offer.monthly.unwrap_or_else(|| hourly.per_month()));
    planned.hourly_price = Field::Known(hourly);
    Ok(())
}

async fn offers(
    lumen: &Client,
    site: &SiteId,
    port: Option<&PortServiceId>,
    context: &Context,
) -> Result<Option<Vec<Offer>>, Diagnostic> {
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

async fn look_up_account(
    lumen: &Client,
    id: Option<&BillingAccountId>,
    context: &Context,
) -> Result<Option<BillingAccountRef>, Diagnostic> {
    let Some(id) = id else { return Ok(None) };
    match lumen.billing_accounts(&BillingAccountQuery::default()).await {
        Ok(accounts) => diagnostics::orderable(id, &accounts).map(Some),
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
