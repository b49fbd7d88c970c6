use serde_json::json;

use super::*;

const THINGS: Listing = Listing { inherited: &["market"], ..Listing::of("things", &["id"]) };

/// The items and the total of a page.
fn read(body: &Value, listing: &Listing) -> Option<(Vec<Value>, Option<usize>)> {
    let text = body.to_string();
    let page = Page::read(text.as_bytes(), listing)?;
    Some((laid_out(&page.items), page.total))
}

fn laid_out(items: &[Cow<'_, RawValue>]) -> Vec<Value> {
    items.iter().filter_map(|item| serde_json::from_str(item.get()).ok()).collect()
}

#[test]
fn a_total_is_read_wherever_it_stands() {
    for (body, total) in [
        (json!({"things": [1, 2], "pagination": [{"pageSize": 1, "totalRecords": 7}]}), Some(7)),
        (json!({"things": [1, 2], "pagination": {"totalRecords": "7"}}), Some(7)),
        (json!({"things": [1, 2], "pagination": {"total": 2, "limit": 25}}), Some(2)),
        (json!({"things": [1, 2], "totalRecords": 2}), Some(2)),
        (json!({"things": [1, 2], "total": "7"}), Some(7)),
        (json!({"things": [1], "pageSize": 10, "resultCount": 4}), Some(4)),
        (json!({"things": [1], "pagination": [{"resultCount": 4}]}), Some(4)),
        (json!({"things": []}), None),
    ] {
        assert_eq!(read(&body, &THINGS).map(|page| page.1), Some(total), "{body}");
    }
}

#[test]
fn a_number_that_may_count_this_page_is_no_total() {
    for body in [
        json!({"things": [1], "pageSize": 10, "resultCount": 1}),
        json!({"things": [1, 2], "pageSize": 2, "resultCount": 2}),
        json!({"things": [1, 2], "pageSize": 100, "resultCount": 2}),
        json!({"things": [1, 2], "resultCount": 2}),
        json!({"things": [1, 2], "resultCount": 1}),
        json!({"things": [1, 2], "totalRecords": 1}),
        json!({"things": [1, 2], "totalRecords": 0, "resultCount": 2}),
    ] {
        assert_eq!(read(&body, &THINGS).map(|page| page.1), Some(None), "{body}");
    }
}

/// Reads a list of five things in pages of two, each page with these members, and returns how many pages
/// were read. Pages beyond the end are empty.
fn pages_read(members: impl Fn(usize) -> Value) -> usize {
    let things: Vec<Value> = (1..=5).map(|id| json!({"id": id})).collect();
    let mut collected = Collected::default();
    for number in 1..10 {
        let here: Vec<_> = things.iter().skip(2 * (number - 1)).take(2).cloned().collect();
        let mut body = members(here.len());
        body["things"] = here.into();
        let text = body.to_string();
        let Some(page) = Page::read(text.as_bytes(), &THINGS) else { panic!("it has a list") };
        if collected.add(page, &THINGS).1 == More::No {
            assert_eq!(collected.seen.len(), things.len(), "the list ended early: {body}");
            return number;
        }
    }
    panic!("the list has no end");
}

#[test]
fn a_list_with_a_total_ends_without_an_extra_page() {
    for members in [
        json!({"totalRecords": 5}),
        json!({"total": 5}),
        json!({"pagination": [{"pageNumber": 1, "pageSize": 1, "totalRecords": 5}]}),
        json!({"pagination": {"pageSize": 100, "total": 5}}),
        json!({"pageSize": 2, "resultCount": 5}),
        json!({"pageSize": 100, "resultCount": 5}),
    ] {
        assert_eq!(pages_read(|_| members.clone()), 3, "{members}");
    }
}

/// The server returns at most two items at once, whatever size it echoes.
#[test]
fn a_list_whose_numbers_may_count_a_page_ends_at_an_empty_page() {
    for page_size in [1, 2, 3, 100] {
        assert_eq!(pages_read(|here| json!({"pageSize": page_size, "resultCount": here})), 4);
        let nested = |here| json!({"pagination": [{"pageSize": page_size, "resultCount": here}]});
        assert_eq!(pages_read(nested), 4);
        assert_eq!(pages_read(|_| json!({"pageSize": page_size})), 4);
    }
}

#[test]
fn wrong_totals_end_nothing() {
    for total in [0, 1, 3, 12] {
        assert_eq!(pages_read(|_| json!({"totalRecords": total})), 4, "{total}");
        assert_eq!(pages_read(|_| json!({"pageSize": 100, "resultCount": total})), 4, "{total}");
    }
    // If each page states its own total, only the first one is correct.
    assert_eq!(pages_read(|here| json!({"resultCount": here + 1})), 4);
}

#[test]
fn no_list_is_not_an_empty_list() {
    for body in [json!({}), json!({"things": null}), json!([]), json!("things")] {
        assert_eq!(read(&body, &THINGS), None, "{body}");
    }
}

#[test]
fn a_list_that_nobody_documents_may_be_anywhere() {
    let anywhere = Listing { otherwise: Otherwise::AnyList, ..THINGS };
    for body in [json!([1]), json!({"things": [1], "other": [2]}), json!({"x": [1]})] {
        let page = read(&body, &anywhere);
        assert_eq!(page.map(|page| page.0), Some(vec![json!(1)]), "{body}");
    }
    for body in [json!({"x": [1], "y": [2]}), json!({"pagination": [{}]}), json!({})] {
        assert_eq!(read(&body, &anywhere), None, "{body}");
    }
}

#[test]
fn members_beside_the_list_are_meant_for_its_items() {
    let body = json!({"things": [{"id": 1}, {"id": 2, "market": "B"}], "market": "A", "other": 1});
    let items = vec![json!({"id": 1, "market": "A"}), json!({"id": 2, "market": "B"})];
    assert_eq!(read(&body, &THINGS), Some((items, None)));
}

#[test]
fn a_list_ends_when_a_page_is_empty_or_brings_nothing_new_or_completes_it() {
    let mut collected = Collected::default();
    let mut add = |body: Value| {
        let text = body.to_string();
        let empty = Page { items: Vec::new(), total: None };
        let page = Page::read(text.as_bytes(), &THINGS).unwrap_or(empty);
        let (new, more) = collected.add(page, &THINGS);
        (laid_out(&new), more)
    };
    let new = |ids: &[u32]| ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>();
    let twice = json!({"things": [{"id": 1}, {"id": 1}]});
    assert_eq!(add(twice), (new(&[1]), More::Maybe));
    assert_eq!(add(json!({"things": [{"id": 2}]})), (new(&[2]), More::Maybe));
    assert_eq!(add(json!({"things": [{"id": 1, "x": 0}]})), (new(&[]), More::No));
    assert_eq!(add(json!({"things": []})), (new(&[]), More::No));
    let last = json!({"things": [{"id": 3}], "pagination": [{"totalRecords": 3}]});
    assert_eq!(add(last), (new(&[3]), More::No));
}
