//! The kind of a violation: its text without the details that differ from history to history.

/// The kind of a violation. While a history is made smaller, the kind of its violation must not change.
///
/// It consists of the first line and the headings of all errors, without names, ids, numbers and times.
pub(crate) fn kind(violation: &str) -> String {
    let headings = violation.lines().skip(1).filter(|line| line.starts_with("Error: "));
    let mut parts: Vec<String> =
        violation.lines().take(1).chain(headings).map(without_details).collect();
    parts.dedup();
    parts.join("; ")
}

/// A kind as a file name.
pub(crate) fn slug(kind: &str) -> String {
    let words = kind.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    words.into_iter().take(9).collect::<Vec<_>>().join("-")
}

fn without_details(line: &str) -> String {
    let outside = outside_of_brackets(line);
    let words = outside.split_whitespace().filter_map(|word| {
        let word = word.trim_end_matches([':', ',', '.']);
        let is_detail = word.is_empty() || word.contains(|letter: char| letter.is_ascii_digit());
        (!is_detail).then_some(word)
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A line without the parts that are quoted or in brackets.
fn outside_of_brackets(line: &str) -> String {
    let mut outside = String::new();
    let (mut depth, mut quote) = (0_u32, None);
    for letter in line.chars() {
        match (letter, quote) {
            (letter, Some(open)) if letter == open => quote = None,
            ('`' | '"', None) => quote = Some(letter),
            ('(' | '[' | '{', None) => depth += 1,
            (')' | ']' | '}', None) => depth = depth.saturating_sub(1),
            (letter, None) if depth == 0 => outside.push(letter),
            // The letter is in brackets or quoted.
            _ => {}
        }
    }
    outside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violations_that_differ_in_details_are_of_one_kind() {
        let one = "ordered twice: Add tf-09 (core Some(200) Mbps, service Some(\"7\")) and Add tf-1 (core)";
        let another = "ordered twice: Add ours-1 (edge 1 of 0 None Mbps) and Add tf-2 (edge_1)";

        assert_eq!(kind(one), "ordered twice Add and Add");
        assert_eq!(kind(one), kind(another));
        assert_ne!(kind(one), kind("changed twice: Modify tf-1 and Modify tf-2"));
    }

    #[test]
    fn an_endless_trouble_is_of_the_kind_of_its_errors() {
        let told = "the pipelines have not settled after 14 rounds:\npipeline 0 ran Apply: []\nError: Connection `a` is busy\n\nIt is order 17.";

        assert_eq!(
            kind(told),
            "the pipelines have not settled after rounds; Error Connection is busy"
        );
    }

    #[test]
    fn a_slug_is_a_name_for_a_file() {
        assert_eq!(
            slug("Pipeline, address: Lumen has no service"),
            "pipeline-address-lumen-has-no-service"
        );
    }
}
