//! The `lumen_voice_coverage` data source: whether Lumen serves a place, and can port numbers.

use std::sync::Arc;

use async_trait::async_trait;

use crate::framework::schema::{Nesting, boolean, list, nested, string};
use crate::framework::{
    Attribute, Context, DataSource, Diagnostic, Field, Rule, Schema, Type, Value,
};
use crate::lumen::voice::{CoverageQuery, Place, TelephoneNumber};
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
    }
}

#[async_trait]
impl DataSource for VoiceCoverage {
    const NAME: &'static str = "voice_coverage";
    type Session = Session;
    type Model = Question;

    fn schema() -> Schema {
        Schema::new("Checks whether Lumen serves a place, or whether it serves telephone numbers and can port them from another carrier. Set `telephone_numbers` or a place, not both.")
            .attribute("telephone_numbers", telephone_numbers().about("Numbers to check, in E.164 format, such as `+13035550100`."))
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
            ]).computed().about("Coverage of each number, or of the place."))
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    fn validate(config: &Question) -> Vec<Diagnostic> {
        let Question { telephone_numbers, npa, nxx, city, state, zip, coverage: _ } = config;
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
        let query = match config.telephone_numbers.known() {
            Some(numbers) => CoverageQuery::TelephoneNumbers(numbers.clone()),
            None => CoverageQuery::Location(Place {
                npa: config.npa.known().cloned(),
                nxx: config.nxx.known().cloned(),
                city: config.city.known().cloned(),
                state: config.state.known().cloned(),
                zip: config.zip.known().cloned(),
            }),
        };
        let found = self.0.lumen()?.coverage(&query).await;
        let found =
            found.map_err(|error| explain::error("The coverage can't be looked up", &error))?;
        let coverage = found.iter().cloned().map(Coverage::from).collect();
        Ok(Question { coverage: Field::Known(coverage), ..config })
    }
}

fn telephone_numbers() -> Attribute {
    let rule = Rule::new("telephone numbers such as `+13035550100`", |value| {
        let Value::List(numbers) = value else { return Ok(()) };
        if numbers.is_empty() {
            return Err("it is empty".to_owned());
        }
        let wrong = numbers.iter().filter_map(Value::as_str).find_map(|text| {
            text.parse::<TelephoneNumber>().err().map(|why| format!("{text:?}: {why}"))
        });
        wrong.map_or(Ok(()), Err)
    });
    list(Type::String).rule(rule)
}

impl From<lumen::voice::Coverage> for Coverage {
    fn from(found: lumen::voice::Coverage) -> Self {
        let lumen::voice::Coverage {
            telephone_number,
            rate_center,
            state,
            covered,
            portable,
            losing_carrier: _,
            wireless: _,
        } = found;
        Self {
            telephone_number: telephone_number.into(),
            rate_center: rate_center.into(),
            state: state.into(),
            covered: covered.into(),
            portable: portable.into(),
        }
    }
}
