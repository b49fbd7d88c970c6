//! What is wrong with a schema or with the model that goes with it, in words.

use super::schema::{Attributes, Block, Kind, Nesting, Presence, Visibility};
use super::{Model, Schema};

/// What is wrong with a schema or with the model that goes with it.
pub(super) fn schema_errors<M: Model>(name: &str, schema: &Schema) -> Vec<String> {
    let mut found = of_schema(name, schema);
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

/// What is wrong with a schema, in words. Terraform refuses the whole provider for some of these;
/// the others would mislead users.
fn of_schema(name: &str, schema: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    if schema.about.is_empty() {
        found.push(format!("{name}: no description"));
    }
    attribute_flaws(name, &schema.attributes, &mut found);
    for (block, Block { nesting, body }) in &schema.blocks {
        found.extend(of_schema(&format!("{name}.{block}"), body));
        if *nesting == Nesting::Map {
            found.push(format!("{name}.{block}: a block can't be held as a map"));
        }
    }
    found
}

fn attribute_flaws(owner: &str, attributes: &Attributes, found: &mut Vec<String>) {
    for (name, attribute) in attributes {
        let mut flaw = |what: &str| found.push(format!("{owner}.{name}: {what}"));
        let letters =
            |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        if !name.starts_with(|first: char| first.is_ascii_lowercase()) || !name.chars().all(letters)
        {
            flaw("the name is not lower-case letters, digits and underscores");
        }
        if attribute.about.is_empty() {
            flaw("no description");
        }
        if attribute.presence == Presence::Computed
            && (attribute.replaces || !attribute.rules.is_empty())
        {
            flaw("users can't set it, so it can't be checked or force a replacement");
        }
        if attribute.stable && !attribute.is_computed() {
            flaw("only computed values can be stable");
        }
        if attribute.visibility == Visibility::WriteOnly && attribute.is_computed() {
            flaw("a write-only attribute can't be computed");
        }
        if let Kind::Nested(_, attributes) = &attribute.kind {
            attribute_flaws(&format!("{owner}.{name}"), attributes, found);
        }
    }
}
