//! Diagnostics about a connection: what happened, why, what exists, and what to do.

mod needs;
mod prices;

pub(super) use needs::{
    account_at_the_end, account_unseen, no_billing_account, no_contact, orderable,
};
pub(super) use prices::{another_price, dearer, over_limit};

use crate::framework::Diagnostic;
use crate::lumen::long_running::{Operation as _, PendingReason, Refusal};
use crate::lumen::ordering::{Goal, Partner, PendingOrder};
use crate::lumen::{Bandwidth, Error, ExternalId, ObjectId, Problem, ServiceId};
use crate::services::explain;
use crate::services::orders::{
    Doubt, During, KEPT, SAME_COMMAND, Undone, capitalised, later, reason,
};

use super::model::Connection;
use super::order_terms::ConnectionChange;
use super::site;

/// The argument that a member of a request comes from, by a part of the member's path.
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

/// Lumen refused the order and certainly does not have it.
pub(super) fn refused(name: &str, change: ConnectionChange, error: &Error) -> Diagnostic {
    let what = match change {
        ConnectionChange::Add => format!("Connection `{name}` can't be ordered"),
        ConnectionChange::Bandwidth => {
            format!("The bandwidth of connection `{name}` can't be changed")
        }
        ConnectionChange::Rename => format!("Connection `{name}` can't be renamed"),
        ConnectionChange::Disconnect => format!("Connection `{name}` can't be disconnected"),
    };
    let diagnostic = explain::error(what, error);
    let Error::Rejected(problem) = error else { return diagnostic };
    let path = problem.property_path.as_deref().unwrap_or_default();
    if change == ConnectionChange::Disconnect {
        return end_refused(diagnostic, problem, path);
    }
    if problem.is_about_enablement() {
        return diagnostic.at("master_site_id").remedy(site::NOT_ENABLED);
    }
    match argument_of(path) {
        Some(argument) => {
            diagnostic.at(argument).remedy(format!("Correct `{argument}`, and apply again."))
        }
        // No argument sets these: they come from Lumen.
        None if path.contains("quote") || path.contains("product.id") => diagnostic.remedy(
            "If Lumen's message names a setting, correct it. Otherwise run the same command again. If it still fails, give Lumen's support the tracking ID.",
        ),
        None => diagnostic,
    }
}

/// Lumen rejected a disconnection. It is ordered with the values in the state, so a correction in the
/// configuration takes effect only after an apply.
fn end_refused(diagnostic: Diagnostic, problem: &Problem, path: &str) -> Diagnostic {
    let again = "Run the same command again.".to_owned();
    if problem.words().is_none() {
        return diagnostic;
    }
    match ["contact", "note"].into_iter().find(|argument| argument_of(path) == Some(argument)) {
        Some(argument) => diagnostic.at(argument).steps([
            format!("Correct `{argument}`. If the resource sets it, apply that first, which orders nothing."),
            again,
        ]),
        None => diagnostic.steps([
            "Give Lumen's support the tracking ID, and ask how the connection can be disconnected. No argument of the configuration changes that.".to_owned(),
            again,
        ]),
    }
}

/// Lumen rejected a disconnection, and the service is no longer in its inventory.
pub(super) fn gone_before(name: &str, error: &Error) -> Diagnostic {
    explain::error(format!("Connection `{name}` can't be disconnected"), error)
        .outcome("The service is no longer in Lumen's inventory: something else disconnected it. It is no longer billed.")
        .remedy("Run the same command again: it removes the connection from the state.")
}

/// The argument that a member of a request comes from.
fn argument_of(path: &str) -> Option<&'static str> {
    ARGUMENTS.iter().find(|(member, _)| path.contains(member)).map(|(_, argument)| *argument)
}

/// What to look for when it is not known whether an order arrived. The doubt names what was ordered, which
/// can differ from what is wanted now.
pub(super) fn doubt(name: &str, goal: &Goal, reference: &ExternalId) -> Doubt {
    let (what, service) = match goal {
        Goal::Built { name, .. } => {
            return Doubt {
                question: format!("whether connection `{name}` was ordered"),
                look: format!(
                    "look for a service named `{name}` in Lumen's portal, or ask Lumen about order `{reference}`. If there is one, import it with `terraform import`."
                ),
                exists: "If it was ordered, Lumen bills it once it is active.".to_owned(),
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
    let until = match goal {
        Goal::Gone { .. } => " until Lumen has disconnected it",
        _ => "",
    };
    Doubt {
        question: format!("whether {what} was ordered"),
        look: format!(
            "check service {service} in Lumen's portal, or ask Lumen about order `{reference}`. If the order is in progress, wait until it has finished."
        ),
        exists: format!("Service {service} still exists, and is still billed{until}."),
    }
}

/// The provider could not find out whether a service of this name exists.
pub(super) fn name_unchecked(name: &str, error: &Error) -> Diagnostic {
    explain::warning(format!("The name of connection `{name}` could not be checked"), error)
        .outcome("The plan continues without it. The provider checks it before it orders anything.")
}

/// A service of this name exists, and it is not known which resource it belongs to.
pub(super) fn exists(name: &str, services: &[ObjectId]) -> Diagnostic {
    let ids: Vec<&str> = services.iter().map(ObjectId::as_str).collect();
    let import = ids.first().copied().unwrap_or_default();
    Diagnostic::error(format!("Connection `{name}` already exists"))
        .at("name")
        .because(format!(
            "Lumen's inventory has a service with that name at the site ({}): another configuration or a person ordered it, or an earlier run whose order journal was lost",
            ids.join(", ")
        ))
        .remedy(format!("To manage it here, run `terraform import` (ID `{import}`). If only its address in the configuration has changed, write a `moved` block. To order a second connection, choose another `name`: the inventory shows nothing else to distinguish them by."))
}

/// Another change of the same service is still in progress.
pub(super) fn busy(name: &str, change: ConnectionChange, error: &Error) -> Diagnostic {
    Diagnostic::error(format!("Another change of connection `{name}` is in progress"))
        .because(format!("that change did not finish in time: {}", explain::cause(error)))
        .remedy(match change {
            ConnectionChange::Disconnect => "Run the same command again when the other change has finished.",
            _ => "Run the same command again when the other change has finished, or raise `timeouts.update`.",
        })
}

/// The partner does not support bandwidth changes. Terraform plans a change in place before it plans a
/// replacement, so this error also stops `-replace`. A tainted object is planned as a new one and avoids
/// it.
pub(super) fn bandwidth_is_fixed(
    name: &str,
    partner: &Partner,
    now: Bandwidth,
    wanted: Bandwidth,
) -> Diagnostic {
    Diagnostic::error(format!("The bandwidth of connection `{name}` can't be changed"))
        .at("bandwidth")
        .because(format!(
            "Lumen does not support bandwidth changes at partner `{}` ({})",
            partner.id, partner.name
        ))
        .outcome(format!("Nothing was ordered: connection `{name}` stays at {now}."))
        .remedy(format!("To keep the connection, set `bandwidth = \"{now}\"`. To get {wanted}, replace it: run `terraform taint` for its address, and then `terraform apply`. That disconnects the service before it orders a new one: expect an outage, and possibly other IP addresses. `terraform apply -replace` fails in the same way, because Terraform plans the change in place first."))
}

/// A connection still exists after a destroy.
pub(super) fn not_disconnected(
    object: &str,
    order: &PendingOrder,
    why: &PendingReason,
) -> Diagnostic {
    let cause = reason(why, "delete");
    let (named, title) = (capitalised(object), order.title());
    let (summary, cause, outcome, next) = match order.goal {
        Goal::Gone { .. } => (
            format!("{named} is not disconnected yet"),
            cause,
            format!(
                "Lumen has accepted {title} to disconnect it. {KEPT} The connection still exists, and is billed until Lumen has disconnected it."
            ),
            "it waits until the connection is gone",
        ),
        Goal::Built { .. } => (
            format!("{named} can't be disconnected yet"),
            format!("Lumen is still building it, and can't cancel {title}: {cause}"),
            format!(
                "No disconnection was ordered yet. The connection is still being built, and is billed once it is active. {KEPT}"
            ),
            "it waits until the connection is active, and then disconnects it",
        ),
        Goal::Changed { .. } => (
            format!("{named} can't be disconnected yet"),
            format!("Lumen is still changing it, and can't cancel {title}: {cause}"),
            format!(
                "No disconnection was ordered yet. The connection still exists, and is still billed. {KEPT}"
            ),
            "it waits until the connection has changed, and then disconnects it",
        ),
    };
    later(
        Diagnostic::error(summary).because(cause).outcome(outcome),
        object,
        why,
        (SAME_COMMAND, next),
    )
}

/// The connection has neither a service nor an order, so there is nothing to check.
pub(super) fn lost(name: &str) -> Diagnostic {
    Diagnostic::bug(format!("connection `{name}` has neither a service nor an order"))
}

/// What a failed order did not do.
pub(super) fn undone(object: &str, order: &PendingOrder) -> Undone {
    const NOT_DISCONNECTED: &str = "The connection still exists, and is still billed.";
    let (verb, exists, next) = match order.goal {
        Goal::Built { .. } => (
            "build",
            "No service exists, and nothing is billed.",
            "No service exists, and nothing is billed. The connection leaves the state: the plan shows it as new.",
        ),
        Goal::Changed { .. } => (
            "change",
            "The connection is as it was before, and billed as before.",
            "The connection is as it was before, and billed as before: the plan shows the change again.",
        ),
        Goal::Gone { .. } => ("disconnect", NOT_DISCONNECTED, NOT_DISCONNECTED),
    };
    let is_mended_by_configuration = !matches!(order.goal, Goal::Gone { .. });
    Undone { what: format!("{verb} {object}"), exists, next, is_mended_by_configuration }
}

/// What exists and is billed when nothing was ordered.
pub(super) fn untouched(connection: &Connection, during: During) -> String {
    let nothing = match during {
        During::Create | During::Read => return "Nothing was ordered.".to_owned(),
        During::Update => "The change was not ordered by this run.",
        During::Delete => "No disconnection was ordered by this run.",
    };
    let object = connection.object();
    let Some(service) = connection.service_id.known() else {
        return format!(
            "{nothing} It is not known whether {object} exists. If it does, it is still billed."
        );
    };
    format!(
        "{nothing} {} (service {service}) still exists, and is still billed.",
        capitalised(&object)
    )
}

/// The order that builds the connection failed while the connection was being destroyed.
pub(super) fn never_built(object: &str, order: &PendingOrder, refusal: &Refusal) -> Diagnostic {
    Diagnostic::warning(format!("{} was never built", capitalised(object)))
        .because(format!(
            "{} was in progress when the connection was destroyed, and then failed: {}",
            order.title(),
            refusal.reason
        ))
        .outcome("No service exists, and nothing is billed. No disconnection was necessary.")
        .remedy("If you still want the connection, ask Lumen's support about that order.")
}

/// The service no longer exists.
pub(super) fn gone(connection: &Connection, service: &ServiceId, why: &str) -> Diagnostic {
    let name = connection.title();
    let price = match (connection.hourly_price.known(), connection.monthly_price.known()) {
        (Some(hourly), Some(monthly)) => {
            format!(". The previous one cost {hourly} USD per hour ({monthly} USD for 30 days)")
        }
        _ => String::new(),
    };
    Diagnostic::warning(format!("Connection `{name}` (service {service}) is gone"))
        .because(why)
        .outcome(format!(
            "It leaves the state, and the plan shows it as new. The next apply orders another one{price}."
        ))
        .remedy("If you no longer want it, remove it from the configuration.")
}

/// Lumen shows no service at all, or none of those in the state.
pub(super) fn nothing_shown(name: &str, service: &ServiceId, why: &str) -> Diagnostic {
    Diagnostic::error(format!("Lumen does not show connection `{name}` (service {service})"))
        .because(format!("{why}. That does not prove that it is gone"))
        .outcome("It stays in the state as it was. If it exists, it is billed.")
        .steps([
            "Check `customer_number`, `environment` and `base_url`, and run the same command again later.".to_owned(),
            "If Lumen's portal shows that the service is gone, remove it from the state with `terraform state rm`.".to_owned(),
        ])
}

/// No service of this ID exists.
pub(super) fn nothing_to_import(service: &ServiceId) -> Diagnostic {
    Diagnostic::error(format!("There is no service `{service}` to import"))
        .because("Lumen's inventory doesn't have it, or no longer has it")
        .remedy("Find the ID in `lumen_iod_connections`; it has eleven digits, such as `77133831778`. Check `customer_number` too.")
}

/// Lumen does not sell this bandwidth at the site.
pub(super) fn not_sold(bandwidth: Bandwidth, site: &str, sold: &[Bandwidth]) -> Diagnostic {
    let sold: Vec<String> = sold.iter().map(|bandwidth| format!("`{bandwidth}`")).collect();
    let (cause, remedy) = match sold.as_slice() {
        [] => ("Lumen offers nothing there".to_owned(), "Choose another site."),
        sold => (
            format!("Lumen offers {}", sold.join(", ")),
            "Set `bandwidth` to one of these, or choose another site.",
        ),
    };
    Diagnostic::error(format!("Site `{site}` does not offer {bandwidth}"))
        .at("bandwidth")
        .because(cause)
        .outcome("Nothing was ordered.")
        .remedy(remedy)
}

/// The connection already has the bandwidth that was to be ordered.
pub(super) fn has_bandwidth(name: &str, bandwidth: Bandwidth) -> Diagnostic {
    Diagnostic::error(format!("The plan for connection `{name}` is out of date"))
        .because(format!(
            "Lumen's inventory already shows {bandwidth}: the bandwidth was changed after the plan was made, or the plan was made with `-refresh=false`"
        ))
        .remedy("Run `terraform plan` again, and apply the new plan.")
}

/// The connection is protected against being destroyed.
pub(super) fn protected(name: &str, verb: &str) -> Diagnostic {
    Diagnostic::error(format!("Connection `{name}` is protected, and would be {verb}"))
        .at("deletion_protection")
        .because("`deletion_protection` is true in the state")
        .remedy("Set `deletion_protection = false`, apply that before any other change of the connection, and then run the same command again.")
}

/// A connection carries traffic only until it is disconnected, and its replacement only once Lumen has
/// built it. A plan does not know whether the new one is built first.
pub(super) fn outage(name: &str, service: &ServiceId, arguments: &str) -> Diagnostic {
    Diagnostic::warning(format!("Replacing connection `{name}` interrupts its traffic"))
        .because(format!("{arguments} can't be changed on an existing service, so the change forces a replacement"))
        .outcome(format!("Service {service} exists, and is billed. The apply disconnects it first, and then orders the new one. Between the two, there is no connection, and the new one may have other IP addresses. With `create_before_destroy`, the new one is built first, and both are billed for that time."))
        .remedy(format!("To keep the connection, undo the change of {arguments}. To build the new one first, set `create_before_destroy = true` in its `lifecycle` block, and plan again."))
}

/// Lumen has suspended the service.
pub(super) fn suspended(name: &str, service: &ServiceId) -> Diagnostic {
    Diagnostic::warning(format!("Connection `{name}` (service {service}) is suspended"))
        .because("Lumen's inventory shows the service as suspended, so it carries no traffic. Terraform did not suspend it")
        .outcome("It stays in the state, and nothing is ordered. Whether Lumen bills it while it is suspended is not known.")
        .remedy(format!("Ask Lumen's support to resume service {service}. If you no longer need it, remove the connection from the configuration: the next apply disconnects it."))
}
