//! Documentation pages for the Terraform Registry, generated from the schemas.
//!
//! The functions are pure: the same schema and the same examples always make the same page.

mod attribute;

use self::attribute::{labels, sentences, type_name};
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
    writer.schema(page.schema);
    writer.finish()
}

/// The page of a resource: `docs/resources/NAME.md`. Without `import` the page has no section about
/// importing.
#[must_use]
pub fn resource_page(page: &Page<'_>, import: Option<&Import<'_>>) -> String {
    let title = format!("{} Resource - {}", page.name, page.provider);
    let heading = format!("{} (Resource)", page.name);
    let mut writer = Writer::beginning(&title, &heading, page);
    writer.schema(page.schema);
    if let Some(import) = import {
        writer.import(import);
    }
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
    if !usage.is_empty() {
        writer.paragraph(usage);
    }
    writer.schema(page.schema);
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

/// A page while it is written.
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
        let Page { provider: _, name: _, subcategory, schema, example } = page;
        let about = &schema.about;
        let mut writer =
            Self::with_front_matter(&FrontMatter { title, subcategory, summary: about });
        writer.paragraph(&format!("# {heading}"));
        writer.paragraph(about);
        writer.example(example);
        writer
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

    /// Writes the entries, grouped by who sets them, and queues the sections of their nested
    /// objects.
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
        self.paragraph("An [`import` block](https://developer.hashicorp.com/terraform/language/import) names the object by its `id`:");
        self.code("terraform", by_id);
        self.paragraph("Terraform 1.12 and later also accept its identity:");
        self.code("terraform", by_identity);
        let mut entries: Vec<Entry> = identity.iter().map(identity_entry).collect();
        self.paragraph("### Identity Schema");
        self.entries("#### ", &mut entries);
        self.paragraph("The command does the same for one object at a time:");
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
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::framework::schema::{list, object, string};
    use crate::framework::{Rule, Type, Value};

    #[test]
    fn a_page_tells_who_sets_what_and_what_a_change_means() {
        let size =
            string().default(Value::text("/29")).replaces().rule(Rule::one_of(&["/28", "/29"]));
        let contact = object([
            ("name", string().required().about("First and last name.")),
            ("token", string().write_only().about("Read once.")),
        ]);
        let schema = Schema::new("A **thing**, with `marks`.")
            .attribute("size", size.about("Its size."))
            .attribute("owner", string().required().about("Whose it is."))
            .attribute("secret", string().sensitive().deprecated("Use `owner`.").about("A secret."))
            .attribute("contact", contact.about("Whom to call."))
            .attribute("tags", list(Type::String).computed().about("What it is tagged with."))
            .timeout("create", "60m", "How long to wait for it.");
        let page = Page {
            provider: "toy",
            name: "toy_thing",
            subcategory: "Things",
            schema: &schema,
            example: "data \"toy_thing\" \"one\" {}\n",
        };

        expect![[r#"
            ---
            page_title: "toy_thing Data Source - toy"
            subcategory: "Things"
            description: |-
              A thing, with marks.
            ---

            # toy_thing (Data Source)

            A **thing**, with `marks`.

            ## Example Usage

            ```terraform
            data "toy_thing" "one" {}
            ```

            ## Schema

            ### Required

            - `owner` (String) Whose it is.

            ### Optional

            - `size` (String) Its size. Must be one of `/28`, `/29`. Default: `/29`. Changing this creates a new resource.
            - `secret` (String, Sensitive, Deprecated) A secret. **Deprecated**: Use `owner`.
            - `contact` (Attributes) Whom to call. (see [below for nested schema](#nestedatt--contact))
            - `timeouts` (Block) How long each operation may take. (see [below for nested schema](#nestedblock--timeouts))

            ### Read-Only

            - `tags` (List of String) What it is tagged with.

            <a id="nestedatt--contact"></a>
            ### Nested Schema for `contact`

            Required:

            - `name` (String) First and last name.

            Optional:

            - `token` (String, [Write-only](https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments)) Read once.

            <a id="nestedblock--timeouts"></a>
            ### Nested Schema for `timeouts`

            Optional:

            - `create` (String) How long to wait for it. Must be a duration with its unit, such as `90s`, `45m` or `2h`. Default: `60m`.
        "#]].assert_eq(&object_page("Data Source", "", &page));
    }
}
