use std::collections::BTreeSet;

use super::*;
use NotificationClass::{Failed, NeedsAnswer, Running, Success};
use OrderKind::{Change, Disconnect, Install, Port, Reservation};

/// Lumen's table of HTTP errors.
const HTTP_ERRORS: &str = "\
    1405 1612 10007 10011 20000 20001 20003 20004 20005 20006 20007 20008 20009 \
    20010 20011 20012 20013 20014 20015 20016 20019 20020 20021 20022 20023 20024 \
    20025 20026 20027 20028 20029 20030 20031 20032 20040 20041 20042 20043 20044 \
    20045 20046 20047 20048 20049 20050 20051 20052 20054 20055 20057 20060 20061 \
    20064 20065 20067 20068 20069 20070 20082 20083 20084 20085 20088 20089 20090 \
    20091 20092 20093 20102 20103 20104 20108 20109 20112 20113 20114 20115 20204 \
    20207 20210 20211 20213 20214 20215 20218 20231 20232 20237 20238 403001 \
    403002 403003 403004 403005 403006 404001 405001 406001 409001 500001 503001 \
    504001 504002";

/// Lumen's table of notifications.
const NOTIFICATIONS: &str = "\
    901 902 903 904 906 1302 1303 1304 1403 1429 1616 1648 1807 1921 4011 \
    10001 10002 10004 10005 10006 10008 10009 10010 10012 10013 10015 20020 20063 \
    20066 20107 20217";

fn all() -> impl Iterator<Item = &'static Row> {
    CODES.iter().chain(&CODES_OF_OTHER_ORDERS)
}

#[test]
fn every_documented_code_has_one_row() {
    let codes: Vec<&str> = all().map(|(code, ..)| *code).collect();
    let distinct: BTreeSet<&str> = codes.iter().copied().collect();
    assert_eq!(codes.len(), distinct.len());
    let documented = HTTP_ERRORS.split_whitespace().chain(NOTIFICATIONS.split_whitespace());
    assert_eq!(distinct, documented.collect());
}

#[test]
fn a_row_says_where_its_code_is_documented() {
    for (code, _, source) in all() {
        let is_in = |table: &str| table.split_whitespace().any(|known| known == *code);
        let documented = (is_in(HTTP_ERRORS), is_in(NOTIFICATIONS));
        let said = match source {
            Answer => (true, false),
            Notification(_) | NotificationAndAssumedAnswer(_) => (false, true),
            Both(_) => (true, true),
        };
        assert_eq!(said, documented, "{code}");
    }
}

/// What each notification means for a reservation, an install, a port, a change and a disconnect.
#[test]
fn the_meaning_of_a_notification_depends_on_the_kind_of_order() {
    let (run, ok, no) = (Some(Running), Some(Success), Some(Failed));
    let ask = Some(NeedsAnswer);
    let table = [
        ("901", [run, run, run, run, run]),
        ("902", [ok, ok, ok, ok, None]),
        ("903", [run, None, run, None, None]),
        ("904", [run, None, run, None, None]),
        ("906", [ok, None, None, None, ok]),
        ("1302", [no; 5]),
        ("1303", [no; 5]),
        ("1304", [no; 5]),
        ("1403", [no; 5]),
        ("1429", [no; 5]),
        ("1616", [no; 5]),
        ("1648", [no, None, None, None, None]),
        ("1807", [run; 5]),
        ("1921", [no, None, None, None, None]),
        ("4011", [run; 5]),
        ("10001", [ask, None, None, None, None]),
        ("10002", [ok, ok, ok, ok, None]),
        ("10004", [no, None, None, None, None]),
        ("10005", [no, None, None, None, None]),
        ("10006", [run, None, None, None, None]),
        ("10008", [run, None, None, None, None]),
        ("10009", [no, None, None, None, None]),
        ("10010", [no, None, None, None, None]),
        ("10012", [no, None, None, None, None]),
        ("10013", [no, None, None, None, None]),
        ("10015", [no, None, None, None, None]),
        ("20020", [no; 5]),
        ("20063", [no; 5]),
        ("20066", [no, None, run, None, None]),
        ("20107", [no, None, None, None, None]),
        ("20217", [no; 5]),
    ];
    assert!(NOTIFICATIONS.split_whitespace().eq(table.map(|(code, _)| code)));
    for (code, expected) in table {
        let classes = [Reservation, Install, Port, Change, Disconnect]
            .map(|kind| notification_class(code, kind));
        assert_eq!(classes, expected, "{code}");
    }
}

#[test]
fn a_code_that_only_refuses_requests_means_nothing_as_a_notification() {
    for code in ["20085", "403006", "20055", "4242"] {
        assert_eq!(notification_class(code, Reservation), None, "{code}");
        assert_eq!(notification_text(code), None, "{code}");
    }
}

#[test]
fn refusals_are_asked_by_their_meaning() {
    let codes_with = |meaning: Meaning| -> Vec<&str> {
        all().filter(|(_, own, _)| *own == meaning).map(|(code, ..)| *code).collect()
    };
    assert_eq!(codes_with(UnknownOrder), ["20049", "20054", "20055", "20060", "20064"]);
    assert_eq!(codes_with(AlreadyComplete), ["20065", "20238"]);
    assert_eq!(codes_with(AlreadyCancelled), ["20108"]);
    assert_eq!(codes_with(NotWaitingForAnswer), ["20107"]);
    assert_eq!(codes_with(TooLateToCancel), ["20066"]);
    assert_eq!(codes_with(NotCancellable), ["20070"]);
    assert_eq!(codes_with(Busy), ["409001", "1612"]);
    assert_eq!(codes_with(StaleToken), ["403001", "403002", "403006"]);
    assert_eq!(codes_with(Invalid(PageSize)), ["20104"]);
    assert_eq!(codes_with(Invalid(Quantity)), ["10007", "10011"]);
    let routes = ["1405", "20063", "20032", "20207"];
    assert_eq!(codes_with(Invalid(CustomerServiceName)), routes);
    assert_eq!(Meaning::of(" 20065 "), Some(AlreadyComplete));
    assert_eq!(Meaning::of("invalidValue"), None);
}
