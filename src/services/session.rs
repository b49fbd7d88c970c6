//! What a configured provider gives to every object: the client, and the defaults of the provider
//! block.

use super::Contact;
use super::orders::{Replacements, Sightings};
use crate::framework::{self, Diagnostic, Field, Rule};
use crate::journal::{Journal, Survey};
use crate::lumen::{BillingAccountId, Client, CustomerNumber, HourlyPrice, Notice};

/// A configured provider.
pub struct Session {
    /// Absent as long as settings are unknown that every request needs, which happens only while
    /// planning.
    pub lumen: Option<Client>,
    /// Whose services these are.
    pub customer_number: Field<CustomerNumber>,
    /// The account of resources that name none.
    pub billing_account_id: Field<BillingAccountId>,
    /// The order contact of resources that name none.
    pub contact: Field<Contact>,
    /// Nothing more expensive is ordered.
    pub max_hourly_price: Field<HourlyPrice>,
    /// Where orders are written down before they are sent.
    pub journal: Journal,
    /// What this run has seen of the connections in Terraform's state.
    pub replacements: Replacements,
    /// What this run has seen of objects and of the journal.
    pub sightings: Sightings,
}

impl Session {
    /// The client.
    ///
    /// # Errors
    ///
    /// Where the provider's settings are not known yet.
    pub fn lumen(&self) -> Result<&Client, Diagnostic> {
        self.lumen.as_ref().ok_or_else(|| {
            Diagnostic::error("Lumen can't be asked yet")
                .because("the `provider \"lumen\"` block depends on values that are known only after apply")
                .remedy("Give the provider values that are known while planning, or apply what they come from first, with `terraform apply -target=…`.")
        })
    }
}

impl Session {
    /// What the journal has open; none where it can't be read in time.
    pub async fn survey(&self) -> Option<&Survey> {
        self.sightings.survey(&self.journal).await
    }
}

impl framework::Session for Session {
    fn warnings(&self) -> Vec<Diagnostic> {
        self.lumen.iter().flat_map(Client::take_notices).map(told).collect()
    }
}

fn told(notice: Notice) -> Diagnostic {
    match notice {
        Notice::Announced(what) => Diagnostic::warning("Lumen is going to change its API")
            .because(what)
            .remedy("Look for a newer version of the provider, and run `terraform init -upgrade`."),
        Notice::HeldUp { waited, by_lumen } => {
            let waited = waited.as_secs();
            let why = if by_lumen {
                format!("Lumen asks for fewer requests; they have waited for {waited} s so far")
            } else {
                format!("`requests_per_second` is low; requests have waited for {waited} s so far")
            };
            Diagnostic::warning("The run is slowed down by a rate limit")
                .because(why)
                .outcome("It goes on, and nothing is lost.")
                .remedy("Wait. If every run tells this, see the guide \"Thousands of services\".")
        }
    }
}

/// What `max_hourly_price` must satisfy.
#[must_use]
pub fn price_limit() -> Rule {
    Rule::reads_as::<HourlyPrice>("a decimal number of USD per hour, such as `\"0.46\"`")
}
