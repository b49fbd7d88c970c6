//! Reading a list ends and returns each item once, whatever its pages contain. The list of a correct server
//! is read completely and in order, in every paging format that Lumen uses.

#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};
use terraform_provider_lumen::lumen::fuzzing::List;

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    /// Pages of arbitrary bytes, separated by zero bytes.
    Hostile(Form, &'a [u8]),
    Honest(Honest),
}

/// The form of the list: a documented list, a list whose members may be next to it, or a list that may be
/// anywhere.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Form {
    Documented,
    Inherited,
    Anywhere,
}

/// A server that returns its items in order, and sometimes repeats some of them, because the list shifts.
#[derive(Arbitrary, Debug)]
struct Honest {
    form: Form,
    items: u8,
    page_size: u8,
    repeated: u8,
    place: Place,
    total: Total,
    as_text: bool,
}

/// Where the paging members are.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Place {
    OnTop,
    Object,
    ArrayOfOne,
}

/// The number of items that the server reports.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Total {
    Unsaid,
    TotalRecords,
    Total,
    /// All items of the list.
    ResultCount,
    /// The items on this page.
    PageCount,
}

fuzz_target!(|input: Input<'_>| match input {
    Input::Hostile(form, bytes) => hostile(form, bytes),
    Input::Honest(server) => honest(&server),
});

fn list(form: Form) -> List {
    match form {
        Form::Documented => List::new(Some("serviceInventory"), &["serviceId"], &[]),
        Form::Inherited => List::new(Some("location"), &["masterSiteId"], &["partner"]),
        Form::Anywhere => List::new(None, &[], &[]),
    }
}

fn identity(form: Form, item: &Value) -> Value {
    match form {
        Form::Documented => item.get("serviceId").unwrap_or(item).clone(),
        Form::Inherited => item.get("masterSiteId").unwrap_or(item).clone(),
        Form::Anywhere => item.clone(),
    }
}

fn hostile(form: Form, bytes: &[u8]) {
    let mut list = list(form);
    let mut last = None;
    for page in bytes.split(|byte| *byte == 0) {
        let Ok(new) = list.take(page) else { return };
        assert!(!new.is_empty() || list.is_over(), "a page without new items ends the list");
        assert!(new.len() <= page.len(), "a page has no more items than bytes");
        last = Some(page);
        if list.is_over() {
            return;
        }
    }
    let again = last.map(|page| list.take(page).expect("as before"));
    assert_eq!(again, Some(Vec::new()), "no item is new twice");
    assert!(list.is_over());
}

fn honest(server: &Honest) {
    let (size, count) = (usize::from(server.page_size % 20) + 1, usize::from(server.items % 64));
    let items: Vec<Value> = (0..count).map(|number| item(server.form, number)).collect();
    let mut list = list(server.form);
    let (mut read, mut start) = (Vec::new(), 0);
    for _ in 0..=count + 1 {
        let page = items.get(start..count.min(start + size)).unwrap_or_default();
        read.extend(list.take(&answer(server, page, count)).expect("a list"));
        if list.is_over() {
            break;
        }
        // At least one item of every page is new.
        let again = usize::from(server.repeated) % size;
        start = (start + page.len()).saturating_sub(again.min(page.len().saturating_sub(1)));
        if page.len() < size {
            start = count;
        }
    }

    assert!(list.is_over(), "{server:?}");
    assert_eq!(read.len(), count, "{server:?}");
    for (number, item) in read.iter().enumerate() {
        assert_eq!(
            identity(server.form, item),
            identity(server.form, &items[number]),
            "{server:?}"
        );
    }
}

fn item(form: Form, number: usize) -> Value {
    match form {
        Form::Documented => json!({ "serviceId": number, "status": "Active" }),
        Form::Inherited => json!({ "masterSiteId": format!("PL{number}") }),
        Form::Anywhere => json!({ "tn": 13_035_550_000_u64 + number as u64 }),
    }
}

fn answer(server: &Honest, page: &[Value], count: usize) -> Vec<u8> {
    let name = match server.form {
        Form::Documented => "serviceInventory",
        Form::Inherited => "location",
        Form::Anywhere => "numbers",
    };
    let said = match server.total {
        Total::Unsaid => None,
        Total::TotalRecords => Some(("totalRecords", count)),
        Total::Total => Some(("total", count)),
        Total::ResultCount => Some(("resultCount", count)),
        Total::PageCount => Some(("resultCount", page.len())),
    };
    let value =
        |number: usize| if server.as_text { json!(number.to_string()) } else { json!(number) };
    let paging: Map<String, Value> =
        said.into_iter().map(|(name, number)| (name.to_owned(), value(number))).collect();
    let mut body = Map::new();
    body.insert(name.to_owned(), page.into());
    match server.place {
        Place::OnTop => body.extend(paging),
        Place::Object => drop(body.insert("pagination".to_owned(), paging.into())),
        Place::ArrayOfOne => drop(body.insert("pagination".to_owned(), json!([paging]))),
    }
    serde_json::to_vec(&body).expect("JSON")
}
