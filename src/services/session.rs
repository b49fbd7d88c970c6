//! What a configured provider gives to every object: the client, and the defaults of the provider
//! block.

use std::sync::atomic::{AtomicBool, Ordering};

use super::Contact;
use super::orders::{Replacements, Sightings};
use crate::framework::{self, Context, Diagnostic, Field, Rule};
use crate::journal::{Journal, OpenEntries, Survey};
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
    /// Whether the journal may be lost with the machine of this run.
    pub local_journal: LocalJournal,
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

/// A journal on a machine that may be thrown away, which nobody has chosen: it is there because no
/// place was named.
#[derive(Debug, Default)]
pub struct LocalJournal {
    /// The variable that shows that a pipeline runs this; `None` where nothing is to be said.
    automation: Option<&'static str>,
    is_told: AtomicBool,
}

impl LocalJournal {
    /// `automation` is the variable that shows that a pipeline runs this, if one does.
    #[must_use]
    pub fn new(automation: Option<&'static str>) -> Self {
        Self { automation, is_told: AtomicBool::new(false) }
    }
}

impl Session {
    /// What the journal has open; none where it can't be read in time.
    pub async fn survey(&self) -> Option<&Survey> {
        self.sightings.survey(&self.journal).await
    }

    /// Which entries the journal has open; none where it can't be listed in time.
    pub async fn open_entries(&self) -> Option<&OpenEntries> {
        self.sightings.open_entries(&self.journal).await
    }

    /// Warns of a journal that may be thrown away: in a plan that orders something, and once in a run,
    /// however many objects it orders.
    pub fn review_journal(&self, context: &Context) {
        let LocalJournal { automation: Some(variable), is_told } = &self.local_journal else {
            return;
        };
        if is_told.swap(true, Ordering::Relaxed) {
            return;
        }
        context.warn(
            Diagnostic::warning("The order journal is on a runner that may be thrown away")
                .because(format!(
                    "`{variable}` shows that a pipeline runs this, and neither `order_journal` nor `LUMEN_ORDER_JOURNAL` is set: the orders of this run are written down on this machine only, in `{}`",
                    self.journal.place()
                ))
                .outcome("If the machine is thrown away before Terraform has saved its state, the next run does not know what was ordered, and may order it again.")
                .remedy("Set `order_journal` or `LUMEN_ORDER_JOURNAL` to a place that all runs share, such as `s3://example/lumen-orders`. Plans need it as well as applies."),
        );
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
