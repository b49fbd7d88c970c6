//! `terraform query` for subscriptions: numbers in service, grouped by their record.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;

use super::model::{Identity, Subscription};
use super::{TnSubscription, diagnostics, import};
use crate::framework::schema::string;
use crate::framework::{Context, Detail, Diagnostic, Found, ListResource, Listed, Rule, Schema};
use crate::lumen::voice::{ActiveNumber, ActiveNumbers, MOST_NUMBERS, Product, TelephoneNumber};
use crate::model;
use crate::services::identity::ObjectIdentity as _;
use crate::services::orders::Ordered;
use crate::services::voice::{nxx_needs_npa, product, three_digits};
use crate::services::{Session, explain, matching};

/// The `lumen_voice_tn_subscription` list resource.
pub(crate) struct SubscriptionList(Arc<Session>);

model! {
    /// The filters of the query.
    pub(crate) struct Wish {
        customer_service_name: Field<String>,
        product: Field<Product>,
        npa: Field<String>,
        nxx: Field<String>,
    }
}

#[async_trait]
impl ListResource for SubscriptionList {
    type Resource = Ordered<TnSubscription>;
    type Model = Wish;

    fn schema() -> Schema {
        Schema::new("Lists the telephone numbers that are in service, in groups with the same product, route, subscriber and address. You can import each group as a separate subscription. Arguments are filters; a group is listed with all its numbers if one of them matches all filters. Numbers that are being disconnected are not listed.")
            .attribute("customer_service_name", string().rule(Rule::length_up_to(255)).about("Only numbers whose calls take this route."))
            .attribute("product", product().about("Only numbers of this product: `local_inbound` or `enhanced_local_service`."))
            .attribute("npa", string().rule(three_digits()).about("Only groups that have a number with this area code (NPA), such as `303`."))
            .attribute("nxx", string().rule(three_digits()).about("Only groups that have a number with this exchange (NXX), such as `555`. Requires `npa`."))
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    fn validate(wish: &Wish) -> Vec<Diagnostic> {
        nxx_needs_npa(wish.npa.is_null(), wish.nxx.is_null())
    }

    /// Returns nothing before the last page, because any page may add numbers to a group.
    async fn list(
        &self,
        wish: Wish,
        detail: Detail,
        mut found: Found<'_, Ordered<TnSubscription>>,
        context: &Context,
    ) -> Result<(), Diagnostic> {
        let lumen = self.0.lumen()?;
        let report = tokio::select! {
            biased;
            () = context.stop.cancelled() => return Err(matching::interrupted("subscriptions")),
            report = lumen.active_numbers() => report,
        };
        let report =
            report.map_err(|error| explain::error("The subscriptions can't be listed", &error))?;
        let numbers = match &*report {
            ActiveNumbers::Reported(numbers) => numbers,
            ActiveNumbers::NotOffered(problem) => return Err(diagnostics::not_listed(problem)),
        };
        for group in import::groups(numbers.iter()) {
            if !group.iter().any(|number| wish.fits(number)) {
                continue;
            }
            if MOST_NUMBERS < group.len() {
                context.warn(diagnostics::too_many_listed(&group));
                continue;
            }
            if found.push(self.listed(&group, detail)).await.is_break() {
                break;
            }
        }
        Ok(())
    }
}

impl SubscriptionList {
    fn listed(&self, group: &[&ActiveNumber], detail: Detail) -> Listed<Ordered<TnSubscription>> {
        let subscription = import::found(group);
        let identity = Identity::new(self.0.customer_number.clone(), subscription.id.clone());
        let display_name = named(&subscription);
        let object = (detail == Detail::Object).then_some(subscription);
        Listed { identity, display_name, object }
    }
}

/// The lead number, how many more there are, the subscriber if it is a company, and the route.
fn named(subscription: &Subscription) -> String {
    let numbers: BTreeSet<TelephoneNumber> = subscription.numbers();
    let lead = numbers.first().map(ToString::to_string).unwrap_or_default();
    let more = match numbers.len().checked_sub(1) {
        None | Some(0) => String::new(),
        Some(more) => format!(" and {more} more"),
    };
    let subscriber = subscription.subscriber.known();
    let company = subscriber.and_then(|subscriber| subscriber.business_name.known());
    let about: Vec<&str> = company
        .into_iter()
        .chain(subscription.customer_service_name.known())
        .map(String::as_str)
        .collect();
    match about.as_slice() {
        [] => format!("{lead}{more}"),
        about => format!("{lead}{more} ({})", about.join(", ")),
    }
}

impl Wish {
    fn fits(&self, number: &ActiveNumber) -> bool {
        matching::fits(self.npa.known(), number.number.npa().as_ref())
            && matching::fits(self.nxx.known(), number.number.nxx().as_ref())
            && matching::fits(
                self.customer_service_name.known(),
                number.customer_service_name.as_ref(),
            )
            && self.product.known().is_none_or(|product| number.product == Some(*product))
    }
}
