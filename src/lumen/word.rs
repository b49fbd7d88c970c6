//! Lumen's words and codes, which it spells in several ways.

/// Keeps only letters and digits, in lower case, so that `In Progress`, `in-progress` and `INPROGRESS`
/// are the same word, and so are `invalidValue` and `INVALID_VALUE`.
pub(super) fn plain(word: &str) -> String {
    word.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_makes_no_other_word() {
        for word in ["In Progress", "in-progress", "INPROGRESS", "in_progress."] {
            assert_eq!(plain(word), "inprogress", "{word}");
        }
        assert_ne!(plain("progress"), plain("in progress"));
    }
}
