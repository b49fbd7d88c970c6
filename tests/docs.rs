//! Checks that the pages under `docs/` match the schemas and the examples, and that none is missing.
//!
//! `cargo xtask docs` regenerates them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use expect_test::expect_file;
use terraform_provider_lumen::framework::markdown::{
    Import, Page, function_page, object_page, provider_page, resource_page,
};
use terraform_provider_lumen::framework::{Registry, Schema};
use terraform_provider_lumen::provider::registry;

/// The pages that are not generated.
const GUIDES: [&str; 15] = [
    "docs/guides/adopting.md",
    "docs/guides/authentication.md",
    "docs/guides/compatibility.md",
    "docs/guides/first-order.md",
    "docs/guides/getting-started.md",
    "docs/guides/gitops.md",
    "docs/guides/lumen-api.md",
    "docs/guides/numbers.md",
    "docs/guides/ordering-guarantee.md",
    "docs/guides/porting.md",
    "docs/guides/scale.md",
    "docs/guides/slow-orders.md",
    "docs/guides/spend-control.md",
    "docs/guides/subscriptions.md",
    "docs/guides/troubleshooting.md",
];

#[test]
fn the_provider_has_its_page() {
    let registry = registry();
    let example = read("examples/provider/provider.tf");
    let text = text_of("examples/provider").unwrap_or_default();

    let page = provider_page(&Page {
        provider: registry.name(),
        name: registry.name(),
        subcategory: "",
        schema: registry.provider_schema(),
        example: &example,
        text: Some(&text),
    });

    expect_file!["../docs/index.md"].assert_eq(&page);
    assert_names_all(&page, registry.provider_schema());
}

/// The Registry sorts guides by their titles.
#[test]
fn the_front_page_lists_the_guides_in_the_order_of_their_titles() {
    let mut titles = BTreeMap::new();
    for guide in GUIDES {
        let text = read(guide);
        let after = |start: &str| text.lines().find_map(|line| line.strip_prefix(start));
        let title = after("page_title: \"").and_then(|title| title.strip_suffix('"'));
        let (number, words) = title
            .and_then(|title| title.split_once(' '))
            .unwrap_or_else(|| panic!("{guide} has no numbered title"));
        assert_eq!(Some(words), after("# "), "{guide} has one title, and {number}");
        assert!(titles.insert(number.to_owned(), guide).is_none(), "{number} is given twice");
    }

    let front = read("docs/index.md");
    let list = front.lines().skip_while(|line| *line != "## Guides").skip(1);
    let listed: Vec<String> = list
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("- [")?.split_once("](")?.1.split_once(')'))
        .map(|(guide, _)| format!("docs/{guide}"))
        .collect();
    assert_eq!(listed, titles.into_values().collect::<Vec<_>>());
}

/// The Registry shows a line as plain text if it does not understand it.
#[test]
fn every_page_is_written_as_the_registry_reads_it() {
    let folders = entries("docs").into_iter().map(|name| format!("docs/{name}"));
    let (folders, pages): (Vec<String>, Vec<String>) =
        folders.partition(|path| root().join(path).is_dir());
    let pages = pages.into_iter().chain(folders.iter().flat_map(|folder| files(folder)));
    for page in pages {
        let text = read(&page);
        let front = text.strip_prefix("---\n").and_then(|text| text.split_once("\n---\n\n"));
        let (front, body) = front.unwrap_or_else(|| panic!("{page} has no front matter"));
        for key in ["page_title: \"", "subcategory: \"", "description: |-"] {
            assert!(front.lines().any(|line| line.starts_with(key)), "{page} has no {key}");
        }
        let mut before = "";
        for line in body.lines() {
            let callout = ["->", "~>", "!>"].iter().find(|mark| line.starts_with(**mark));
            let expected = match callout {
                Some(&"->") => "-> **Note:** ",
                Some(&"~>") => "~> **Important:** ",
                Some(_) => "!> **Warning:** ",
                None => "",
            };
            assert!(line.starts_with(expected), "{page}: {line}");
            assert!(callout.is_none() || before.is_empty(), "{page}: no empty line before {line}");
            before = line;
        }
    }
}

#[test]
fn every_resource_has_its_page() {
    let registry = registry();
    for (name, schema) in registry.resource_schemas() {
        let example = |file: &str| read(&format!("examples/resources/{name}/{file}"));
        // A resource without an identity can't be imported.
        let identity = registry.identity(name).unwrap_or_default();
        let imports = (!identity.is_empty())
            .then(|| ["import-by-id.tf", "import-by-identity.tf", "import.sh"].map(example));
        let import = imports.as_ref().map(|[by_id, by_identity, command]| Import {
            identity,
            by_id,
            by_identity,
            command,
        });

        let text = text_of(&format!("examples/resources/{name}"));
        let page = resource_page(
            &Page {
                provider: registry.name(),
                name,
                subcategory: subcategory(name),
                schema,
                example: &example("resource.tf"),
                text: text.as_deref(),
            },
            import.as_ref(),
        );

        expect_file![format!("../docs/{}", page_of("resources", name))].assert_eq(&page);
        assert_names_all(&page, schema);
    }
}

/// The objects of one kind. Their pages all have the same form.
struct Kind<'a> {
    /// The folder of the kind under `docs/` and `examples/`.
    folder: &'static str,
    /// The name of the kind on the pages.
    name: &'static str,
    /// The example of each object.
    example: &'static str,
    /// The requirements and the usage of the kind, if many readers don't know it.
    usage: &'static str,
    schemas: Vec<(&'a str, &'a Schema)>,
}

fn kinds(registry: &Registry) -> [Kind<'_>; 4] {
    [
        Kind {
            folder: "data-sources",
            name: "Data Source",
            example: "data-source.tf",
            usage: "",
            schemas: registry.data_source_schemas().collect(),
        },
        Kind {
            folder: "ephemeral-resources",
            name: "Ephemeral Resource",
            example: "ephemeral-resource.tf",
            usage: "Ephemeral resources require Terraform 1.10 or later.",
            schemas: registry.ephemeral_schemas().collect(),
        },
        Kind {
            folder: "list-resources",
            name: "List Resource",
            example: "list-resource.tfquery.hcl",
            usage: "List resources require Terraform 1.14 or later. Write `list` blocks in a `.tfquery.hcl` file, and run them with `terraform query`. With `-generate-config-out=FILE`, the command also generates resources and their `import` blocks. See [Import existing services and numbers](../guides/adopting.md).",
            schemas: registry.list_schemas().collect(),
        },
        Kind {
            folder: "actions",
            name: "Action",
            example: "action.tf",
            usage: "Actions require Terraform 1.14 or later. Invoke an action with `terraform apply -invoke=action.TYPE.NAME`, or trigger it from an [`action_trigger`](https://developer.hashicorp.com/terraform/language/invoke-actions) in the `lifecycle` block of a resource. If an action fails, the next apply does not repeat it: invoke it again.",
            schemas: registry.action_schemas().collect(),
        },
    ]
}

#[test]
fn every_other_object_has_its_page() {
    let registry = registry();
    for Kind { folder, name: kind, example, usage, schemas } in kinds(&registry) {
        for (name, schema) in schemas {
            let text = text_of(&format!("examples/{folder}/{name}"));
            let page = Page {
                provider: registry.name(),
                name,
                subcategory: subcategory(name),
                schema,
                example: &read(&format!("examples/{folder}/{name}/{example}")),
                text: text.as_deref(),
            };
            let page = object_page(kind, usage, &page);
            expect_file![format!("../docs/{}", page_of(folder, name))].assert_eq(&page);
        }
    }
}

#[test]
fn every_function_has_its_page() {
    let registry = registry();
    for (name, signature) in registry.functions() {
        let example = read(&format!("examples/functions/{name}/function.tf"));
        let page = function_page(registry.name(), name, &signature, &example);
        expect_file![format!("../docs/functions/{name}.md")].assert_eq(&page);
    }
}

#[test]
fn there_is_no_page_and_no_example_for_what_is_gone() {
    let registry = registry();
    let mut named: BTreeMap<&str, BTreeSet<&str>> = kinds(&registry)
        .into_iter()
        .map(|kind| (kind.folder, kind.schemas.into_iter().map(|(name, _)| name).collect()))
        .collect();
    named.insert("resources", registry.resource_schemas().map(|(name, _)| name).collect());
    named.insert("functions", registry.functions().map(|(name, _)| name).collect());

    let mut pages: BTreeSet<String> = GUIDES.map(str::to_owned).into();
    pages.insert("docs/index.md".to_owned());
    let mut shown = vec!["docs".to_owned(), "docs/guides".to_owned()];
    for (folder, names) in named {
        pages.extend(names.iter().map(|name| format!("docs/{}", page_of(folder, name))));
        shown.push(format!("docs/{folder}"));
        let examples = format!("examples/{folder}");
        let found = entries(&examples);
        let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(found, names, "{examples}");
    }
    let found: BTreeSet<String> = shown.iter().flat_map(|folder| files(folder)).collect();
    assert_eq!(found, pages);
}

/// The page of an object. The Registry expects `data-sources/iod_price.md` for `lumen_iod_price`, without
/// the provider's name.
fn page_of(folder: &str, name: &str) -> String {
    let own = name.strip_prefix("lumen_").unwrap_or(name);
    format!("{folder}/{own}.md")
}

/// The heading under which the Registry lists an object.
fn subcategory(name: &str) -> &'static str {
    match name {
        _ if name.starts_with("lumen_iod_") => "Internet On-Demand",
        _ if name.starts_with("lumen_voice_") => "Voice",
        _ => "Sites and Accounts",
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file))
        .unwrap_or_else(|error| panic!("{file}: {error}: every object needs its example"))
}

/// A text that is written by people can leave out a marker, and all that belongs there.
fn assert_names_all(page: &str, schema: &Schema) {
    for (name, _) in &schema.attributes {
        assert!(page.contains(&format!("\n- `{name}` (")), "the page leaves out `{name}`:\n{page}");
    }
}

/// The text of a page, if there is one beside its examples. A line `<!-- example: FILE -->` stands for one
/// of these.
fn text_of(folder: &str) -> Option<String> {
    let text = fs::read_to_string(root().join(folder).join("page.md")).ok()?;
    let lines = text.lines().map(|line| {
        let file = line.strip_prefix("<!-- example: ").and_then(|line| line.strip_suffix(" -->"));
        file.map_or_else(
            || line.to_owned(),
            |file| format!("```terraform\n{}\n```", read(&format!("{folder}/{file}")).trim_end()),
        )
    });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

/// The names in a folder.
fn entries(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder))
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
    entries.collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{folder}: {error}"))
}

/// The paths of the files in a folder.
fn files(folder: &str) -> Vec<String> {
    let paths = entries(folder).into_iter().map(|name| format!("{folder}/{name}"));
    paths.filter(|path| root().join(path).is_file()).collect()
}
