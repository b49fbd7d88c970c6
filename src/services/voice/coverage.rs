//! `lumen_voice_coverage`: whether Lumen serves a place, and can take over numbers.

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

/// `lumen_voice_coverage`
pub struct VoiceCoverage(Arc<Session>);

model! {
    /// What is asked about, and what Lumen says.
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
    /// What Lumen says of one number or place.
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
        Schema::new("Whether Lumen serves a place, or serves numbers and can take them over from another carrier. Lumen takes numbers or a place, never both.")
            .attribute("telephone_numbers", telephone_numbers().about("The numbers to ask about, in E.164 such as `+13035550100`."))
            .attribute("npa", string().rule(voice::three_digits()).about("The area code of the place."))
            .attribute("nxx", string().rule(voice::three_digits()).about("The exchange of the place; needs `npa`."))
            .attribute("city", string().about("The city of the place."))
            .attribute("state", voice::state().about("The state of the place, such as `CO`."))
            .attribute("zip", string().about("The ZIP code of the place."))
            .attribute("coverage", nested(Nesting::List, [
                ("telephone_number", string().computed().about("The number, where numbers were asked about.")),
                ("rate_center", string().computed().about("The rate center that it belongs to.")),
                ("state", string().computed().about("The state of the rate center.")),
                ("covered", boolean().computed().about("Whether Lumen serves it; null where Lumen does not say.")),
                ("portable", boolean().computed().about("Whether Lumen can take the number over; null where Lumen does not say.")),
            ]).computed().about("What Lumen says of each number, or of the place."))
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    fn validate(config: &Question) -> Vec<Diagnostic> {
        let Question { telephone_numbers, npa, nxx, city, state, zip, coverage: _ } = config;
        let no_place = [npa, nxx, city, state, zip].iter().all(|field| field.is_null());
        match (telephone_numbers.is_null(), no_place) {
            (true, true) => vec![
                Diagnostic::error("Nothing is asked about")
                    .because("neither `telephone_numbers` nor a place is set")
                    .remedy("Set `telephone_numbers`, or some of `npa`, `nxx`, `city`, `state` and `zip`."),
            ],
            (false, false) => vec![
                Diagnostic::error("Both numbers and a place are asked about")
                    .at("telephone_numbers")
                    .because("Lumen takes either in one question")
                    .remedy("Leave out `telephone_numbers`, or leave out the place; ask twice if you want both."),
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
        let lumen::voice::Coverage { telephone_number, rate_center, state, covered, portable } =
            found;
        Self {
            telephone_number: telephone_number.into(),
            rate_center: rate_center.into(),
            state: state.into(),
            covered: covered.into(),
            portable: portable.into(),
        }
    }
}
