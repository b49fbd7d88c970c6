//! `/Account`: billing accounts.

use std::sync::Arc;

use serde::Deserialize;

use super::{Address, BillingAccountRef};
use crate::lumen::http::limit::RequestClass;
use crate::lumen::http::page::Listing;
use crate::lumen::http::request::Request;
use crate::lumen::scalar::{Many, Scalar};
use crate::lumen::{BillingAccountId, Client, Error};

const ACCOUNTS: Listing = Listing::of("billingAccount", &["id"]);

/// Which billing accounts to list. A filter that is not set matches all.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct BillingAccountQuery {
    /// Whether the credentials may use the account.
    pub entitled: Option<bool>,
    /// Lumen's own country code: `100` is the United States.
    pub country_code: Option<String>,
    /// The currency code, such as `USD`.
    pub currency_code: Option<String>,
}

/// An account that orders may be billed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillingAccount {
    /// The account ID, such as `5-RHQBGCGK`.
    pub id: BillingAccountId,
    /// The account's or the company's name.
    pub name: String,
    /// The account number that invoices show.
    pub invoice_display_number: Option<String>,
    /// The address for invoices.
    pub address: Address,
    /// The currency code, such as `USD`.
    pub currency: Option<String>,
    /// Lumen's own country code: `100` is the United States.
    pub country_code: Option<String>,
    /// The country of the headquarters, such as `US`.
    pub hq_country: Option<String>,
}

impl BillingAccount {
    /// Whether Lumen accepts orders for this account. The account holder must be headquartered in the
    /// United States.
    #[must_use]
    pub fn is_orderable(&self) -> bool {
        self.hq_country.as_deref().is_some_and(|country| country.eq_ignore_ascii_case("US"))
    }

    /// The account in the form that an order needs.
    #[must_use]
    pub fn to_ref(&self) -> BillingAccountRef {
        BillingAccountRef { id: self.id.clone(), name: self.name.clone() }
    }
}

impl Client {
    /// Lists the customer's billing accounts. They are requested once per run.
    /// `GET /Account/v1/billingAccount`
    ///
    /// # Errors
    /// See [`Error`]. Reading has no side effects.
    pub async fn billing_accounts(
        &self,
        query: &BillingAccountQuery,
    ) -> Result<Arc<Vec<BillingAccount>>, Error> {
        let fetch = || self.clone().list_billing_accounts(query.clone());
        self.0.ordering.accounts.get_or_fetch(query, fetch).await
    }

    async fn list_billing_accounts(
        self,
        query: BillingAccountQuery,
    ) -> Result<Vec<BillingAccount>, Error> {
        let BillingAccountQuery { entitled, country_code, currency_code } = query;
        let request = Request::get("Account/v1/billingAccount")
            .class(RequestClass::Plan)
            .query_if("entitled", entitled.as_ref())
            .query_if("countryCode", country_code.as_ref())
            .query_if("currencyCode", currency_code.as_ref());
        let accounts = self.list::<AccountItem>(request, ACCOUNTS).await?;
        Ok(accounts.into_iter().filter_map(AccountItem::read).collect())
    }
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct AccountItem {
    id: Scalar,
    name: Scalar,
    invoice_display_number: Scalar,
    string_address: Many<AddressItem>,
    currency: Scalar,
    country_code: Scalar,
    hq_country: Scalar,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct AddressItem {
    street_address: Scalar,
    city: Scalar,
    state_or_province: Scalar,
    country: Scalar,
    /// Locations spell this member differently.
    postcode: Scalar,
    post_code: Scalar,
}

impl AccountItem {
    fn read(self) -> Option<BillingAccount> {
        let address = self.string_address.into_iter().next().unwrap_or_default();
        Some(BillingAccount {
            id: self.id.parse()?,
            name: self.name.into_text().unwrap_or_default(),
            invoice_display_number: self.invoice_display_number.into_text(),
            address: Address {
                street_address: address.street_address.into_text(),
                city: address.city.into_text(),
                state: address.state_or_province.into_text(),
                country: address.country.into_text(),
                post_code: address.postcode.into_text().or(address.post_code.into_text()),
            },
            currency: self.currency.into_text(),
            country_code: self.country_code.into_text(),
            hq_country: self.hq_country.into_text(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_accounts_with_american_headquarters_take_orders() {
        let orderable = |country: serde_json::Value| {
            let item =
                json!({"id": "5-A", "name": "A", "hqCountry": country, "stringAddress": null});
            serde_json::from_value::<AccountItem>(item)
                .ok()?
                .read()
                .map(|account| account.is_orderable())
        };
        assert_eq!(orderable(json!("US")), Some(true));
        assert_eq!(orderable(json!("CA")), Some(false));
        assert_eq!(orderable(json!(null)), Some(false));
    }
}
