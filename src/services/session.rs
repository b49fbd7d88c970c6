//! What a configured provider shares with every object: the client, and the defaults of the provider block.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::orders::{Replacements, Sightings};
use super::{Contact, explain};
use crate::framework::{self, Context, Diagnostic, Field, Rule};
use crate::journal::{Journal, OpenEntries, Survey};
use crate::lumen::{BillingAccountId, Client, CustomerNumber, Error, HourlyPrice, Notice};

/// How long the provider waits for the token endpoint before anything needs a token. A plan that sends no
/// other request, such as one without a refresh on a machine without a network, waits no longer.
const TOKEN_PATIENCE: Duration = Duration::from_secs(10);

/// A configured provider.
pub struct Session {
    /// Absent while settings that every request needs are unknown, which happens only in a plan.
    pub lumen: Option<Client>,
    /// The customer that owns the services.
    pub customer_number: Field<CustomerNumber>,
    /// The default billing account of resources.
    pub billing_account_id: Field<BillingAccountId>,
    /// The default order contact of resources.
    pub contact: Field<Contact>,
    /// The default purchase order number for the quotes of resources.
    pub purchase_order_number: Field<String>,
    /// The default note for the orders of resources.
    pub note: Field<String>,
    /// The price limit for every order.
    pub max_hourly_price: Field<HourlyPrice>,
    /// The journal that records orders before they are sent.
    pub journal: Journal,
    /// Whether the journal may be lost together with the machine of this run.
    pub local_journal: LocalJournal,
    /// What this run has seen of the objects in Terraform's state.
    pub replacements: Replacements,
    /// What this run has seen of objects and of the journal.
    pub sightings: Sightings,
    /// Whether this run has warned that Lumen doesn't offer its report of active numbers.
    pub is_told_of_missing_report: AtomicBool,
}

impl Session {
    /// Returns the client.
    ///
    /// # Errors
    ///
    /// Fails while the provider's settings are not known yet.
    pub fn lumen(&self) -> Result<&Client, Diagnostic> {
        self.lumen.as_ref().ok_or_else(|| {
            Diagnostic::error("The provider's settings are not known yet")
                .because("the `provider \"lumen\"` block depends on values that are known only after apply")
                .remedy("Use values that are known during the plan, or apply what they come from first, with `terraform apply -target=…`.")
        })
    }
}

/// A journal in the default place, on a machine that may be discarded.
#[derive(Debug, Default)]
pub struct LocalJournal {
    /// The environment variable that shows that this is a pipeline, or `None` if no warning is needed.
    automation: Option<&'static str>,
    is_told: AtomicBool,
}

impl LocalJournal {
    /// `automation` is the environment variable that shows that this is a pipeline, if there is one.
    #[must_use]
    pub fn new(automation: Option<&'static str>) -> Self {
        Self { automation, is_told: AtomicBool::new(false) }
    }
}

impl Session {
    /// Refuses credentials that Lumen refuses, before every object reports them.
    ///
    /// # Errors
    ///
    /// Lumen's refusal. An outage is no refusal: whatever needs Lumen reports it.
    pub async fn check_credentials(&self, context: &Context) -> Result<(), Diagnostic> {
        let Some(lumen) = &self.lumen else { return Ok(()) };
        let check = context.stop.run_until_cancelled(lumen.check_credentials());
        match tokio::time::timeout(TOKEN_PATIENCE, check).await {
            Ok(Some(Err(refusal))) => {
                let diagnostic =
                    Diagnostic::error("Lumen refused the credentials").because(&refusal);
                Err(diagnostic
                    .outcome("The provider read nothing and ordered nothing.")
                    .remedy(explain::remedy(&Error::TokenRefused(refusal))))
            }
            _ => Ok(()),
        }
    }

    /// Returns the open orders in the journal, or `None` if they can't be read in time.
    pub async fn survey(&self) -> Option<&Survey> {
        self.sightings.survey(&self.journal).await
    }

    /// Returns the open entries in the journal, or `None` if they can't be listed in time.
    pub async fn open_entries(&self) -> Option<&OpenEntries> {
        self.sightings.open_entries(&self.journal).await
    }

    /// Warns about a journal that may be discarded. It does so in a plan that places an order, and only
    /// once per run, regardless of how many orders it places.
    pub fn review_journal(&self, context: &Context) {
        let LocalJournal { automation: Some(variable), is_told } = &self.local_journal else {
            return;
        };
        if is_told.swap(true, Ordering::Relaxed) {
            return;
        }
        context.warn(
            Diagnostic::warning("The order journal is on a temporary runner")
                .because(format!(
                    "`{variable}` indicates that this run is part of a pipeline, and neither `order_journal` nor `LUMEN_ORDER_JOURNAL` is set. This run records its orders only on this machine, in `{}`",
                    self.journal.place()
                ))
                .outcome("If the machine is deleted before Terraform saves its state, the next run does not know what was ordered, and may order it again.")
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
        Notice::Announced { endpoint, what } => {
            Diagnostic::warning(format!("Lumen is going to change `{endpoint}`"))
                .because(what)
                .remedy(
                    "Look for a newer version of the provider, and run `terraform init -upgrade`.",
                )
        }
        Notice::HeldUp { waited, by_lumen } => {
            let waited = waited.as_secs();
            let why = if by_lumen {
                format!(
                    "Lumen is limiting the request rate; requests have waited for {waited} s so far"
                )
            } else {
                format!("`requests_per_second` is low; requests have waited for {waited} s so far")
            };
            Diagnostic::warning("The run is slowed down by a rate limit")
                .because(why)
                .outcome("The run continues, and nothing is lost.")
                .remedy("Wait. If every run shows this warning, see the guide \"Thousands of services\".")
        }
    }
}

/// The rule for `max_hourly_price`.
#[must_use]
pub fn price_limit() -> Rule {
    Rule::reads_as::<HourlyPrice>("a decimal number of USD per hour, such as `\"0.46\"`")
}
