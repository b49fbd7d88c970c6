//! What users are told about a connection: what happened, why, what exists, what to do.

use crate::framework::Diagnostic;
use crate::lumen::long_running::{Operation as _, PendingReason};
use crate::lumen::ordering::{BillingAccount, BillingAccountRef, Goal, PendingOrder};
use crate::lumen::{
    Bandwidth, BillingAccountId, Error, ExternalId, HourlyPrice, ObjectId, ServiceId,
};
use crate::services::explain;
use crate::services::orders::{Doubt, Undone, capitalised, reason};

use super::model::Connection;
use super::order_terms::{ConnectionChange, Limit};

/// Which argument answers for a member of a request, by a part of its path.
const ARGUMENTS: [(&str, &str); 12] = [
    ("masterSiteId", "master_site_id"),
    ("speed", "bandwidth"),
    ("partnerId", "partner_id"),
    ("serviceId", "port_service_id"),
    ("externalId", "external_id"),
    ("billingAccount", "billing_account_id"),
    ("relatedContactInformation.name", "contact"),
    ("relatedContactInformation", "contact"),
    ("note", "note"),
    ("customerPurchaseOrderNumber", "purchase_order_number"),
    ("IPV4", "ipv4_block_size"),
    ("Customer Service Name", "name"),
];

/// Lumen certainly has no such order.
pub(super) fn refused(name: &str, change: ConnectionChange, error: &Error) -> Diagnostic {
    let what = match change {
        ConnectionChange::Add => format!("Connection `{name}` can't be ordered"),
        ConnectionChange::Bandwidth => {
            format!("The bandwidth of connection `{name}` can't be changed")
        }
        ConnectionChange::Rename => format!("Connection `{name}` can't be renamed"),
        ConnectionChange::Disconnect => format!("Connection `{name}` can't be disconnected"),
    };
    let diagnostic = explain::error(what, error).outcome("Nothing was ordered.");
    let Error::Rejected(problem) = error else { return diagnostic };
    if problem.is_about_enablement() {
        return diagnostic.at("master_site_id").remedy(NOT_ENABLED);
    }
    let path = problem.property_path.as_deref().unwrap_or_default();
    match ARGUMENTS.iter().find(|(member, _)| path.contains(member)) {
        Some((_, argument)) => {
            diagnostic.at(*argument).remedy(format!("Correct `{argument}`, and apply again."))
        }
        // No argument gives these: they come from Lumen.
        None if path.contains("quote") || path.contains("product.id") => diagnostic.remedy(
            "Change the configuration if Lumen's words ask for that. Otherwise apply again, and if it persists, give Lumen's support the tracking id.",
        ),
        None => diagnostic,
    }
}

/// What to do about a site that Lumen does not sell at.
pub(super) const NOT_ENABLED: &str = "Check that the site is `naas_enabled` in `lumen_locations`, and that `port_service_id` is set if it is one of your own ports. Lumen also answers this for a while at sites that it does sell: if the site is right, try again in some minutes.";

/// What to look for where it is not known whether an order arrived. It is named by what was ordered, which
/// may be something else than what is wanted now.
pub(super) fn doubt(name: &str, goal: &Goal, reference: &ExternalId) -> Doubt {
    let (what, service) = match goal {
        Goal::Built { name, .. } => {
            return Doubt {
                question: format!("whether connection `{name}` was ordered"),
                look: format!(
                    "look for a service named `{name}` in Lumen's portal, or ask Lumen about order `{reference}`. If there is one, bring it under Terraform with `terraform import`."
                ),
            };
        }
        Goal::Changed { service_id, bandwidth: Some(bandwidth), .. } => {
            (format!("the change of connection `{name}` to {bandwidth}"), service_id)
        }
        Goal::Changed { service_id, name: new, .. } => {
            let new = new.as_deref().unwrap_or(name);
            (format!("the name `{new}` of connection `{name}`"), service_id)
        }
        Goal::Gone { service_id } => {
            (format!("the disconnection of connection `{name}`"), service_id)
        }
    };
    Doubt {
        question: format!("whether {what} was ordered"),
        look: format!(
            "look at service {service} in Lumen's portal, or ask Lumen about order `{reference}`. If it is in progress, wait for its end."
        ),
    }
}

/// Whether a service of this name is there could not be found out.
pub(super) fn name_unchecked(name: &str, error: &Error) -> Diagnostic {
    explain::warning(format!("The name of connection `{name}` could not be checked"), error)
        .outcome("The plan goes on without; it is checked before anything is ordered.")
}

/// A service of this name is there, and nothing says whose it is.
pub(super) fn exists(name: &str, services: &[ObjectId]) -> Diagnostic {
    let ids: Vec<&str> = services.iter().map(ObjectId::as_str).collect();
    let import = ids.first().copied().unwrap_or_default();
    Diagnostic::error(format!("Connection `{name}` is there already"))
        .at("name")
        .because(format!(
            "Lumen's inventory has a service of that name at the site ({}): another configuration or a person ordered it, or an earlier run whose order journal was lost",
            ids.join(", ")
        ))
        .outcome("Nothing was ordered.")
        .remedy(format!("Bring it under Terraform with `terraform import` (id `{import}`). If it only has another address in the configuration now, write a `moved` block. If you want another one beside it, choose another `name`: inventory shows nothing else that would tell the two apart."))
}

/// Another change of the same service has not ended.
pub(super) fn busy(name: &str, error: &Error) -> Diagnostic {
    explain::error(format!("Connection `{name}` is being changed by someone else"), error)
        .outcome("Nothing was ordered: the running change did not end in time.")
        .remedy("Apply again when it has ended, or raise `timeouts.update`.")
}

/// A connection is still there after a destroy.
pub(super) fn not_disconnected(
    object: &str,
    order: &PendingOrder,
    why: &PendingReason,
) -> Diagnostic {
    let why = reason(why, "delete");
    let (object, order_title) = (capitalised(object), capitalised(&order.title()));
    if matches!(order.goal, Goal::Gone { .. }) {
        return Diagnostic::error(format!("{object} is not disconnected yet"))
            .because(why)
            .outcome(format!("{order_title} stands, and is kept in the state: Lumen disconnects the connection. Nothing is ordered twice."))
            .remedy("Run the same command again later: it waits until the connection is gone.");
    }
    Diagnostic::error(format!("{object} can't be disconnected yet"))
        .because(format!("an earlier order has not ended, and Lumen can't cancel it: {why}"))
        .outcome(format!(
            "{order_title} stands, and is kept in the state. No disconnection was ordered."
        ))
        .remedy("Run the same command again later: it waits for that order, and then disconnects.")
}

/// Neither a service nor an order: nothing that could be looked at.
pub(super) fn lost(name: &str) -> Diagnostic {
    Diagnostic::bug(format!("connection `{name}` has neither a service nor an order"))
}

/// What a failed order did not do.
pub(super) fn undone(object: &str, order: &PendingOrder) -> Undone {
    let (verb, exists, next) = match order.goal {
        Goal::Built { .. } => (
            "build",
            "No service exists, and nothing is billed.",
            "No service exists, and it leaves the state: the plan shows it as new.",
        ),
        Goal::Changed { .. } => (
            "change",
            "The connection is as it was before.",
            "The connection is as it was before: the plan shows the change again.",
        ),
        Goal::Gone { .. } => (
            "disconnect",
            "The connection exists, and is billed.",
            "The connection exists, and is billed.",
        ),
    };
    Undone { what: format!("{verb} {object}"), exists, next }
}

/// The service is no more.
pub(super) fn gone(connection: &Connection, service: &ServiceId, why: &str) -> Diagnostic {
    let name = connection.title();
    let price = match (connection.hourly_price.known(), connection.monthly_price.known()) {
        (Some(hourly), Some(monthly)) => {
            format!("; the one that is gone cost {hourly} USD an hour ({monthly} USD for 30 days)")
        }
        _ => String::new(),
    };
    Diagnostic::warning(format!("Connection `{name}` (service {service}) is gone"))
        .because(why)
        .outcome(format!(
            "It leaves the state, and the plan shows it as new: applying orders another one{price}."
        ))
        .remedy("Remove it from the configuration if it is not wanted any more.")
}

/// Lumen shows no service at all, or none of those that the state has.
pub(super) fn nothing_shown(name: &str, service: &ServiceId, why: &str) -> Diagnostic {
    Diagnostic::error(format!("Lumen does not show connection `{name}` (service {service})"))
        .because(format!("{why}: that is no proof that it is gone"))
        .outcome("It stays in the state as it was. If it exists, it is billed.")
        .remedy("Check `customer_number`, `environment` and `base_url`, and run the same command again later. If Lumen's portal shows that the service is gone, remove it from the state with `terraform state rm`.")
}

/// There is no such service.
pub(super) fn nothing_to_import(service: &ServiceId) -> Diagnostic {
    Diagnostic::error(format!("There is no service `{service}` to import"))
        .because("Lumen's inventory does not have it, or no longer")
        .remedy("Look the id up in `lumen_iod_connections`; it has eleven digits, such as `77133831778`. Check `customer_number` too.")
}

/// No billing account is set.
pub(super) fn no_billing_account() -> Diagnostic {
    Diagnostic::error("`billing_account_id` is missing")
        .at("billing_account_id")
        .because("neither the resource nor the provider names a billing account")
        .outcome("Nothing was ordered.")
        .remedy("Set `billing_account_id` here or in the `provider \"lumen\"` block, or `LUMEN_BILLING_ACCOUNT_ID` in the environment. `lumen_billing_accounts` lists the accounts.")
}

/// No contact is set.
pub(super) fn no_contact() -> Diagnostic {
    Diagnostic::error("`contact` is missing")
        .at("contact")
        .because("neither the resource nor the provider names an order contact, which Lumen wants in every order")
        .outcome("Nothing was ordered.")
        .remedy("Set `contact` here or in the `provider \"lumen\"` block.")
}

/// The account of that id, if orders can be placed on it.
pub(super) fn orderable(
    id: &BillingAccountId,
    accounts: &[BillingAccount],
) -> Result<BillingAccountRef, Diagnostic> {
    let remedy = || {
        let orderable = accounts.iter().filter(|account| account.is_orderable());
        let orderable: Vec<String> =
            orderable.map(|account| format!("`{}` ({})", account.id, account.name)).collect();
        match orderable.as_slice() {
            [] => "Have Lumen attach a billing account with headquarters in the United States to your customer number.".to_owned(),
            some => format!("Set `billing_account_id` to one of {}.", some.join(", ")),
        }
    };
    match accounts.iter().find(|account| account.id == *id) {
        Some(account) if account.is_orderable() => Ok(account.to_ref()),
        Some(account) => {
            Err(Diagnostic::error(format!("Nothing can be ordered on billing account `{id}`"))
                .at("billing_account_id")
                .because(format!(
                    "its holder has its headquarters in {}, and Lumen accepts only US",
                    account.hq_country.as_deref().unwrap_or("an unknown country")
                ))
                .outcome("Nothing was ordered.")
                .remedy(remedy()))
        }
        None => Err(Diagnostic::error(format!("There is no billing account `{id}`"))
            .at("billing_account_id")
            .because("Lumen does not list it under your customer number")
            .outcome("Nothing was ordered.")
            .remedy(remedy())),
    }
}

/// The site does not sell this bandwidth.
pub(super) fn not_sold(bandwidth: Bandwidth, site: &str, sold: &[Bandwidth]) -> Diagnostic {
    let sold: Vec<String> = sold.iter().map(|bandwidth| format!("`{bandwidth}`")).collect();
    Diagnostic::error(format!("Site `{site}` does not sell {bandwidth}"))
        .at("bandwidth")
        .because(match sold.as_slice() {
            [] => "Lumen offers nothing there".to_owned(),
            sold => format!("Lumen offers {}", sold.join(", ")),
        })
        .outcome("Nothing was ordered.")
        .remedy("Set `bandwidth` to one of those, or choose another site.")
}

/// It costs more than users allow.
pub(super) fn over_limit(name: &str, price: &HourlyPrice, limit: &Limit) -> Diagnostic {
    let diagnostic =
        Diagnostic::error(format!("Connection `{name}` costs more than `max_hourly_price` allows"))
            .outcome("Nothing was ordered.");
    let cause = format!("Lumen asks {price} USD per hour, and the limit is {} USD", limit.price);
    if limit.is_own {
        diagnostic
            .at("max_hourly_price")
            .because(cause)
            .remedy("Raise `max_hourly_price`, or lower `bandwidth`.")
    } else {
        diagnostic
            .at("bandwidth")
            .because(format!("{cause}, in the `provider \"lumen\"` block"))
            .remedy(
                "Raise `max_hourly_price` in the `provider \"lumen\"` block, or lower `bandwidth`.",
            )
    }
}

/// It costs more than planned.
pub(super) fn dearer(name: &str, planned: &HourlyPrice, asked: &HourlyPrice) -> Diagnostic {
    Diagnostic::error(format!("The price of connection `{name}` has risen since the plan"))
        .because(format!("the plan said {planned} USD per hour, and Lumen now asks {asked} USD"))
        .outcome("Nothing was ordered.")
        .remedy("Run `terraform plan` again, and apply it if the new price suits you.")
}

/// It costs something else than planned.
pub(super) fn another_price(name: &str, planned: &HourlyPrice, asked: &HourlyPrice) -> Diagnostic {
    let (less, ordered) = if asked < planned {
        ("less", "It was ordered at the lower price.")
    } else {
        ("more", "It was ordered at that price before this plan was made.")
    };
    Diagnostic::warning(format!("Connection `{name}` costs {less} than planned"))
        .because(format!(
            "the plan said {planned} USD per hour, and Lumen asked {asked} USD when it was ordered"
        ))
        .outcome(ordered)
        .remedy("Run `terraform apply -refresh-only` to see that price in the state.")
}

/// A protected connection is not to be destroyed.
pub(super) fn protected(name: &str, verb: &str) -> Diagnostic {
    Diagnostic::error(format!("Connection `{name}` is protected, and would be {verb}"))
        .at("deletion_protection")
        .because("`deletion_protection` is true in the state")
        .remedy("Set `deletion_protection = false` and apply that first.")
}
