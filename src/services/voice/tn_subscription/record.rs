//! The record of a subscription: its subscriber, address, directory listing and caller name, as users write
//! them and as Lumen reports them.

use super::rules::{initial, personal_name, state, text, zip};
use crate::framework::schema::{boolean, object, string};
use crate::framework::{Attribute, Field, Rule, Value};
use crate::lumen::voice::{
    self, CallerName, CallerNameDisplay, ListingName, ReportedAddress, ReportedSubscriber,
    StreetSuffix, SubscriberKind,
};
use crate::model;

model! {
    /// The subscriber.
    pub(crate) struct Subscriber {
        pub(super) r#type: Field<String>,
        pub(super) business_name: Field<String>,
        pub(super) first_name: Field<String>,
        pub(super) last_name: Field<String>,
        pub(super) middle_initial: Field<String>,
    }
}

model! {
    /// An address.
    pub(crate) struct ServiceAddress {
        pub(super) street_number: Field<String>,
        pub(super) street_pre_direction: Field<String>,
        pub(super) street_name: Field<String>,
        pub(super) street_suffix: Field<String>,
        pub(super) street_post_direction: Field<String>,
        pub(super) secondary_location: Field<String>,
        pub(super) city: Field<String>,
        pub(super) state: Field<String>,
        pub(super) zip: Field<String>,
    }
}

model! {
    /// The entry in the directory.
    pub(crate) struct DirectoryListing {
        pub(super) r#type: Field<String>,
        pub(super) business_name: Field<String>,
        pub(super) first_name: Field<String>,
        pub(super) last_name: Field<String>,
    }
}

model! {
    /// The caller name.
    pub(crate) struct Cnam {
        pub(super) name: Field<String>,
        pub(super) block: Field<bool>,
    }
}

/// The `subscriber` attribute.
pub(super) fn subscriber() -> Attribute {
    object([
        (
            "type",
            string()
                .required()
                .rule(Rule::one_of(&["business", "residence"]))
                .about("`business` or `residence`."),
        ),
        ("business_name", text::<255>().about("Name of the company. Required for a business.")),
        ("first_name", personal_name().about("First name. Required for a residence.")),
        ("last_name", personal_name().about("Last name. Required for a residence.")),
        ("middle_initial", initial().about("Middle initial of a residential subscriber.")),
    ])
}

/// The `service_address` attribute.
pub(super) fn service_address() -> Attribute {
    let direction = || string().rule(Rule::one_of(&["N", "S", "E", "W", "NE", "NW", "SE", "SW"]));
    let suffix = "a street suffix of USPS Publication 28, such as `Street`, `St` or `Blvd`";
    object([
        ("street_number", text::<64>().required().about("Number of the building, such as `1025`.")),
        ("street_pre_direction", direction().about("Direction before the name of the street, such as `N`.")),
        ("street_name", text::<255>().required().about("Name of the street without its suffix, such as `Eldorado`.")),
        ("street_suffix", string().rule(Rule::reads_as::<StreetSuffix>(suffix)).about("Suffix of the street, such as `Blvd`: a name or an abbreviation of USPS Publication 28, appendix C1.")),
        ("street_post_direction", direction().about("Direction after the suffix of the street.")),
        ("secondary_location", text::<20>().about("Place in the building, such as `STE 200`.")),
        ("city", text::<255>().required().about("City.")),
        ("state", state().required().about("State, such as `CO`.")),
        ("zip", zip().required().about("ZIP code of five digits.")),
    ])
}

/// The computed attributes of an address that Lumen reports.
pub(super) fn reported_address() -> Attribute {
    let name = |about| string().computed().about(about);
    object([
        ("street_number", name("Number of the building.")),
        ("street_pre_direction", name("Direction before the name of the street.")),
        ("street_name", name("Name of the street.")),
        ("street_suffix", name("Suffix of the street.")),
        ("street_post_direction", name("Direction after the suffix of the street.")),
        ("secondary_location", name("Place in the building.")),
        ("city", name("City.")),
        ("state", name("State.")),
        ("zip", name("ZIP code.")),
    ])
}

/// The `directory_listing` attribute.
pub(super) fn directory_listing() -> Attribute {
    object([
        (
            "type",
            string()
                .required()
                .rule(Rule::one_of(&["list_and_publish", "list_only"]))
                .about("`list_and_publish`, or `list_only` for directory assistance only."),
        ),
        (
            "business_name",
            text::<255>()
                .about("Name of the company in the directory. Default: the subscriber's name."),
        ),
        (
            "first_name",
            personal_name().about("First name in the directory. Default: the subscriber's name."),
        ),
        (
            "last_name",
            personal_name().about("Last name in the directory. Default: the subscriber's name."),
        ),
    ])
}

/// The `cnam` attribute.
pub(super) fn cnam() -> Attribute {
    object([
        ("name", text::<15>().required().about("Name, with at most 15 characters.")),
        ("block", boolean().default(Value::Bool(false)).about("Whether to hide the name.")),
    ])
}

/// The text of a field that is set.
fn set(field: &Field<String>) -> Option<String> {
    field.known().cloned()
}

impl Subscriber {
    /// The subscriber as an order has it, or `None` if it lacks a name. The offline rules require the names.
    pub(super) fn for_order(&self) -> Option<voice::Subscriber> {
        let Self { r#type, business_name, first_name, last_name, middle_initial } = self;
        match r#type.known()?.as_str() {
            "business" => Some(voice::Subscriber::Business { business_name: set(business_name)? }),
            _ => Some(voice::Subscriber::Residence {
                first_name: set(first_name)?,
                last_name: set(last_name)?,
                middle_initial: set(middle_initial),
            }),
        }
    }

    /// Takes over what Lumen reports. What the report lacks stays as Lumen was last told, except the names of
    /// the other kind of subscriber.
    pub(super) fn take_over(&mut self, reported: &ReportedSubscriber) {
        let ReportedSubscriber { kind, business_name, first_name, last_name, middle_initial } =
            reported;
        if let Some(kind) = kind.map(|kind| kind.to_string())
            && self.r#type.known() != Some(&kind)
        {
            *self = Self { r#type: Field::Known(kind), ..Self::default() };
        }
        take(&mut self.business_name, business_name.as_ref());
        take(&mut self.first_name, first_name.as_ref());
        take(&mut self.last_name, last_name.as_ref());
        take(&mut self.middle_initial, middle_initial.as_ref());
    }

    /// The subscriber that Lumen reports, if the report has its kind.
    pub(super) fn reported(reported: &ReportedSubscriber) -> Option<Self> {
        let kind = match (reported.kind, &reported.business_name, &reported.last_name) {
            (Some(kind), _, _) => kind,
            (None, Some(_), None) => SubscriberKind::Business,
            (None, None, Some(_)) => SubscriberKind::Residence,
            _ => return None,
        };
        let mut subscriber = Self { r#type: Field::Known(kind.to_string()), ..Self::default() };
        subscriber.take_over(reported);
        Some(subscriber)
    }
}

impl ServiceAddress {
    /// The address as an order has it, or `None` if a required part is missing.
    pub(super) fn for_order(&self) -> Option<voice::ServiceAddress> {
        let parsed = |field: &Field<String>| field.known().and_then(|text| text.parse().ok());
        Some(voice::ServiceAddress {
            street_number: set(&self.street_number)?,
            street_pre_direction: parsed(&self.street_pre_direction),
            street_name: set(&self.street_name)?,
            street_suffix: self.street_suffix.known().and_then(|text| text.parse().ok()),
            street_post_direction: parsed(&self.street_post_direction),
            secondary_location: set(&self.secondary_location),
            city: set(&self.city)?,
            state: set(&self.state)?,
            zip: set(&self.zip)?,
        })
    }

    /// Takes over what Lumen reports. What the report lacks stays as Lumen was last told.
    pub(super) fn take_over(&mut self, reported: &ReportedAddress) {
        // A ZIP code of nine digits begins with the one of five digits.
        let zip = reported.zip.as_ref().map(|zip| zip.get(..5).unwrap_or(zip).to_owned());
        for (own, reported) in [
            (&mut self.street_number, &reported.street_number),
            (&mut self.street_pre_direction, &reported.street_pre_direction),
            (&mut self.street_name, &reported.street_name),
            (&mut self.street_suffix, &reported.street_suffix),
            (&mut self.street_post_direction, &reported.street_post_direction),
            (&mut self.secondary_location, &reported.secondary_location),
            (&mut self.city, &reported.city),
            (&mut self.state, &reported.state),
            (&mut self.zip, &zip),
        ] {
            take(own, reported.as_ref());
        }
    }

    /// The address that Lumen reports. Parts that the report lacks are not set.
    pub(super) fn reported(reported: &ReportedAddress) -> Self {
        let mut address = Self::default();
        address.take_over(reported);
        address
    }
}

impl DirectoryListing {
    /// The entry as an order has it. Names that are not set are the subscriber's.
    pub(super) fn for_order(&self, subscriber: &Subscriber) -> Option<voice::DirectoryListing> {
        let Self { r#type, business_name, first_name, last_name } = self;
        let kind = r#type.known()?.parse().ok()?;
        let name = if subscriber.r#type.known().is_some_and(|kind| kind == "business") {
            let own = set(business_name);
            ListingName::Business(own.or_else(|| set(&subscriber.business_name))?)
        } else {
            ListingName::Person {
                first_name: set(first_name).or_else(|| set(&subscriber.first_name))?,
                last_name: set(last_name).or_else(|| set(&subscriber.last_name))?,
            }
        };
        Some(voice::DirectoryListing { kind, name })
    }
}

impl Cnam {
    /// The caller name as an order has it.
    pub(super) fn for_order(&self) -> Option<CallerName> {
        let display = match self.block {
            Field::Known(true) => CallerNameDisplay::Blocked,
            _ => CallerNameDisplay::Shown,
        };
        Some(CallerName { name: set(&self.name)?, display })
    }
}

fn take(own: &mut Field<String>, reported: Option<&String>) {
    if let Some(reported) = reported {
        *own = Field::Known(reported.clone());
    }
}
