//! Documentation pages for the Terraform Registry, generated from the schemas.
//!
//! The functions are pure: the same schema and the same examples always make the same page.

mod attribute;
mod text;

use self::attribute::{labels, sentences, type_name};
use self::text::{Part, parts};
use super::schema::{Attributes, Block, Kind, Nesting, Presence};
use super::{Attribute, IdentityAttribute, Schema, Signature};

/// The content of a page.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The name of the provider, such as `toy`.
    pub provider: &'a str,
    /// The name of the object with the provider's prefix, such as `toy_thing`.
    pub name: &'a str,
    /// The heading under which the Registry lists the page; may be empty.
    pub subcategory: &'a str,
    /// The attributes to document.
    pub schema: &'a Schema,
    /// A configuration that shows how to use the object.
    pub example: &'a str,
    /// The text of the page, for an object that has more to explain than its schema. It replaces the
    /// description and the example, and its markers say where the generated parts belong: a line
    /// `<!-- schema -->`, `<!-- import -->`, `<!-- arguments: NAME NAME -->` or `<!-- nested -->`.
    pub text: Option<&'a str>,
}

/// The ways to import an existing object.
#[derive(Clone, Copy, Debug)]
pub struct Import<'a> {
    /// The attributes of the object's identity.
    pub identity: &'a [IdentityAttribute],
    /// An example of an `import` block with an identity.
    pub by_identity: &'a str,
    /// An example of an `import` block with an id.
    pub by_id: &'a str,
    /// An example of the `terraform import` command.
    pub command: &'a str,
}

/// The page of the provider itself: `docs/index.md`.
#[must_use]
pub fn provider_page(page: &Page<'_>) -> String {
    let title = format!("{} Provider", page.name);
    let mut writer = Writer::beginning(&title, &title, page);
    writer.body(page, "", None);
    writer.finish()
}

/// The page of a resource: `docs/resources/NAME.md`. Without `import` the page has no section about
/// importing.
#[must_use]
pub fn resource_page(page: &Page<'_>, import: Option<&Import<'_>>) -> String {
    let title = format!("{} Resource - {}", page.name, page.provider);
    let heading = format!("{} (Resource)", page.name);
    let mut writer = Writer::beginning(&title, &heading, page);
    writer.body(page, "", import);
    writer.finish()
}

/// The page of any other object with a schema. `kind` is its kind as the title has it, such as
/// `Data Source`. `usage` says what objects of this kind need and how they are used; it may be
/// empty.
#[must_use]
pub fn object_page(kind: &str, usage: &str, page: &Page<'_>) -> String {
    let title = format!("{} {kind} - {}", page.name, page.provider);
    let heading = format!("{} ({kind})", page.name);
    let mut writer = Writer::beginning(&title, &heading, page);
    writer.body(page, usage, None);
    writer.finish()
}

/// The page of a function: `docs/functions/NAME.md`.
#[must_use]
pub fn function_page(provider: &str, name: &str, signature: &Signature, example: &str) -> String {
    let Signature { summary, about, parameters, returns, about_returned } = signature;
    let front_matter =
        FrontMatter { title: &format!("{name} function - {provider}"), subcategory: "", summary };
    let mut writer = Writer::with_front_matter(&front_matter);
    writer.paragraph(&format!("# function: {name}"));
    writer.paragraph(about);
    writer.example(example);
    let described: Vec<_> = parameters
        .iter()
        .map(|parameter| {
            format!("{} {}", parameter.name, type_name(&parameter.kind).to_lowercase())
        })
        .collect();
    writer.paragraph("## Signature");
    let returned = type_name(returns).to_lowercase();
    writer.code("text", &format!("{name}({}) {returned}", described.join(", ")));
    writer.paragraph("## Arguments");
    let arguments = parameters.iter().map(|parameter| {
        format!("1. `{}` ({}) {}", parameter.name, type_name(&parameter.kind), parameter.about)
    });
    writer.paragraph(&arguments.collect::<Vec<_>>().join("\n"));
    writer.paragraph("## Result");
    writer.paragraph(about_returned);
    writer.finish()
}

/// The metadata that the Registry reads at the top of a page.
struct FrontMatter<'a> {
    title: &'a str,
    subcategory: &'a str,
    summary: &'a str,
}

/// A page that is being written.
struct Writer {
    text: String,
    /// The nested attributes and blocks that still need a section, in the order of their mention.
    nested: Vec<Section>,
}

/// The attributes of a nested object.
struct Section {
    path: String,
    anchor: String,
    entries: Vec<Entry>,
}

/// One line of a schema, and the section of its nested object if it has one.
struct Entry {
    group: Group,
    line: String,
    section: Option<Section>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Required,
    Optional,
    ReadOnly,
}

const GROUPS: [(Group, &str); 3] =
    [(Group::Required, "Required"), (Group::Optional, "Optional"), (Group::ReadOnly, "Read-Only")];

impl Writer {
    fn beginning(title: &str, heading: &str, page: &Page<'_>) -> Self {
        let front_matter =
            FrontMatter { title, subcategory: page.subcategory, summary: &page.schema.about };
        let mut writer = Self::with_front_matter(&front_matter);
        writer.paragraph(&format!("# {heading}"));
        writer
    }

    fn body(&mut self, page: &Page<'_>, usage: &str, import: Option<&Import<'_>>) {
        let Some(text) = page.text else {
            self.paragraph(&page.schema.about);
            self.example(page.example);
            if !usage.is_empty() {
                self.paragraph(usage);
            }
            self.schema(page.schema);
            if let Some(import) = import {
                self.import(import);
            }
            return;
        };
        for part in parts(text) {
            match (part, import) {
                (Part::Text(text), _) => self.paragraph(text),
                (Part::Schema, _) => self.schema(page.schema),
                (Part::Arguments(names), _) => self.arguments(page.schema, &names),
                (Part::Nested, _) => self.nested(),
                (Part::Import, Some(import)) => self.import(import),
                (Part::Import, None) => {}
            }
        }
    }

    fn with_front_matter(front_matter: &FrontMatter<'_>) -> Self {
        let FrontMatter { title, subcategory, summary } = front_matter;
        let summary = plain(summary);
        let mut writer = Self { text: String::new(), nested: Vec::new() };
        writer.paragraph(&format!(
            "---\npage_title: \"{title}\"\nsubcategory: \"{subcategory}\"\ndescription: |-\n  {summary}\n---"
        ));
        writer
    }

    fn example(&mut self, example: &str) {
        self.paragraph("## Example Usage");
        self.code("terraform", example);
    }

    fn schema(&mut self, schema: &Schema) {
        self.paragraph("## Schema");
        self.entries("### ", &mut entries("", schema));
        self.nested();
    }

    /// Writes some of the attributes, in the order of the names.
    fn arguments(&mut self, schema: &Schema, names: &[&str]) {
        let mut lines = Vec::new();
        for name in names {
            if let Some((name, attribute)) = schema.attributes.iter().find(|(own, _)| own == name) {
                let entry = attribute_entry("", name, attribute);
                lines.push(entry.line);
                self.nested.extend(entry.section);
            }
        }
        self.paragraph(&lines.join("\n"));
    }

    /// Writes the sections of the nested objects that were mentioned.
    fn nested(&mut self) {
        while !self.nested.is_empty() {
            let mut section = self.nested.remove(0);
            self.paragraph(&format!(
                "<a id=\"{}\"></a>\n### Nested Schema for `{}`",
                section.anchor, section.path
            ));
            // Sections that are nested in this one follow it directly, before its siblings.
            let siblings = std::mem::take(&mut self.nested);
            self.entries("", &mut section.entries);
            self.nested.extend(siblings);
        }
    }

    /// Writes the entries in groups (required, optional, read-only), and queues the sections of their
    /// nested objects.
    fn entries(&mut self, heading: &str, entries: &mut [Entry]) {
        for (group, title) in GROUPS {
            let mut lines = Vec::new();
            for entry in entries.iter_mut().filter(|entry| entry.group == group) {
                lines.push(entry.line.as_str());
                self.nested.extend(entry.section.take());
            }
            if !lines.is_empty() {
                let colon = if heading.is_empty() { ":" } else { "" };
                self.paragraph(&format!("{heading}{title}{colon}"));
                self.paragraph(&lines.join("\n"));
            }
        }
    }

    fn import(&mut self, import: &Import<'_>) {
        let Import { identity, by_identity, by_id, command } = import;
        self.paragraph("## Import");
        self.paragraph("Use an [`import` block](https://developer.hashicorp.com/terraform/language/import) with the object's `id`:");
        self.code("terraform", by_id);
        self.paragraph("In Terraform 1.12 and later, you can use the object's identity instead:");
        self.code("terraform", by_identity);
        let mut entries: Vec<Entry> = identity.iter().map(identity_entry).collect();
        self.paragraph("### Identity Schema");
        self.entries("#### ", &mut entries);
        self.paragraph("To import one object from the command line, use `terraform import`:");
        self.code("shell", command);
    }

    fn code(&mut self, language: &str, code: &str) {
        self.paragraph(&format!("```{language}\n{}\n```", code.trim_end()));
    }

    fn paragraph(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn finish(self) -> String {
        self.text
    }
}

/// The entries of a schema, attributes first. `parent` is the path of the object around it.
fn entries(parent: &str, schema: &Schema) -> Vec<Entry> {
    let attributes = attribute_entries(parent, &schema.attributes);
    let blocks = schema.blocks.iter().map(|(name, block)| block_entry(parent, name, block));
    attributes.into_iter().chain(blocks).collect()
}

fn attribute_entries(parent: &str, attributes: &Attributes) -> Vec<Entry> {
    attributes.iter().map(|(name, attribute)| attribute_entry(parent, name, attribute)).collect()
}

fn attribute_entry(parent: &str, name: &str, attribute: &Attribute) -> Entry {
    let section = match &attribute.kind {
        Kind::Plain(_) => None,
        Kind::Nested(_, nested) => {
            Some(Section::new(parent, name, "nestedatt", |path| attribute_entries(path, nested)))
        }
    };
    let group = match attribute.presence {
        Presence::Required => Group::Required,
        Presence::Optional | Presence::OptionalComputed => Group::Optional,
        Presence::Computed => Group::ReadOnly,
    };
    let sentences = sentences(attribute).join(" ");
    let below = section.as_ref().map(Section::link).unwrap_or_default();
    let line = format!("- `{name}` ({}) {sentences}{below}", labels(attribute).join(", "));
    Entry { group, line, section }
}

fn block_entry(parent: &str, name: &str, block: &Block) -> Entry {
    let section = Section::new(parent, name, "nestedblock", |path| entries(path, &block.body));
    let kind = match block.nesting {
        Nesting::Single => "Block",
        Nesting::List => "Block List",
        Nesting::Set => "Block Set",
        Nesting::Map => "Block Map",
    };
    let line = format!("- `{name}` ({kind}) {}{}", block.body.about, section.link());
    Entry { group: Group::Optional, line, section: Some(section) }
}

fn identity_entry(attribute: &IdentityAttribute) -> Entry {
    let IdentityAttribute { name, kind, required_for_import, about } = attribute;
    let group = if *required_for_import { Group::Required } else { Group::Optional };
    let line = format!("- `{name}` ({}) {about}", type_name(kind));
    Entry { group, line, section: None }
}

impl Section {
    fn new(
        parent: &str,
        name: &str,
        prefix: &str,
        entries: impl FnOnce(&str) -> Vec<Entry>,
    ) -> Self {
        let path = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
        let anchor = format!("{prefix}--{}", path.replace('.', "--"));
        let entries = entries(&path);
        Self { path, anchor, entries }
    }

    fn link(&self) -> String {
        format!(" (see [below for nested schema](#{}))", self.anchor)
    }
}

/// Markdown without its markup, for places that do not render it.
fn plain(markdown: &str) -> String {
    markdown.replace("**", "").replace('`', "")
}

#[cfg(test)]
mod tests;
