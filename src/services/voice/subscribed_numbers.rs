//! The `lumen_voice_subscribed_numbers` data source: numbers that are in service.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;

use crate::framework::schema::{Nesting, nested, object, string};
use crate::framework::{Attribute, Context, DataSource, Diagnostic, Field, Rule, Schema};
use crate::lumen::voice::{
    ActiveNumber, ActiveNumbers, Product, ReportedAddress, ReportedSubscriber, TelephoneNumber,
};
use crate::lumen::{Problem, VoiceOrderId};
use crate::model;
use crate::services::voice;
use crate::services::{Session, explain, matching};

/// The `lumen_voice_subscribed_numbers` data source.
pub struct SubscribedNumbers(Arc<Session>);

model! {
    /// The matching numbers.
    pub struct Report {
        telephone_numbers: Field<Vec<TelephoneNumber>>,
        npa: Field<String>,
        nxx: Field<String>,
        customer_service_name: Field<String>,
        product: Field<Product>,
        numbers: Field<Vec<SubscribedNumber>>,
    }
}

model! {
    /// One number.
    pub struct SubscribedNumber {
        telephone_number: Field<TelephoneNumber>,
        status: Field<String>,
        product: Field<Product>,
        customer_service_name: Field<String>,
        rate_center: Field<String>,
        state: Field<String>,
        subscriber: Field<ActiveSubscriber>,
        service_address: Field<ActiveAddress>,
        e911_address: Field<ActiveAddress>,
        voice_order_id: Field<VoiceOrderId>,
    }
}

model! {
    /// The subscriber of a number.
    pub struct ActiveSubscriber {
        r#type: Field<String>,
        business_name: Field<String>,
        first_name: Field<String>,
        middle_initial: Field<String>,
        last_name: Field<String>,
    }
}

model! {
    /// An address of a number.
    pub struct ActiveAddress {
        street_number: Field<String>,
        street_pre_direction: Field<String>,
        street_name: Field<String>,
        street_suffix: Field<String>,
        street_post_direction: Field<String>,
        secondary_location: Field<String>,
        city: Field<String>,
        state: Field<String>,
        zip: Field<String>,
    }
}

#[async_trait]
impl DataSource for SubscribedNumbers {
    const NAME: &'static str = "voice_subscribed_numbers";
    type Session = Session;
    type Model = Report;

    fn schema() -> Schema {
        Schema::new("Lists your telephone numbers that are in service, as Lumen's report shows them. Arguments are filters; numbers must match all of them. What the report doesn't show is null.")
            .attribute("telephone_numbers", voice::telephone_numbers().about("Only these numbers, in E.164 format, such as `+13035550100`."))
            .attribute("npa", string().rule(voice::three_digits()).about("Only numbers with this area code (NPA), such as `303`."))
            .attribute("nxx", string().rule(voice::three_digits()).about("Only numbers with this exchange (NXX), such as `555`. Requires `npa`."))
            .attribute("customer_service_name", string().rule(Rule::length_up_to(255)).about("Only numbers whose calls take this route."))
            .attribute("product", voice::product().about("Only numbers of this product: `local_inbound` or `enhanced_local_service`."))
            .attribute("numbers", nested(Nesting::List, [
                ("telephone_number", string().computed().about("Number in E.164 format, such as `+13035550100`.")),
                ("status", string().computed().about("Status of the number: `active`, `changing` while an order changes it, `disconnecting` while an order takes it out of service, or, if none of these applies, Lumen's own status in lowercase.")),
                ("product", string().computed().about("Product of the number: `local_inbound` or `enhanced_local_service`.")),
                ("customer_service_name", string().computed().about("Name of your route that the number's calls take.")),
                ("rate_center", string().computed().about("Rate center of the number.")),
                ("state", string().computed().about("State of the rate center.")),
                ("subscriber", subscriber().computed().about("Subscriber of the number, in Lumen's spelling: often in capitals.")),
                ("service_address", address().computed().about("Service address of the number, in Lumen's spelling: often in capitals and abbreviated.")),
                ("e911_address", address().computed().about("Address that emergency services see.")),
                ("voice_order_id", string().computed().about("ID of the voice order that put the number into service or changed it.")),
            ]).computed().about("Matching numbers, in ascending order."))
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    fn validate(config: &Report) -> Vec<Diagnostic> {
        voice::nxx_needs_npa(config.npa.is_null(), config.nxx.is_null())
    }

    async fn read(&self, config: Report, _: &Context) -> Result<Report, Diagnostic> {
        let report = self.0.lumen()?.active_numbers().await;
        let report =
            report.map_err(|error| explain::error("The active numbers can't be read", &error))?;
        let found = match &*report {
            ActiveNumbers::Reported(found) => found,
            ActiveNumbers::NotOffered(problem) => return Err(not_offered(problem)),
        };
        let wanted = config.telephone_numbers.known();
        let wanted: Option<BTreeSet<_>> = wanted.map(|numbers| numbers.iter().copied().collect());
        let is_wanted = |found: &&ActiveNumber| {
            wanted.as_ref().is_none_or(|wanted| wanted.contains(&found.number))
                && config.fits(found)
        };
        let numbers = found.iter().filter(is_wanted).cloned().map(SubscribedNumber::from).collect();
        Ok(Report { numbers: Field::Known(numbers), ..config })
    }
}

impl Report {
    /// Whether a number matches all filters but the list of numbers. A number without the member that a filter
    /// is about doesn't match.
    fn fits(&self, found: &ActiveNumber) -> bool {
        matching::fits(self.npa.known(), found.number.npa().as_ref())
            && matching::fits(self.nxx.known(), found.number.nxx().as_ref())
            && matching::fits(
                self.customer_service_name.known(),
                found.customer_service_name.as_ref(),
            )
            && self.product.known().is_none_or(|product| found.product == Some(*product))
    }
}

fn subscriber() -> Attribute {
    object([
        ("type", string().computed().about("Kind of the subscriber: `business` or `residence`.")),
        ("business_name", string().computed().about("Name of the company.")),
        ("first_name", string().computed().about("First name of the person.")),
        ("middle_initial", string().computed().about("Middle initial of the person.")),
        ("last_name", string().computed().about("Last name of the person.")),
    ])
}

fn address() -> Attribute {
    object([
        ("street_number", string().computed().about("Number of the house.")),
        (
            "street_pre_direction",
            string().computed().about("Direction before the name of the street, such as `N`."),
        ),
        ("street_name", string().computed().about("Name of the street.")),
        ("street_suffix", string().computed().about("Suffix of the street, such as `BLVD`.")),
        (
            "street_post_direction",
            string().computed().about("Direction after the name of the street."),
        ),
        (
            "secondary_location",
            string().computed().about("Place in the building, such as `STE 200`."),
        ),
        ("city", string().computed().about("City.")),
        ("state", string().computed().about("State, such as `CO`.")),
        ("zip", string().computed().about("ZIP code.")),
    ])
}

/// Lumen doesn't offer the report of active numbers at the configured path.
fn not_offered(problem: &Problem) -> Diagnostic {
    Diagnostic::error("The active numbers can't be read")
        .because(format!("Lumen doesn't offer the report of active numbers at this path: {problem}"))
        .remedy("Ask Lumen whether the product of your API key includes the report. If Lumen's specification names another path, set `inventory_details` of `voice_paths` in the provider block.")
}

impl From<ActiveNumber> for SubscribedNumber {
    fn from(found: ActiveNumber) -> Self {
        let ActiveNumber {
            number,
            status,
            product,
            customer_service_name,
            subscriber,
            service_address,
            emergency_address,
            rate_center,
            state,
            voice_order_id,
            external_order_id: _,
        } = found;
        let subscriber = (subscriber != ReportedSubscriber::default()).then_some(subscriber);
        Self {
            telephone_number: Field::Known(number),
            status: Field::Known(status.to_string()),
            product: product.into(),
            customer_service_name: customer_service_name.into(),
            rate_center: rate_center.into(),
            state: state.into(),
            subscriber: subscriber.map(ActiveSubscriber::from).into(),
            service_address: service_address.map(ActiveAddress::from).into(),
            e911_address: emergency_address.map(ActiveAddress::from).into(),
            voice_order_id: voice_order_id.into(),
        }
    }
}

impl From<ReportedSubscriber> for ActiveSubscriber {
    fn from(reported: ReportedSubscriber) -> Self {
        let ReportedSubscriber { kind, business_name, first_name, last_name, middle_initial } =
            reported;
        Self {
            r#type: kind.map(|kind| kind.to_string()).into(),
            business_name: business_name.into(),
            first_name: first_name.into(),
            middle_initial: middle_initial.into(),
            last_name: last_name.into(),
        }
    }
}

impl From<ReportedAddress> for ActiveAddress {
    fn from(reported: ReportedAddress) -> Self {
        let ReportedAddress {
            street: _,
            street_number,
            street_pre_direction,
            street_name,
            street_suffix,
            street_post_direction,
            secondary_location,
            city,
            state,
            zip,
        } = reported;
        Self {
            street_number: street_number.into(),
            street_pre_direction: street_pre_direction.into(),
            street_name: street_name.into(),
            street_suffix: street_suffix.into(),
            street_post_direction: street_post_direction.into(),
            secondary_location: secondary_location.into(),
            city: city.into(),
            state: state.into(),
            zip: zip.into(),
        }
    }
}
