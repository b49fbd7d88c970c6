//! `/Account`: billing accounts.

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::catalogue::{BILLING_ACCOUNTS, BillingAccount};
use crate::paging::{Page, Parameters};
use crate::problem::Answer;
use crate::state::Shared;

pub(crate) fn routes() -> Router<Shared> {
    Router::new().route("/Account/v1/billingAccount", get(billing_accounts))
}

async fn billing_accounts(
    State(shared): State<Shared>,
    Query(parameters): Query<Parameters>,
) -> Answer {
    let accounts: Vec<Value> = BILLING_ACCOUNTS
        .iter()
        .filter(|account| matches(account, &parameters))
        .map(BillingAccount::to_json)
        .collect();
    let page = Page::of(&accounts, &parameters, &shared.lock().settings)?;
    Ok(Json(page.flat_total(json!({ "billingAccount": page.items }))))
}

fn matches(account: &BillingAccount, parameters: &Parameters) -> bool {
    let wanted = |name: &str| parameters.get(name).map(String::as_str);
    let entitled = wanted("entitled")
        .is_none_or(|entitled| !entitled.eq_ignore_ascii_case("true") || account.entitled);
    let country = wanted("countryCode").is_none_or(|code| code == account.country_code);
    let currency = wanted("currencyCode")
        .is_none_or(|currency| currency.eq_ignore_ascii_case(account.currency));
    entitled && country && currency
}
