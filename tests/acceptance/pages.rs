//! The code blocks that readers copy from the pages.

use std::fs;
use std::path::{Path, PathBuf};

/// The project's folder.
pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A block of code in a page.
pub(crate) struct Block {
    /// The place of the block, such as `README.md:42`.
    pub(crate) place: String,
    /// The last heading of level one to three above the block.
    pub(crate) heading: String,
    /// The language, such as `terraform` or `shell`.
    pub(crate) language: String,
    pub(crate) text: String,
}

impl Block {
    /// The commands of the block, without comments.
    pub(crate) fn commands(&self) -> impl Iterator<Item = &str> {
        let uncommented = |line: &str| line.find(" #").map_or(line.len(), |comment| comment);
        self.text.lines().map(move |line| line[..uncommented(line)].trim())
    }
}

/// The code blocks of a page, in order.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let text = fs::read_to_string(Path::new(ROOT).join(page)).unwrap();
    let mut blocks = Vec::new();
    let (mut heading, mut open) = (String::new(), None::<Block>);
    for (number, line) in (1..).zip(text.lines()) {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => {
                let (place, heading) = (format!("{page}:{number}"), heading.clone());
                let language = language.to_owned();
                open = Some(Block { place, heading, language, text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => block.text.extend([line, "\n"]),
            (None, None) if line.starts_with('#') => {
                line.trim_start_matches('#').trim().clone_into(&mut heading);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{page} does not close its last block");
    blocks
}

/// The pages whose texts are not generated: the README, the front page, and the guides.
pub(crate) fn written_pages() -> Vec<String> {
    let entries = fs::read_dir(Path::new(ROOT).join("docs/guides")).unwrap();
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    let name = |page: PathBuf| page.strip_prefix(ROOT).unwrap().display().to_string();
    let first = ["README.md", "docs/index.md"].map(str::to_owned);
    first.into_iter().chain(pages.into_iter().map(name)).collect()
}
