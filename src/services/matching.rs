//! Matching objects against filters, and requiring exactly one match in a singular data source.

use crate::framework::Diagnostic;

/// Returns the only match. Otherwise the error shows how many there are and names the first few.
pub(super) fn exactly_one<T>(
    what: &str,
    found: Vec<T>,
    name: impl Fn(&T) -> String,
    remedy: &str,
) -> Result<T, Diagnostic> {
    let mut found = found.into_iter();
    match (found.next(), found.len()) {
        (Some(only), 0) => Ok(only),
        (None, _) => Err(Diagnostic::error(format!("No {what} matches"))
            .because(format!("no {what} at Lumen matches the arguments of the data source"))
            .remedy(remedy)),
        (Some(first), others) => {
            let few: Vec<String> =
                std::iter::once(&first).chain(found.as_slice().iter().take(4)).map(name).collect();
            let more = if 5 <= others { ", …" } else { "" };
            Err(Diagnostic::error(format!("More than one {what} matches"))
                .because(format!(
                    "{} match the arguments of the data source: {}{more}",
                    others + 1,
                    few.join(", ")
                ))
                .remedy(remedy))
        }
    }
}

/// Whether the value matches the filter, ignoring case. A filter that is not set matches everything.
pub(super) fn fits(filter: Option<&String>, value: Option<&String>) -> bool {
    filter.is_none_or(|filter| {
        value.is_some_and(|value| value.to_lowercase() == filter.to_lowercase())
    })
}

/// Requires `id` or `name`: without either, nothing can be looked up.
pub(super) fn id_or_name(what: &str, no_id: bool, no_name: bool) -> Vec<Diagnostic> {
    if !(no_id && no_name) {
        return Vec::new();
    }
    vec![
        Diagnostic::error("Neither `id` nor `name` is set")
            .because(format!("a {what} is looked up by its ID or its name"))
            .remedy("Set `id` or `name`."),
    ]
}

/// A search was interrupted by Ctrl-C.
pub(super) fn interrupted(what: &str) -> Diagnostic {
    Diagnostic::error(format!("Not all {what} were listed"))
        .because("the run was interrupted")
        .remedy("Run the same command again.")
}
