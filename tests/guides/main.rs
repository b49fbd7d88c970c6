//! Checks that the guides match the messages of the provider.
#![expect(clippy::expect_used, reason = "a test that surprises ends")]

mod headings;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const TROUBLESHOOTING: &str = "docs/guides/troubleshooting.md";

/// The sources that contain codes of Lumen's.
const KNOWING_CODES: [&str; 3] =
    ["src/lumen/http/problem.rs", "src/lumen/voice/codes.rs", "src/services/explain.rs"];

/// The ends of headings that consist only of texts from elsewhere in the sources.
const UNFINISHED: [&str; 4] = [
    "is not active yet",
    "is still being changed",
    "is not disconnected yet",
    "is not complete yet",
];

#[test]
fn every_heading_that_can_show_is_explained_and_no_other() {
    let sources: Vec<PathBuf> = sources(Path::new("src"));
    let mut shown = headings::headings(&sources);
    if shown.remove("…") {
        let texts: String = sources.iter().map(read).collect();
        shown.extend(UNFINISHED.map(|ending| {
            assert!(texts.contains(&format!("\"{ending}\"")), "no text ends with {ending:?}");
            format!("… {ending}")
        }));
    }
    assert!(shown.contains("The provider has a bug"), "the sources are not understood");

    let explained = explained();

    let missing: Vec<&String> = shown.difference(&explained).collect();
    let gone: Vec<&String> = explained.difference(&shown).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "{TROUBLESHOOTING} does not explain: {missing:#?}\nand explains what no source says: {gone:#?}"
    );
}

#[test]
fn every_code_of_lumens_that_is_known_is_explained_and_no_other() {
    let known: BTreeSet<String> =
        KNOWING_CODES.iter().flat_map(|file| headings::codes(&root().join(file))).collect();
    for code in ["notFound", "403006", "20107", "10001"] {
        assert!(known.contains(code), "the sources are not understood: {code} is missing");
    }
    let page = read(TROUBLESHOOTING);
    let explained: BTreeSet<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next())
        .flat_map(|codes| codes.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect();

    assert_eq!(explained, known);
}

#[test]
fn every_reason_is_explained_and_no_other() {
    let source = read("src/lumen/http/error.rs");
    let texts = source.split("#[error(\"").skip(1).filter_map(|rest| rest.split('"').next());
    let beginnings = texts.filter_map(|text| text.split(['{', '(', ':', ',']).next());
    let beginnings = beginnings.map(str::trim).filter(|text| !text.is_empty());
    let known: BTreeSet<String> = beginnings.map(str::to_lowercase).collect();

    let page = read(TROUBLESHOOTING);
    let (_, section) = page.split_once("\n## What Lumen's answers mean\n").expect("the section");
    let rows = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let rows = rows.map_while(|line| line.strip_prefix("| ")?.split(" |").next());
    let explained: BTreeSet<String> = rows.map(str::to_lowercase).collect();

    assert_eq!(explained, known);
}

#[test]
fn the_timeouts_are_those_of_the_resources() {
    let page = read("docs/guides/slow-orders.md");
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| line.ends_with(" minutes |"))
        .map(|line| line.split(['|', ' ', '`']).filter(|word| !word.is_empty()).collect())
        .collect();
    assert_eq!(rows.len(), 3, "the table is not understood");
    for row in rows {
        let resource = row[0].strip_prefix("lumen_").expect("a resource");
        let schema = read(format!("docs/resources/{resource}.md"));
        let minutes = row[1..].iter().step_by(2);
        for (operation, minutes) in ["create", "update", "delete"].into_iter().zip(minutes) {
            let described = format!("- `{operation}` (String) ");
            let default = format!("Default: `{minutes}m`.");
            let is_so = |line: &str| line.starts_with(&described) && line.ends_with(&default);
            assert!(schema.lines().any(is_so), "{resource}: {operation} is not {minutes} minutes");
        }
    }
}

/// The third-level headings of the page. Each is a heading of a message.
fn explained() -> BTreeSet<String> {
    let page = read(TROUBLESHOOTING);
    let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let distinct: BTreeSet<String> = headings.iter().map(|&heading| heading.to_owned()).collect();
    assert_eq!(distinct.len(), headings.len(), "{TROUBLESHOOTING} explains something twice");
    distinct
}

/// The sources in a folder, without tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).expect("the folder can be read");
    entries
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.file_stem().is_none_or(|name| name != "tests"))
        .flat_map(|path| match path.extension() {
            Some(kind) if kind == "rs" => vec![path],
            _ if path.is_dir() => sources(&path),
            _ => Vec::new(),
        })
        .collect()
}

fn read(file: impl AsRef<Path>) -> String {
    let file = file.as_ref();
    fs::read_to_string(root().join(file)).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
