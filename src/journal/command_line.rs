//! Commands for a journal that people paste into a shell.

use std::borrow::Cow;

use super::Journal;

impl Journal {
    /// A command of this program for this journal, such as `settle tf-5be0c3a19d7e42f86`.
    #[must_use]
    pub fn command(&self, program: &str, words: &str) -> String {
        let place = self.place();
        format!("{} journal {words} --journal {}", quoted(program), quoted(&place))
    }
}

/// Quotes a word for a shell. Only NUL can't be quoted, and neither a path nor a URL contains it.
fn quoted(word: &str) -> Cow<'_, str> {
    shlex::try_quote(word).unwrap_or(Cow::Borrowed(word))
}
