//! The texts of the project are plain technical English: they have none of the words that make them sound
//! translated, and one term for one thing.
//!
//! `.ci/run` also checks the spelling and the style of the pages, with the tools in `.ci/prose`.

use std::fs;
use std::path::{Path, PathBuf};

/// A word or a phrase, and what to write instead.
const BANNED: [(&str, &str); 30] = [
    ("who", "a clause about the role: the owner of the budget"),
    ("whom", "a clause about the role"),
    ("nobody", "the role, or the passive"),
    ("besides", "in addition, also"),
    ("of yours", "your"),
    ("of ours", "our"),
    ("dearer", "more expensive"),
    ("too dear", "too expensive"),
    ("looks on", "keeps searching"),
    ("look on", "keep searching"),
    ("waits on", "resumes waiting"),
    ("wait on", "resume waiting"),
    ("goes on", "continues"),
    ("go on", "continue"),
    ("calls off", "cancels"),
    ("call off", "cancel"),
    ("called off", "canceled"),
    ("as ever", "as before"),
    ("at the most", "at most"),
    ("at the least", "at least"),
    ("from now on", "future, from then on"),
    ("by hand", "manually"),
    ("is there already", "already exists"),
    ("is still there", "still exists"),
    ("any more", "no longer"),
    ("all the same", "anyway"),
    ("tells", "reports, shows, returns"),
    ("anew", "again"),
    ("is told", "is reported"),
    ("are told", "are reported"),
];

/// The files with texts that people read, below the root of the project.
fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for name in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"] {
        found.push(root().join(name));
    }
    for folder in [
        "design",
        "docs",
        "examples",
        "src",
        "simulator/src",
        "tests",
        "tools",
        "xtask",
        "benches",
        "fuzz/fuzz_targets",
    ] {
        collect(&root().join(folder), &mut found);
    }
    // It has the words.
    found.retain(|file| !file.ends_with("tests/words.rs"));
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, found);
        } else if ["md", "rs", "tf", "sh", "hcl", "yml"]
            .iter()
            .any(|kind| path.extension().is_some_and(|extension| extension == *kind))
        {
            found.push(path);
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a line: all of it on a page, and the comments and literals of code.
fn text_of(line: &str, is_code: bool) -> String {
    if !is_code {
        return line.to_owned();
    }
    if let Some(comment) = line.trim_start().strip_prefix("//") {
        return comment.to_owned();
    }
    let (code, comment) = line.split_once(" // ").unwrap_or((line, ""));
    let literals: Vec<&str> = code.split('"').skip(1).step_by(2).collect();
    format!("{} | {comment}", literals.join(" | "))
}

fn has_phrase(text: &str, phrase: &str) -> bool {
    let text = text.to_lowercase();
    text.match_indices(phrase).any(|(at, _)| {
        let is_part = |letter: Option<char>| {
            letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == '-')
        };
        !is_part(text[..at].chars().next_back())
            && !is_part(text[at + phrase.len()..].chars().next())
    })
}

#[test]
fn texts_have_no_words_that_sound_translated() {
    assert!(has_phrase("People who pay", "who") && !has_phrase("whole", "who"));
    assert_eq!(text_of("let a = \"one\"; // two", true), "one | two");

    let files = files();
    assert!(300 < files.len(), "the texts of the project are found");
    let mut found = Vec::new();
    for file in files {
        let is_code = file.extension().is_some_and(|extension| extension == "rs");
        let text = fs::read_to_string(&file).unwrap_or_default();
        for (number, line) in text.lines().enumerate() {
            let text = text_of(line, is_code);
            for (phrase, instead) in BANNED {
                if has_phrase(&text, phrase) {
                    let place = file.strip_prefix(root()).unwrap_or(&file).display();
                    found.push(format!(
                        "{place}:{}: {phrase} ({instead}): {}",
                        number + 1,
                        line.trim()
                    ));
                }
            }
        }
    }
    assert!(found.is_empty(), "{} of them:\n{}", found.len(), found.join("\n"));
}
