//! What every order of a connection needs in addition to its terms: a contact, and a billing account with
//! its name. A plan checks this for the orders that its apply will place, and each order checks it again.

use super::diagnostics;
use super::model::Connection;
use super::order_terms::ConnectionChange;
use crate::framework::{Context, Diagnostic, Field};
use crate::lumen::BillingAccountId;
use crate::lumen::ordering::{BillingAccount, BillingAccountQuery, BillingAccountRef};
use crate::services::{Contact, Session, explain};

/// The order contact of the connection, or else that of the provider block.
pub(super) fn contact(session: &Session, connection: &Connection) -> Field<Contact> {
    connection.contact.clone().or(|| session.contact.clone())
}

/// The billing account of the connection, or else that of the provider block.
fn billing_account_id(session: &Session, connection: &Connection) -> Field<BillingAccountId> {
    connection.billing_account_id.clone().or(|| session.billing_account_id.clone())
}

/// Returns the account with its name, which Lumen requires in every order.
pub(super) async fn billing_account(
    session: &Session,
    connection: &Connection,
    change: ConnectionChange,
) -> Result<BillingAccountRef, Diagnostic> {
    let object = connection.object();
    let id = billing_account_id(session, connection);
    let id = id.known().ok_or_else(|| diagnostics::no_billing_account(&object, change))?;
    // The inventory may show the account of an imported connection without its name.
    if let Some(name) = connection.billing_account_name.known().filter(|name| !name.is_empty()) {
        return Ok(BillingAccountRef { id: id.clone(), name: name.clone() });
    }
    let accounts = session.lumen()?.billing_accounts(&BillingAccountQuery::default()).await;
    let accounts = accounts.map_err(|error| diagnostics::account_unseen(id, &error))?;
    orderable(connection, id, change, &accounts)
}

/// Returns the account with its name, if orders can be placed on it. A disconnection uses the account in
/// the state, regardless of the configuration.
fn orderable(
    connection: &Connection,
    id: &BillingAccountId,
    change: ConnectionChange,
    accounts: &[BillingAccount],
) -> Result<BillingAccountRef, Diagnostic> {
    let is_own = connection.billing_account_id.known().is_some();
    let found = diagnostics::orderable(id, change, is_own, accounts);
    found.map_err(|why| match change {
        ConnectionChange::Disconnect if is_own => diagnostics::account_at_the_end(why, id),
        _ => why,
    })
}

/// Checks for a plan that an order of this change would have everything it needs. `object` is the
/// connection that exists or will be created. Returns the name of the billing account if it is known: the
/// `promised` name, or the one that Lumen shows. Values that are unknown, or can't be looked up now, are
/// checked before the order.
pub(super) async fn check(
    session: &Session,
    object: &str,
    connection: &Connection,
    change: ConnectionChange,
    promised: Option<String>,
    context: &Context,
) -> Result<Option<String>, Vec<Diagnostic>> {
    let mut errors = Vec::new();
    let id = billing_account_id(session, connection);
    if id.is_null() {
        errors.push(diagnostics::no_billing_account(object, change));
    }
    if contact(session, connection).is_null() {
        errors.push(diagnostics::no_contact(object, change));
    }
    let mut name = promised;
    if let (Some(lumen), Some(id), None) = (&session.lumen, id.known(), &name) {
        match lumen.billing_accounts(&BillingAccountQuery::default()).await {
            Ok(accounts) => match orderable(connection, id, change, &accounts) {
                Ok(account) => name = Some(account.name),
                Err(error) => errors.push(error),
            },
            Err(error) if error.is_passing() => context.warn(
                explain::warning(format!("Billing account `{id}` could not be checked"), &error)
                    .outcome("The plan continues without it. The provider checks it before it orders anything."),
            ),
            Err(error) => {
                errors.push(diagnostics::account_unseen(id, &error));
            }
        }
    }
    if errors.is_empty() { Ok(name) } else { Err(errors) }
}
