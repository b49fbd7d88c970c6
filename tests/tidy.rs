//! Rules that no compiler checks: which part may use which, how long a file may be, and that the commands
//! in the pages are the ones that are run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What each part of `src/` may use; the map in `CONTRIBUTING.md` says why.
const MAY_USE: [(&str, &[&str]); 6] = [
    ("plugin", &["framework"]),
    ("services", &["framework", "journal", "lumen"]),
    ("journal", &["lumen", "machine"]),
    ("framework", &[]),
    ("lumen", &["machine"]),
    ("machine", &[]),
];

const LONGEST_SOURCE: usize = 400;
const LONGEST_TEST: usize = 500;

/// Paths that reveal the machine that a text was written on.
const MACHINE_PATHS: [&str; 5] = ["/work/", "/root/", "/home/", "/Users/", "../shared"];

/// Folders that other tools fill.
const NOT_OURS: [&str; 4] = [".git", ".terraform", "target", "node_modules"];

#[test]
fn parts_use_only_what_they_may() {
    let mut breaches = Vec::new();
    for (part, may_use) in MAY_USE {
        for file in files(&format!("src/{part}"), &["rs"]) {
            for used in parts_used(&read(&file)) {
                if used != part && !may_use.contains(&used.as_str()) {
                    breaches.push(format!(
                        "{} uses `{used}`, but `{part}` may use only {may_use:?}: see CONTRIBUTING.md",
                        file.display()
                    ));
                }
            }
        }
    }

    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn the_simulator_does_not_know_the_provider() {
    let manifest = read(Path::new("simulator/Cargo.toml"));

    assert!(
        !manifest.contains("terraform-provider-lumen") && !manifest.contains("path = \"..\""),
        "a type that both sides share would hide what both sides misread"
    );
}

/// Services check the meaning of a refusal, because the codes are only in `src/lumen/voice/codes.rs`.
#[test]
fn no_code_of_lumens_is_in_the_services() {
    let found: Vec<String> = files("src/services", &["rs"])
        .into_iter()
        .filter(|file| file.file_stem().is_none_or(|name| name != "tests"))
        .flat_map(|file| {
            let codes = codes_in(&read(&file));
            codes.into_iter().map(move |code| format!("{}: \"{code}\"", file.display()))
        })
        .collect();

    assert!(found.is_empty(), "ask by meaning instead:\n{}", found.join("\n"));
}

#[test]
fn a_code_is_found_wherever_it_is_and_nothing_else() {
    let found = |source: &str| codes_in(source).join(" ");

    assert_eq!(found("const CODE: &str = \"20107\";"), "20107");
    assert_eq!(found("matches!(code, \"901\" | \"403006\")\n"), "901 403006");
    assert_eq!(found("/// As \"20107\".\n    // \"20107\"\n"), "");
    assert_eq!(found("[\"20\", \"1000123\", \"notification 20107\", \"1.5\"]"), "");
    assert_eq!(found("fn a() {}\n#[cfg(test)]\nmod tests { const A: &str = \"20107\"; }"), "");
}

#[test]
fn no_file_is_too_long_to_be_read() {
    let limit = |file: &Path| {
        let is_test = file.components().any(|part| part.as_os_str() == "tests")
            || file.file_stem().is_some_and(|name| name == "tests");
        if is_test || !file.starts_with("src") { LONGEST_TEST } else { LONGEST_SOURCE }
    };
    let too_long: Vec<String> = source_files()
        .into_iter()
        .map(|file| (read(&file).lines().count(), file))
        .filter(|(lines, file)| *lines > limit(file))
        .map(|(lines, file)| format!("{} has {lines} lines", file.display()))
        .collect();

    assert!(too_long.is_empty(), "split them along a noun:\n{}", too_long.join("\n"));
}

#[test]
fn nothing_depends_on_the_machine_that_it_was_written_on() {
    let own_name = Path::new(file!());
    let texts = files("", &["rs", "md", "toml", "tf", "sh", "proto"]);
    let found: Vec<String> = texts
        .into_iter()
        .chain([PathBuf::from(".ci/run")])
        .filter(|file| file != own_name)
        .flat_map(|file| {
            let text = read(&file);
            let named = MACHINE_PATHS.into_iter().filter(|path| text.contains(path));
            named.map(|path| format!("{} mentions {path}", file.display())).collect::<Vec<_>>()
        })
        .collect();

    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_test_command_of_the_readme_is_the_one_that_is_run() {
    const COMMAND: &str = "cargo test --workspace";

    let readme = read(Path::new("README.md"));
    let commands = code_lines(&readme).filter(|line| line.starts_with("cargo test"));
    let steps = read(Path::new(".ci/run"));
    let steps = steps.lines().filter_map(|line| line.strip_prefix("step "));

    assert_eq!(commands.collect::<Vec<_>>(), [COMMAND]);
    assert_eq!(steps.filter(|step| step.starts_with("cargo test")).collect::<Vec<_>>(), [COMMAND]);
}

#[test]
fn pages_and_examples_name_the_present_versions() {
    let rust = concat!("Rust ", env!("CARGO_PKG_RUST_VERSION"));
    assert!(read(Path::new("README.md")).contains(rust), "README.md does not say {rust}");

    // Patches don't break configurations, and other changes may: see the guide about versions.
    let provider =
        concat!(env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"), ".0");
    // The oldest supported release of Terraform, and those that brought ephemeral values and actions.
    let terraform = ["1.8", "1.10", "1.14"];
    let mut named = 0;
    for file in files("", &["md", "tf"]) {
        for line in read(&file).lines() {
            let value = |start: &str| line.split_once(start)?.1.split('"').next();
            if let Some(version) = value("version = \"~> ") {
                assert_eq!(version, provider, "{}", file.display());
                named += 1;
            }
            if let Some(version) = value("required_version = \">= ") {
                assert!(terraform.contains(&version), "{}: {version}", file.display());
            }
        }
    }
    assert!(named > 20, "the examples are not understood");
}

#[test]
fn links_between_pages_lead_somewhere() {
    // The texts of generated pages are checked as part of these pages.
    let pages = files("", &["md"]).into_iter().filter(|page| !page.ends_with("page.md"));
    let dead: Vec<String> = pages
        .flat_map(|page| {
            let folder = page.parent().map(Path::to_path_buf).unwrap_or_default();
            let text = read(&page);
            let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            let leads_somewhere = |link: &&str| {
                let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
                let target = if file.is_empty() { page.clone() } else { folder.join(file) };
                root().join(&target).exists()
                    && (anchor.is_empty() || has_anchor(&read(&target), anchor))
            };
            let local = links.filter(|link| !link.contains("://"));
            let dead = local.filter(|link| !leads_somewhere(link));
            dead.map(|link| format!("{}: {link}", page.display())).collect::<Vec<_>>()
        })
        .collect();

    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

/// Whether a page has an anchor: an explicit one, or a heading as the Registry and GitHub derive its
/// anchor.
fn has_anchor(page: &str, anchor: &str) -> bool {
    let named = |heading: &str| -> String {
        let kept = |letter: &char| letter.is_alphanumeric() || "- _".contains(*letter);
        heading.trim().to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")
    };
    let mut headings = page.lines().filter(|line| line.starts_with('#'));
    page.contains(&format!("<a id=\"{anchor}\">"))
        || headings.any(|heading| named(heading.trim_start_matches('#')) == anchor)
}

/// The commands in the code blocks of a page, without their comments.
fn code_lines(markdown: &str) -> impl Iterator<Item = &str> {
    let blocks = markdown.split("```").skip(1).step_by(2);
    blocks.flat_map(str::lines).map(|line| line.split('#').next().unwrap_or(line).trim())
}

/// Texts in a source that are numbers of three to six digits, outside of comments and of the tests at its
/// end.
fn codes_in(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or(source);
    let is_code = |text: &&str| {
        (3..=6).contains(&text.len()) && text.bytes().all(|letter| letter.is_ascii_digit())
    };
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split('"').skip(1).filter(is_code))
        .map(str::to_owned)
        .collect()
}

/// The parts that paths such as `crate::lumen::Client` or `use crate::{framework, lumen}` name.
fn parts_used(source: &str) -> Vec<String> {
    code(source)
        .split("crate::")
        .skip(1)
        .flat_map(|path| match path.strip_prefix('{') {
            Some(group) => first_names(group),
            None => vec![first_name(path)],
        })
        // Macros are exported at the root of the crate, such as `crate::model!`.
        .filter(|name| MAY_USE.iter().any(|(part, _)| part == name) || name == "provider")
        .collect()
}

/// A source without its comments.
fn code(source: &str) -> String {
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The first names in a group such as `lumen::{Client, Error}, model};`, up to its end.
fn first_names(group: &str) -> Vec<String> {
    let mut depth = 1_usize;
    let mut names = vec![first_name(group)];
    for (index, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => names.extend(group.get(index + 1..).map(first_name)),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

fn first_name(path: &str) -> String {
    let path = path.trim_start();
    path.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

fn source_files() -> Vec<PathBuf> {
    ["src", "simulator", "tools", "xtask", "tests"]
        .iter()
        .flat_map(|part| files(part, &["rs"]))
        .collect()
}

/// Every file in a folder and its subfolders with one of these extensions, relative to the root.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(root().join(&folder))
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let Ok(entry) = entry else { continue };
            let name = entry.file_name();
            let path = folder.join(&name);
            if root().join(&path).is_dir() {
                if !NOT_OURS.iter().any(|folder| name == *folder) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|it| endings.iter().any(|ending| it == *ending))
            {
                found.push(path);
            }
        }
    }
    found
}

fn read(file: &Path) -> String {
    fs::read_to_string(root().join(file))
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Names that several public types share, and why that does not confuse readers. A model in `services` may
/// have the same name as the type in `lumen` that it shows, without an entry here.
const SHARED_NAMES: [(&str, &str); 6] = [
    ("Location", "a nested block of two objects, next to the site that Lumen describes"),
    ("Order", "a data source for each kind of order"),
    ("Private", "the trait, and the private data of each object that has some"),
    ("Progress", "of an action for users, and of what Lumen works on"),
    ("Session", "the trait, and the session of this provider"),
    ("Wish", "the filters of each list resource, which only its own file uses"),
];

#[test]
fn each_public_type_has_a_name_of_its_own() {
    let mut places: BTreeMap<String, BTreeSet<PathBuf>> = BTreeMap::new();
    for file in files("src", &["rs"]) {
        for name in public_types(&read(&file)) {
            places.entry(name).or_default().insert(file.clone());
        }
    }
    assert!(places.contains_key("Registry"), "types are found: {places:?}");
    let is_shared = |files: &BTreeSet<PathBuf>| 1 < files.len() && !is_shown(files);
    let named = |name: &str| SHARED_NAMES.iter().any(|(shared, _)| *shared == name);

    let clashes: Vec<String> = places
        .iter()
        .filter(|(name, files)| is_shared(files) && !named(name))
        .map(|(name, files)| format!("`{name}` is in {files:?}"))
        .collect();
    assert!(clashes.is_empty(), "rename all but one:\n{}", clashes.join("\n"));

    let unshared: Vec<&str> = SHARED_NAMES
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| !places.get(*name).is_some_and(is_shared))
        .collect();
    assert!(unshared.is_empty(), "remove from SHARED_NAMES: {unshared:?}");
}

/// Whether the files are a type of `lumen` and the one model in `services` that shows it to users.
fn is_shown(files: &BTreeSet<PathBuf>) -> bool {
    let within = |part: &str| files.iter().filter(|file| file.starts_with(part)).count();
    files.len() == 2 && within("src/lumen") == 1 && within("src/services") == 1
}

/// The names of the types that a file offers to other parts, including those in `model!`.
fn public_types(source: &str) -> Vec<String> {
    let declared = |line: &str| {
        let line = line.trim_start();
        let rest = line.strip_prefix("pub ").or_else(|| line.strip_prefix("pub(crate) "))?;
        let kinds = ["struct ", "enum ", "trait ", "type "];
        kinds.iter().find_map(|kind| rest.strip_prefix(kind)).map(first_name)
    };
    source.lines().filter_map(declared).collect()
}

#[test]
fn what_could_serve_any_provider_does_not_name_this_one() {
    let named: Vec<String> = ["src/framework", "src/plugin"]
        .into_iter()
        .flat_map(|part| files(part, &["rs"]))
        .flat_map(|file| {
            let text = read(&file).to_lowercase();
            let lines = text.lines().enumerate().filter(|(_, line)| line.contains("lumen"));
            lines.map(|(at, _)| format!("{}:{}", file.display(), at + 1)).collect::<Vec<_>>()
        })
        .collect();

    assert!(
        named.is_empty(),
        "say it without Lumen, or let the caller say it:\n{}",
        named.join("\n")
    );
}

/// The shared code in `services` must not depend on any object, or neither could be understood alone.
#[test]
fn what_objects_share_does_not_know_an_object() {
    let areas = ["iod", "voice"];
    let is_shared =
        |file: &PathBuf| !areas.iter().any(|area| file.starts_with(format!("src/services/{area}")));
    let shared: Vec<PathBuf> =
        files("src/services", &["rs"]).into_iter().filter(is_shared).collect();
    assert!(shared.iter().any(|file| file.ends_with("orders/place.rs")), "{shared:?}");

    let known: Vec<String> = shared
        .into_iter()
        // The list of everything that the provider offers has to name every object.
        .filter(|file| *file != Path::new("src/services/mod.rs"))
        .flat_map(|file| {
            let text = code(&read(&file));
            let named = areas.into_iter().filter(move |area| {
                ["services::", "super::"]
                    .iter()
                    .any(|from| text.contains(&format!("{from}{area}::")))
            });
            named.map(|area| format!("{} uses {area}", file.display())).collect::<Vec<_>>()
        })
        .collect();

    assert!(known.is_empty(), "{}", known.join("\n"));
}

/// The beginnings of paths in backticks that refer to this repository.
const OWN_FOLDERS: [&str; 8] =
    ["src/", "tests/", "tools/", "xtask/", "docs/", "examples/", "simulator/", "design/"];

#[test]
fn pages_for_maintainers_name_only_files_that_exist() {
    let sample = "`src/a.rs` and `let src/b`, `cargo run`\n```text\n`src/c.rs`\n```\n`docs/d/` `src/e.rs: f`";
    assert_eq!(paths_named(sample), ["src/a.rs", "docs/d/", "src/e.rs"], "paths are found");

    let mut pages = files("design", &["md"]);
    pages.push(PathBuf::from("CONTRIBUTING.md"));
    let gone: Vec<String> = pages
        .into_iter()
        .flat_map(|page| {
            let text = read(&page);
            let paths = paths_named(&text).into_iter().filter(|path| !root().join(path).exists());
            paths.map(|path| format!("{}: {path}", page.display())).collect::<Vec<_>>()
        })
        .collect();

    assert!(gone.is_empty(), "moved or removed:\n{}", gone.join("\n"));
}

/// The paths in backticks on a page, outside its code blocks.
fn paths_named(page: &str) -> Vec<&str> {
    let is_own = |text: &&str| OWN_FOLDERS.iter().any(|folder| text.starts_with(folder));
    let lines = page.split("```").step_by(2).flat_map(str::lines);
    let texts = lines.flat_map(|line| line.split('`').skip(1).step_by(2)).filter(is_own);
    // A mutant has the name of its file in front.
    texts.map(|text| text.split_once(": ").map_or(text, |(path, _)| path)).collect()
}
