//! Handwritten pages of the documentation with sections that tools generate.

use std::fs;
use std::path::Path;

use crate::failure::{Context, Failure};

/// Replaces the text between two markers in a page. The path of the page is relative to the workspace.
///
/// # Errors
///
/// Fails if the page can't be read or written, or lacks the markers.
pub fn fill(workspace: &Path, page: &str, markers: [&str; 2], text: &str) -> Result<(), Failure> {
    let file = workspace.join(page);
    let old = fs::read_to_string(&file).context(format_args!("{page} can't be read"))?;
    let new = filled(&old, markers, text)
        .context(format_args!("{page} does not contain the markers {}", markers.join(" … ")))?;
    fs::write(&file, new).context(format_args!("{page} can't be written"))
}

fn filled(page: &str, [begin, end]: [&str; 2], text: &str) -> Option<String> {
    let (before, rest) = page.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}\n\n{}\n\n{end}{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_markers_is_replaced() {
        let page = "Before\n<!-- a: begin -->\nold\n<!-- a: end -->\nAfter\n";

        let expected = "Before\n<!-- a: begin -->\n\nnew\n\n<!-- a: end -->\nAfter\n";
        let markers = ["<!-- a: begin -->", "<!-- a: end -->"];
        assert_eq!(filled(page, markers, "new\n").as_deref(), Some(expected));
        assert_eq!(filled(page, ["<!-- b: begin -->", "<!-- b: end -->"], "new"), None);
    }
}
