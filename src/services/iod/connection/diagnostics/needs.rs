//! Diagnostics about the contact and the billing account of an order.

use super::super::order_terms::ConnectionChange;
use crate::framework::Diagnostic;
use crate::lumen::ordering::{BillingAccount, BillingAccountRef};
use crate::lumen::{BillingAccountId, Error};
use crate::services::explain;

/// No order can be placed on the billing account of a connection that is to be disconnected.
pub(in super::super) fn account_at_the_end(why: Diagnostic, id: &BillingAccountId) -> Diagnostic {
    why.steps([
        format!("Ask Lumen's support to attach billing account `{id}` to your customer number, or to disconnect the connection."),
        "Run the same command again.".to_owned(),
    ])
}

/// No billing account is set. For an existing connection, the remedy can't be to set it in the resource,
/// because changing the account replaces the connection.
pub(in super::super) fn no_billing_account(object: &str, change: ConnectionChange) -> Diagnostic {
    let place = match change {
        ConnectionChange::Add => "in the resource or in the `provider \"lumen\"` block",
        _ => "in the `provider \"lumen\"` block",
    };
    Diagnostic::error(format!("`billing_account_id` is missing for {object}"))
        .at("billing_account_id")
        .because("Lumen requires a billing account in every order, and neither the connection nor the provider has one")
        .remedy(format!("Set `billing_account_id` {place}, or `LUMEN_BILLING_ACCOUNT_ID` in the environment, and run the same command again. `lumen_billing_accounts` lists the accounts."))
}

/// No contact is set.
pub(in super::super) fn no_contact(object: &str, change: ConnectionChange) -> Diagnostic {
    let diagnostic = Diagnostic::error(format!("`contact` is missing for {object}")).at("contact");
    match change {
        ConnectionChange::Disconnect => diagnostic
            .because("a disconnection is an order, Lumen requires a contact in every order, and neither the connection in the state nor the provider has one")
            .steps([
                "Set `contact` in the `provider \"lumen\"` block. The configuration of the resource takes effect only after an apply.".to_owned(),
                "Run the same command again.".to_owned(),
            ]),
        _ => diagnostic
            .because("Lumen requires a contact in every order, and neither the resource nor the provider has one")
            .remedy("Set `contact` in the resource or in the `provider \"lumen\"` block, and run the same command again."),
    }
}

/// The account could not be looked up.
pub(in super::super) fn account_unseen(id: &BillingAccountId, error: &Error) -> Diagnostic {
    explain::error(format!("Billing account `{id}` can't be looked up"), error)
}

/// Returns the account with this ID, if orders can be placed on it.
pub(in super::super) fn orderable(
    id: &BillingAccountId,
    change: ConnectionChange,
    is_own: bool,
    accounts: &[BillingAccount],
) -> Result<BillingAccountRef, Diagnostic> {
    let (place, effect) = match change {
        ConnectionChange::Add => ("", ""),
        _ if is_own => (" in the resource", " That replaces the connection."),
        _ => (" in the `provider \"lumen\"` block", ""),
    };
    let remedy = || {
        let orderable = accounts.iter().filter(|account| account.is_orderable());
        let orderable: Vec<String> =
            orderable.map(|account| format!("`{}` ({})", account.id, account.name)).collect();
        match orderable.as_slice() {
            [] => "Ask Lumen to attach a billing account whose holder is headquartered in the United States to your customer number.".to_owned(),
            some => format!("Set `billing_account_id`{place} to one of {}, and run the same command again.{effect}", some.join(", ")),
        }
    };
    match accounts.iter().find(|account| account.id == *id) {
        Some(account) if account.is_orderable() => Ok(account.to_ref()),
        Some(account) => Err(Diagnostic::error(format!(
            "Nothing can be ordered on billing account `{id}`"
        ))
        .at("billing_account_id")
        .because(format!(
            "the account holder is headquartered in {}, and Lumen accepts only the United States",
            account.hq_country.as_deref().unwrap_or("an unknown country")
        ))
        .remedy(remedy())),
        None => Err(Diagnostic::error(format!("There is no billing account `{id}`"))
            .at("billing_account_id")
            .because("Lumen does not list it under your customer number")
            .remedy(remedy())),
    }
}
