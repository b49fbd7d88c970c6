//! The pages under `docs/` say what the schemas and the examples say, and none is missing.
//!
//! `cargo xtask docs` writes them again.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use expect_test::expect_file;
use terraform_provider_lumen::framework::markdown::{
    Import, Page, data_source_page, provider_page, resource_page,
};
use terraform_provider_lumen::provider::registry;

/// Pages that people write.
const GUIDES: [&str; 10] = [
    "docs/guides/adopting.md",
    "docs/guides/compatibility.md",
    "docs/guides/getting-started.md",
    "docs/guides/gitops.md",
    "docs/guides/lumen-api.md",
    "docs/guides/numbers.md",
    "docs/guides/ordering-guarantee.md",
    "docs/guides/slow-orders.md",
    "docs/guides/spend-control.md",
    "docs/guides/troubleshooting.md",
];

#[test]
fn the_provider_has_its_page() {
    let registry = registry();
    let example = read("examples/provider/provider.tf");

    let page = provider_page(&Page {
        provider: registry.name(),
        name: registry.name(),
        subcategory: "",
        schema: registry.provider_schema(),
        example: &example,
    });

    expect_file!["../docs/index.md"].assert_eq(&page);
}

#[test]
fn every_resource_has_its_page() {
    let registry = registry();
    for ((name, schema), (_, identity)) in registry.resource_schemas().zip(registry.identities()) {
        let example = |file: &str| read(&format!("examples/resources/{name}/{file}"));

        let page = resource_page(
            &Page {
                provider: registry.name(),
                name,
                subcategory: subcategory(name),
                schema,
                example: &example("resource.tf"),
            },
            &Import {
                identity,
                by_id: &example("import-by-id.tf"),
                by_identity: &example("import-by-identity.tf"),
                command: &example("import.sh"),
            },
        );

        expect_file![format!("../docs/{}", page_of("resources", name))].assert_eq(&page);
    }
}

#[test]
fn every_data_source_has_its_page() {
    let registry = registry();
    for (name, schema) in registry.data_source_schemas() {
        let page = data_source_page(&Page {
            provider: registry.name(),
            name,
            subcategory: subcategory(name),
            schema,
            example: &read(&format!("examples/data-sources/{name}/data-source.tf")),
        });

        expect_file![format!("../docs/{}", page_of("data-sources", name))].assert_eq(&page);
    }
}

#[test]
fn there_is_no_page_and_no_example_for_what_is_gone() {
    let registry = registry();
    let resources = || registry.resource_schemas().map(|(name, _)| name);
    let data_sources = || registry.data_source_schemas().map(|(name, _)| name);

    let mut pages: BTreeSet<String> = GUIDES.map(str::to_owned).into();
    pages.insert("docs/index.md".to_owned());
    pages.extend(resources().map(|name| format!("docs/{}", page_of("resources", name))));
    pages.extend(data_sources().map(|name| format!("docs/{}", page_of("data-sources", name))));
    let shown = ["docs", "docs/guides", "docs/resources", "docs/data-sources"];
    let found: BTreeSet<String> = shown.into_iter().flat_map(files).collect();
    assert_eq!(found, pages);

    for (folder, names) in [
        ("examples/resources", resources().collect::<BTreeSet<_>>()),
        ("examples/data-sources", data_sources().collect()),
    ] {
        let found = entries(folder);
        let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(found, names, "{folder}");
    }
}

/// `lumen_iod_price` has the page `data-sources/iod_price.md`: the Registry wants it without the
/// provider's name.
fn page_of(folder: &str, name: &str) -> String {
    let own = name.strip_prefix("lumen_").unwrap_or(name);
    format!("{folder}/{own}.md")
}

/// Under which heading the Registry lists an object.
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

/// The names in a folder.
fn entries(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder))
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
    entries.collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{folder}: {error}"))
}

/// The files in a folder, with it.
fn files(folder: &str) -> Vec<String> {
    let paths = entries(folder).into_iter().map(|name| format!("{folder}/{name}"));
    paths.filter(|path| root().join(path).is_file()).collect()
}
