//! Finding objects: which fit, and that exactly one must fit a singular data source.

use crate::framework::Diagnostic;

/// The one that fits. Otherwise an error says how many do, and names the first few.
pub(super) fn exactly_one<T>(
    what: &str,
    found: Vec<T>,
    name: impl Fn(&T) -> String,
    remedy: &str,
) -> Result<T, Diagnostic> {
    let mut found = found.into_iter();
    match (found.next(), found.len()) {
        (Some(only), 0) => Ok(only),
        (None, _) => Err(Diagnostic::error(format!("No {what} fits"))
            .because("0 match what the data source asks for")
            .remedy(remedy)),
        (Some(first), others) => {
            let few: Vec<String> =
                std::iter::once(&first).chain(found.as_slice().iter().take(4)).map(name).collect();
            let more = if 5 <= others { ", …" } else { "" };
            Err(Diagnostic::error(format!("More than one {what} fits"))
                .because(format!(
                    "{} match what the data source asks for: {}{more}",
                    others + 1,
                    few.join(", ")
                ))
                .remedy(remedy))
        }
    }
}

/// Whether a filter, if it is set, matches this value regardless of case.
pub(super) fn fits(filter: Option<&String>, value: Option<&String>) -> bool {
    filter.is_none_or(|filter| {
        value.is_some_and(|value| value.to_lowercase() == filter.to_lowercase())
    })
}

/// Where neither `id` nor `name` is set, nothing can be looked up.
pub(super) fn id_or_name(what: &str, no_id: bool, no_name: bool) -> Vec<Diagnostic> {
    if !(no_id && no_name) {
        return Vec::new();
    }
    vec![
        Diagnostic::error(format!("No {what} is named"))
            .because("neither `id` nor `name` is set")
            .remedy("Set `id` or `name`."),
    ]
}

/// A search that Ctrl-C cut off.
pub(super) fn interrupted(what: &str) -> Diagnostic {
    Diagnostic::error(format!("Not all {what} were listed"))
        .because("the run was interrupted")
        .remedy("Run the same command again.")
}
