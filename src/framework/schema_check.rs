//! Checks that Terraform accepts a schema, and that the model matches it.
//!
//! A test runs this check for everything that the provider offers. For some of these mistakes, Terraform
//! refuses the whole provider. The others would mislead users.

use super::schema::{Attributes, Block, Kind, Nesting, Presence, Visibility};
use super::{Model, Schema, Span};

/// The operations that a `timeouts` block may name. An entry of any other name would have no
/// effect.
const OPERATIONS: [&str; 5] = ["create", "read", "update", "delete", "invoke"];

/// The mistakes in a schema and in its model, each as a sentence.
pub(super) fn schema_errors<M: Model>(name: &str, schema: &Schema) -> Vec<String> {
    let mut found = check_body(name, schema);
    for (operation, default) in &schema.timeouts {
        if !OPERATIONS.contains(operation) || default.parse::<Span>().is_err() {
            found.push(format!("{name}: the timeout `{operation}` of {default:?} has no effect"));
        }
    }
    let mut described: Vec<&str> = schema.attributes.iter().map(|(name, _)| *name).collect();
    let blocks = schema.blocks.iter().map(|(name, _)| *name);
    described.extend(blocks.filter(|name| *name != "timeouts"));
    described.sort_unstable();
    let mut modelled = M::ATTRIBUTES.to_vec();
    modelled.sort_unstable();
    if described != modelled {
        found.push(format!("{name}: schema {described:?} and model {modelled:?} differ"));
    }
    found
}

/// The mistakes in a schema, or in the body of a block.
fn check_body(name: &str, schema: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    if schema.about.is_empty() {
        found.push(format!("{name}: no description"));
    }
    check_attributes(name, &schema.attributes, &mut found);
    for (block, Block { nesting, body }) in &schema.blocks {
        found.extend(check_body(&format!("{name}.{block}"), body));
        if *nesting == Nesting::Map {
            found.push(format!("{name}.{block}: a block can't be held as a map"));
        }
    }
    found
}

fn check_attributes(owner: &str, attributes: &Attributes, found: &mut Vec<String>) {
    for (name, attribute) in attributes {
        let mut report = |what: &str| found.push(format!("{owner}.{name}: {what}"));
        let letters =
            |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        if !name.starts_with(|first: char| first.is_ascii_lowercase()) || !name.chars().all(letters)
        {
            report("the name is not lower-case letters, digits and underscores");
        }
        if attribute.about.is_empty() {
            report("no description");
        }
        if attribute.presence == Presence::Computed
            && (attribute.replaces || !attribute.rules.is_empty())
        {
            report("users can't set it, so it can't be checked or force a replacement");
        }
        if attribute.stable && !attribute.is_computed() {
            report("only computed values can be stable");
        }
        if attribute.visibility == Visibility::WriteOnly && attribute.is_computed() {
            report("a write-only attribute can't be computed");
        }
        if let Kind::Nested(_, attributes) = &attribute.kind {
            check_attributes(&format!("{owner}.{name}"), attributes, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::schema::string;
    use crate::model;

    model! {
        struct Thing {
            name: Field<String>,
        }
    }

    fn errors(schema: &Schema) -> Vec<String> {
        schema_errors::<Thing>("thing", schema)
    }

    fn thing() -> Schema {
        Schema::new("A thing.").attribute("name", string().about("Its name."))
    }

    #[test]
    fn a_timeout_must_have_an_effect() {
        let patient = |operation, span| thing().timeout(operation, span, "How long to wait.");

        assert!(errors(&patient("create", "5m").timeout("read", "1m", "Or this.")).is_empty());
        let misspelt = "thing: the timeout `craete` of \"5m\" has no effect";
        assert_eq!(errors(&patient("craete", "5m")), [misspelt]);
        let endless = "thing: the timeout `create` of \"soon\" has no effect";
        assert_eq!(errors(&patient("create", "soon")), [endless]);
    }

    #[test]
    fn a_schema_and_its_model_must_name_the_same_attributes() {
        let schema = thing().attribute("size", string().about("Its size."));

        let differ = r#"thing: schema ["name", "size"] and model ["name"] differ"#;
        assert_eq!(errors(&schema), [differ]);
    }
}
