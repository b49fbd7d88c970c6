//! The text that people write around the generated parts of a page.

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// Paragraphs.
    Text(&'a str),
    /// All attributes.
    Schema,
    /// These attributes.
    Arguments(Vec<&'a str>),
    /// The attributes of the nested objects that were mentioned so far.
    Nested,
    /// How to import an object.
    Import,
}

/// Splits a text at its markers. Other comments stay in the text.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    let mut at = 0;
    while let Some(length) = rest[at..].find("<!-- ") {
        let start = at + length;
        let marker = rest[start..]
            .split_once(" -->")
            .and_then(|(marker, after)| Some((part(marker.strip_prefix("<!-- ")?)?, after)));
        let Some((part, after)) = marker else {
            at = start + 1;
            continue;
        };
        push_text(&mut parts, &rest[..start]);
        parts.push(part);
        (rest, at) = (after, 0);
    }
    push_text(&mut parts, rest);
    parts
}

fn part(marker: &str) -> Option<Part<'_>> {
    Some(match marker {
        "schema" => Part::Schema,
        "nested" => Part::Nested,
        "import" => Part::Import,
        _ => Part::Arguments(marker.strip_prefix("arguments: ")?.split_whitespace().collect()),
    })
}

fn push_text<'a>(parts: &mut Vec<Part<'a>>, text: &'a str) {
    let text = text.trim();
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_at_its_markers() {
        let text = "One.\n\n<!-- arguments: name size -->\n\n<!-- a comment -->\nTwo.\n\n<!-- schema -->\n";

        let expected = [
            Part::Text("One."),
            Part::Arguments(vec!["name", "size"]),
            Part::Text("<!-- a comment -->\nTwo."),
            Part::Schema,
        ];
        assert_eq!(parts(text), expected);
        assert_eq!(parts("<!-- nested --><!-- import -->"), [Part::Nested, Part::Import]);
        assert_eq!(parts("<!-- schema"), [Part::Text("<!-- schema")]);
    }
}
