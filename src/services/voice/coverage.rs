//! The `lumen_voice_coverage` data source: whether Lumen serves a place, and can port numbers.

use std::sync::Arc;

use async_trait::async_trait;

use crate::framework::schema::{Nesting, boolean, nested, string};
use crate::framework::{Context, DataSource, Diagnostic, Field, Schema};
use crate::lumen::voice::{CoverageQuery, Place, TelephoneNumber};
use crate::lumen::{Client, Error};
use crate::services::voice;
use crate::services::{Session, explain};
use crate::{lumen, model};

/// The `lumen_voice_coverage` data source.
pub struct VoiceCoverage(Arc<Session>);

model! {
    /// The query, and Lumen's answer.
    pub struct Question {
        telephone_numbers: Field<Vec<TelephoneNumber>>,
        npa: Field<String>,
        nxx: Field<String>,
        city: Field<String>,
        state: Field<String>,
        zip: Field<String>,
        coverage: Field<Vec<Coverage>>,
        all_portable: Field<bool>,
    }
}

model! {
    /// Lumen's answer about one number or place.
    pub struct Coverage {
        telephone_number: Field<TelephoneNumber>,
        rate_center: Field<String>,
        state: Field<String>,
        covered: Field<bool>,
        portable: Field<bool>,
        losing_carrier: Field<String>,
        wireless: Field<bool>,
    }
}

#[async_trait]
impl DataSource for VoiceCoverage {
    const NAME: &'static str = "voice_coverage";
    type Session = Session;
    type Model = Question;

    fn schema() -> Schema {
        Schema::new("Checks whether Lumen serves a place, or whether it serves telephone numbers and can port them from another carrier. Set `telephone_numbers` or a place, not both.")
            .attribute("telephone_numbers", voice::telephone_numbers().about("Numbers to check, in E.164 format, such as `+13035550100`."))
            .attribute("npa", string().rule(voice::three_digits()).about("Area code (NPA) of the place."))
            .attribute("nxx", string().rule(voice::three_digits()).about("Exchange (NXX) of the place. Requires `npa`."))
            .attribute("city", string().about("City of the place."))
            .attribute("state", voice::state().about("State of the place, such as `CO`."))
            .attribute("zip", string().about("ZIP code of the place."))
            .attribute("coverage", nested(Nesting::List, [
                ("telephone_number", string().computed().about("Number that was checked. Set only if you check numbers.")),
                ("rate_center", string().computed().about("Rate center of the number or the place.")),
                ("state", string().computed().about("State of the rate center.")),
                ("covered", boolean().computed().about("Whether Lumen serves the number or the place. Null if unknown.")),
                ("portable", boolean().computed().about("Whether the number can be ported to Lumen. Null if unknown.")),
                ("losing_carrier", string().computed().about("Carrier that the number would be ported from. Null if unknown.")),
                ("wireless", boolean().computed().about("Whether that is a mobile carrier, which requires an account number and a PIN for a port. Null if unknown.")),
            ]).computed().about("Coverage of each number, in the order of `telephone_numbers`, or of the place."))
            .attribute("all_portable", boolean().computed().about("Whether Lumen reports every number of `telephone_numbers` as portable. Null if you check a place."))
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    fn validate(config: &Question) -> Vec<Diagnostic> {
        let Question {
            telephone_numbers,
            npa,
            nxx,
            city,
            state,
            zip,
            coverage: _,
            all_portable: _,
        } = config;
        let no_place = [npa, nxx, city, state, zip].iter().all(|field| field.is_null());
        match (telephone_numbers.is_null(), no_place) {
            (true, true) => vec![
                Diagnostic::error("Neither numbers nor a place is set")
                    .because("the data source checks telephone numbers or a place")
                    .remedy("Set `telephone_numbers`, or one or more of `npa`, `nxx`, `city`, `state` and `zip`."),
            ],
            (false, false) => vec![
                Diagnostic::error("Both numbers and a place are set")
                    .at("telephone_numbers")
                    .because("Lumen accepts only one of them in a request")
                    .remedy("Remove `telephone_numbers`, or remove the place. To check both, use two data sources."),
            ],
            _ => voice::nxx_needs_npa(npa.is_null(), nxx.is_null()),
        }
    }

    async fn read(&self, config: Question, _: &Context) -> Result<Question, Diagnostic> {
        let lumen = self.0.lumen()?;
        let found = match config.telephone_numbers.known() {
            Some(numbers) => of_numbers(lumen, numbers).await,
            None => of_place(lumen, &config).await,
        };
        let coverage: Vec<Coverage> =
            found.map_err(|error| explain::error("The coverage can't be looked up", &error))?;
        let all_portable = match config.telephone_numbers {
            Field::Known(_) => {
                Field::Known(coverage.iter().all(|each| each.portable == Field::Known(true)))
            }
            _ => Field::Null,
        };
        Ok(Question { coverage: Field::Known(coverage), all_portable, ..config })
    }
}

/// Returns the coverage of each number in the order of the numbers. Nothing is known about a number that
/// Lumen doesn't report.
async fn of_numbers(lumen: &Client, numbers: &[TelephoneNumber]) -> Result<Vec<Coverage>, Error> {
    let found = lumen.portability(&numbers.iter().copied().collect()).await?;
    let of_number = |number: &TelephoneNumber| {
        let reported = found.iter().find(|found| found.telephone_number == Some(*number));
        let unknown = || lumen::voice::Coverage {
            telephone_number: Some(*number),
            ..lumen::voice::Coverage::default()
        };
        Coverage::from(reported.cloned().unwrap_or_else(unknown))
    };
    Ok(numbers.iter().map(of_number).collect())
}

async fn of_place(lumen: &Client, config: &Question) -> Result<Vec<Coverage>, Error> {
    let place = Place {
        npa: config.npa.known().cloned(),
        nxx: config.nxx.known().cloned(),
        city: config.city.known().cloned(),
        state: config.state.known().cloned(),
        zip: config.zip.known().cloned(),
    };
    let found = lumen.coverage(&CoverageQuery::Location(place)).await?;
    Ok(found.iter().cloned().map(Coverage::from).collect())
}

impl From<lumen::voice::Coverage> for Coverage {
    fn from(found: lumen::voice::Coverage) -> Self {
        let lumen::voice::Coverage {
            telephone_number,
            rate_center,
            state,
            covered,
            portable,
            losing_carrier,
            wireless,
        } = found;
        Self {
            telephone_number: telephone_number.into(),
            rate_center: rate_center.into(),
            state: state.into(),
            covered: covered.into(),
            portable: portable.into(),
            losing_carrier: losing_carrier.into(),
            wireless: wireless.into(),
        }
    }
}
