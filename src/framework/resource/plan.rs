//! Planning, as pure functions from a schema, a prior state and a configuration to a planned state.

use crate::framework::path::Trail;
use crate::framework::schema::{Attributes, Kind, Nesting, Visibility};
use crate::framework::{Attribute, Members, Name, Path, Schema, Value};

/// The plan that follows from a configuration alone, before a resource reviews it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The planned object. Values that only the apply can find out are unknown.
    pub planned: Value,
    /// The changed attributes that force a replacement.
    pub replaces: Vec<Path>,
}

/// Fills in defaults, keeps computed values or makes them unknown, and finds changes that force a
/// replacement.
///
/// An attribute that users set has the configured value, or the prior one if the two are
/// equivalent. A null `prior` means a create.
#[must_use]
pub fn propose(schema: &Schema, prior: &Value, config: &Value) -> Proposal {
    let mut walk = Walk { creating: prior.is_null(), replaces: Vec::new() };
    let mut planned = walk.body(schema, prior, config, Trail::default());
    if !walk.creating && planned != *prior {
        make_unstable_unknown(&schema.attributes, config, &mut planned);
    }
    Proposal { planned, replaces: walk.replaces }
}

/// Takes the computed values from a reviewed plan. Values that users set stay as they were planned,
/// because Terraform does not allow a provider to change them.
#[must_use]
pub fn take_computed(schema: &Schema, config: &Value, planned: Value, reviewed: Value) -> Value {
    let (Value::Map(mut planned), Value::Map(mut reviewed)) = (planned, reviewed) else {
        return Value::Null;
    };
    for (name, attribute) in &schema.attributes {
        if attribute.is_computed() && config.get(name).is_null() {
            let decided = reviewed.get_mut(*name).map(std::mem::take);
            planned.insert(Name::Borrowed(name), decided.unwrap_or_default());
        }
    }
    Value::Map(planned)
}

/// A walk over schema, prior state and configuration.
struct Walk {
    creating: bool,
    replaces: Vec<Path>,
}

impl Walk {
    fn body(&mut self, schema: &Schema, prior: &Value, config: &Value, trail: Trail<'_>) -> Value {
        let mut planned = self.attributes(&schema.attributes, prior, config, trail);
        for (name, block) in &schema.blocks {
            let trail = trail.block(name);
            let one = |walk: &mut Self, prior: &Value, config: &Value, trail: Trail<'_>| {
                walk.body(&block.body, prior, config, trail)
            };
            let value = self.each(block.nesting, prior.get(name), config.get(name), trail, one);
            planned.insert(Name::Borrowed(name), value);
        }
        Value::Map(planned)
    }

    fn attributes(
        &mut self,
        attributes: &Attributes,
        prior: &Value,
        config: &Value,
        trail: Trail<'_>,
    ) -> Members {
        attributes
            .iter()
            .map(|(name, attribute)| {
                let (prior, config) = (prior.get(name), config.get(name));
                let planned = self.attribute(attribute, prior, config, trail.attribute(name));
                (Name::Borrowed(name), planned)
            })
            .collect()
    }

    fn attribute(
        &mut self,
        attribute: &Attribute,
        prior: &Value,
        config: &Value,
        trail: Trail<'_>,
    ) -> Value {
        let planned = match &attribute.kind {
            _ if attribute.visibility == Visibility::WriteOnly => Value::Null,
            _ if config.is_null() => match &attribute.default {
                Some(default) => default.clone(),
                None if !attribute.is_computed() => Value::Null,
                None if prior.is_null() && self.creating => Value::unknown(),
                None => prior.clone(),
            },
            Kind::Plain(_) => config.clone(),
            Kind::Nested(nesting, attributes) => {
                let one = |walk: &mut Self, prior: &Value, config: &Value, trail: Trail<'_>| {
                    Value::Map(walk.attributes(attributes, prior, config, trail))
                };
                self.each(*nesting, prior, config, trail, one)
            }
        };
        let is_wording = planned != *prior && attribute.means_the_same(&planned, prior);
        let planned = if is_wording { prior.clone() } else { planned };
        if attribute.replaces && !self.creating && planned != *prior {
            self.replaces.push(trail.path());
        }
        planned
    }

    /// Plans each nested object, together with the prior object at the same place.
    fn each(
        &mut self,
        nesting: Nesting,
        prior: &Value,
        config: &Value,
        trail: Trail<'_>,
        one: impl Fn(&mut Self, &Value, &Value, Trail<'_>) -> Value,
    ) -> Value {
        let plan = |walk: &mut Self, prior: &Value, config: &Value, trail: Trail<'_>| match config {
            Value::Map(_) => one(walk, prior, config, trail),
            unknown_or_null => unknown_or_null.clone(),
        };
        match (nesting, config) {
            (Nesting::Single, config) => plan(self, prior, config, trail),
            (Nesting::Map, Value::Map(elements)) => Value::Map(
                elements
                    .iter()
                    .map(|(key, config)| {
                        (key.clone(), plan(self, prior.get(key), config, trail.key(key)))
                    })
                    .collect(),
            ),
            (Nesting::List, Value::List(elements)) => {
                let priors = if let Value::List(priors) = prior { priors.as_slice() } else { &[] };
                let priors = priors.iter().chain(std::iter::repeat(&Value::Null));
                let plan = ((0_i64..).zip(elements))
                    .zip(priors)
                    .map(|((index, config), prior)| plan(self, prior, config, trail.index(index)));
                Value::List(plan.collect())
            }
            // An element of a set has no place, so there is no prior element to compare it with.
            (Nesting::Set, Value::Set(elements)) => Value::set(
                elements.iter().map(|config| plan(self, &Value::Null, config, trail)).collect(),
            ),
            (_, unknown_or_null) => unknown_or_null.clone(),
        }
    }
}

/// Makes the computed values unknown, because an update may change them. Those that the schema
/// calls stable keep their value.
fn make_unstable_unknown(attributes: &Attributes, config: &Value, planned: &mut Value) {
    let Value::Map(planned) = planned else { return };
    for (name, attribute) in attributes {
        let Some(value) = planned.get_mut(*name) else { continue };
        let is_open = attribute.default.is_none() && config.get(name).is_null();
        let is_ours = is_open && attribute.is_computed();
        match &attribute.kind {
            _ if is_ours && attribute.stable => {}
            _ if is_ours => *value = Value::unknown(),
            Kind::Nested(Nesting::Single, attributes) => {
                make_unstable_unknown(attributes, config.get(name), value);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::schema::{nested, number, object, string};
    use crate::framework::{Attribute, Rule, Span};

    /// An attribute whose texts are equivalent if they parse to the same span of time.
    fn patience() -> Attribute {
        string().rule(Rule::reads_as::<Span>("a duration"))
    }

    fn schema() -> Schema {
        Schema::new("A thing.")
            .attribute("name", string().required())
            .attribute("site", string().required().replaces())
            .attribute("patience", patience())
            .attribute("size", string().default(Value::text("small")).replaces())
            .attribute("id", string().computed().stable())
            .attribute("status", string().computed())
            .attribute("color", string().optional_computed())
            .attribute("lodging", object([("street", string()), ("zone", string().computed())]))
            .attribute("place", object([("city", string().computed())]).computed().stable())
            .attribute("owner", object([("name", string().required()), ("phone", string())]))
            .attribute("ports", nested(Nesting::List, [("number", number().required().replaces())]))
    }

    fn thing(attributes: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
        let mut all: Members =
            schema().attributes.into_iter().map(|(name, _)| (name.into(), Value::Null)).collect();
        all.insert("name".into(), Value::text("a"));
        all.insert("site".into(), Value::text("here"));
        all.extend(attributes.into_iter().map(|(name, value)| (name.into(), value)));
        Value::Map(all)
    }

    /// The state after a create.
    fn existing() -> Value {
        thing([
            ("size", Value::text("small")),
            ("patience", Value::text("90s")),
            ("id", Value::text("7")),
            ("status", Value::text("active")),
            ("place", Value::object([("city", Value::text("Monroe"))])),
        ])
    }

    fn paths(proposal: &Proposal) -> Vec<String> {
        proposal.replaces.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_create_fills_defaults_and_leaves_open_what_the_provider_sets() {
        let Proposal { planned, replaces } = propose(&schema(), &Value::Null, &thing([]));

        assert_eq!(planned.get("size"), &Value::text("small"));
        for open in ["id", "status", "place"] {
            assert!(planned.get(open).is_unknown(), "{open}");
        }
        assert!(planned.get("owner").is_null());
        assert!(replaces.is_empty());
    }

    #[test]
    fn nothing_changes_without_a_reason() {
        let config = thing([("patience", Value::text("90s"))]);

        assert_eq!(propose(&schema(), &existing(), &config).planned, existing());
    }

    #[test]
    fn another_wording_is_no_change() {
        let config = thing([("patience", Value::text("1m30s"))]);

        assert_eq!(propose(&schema(), &existing(), &config).planned, existing());
    }

    #[test]
    fn an_update_forgets_what_it_may_change_and_keeps_what_is_stable() {
        let config = thing([("name", Value::text("b")), ("patience", Value::text("90s"))]);

        let planned = propose(&schema(), &existing(), &config).planned;

        assert!(planned.get("status").is_unknown());
        assert_eq!(planned.get("id"), &Value::text("7"));
        assert_eq!(planned.get("place"), existing().get("place"), "nested values are as stable");
    }

    #[test]
    fn an_update_leaves_what_the_provider_never_set() {
        let prior = thing([("size", Value::text("small"))]);

        assert_eq!(propose(&schema(), &prior, &thing([])).planned, prior);
    }

    #[test]
    fn an_update_keeps_what_users_set_and_forgets_what_is_computed_inside_it() {
        let lodging = |zone: Value| Value::object([("street", Value::text("Elm")), ("zone", zone)]);
        let set = |name: &'static str, zone: Value| {
            thing([
                ("name", Value::text(name)),
                ("size", Value::text("small")),
                ("color", Value::text("red")),
                ("lodging", lodging(zone)),
            ])
        };

        let prior = set("a", Value::text("north"));
        let planned = propose(&schema(), &prior, &set("b", Value::Null)).planned;

        assert_eq!(planned.get("color"), &Value::text("red"));
        assert_eq!(planned.get("lodging").get("street"), &Value::text("Elm"));
        assert!(planned.get("lodging").get("zone").is_unknown());
    }

    #[test]
    fn what_an_object_cannot_take_over_replaces_it() {
        let config = thing([("site", Value::text("there")), ("patience", Value::text("90s"))]);
        assert_eq!(paths(&propose(&schema(), &existing(), &config)), ["site"]);

        let config = thing([("site", Value::unknown()), ("patience", Value::text("90s"))]);
        assert_eq!(paths(&propose(&schema(), &existing(), &config)), ["site"]);

        let port = |number: i64| Value::object([("number", Value::Number(number.into()))]);
        let prior = thing([("size", Value::text("small")), ("ports", Value::List(vec![port(1)]))]);
        let config = thing([("ports", Value::List(vec![port(1), port(2)]))]);
        assert_eq!(paths(&propose(&schema(), &prior, &config)), ["ports[1].number"]);
    }

    #[test]
    fn a_default_that_comes_back_replaces_as_any_change_does() {
        let prior = thing([("size", Value::text("large"))]);

        assert_eq!(paths(&propose(&schema(), &prior, &thing([]))), ["size"]);
    }

    #[test]
    fn a_review_decides_what_users_left_open_and_nothing_else() {
        let config = thing([]);
        let planned = propose(&schema(), &Value::Null, &config).planned;
        let reviewed = thing([
            ("name", Value::text("mine")),
            ("patience", Value::text("90s")),
            ("status", Value::text("known")),
        ]);

        let adopted = take_computed(&schema(), &config, planned, reviewed);

        assert_eq!(adopted.get("name"), &Value::text("a"));
        assert!(adopted.get("patience").is_null(), "an attribute that is not set stays null");
        assert_eq!(adopted.get("status"), &Value::text("known"));
    }
}
