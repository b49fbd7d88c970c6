//! The data sources `lumen_billing_accounts` and `lumen_billing_account`: the accounts that an order can be
//! charged to.

use std::sync::Arc;

use async_trait::async_trait;

use crate::framework::schema::{Nesting, boolean, nested, object, string};
use crate::framework::{Attribute, Context, DataSource, Diagnostic, Field, Schema};
use crate::lumen::BillingAccountId;
use crate::lumen::ordering::BillingAccountQuery;
use crate::services::{Session, explain, matching};
use crate::{lumen, model};

/// The `lumen_billing_accounts` data source.
pub struct BillingAccounts(Arc<Session>);

/// The `lumen_billing_account` data source.
pub struct OneBillingAccount(Arc<Session>);

model! {
    /// The matching accounts.
    pub struct Accounts {
        entitled: Field<bool>,
        country_code: Field<String>,
        currency_code: Field<String>,
        billing_accounts: Field<Vec<Account>>,
    }
}

model! {
    /// One account in the list.
    pub struct Account {
        id: Field<BillingAccountId>,
        name: Field<String>,
        invoice_display_number: Field<String>,
        address: Field<Address>,
        currency: Field<String>,
        country_code: Field<String>,
        hq_country: Field<String>,
        orderable: Field<bool>,
    }
}

model! {
    /// One account, together with the arguments that selected it.
    pub struct OneAccount {
        id: Field<BillingAccountId>,
        name: Field<String>,
        entitled: Field<bool>,
        country_code: Field<String>,
        currency_code: Field<String>,
        invoice_display_number: Field<String>,
        address: Field<Address>,
        currency: Field<String>,
        hq_country: Field<String>,
        orderable: Field<bool>,
    }
}

model! {
    /// The address of the account holder.
    pub struct Address {
        street_address: Field<String>,
        city: Field<String>,
        state: Field<String>,
        country: Field<String>,
        post_code: Field<String>,
    }
}

#[async_trait]
impl DataSource for BillingAccounts {
    const NAME: &'static str = "billing_accounts";
    type Session = Session;
    type Model = Accounts;

    fn schema() -> Schema {
        let mut schema = Schema::new(
            "Lists the billing accounts of your customer number. Orders require an account that is `orderable`: its holder must be headquartered in the United States.",
        );
        for (name, attribute) in filters() {
            schema = schema.attribute(name, attribute.optional());
        }
        schema.attribute(
            "billing_accounts",
            nested(Nesting::List, attributes())
                .computed()
                .about("Billing accounts, in the order that Lumen returns them."),
        )
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    async fn read(&self, config: Accounts, _: &Context) -> Result<Accounts, Diagnostic> {
        let Accounts { entitled, country_code, currency_code, billing_accounts: _ } = &config;
        let found = accounts(&self.0, entitled, country_code, currency_code).await?;
        let found = found.into_iter().map(Account::from).collect();
        Ok(Accounts { billing_accounts: Field::Known(found), ..config })
    }
}

#[async_trait]
impl DataSource for OneBillingAccount {
    const NAME: &'static str = "billing_account";
    type Session = Session;
    type Model = OneAccount;

    fn schema() -> Schema {
        let mut schema = Schema::new("Looks up one billing account by `id` or `name`.");
        for (name, attribute) in attributes() {
            schema = match name {
                "id" | "name" => schema.attribute(name, attribute.optional_computed()),
                "country_code" => schema,
                _ => schema.attribute(name, attribute),
            };
        }
        for (name, attribute) in filters() {
            let attribute = if name == "country_code" {
                attribute.optional_computed()
            } else {
                attribute.optional()
            };
            schema = schema.attribute(name, attribute);
        }
        schema
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    fn validate(config: &OneAccount) -> Vec<Diagnostic> {
        matching::id_or_name("billing account", config.id.is_null(), config.name.is_null())
    }

    async fn read(&self, config: OneAccount, _: &Context) -> Result<OneAccount, Diagnostic> {
        let OneAccount { entitled, country_code, currency_code, .. } = &config;
        let mut found = accounts(&self.0, entitled, country_code, currency_code).await?;
        found.retain(|account| {
            config.id.known().is_none_or(|id| *id == account.id)
                && matching::fits(config.name.known(), Some(&account.name))
        });
        let named = |account: &lumen::ordering::BillingAccount| {
            format!("{} ({})", account.id, account.name)
        };
        let one = matching::exactly_one(
            "billing account",
            found,
            named,
            "Find the account in `lumen_billing_accounts`, and set `id`.",
        )?;
        let Account {
            id,
            name,
            invoice_display_number,
            address,
            currency,
            country_code,
            hq_country,
            orderable,
        } = one.into();
        Ok(OneAccount {
            id,
            name,
            country_code,
            invoice_display_number,
            address,
            currency,
            hq_country,
            orderable,
            ..config
        })
    }
}

/// The arguments that Lumen can filter accounts by.
fn filters() -> [(&'static str, Attribute); 3] {
    [
        ("entitled", boolean().about("Only accounts that are entitled to the Lumen platform.")),
        (
            "country_code",
            string()
                .about("Only accounts with this Lumen country code. Lumen supports `100`, the United States."),
        ),
        ("currency_code", string().about("Only accounts in this currency. Lumen supports `USD`.")),
    ]
}

/// The attributes of an account.
fn attributes() -> [(&'static str, Attribute); 8] {
    [
        ("id", string().computed().about("ID of the account. Use it as `billing_account_id`.")),
        ("name", string().computed().about("Name of the account.")),
        ("invoice_display_number", string().computed().about("Account number on the invoices.")),
        ("address", object([
            ("street_address", string().computed().about("Street address.")),
            ("city", string().computed().about("City.")),
            ("state", string().computed().about("State, such as `CO`.")),
            ("country", string().computed().about("Country, such as `USA`.")),
            ("post_code", string().computed().about("Postal code.")),
        ]).computed().about("Address of the account holder.")),
        ("currency", string().computed().about("Currency of the invoices.")),
        ("country_code", string().computed().about("Lumen's code for the country.")),
        ("hq_country", string().computed().about("Country of the account holder's headquarters.")),
        ("orderable", boolean().computed().about("Whether Internet On-Demand can be ordered on this account. The account holder must be headquartered in the United States.")),
    ]
}

async fn accounts(
    session: &Session,
    entitled: &Field<bool>,
    country_code: &Field<String>,
    currency_code: &Field<String>,
) -> Result<Vec<lumen::ordering::BillingAccount>, Diagnostic> {
    let query = BillingAccountQuery {
        entitled: entitled.known().copied(),
        country_code: country_code.known().cloned(),
        currency_code: currency_code.known().cloned(),
    };
    let found = session.lumen()?.billing_accounts(&query).await;
    let found =
        found.map_err(|error| explain::error("The billing accounts can't be listed", &error))?;
    Ok(Arc::unwrap_or_clone(found))
}

impl From<lumen::ordering::BillingAccount> for Account {
    fn from(account: lumen::ordering::BillingAccount) -> Self {
        let orderable = account.is_orderable();
        let lumen::ordering::BillingAccount {
            id,
            name,
            invoice_display_number,
            address,
            currency,
            country_code,
            hq_country,
        } = account;
        let lumen::ordering::Address { street_address, city, state, country, post_code } = address;
        Self {
            id: Field::Known(id),
            name: Field::Known(name),
            invoice_display_number: invoice_display_number.into(),
            address: Field::Known(Address {
                street_address: street_address.into(),
                city: city.into(),
                state: state.into(),
                country: country.into(),
                post_code: post_code.into(),
            }),
            currency: currency.into(),
            country_code: country_code.into(),
            hq_country: hq_country.into(),
            orderable: Field::Known(orderable),
        }
    }
}
