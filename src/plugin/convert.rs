//! Conversions from the framework to protobuf: schemas, diagnostics, paths and identities.

use crate::framework::schema::{Attributes, Block, Kind, Nesting, Presence, Visibility};
use crate::framework::{self, Attribute, IdentityAttribute, Severity, Signature, Step};

use super::proto::tfplugin6::attribute_path::{self, step::Selector};
use super::proto::tfplugin6::resource_identity_schema::IdentityAttribute as WireIdentityAttribute;
use super::proto::tfplugin6::schema::nested_block::NestingMode as BlockNesting;
use super::proto::tfplugin6::schema::object::NestingMode as ObjectNesting;
use super::proto::tfplugin6::schema::{
    Attribute as WireAttribute, Block as WireBlock, NestedBlock, Object,
};
use super::proto::tfplugin6::{
    AttributePath, Diagnostic, Function, ResourceIdentitySchema, Schema, StringKind, diagnostic,
    function,
};

/// The version of every identity schema. None has changed yet.
pub(super) const IDENTITY_VERSION: i64 = 0;

pub(super) fn schema(schema: &framework::Schema) -> Schema {
    Schema { version: schema.version, block: Some(body(schema)) }
}

fn body(schema: &framework::Schema) -> WireBlock {
    WireBlock {
        attributes: attributes(&schema.attributes),
        block_types: schema.blocks.iter().map(|(name, block)| nested_block(name, block)).collect(),
        description: schema.about.clone(),
        description_kind: StringKind::Markdown.into(),
        ..WireBlock::default()
    }
}

/// Sets no limits on the number of blocks. A rule of the schema can do that with a better message.
fn nested_block(name: &str, block: &Block) -> NestedBlock {
    let nesting = match block.nesting {
        Nesting::Single => BlockNesting::Single,
        Nesting::List => BlockNesting::List,
        Nesting::Set => BlockNesting::Set,
        Nesting::Map => BlockNesting::Map,
    };
    NestedBlock {
        type_name: name.to_owned(),
        block: Some(body(&block.body)),
        nesting: nesting.into(),
        ..NestedBlock::default()
    }
}

fn attributes(described: &Attributes) -> Vec<WireAttribute> {
    described.iter().map(|(name, described)| attribute(name, described)).collect()
}

fn attribute(name: &str, described: &Attribute) -> WireAttribute {
    let (kind, nested_type) = match &described.kind {
        Kind::Plain(kind) => (json(kind), None),
        Kind::Nested(nesting, attributes) => (Vec::new(), Some(object(*nesting, attributes))),
    };
    let presence = described.presence;
    WireAttribute {
        name: name.to_owned(),
        r#type: kind,
        nested_type,
        description: described.about.to_owned(),
        description_kind: StringKind::Markdown.into(),
        required: presence == Presence::Required,
        optional: matches!(presence, Presence::Optional | Presence::OptionalComputed),
        computed: matches!(presence, Presence::Computed | Presence::OptionalComputed),
        sensitive: described.visibility == Visibility::Sensitive,
        write_only: described.visibility == Visibility::WriteOnly,
        deprecated: described.deprecated.is_some(),
        deprecation_message: described.deprecated.unwrap_or_default().to_owned(),
    }
}

fn object(nesting: Nesting, described: &Attributes) -> Object {
    let nesting = match nesting {
        Nesting::Single => ObjectNesting::Single,
        Nesting::List => ObjectNesting::List,
        Nesting::Set => ObjectNesting::Set,
        Nesting::Map => ObjectNesting::Map,
    };
    Object { attributes: attributes(described), nesting: nesting.into(), ..Object::default() }
}

pub(super) fn identity_schema(attributes: &[IdentityAttribute]) -> ResourceIdentitySchema {
    let attributes = attributes.iter().map(|attribute| WireIdentityAttribute {
        name: attribute.name.to_owned(),
        r#type: json(&attribute.kind),
        required_for_import: attribute.required_for_import,
        optional_for_import: !attribute.required_for_import,
        description: attribute.about.to_owned(),
    });
    ResourceIdentitySchema { version: IDENTITY_VERSION, identity_attributes: attributes.collect() }
}

pub(super) fn function(signature: &Signature) -> Function {
    let Signature { summary, about, parameters, returns, about_returned } = signature;
    let parameters = parameters.iter().map(|parameter| function::Parameter {
        name: parameter.name.to_owned(),
        r#type: json(&parameter.kind),
        allow_null_value: false,
        allow_unknown_values: false,
        description: parameter.about.to_owned(),
        description_kind: StringKind::Markdown.into(),
    });
    Function {
        parameters: parameters.collect(),
        r#return: Some(function::Return { r#type: json(returns) }),
        summary: (*summary).to_owned(),
        description: format!("{about} {about_returned}"),
        description_kind: StringKind::Markdown.into(),
        ..Function::default()
    }
}

pub(super) fn diagnostics(diagnostics: Vec<framework::Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

pub(super) fn diagnostic(diagnostic: framework::Diagnostic) -> Diagnostic {
    let severity = match diagnostic.severity {
        Severity::Error => diagnostic::Severity::Error,
        Severity::Warning => diagnostic::Severity::Warning,
    };
    Diagnostic {
        severity: severity.into(),
        detail: text(diagnostic.detail()),
        // A diagnostic about the whole object has no path.
        attribute: diagnostic.path.and_then(|path| path.in_configuration()).as_ref().map(path),
        summary: text(diagnostic.summary),
    }
}

/// Replaces control characters, so that a terminal shows the text without interpreting it. The text may come
/// from a server, or from a file that others can write to, and Terraform prints it unchanged.
pub(super) fn text(text: String) -> String {
    let is_obeyed = |c: char| c.is_control() && c != '\n';
    if text.contains(is_obeyed) { text.replace(is_obeyed, " ") } else { text }
}

pub(super) fn path(path: &framework::Path) -> AttributePath {
    let steps = path.0.iter().map(|step| match step {
        Step::Attribute(name) | Step::Block(name) => Selector::AttributeName(name.clone()),
        Step::Key(key) => Selector::ElementKeyString(key.clone()),
        Step::Index(index) => Selector::ElementKeyInt(*index),
    });
    let steps = steps.map(|selector| attribute_path::Step { selector: Some(selector) });
    AttributePath { steps: steps.collect() }
}

fn json(kind: &framework::Type) -> Vec<u8> {
    kind.to_json().to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_does_not_obey_the_words_of_a_server() {
        let told = framework::Diagnostic::error("No \u{1b}[2J")
            .because("it \u{9b}31mfails\r")
            .remedy("Wait.");

        let told = diagnostic(told);

        assert_eq!(
            (told.summary.as_str(), told.detail.as_str()),
            ("No  [2J", "It  31mfails.\n\nWait.")
        );
    }
}
