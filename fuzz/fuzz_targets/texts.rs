//! Texts from users and headers. A text that can be parsed has one canonical form, which parses to the same
//! value.

#![no_main]

use std::fmt::{Debug, Display};
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;
use terraform_provider_lumen::framework::Span;
use terraform_provider_lumen::journal::JournalLocation;
use terraform_provider_lumen::lumen::voice::{NotificationCode, Percent, TelephoneNumber};
use terraform_provider_lumen::lumen::{
    ApiUrl, Bandwidth, CustomerNumber, ExternalId, HourlyPrice, MonthlyPrice, SameApi, ServiceId,
    fuzzing,
};

fuzz_target!(|input: (u8, &str)| {
    let (choice, text) = input;
    match choice % 12 {
        0 => drop(stored::<ServiceId>(text)),
        1 => drop(stored::<CustomerNumber>(text)),
        2 => {
            if let Some(id) = stored::<ExternalId>(text) {
                assert!(id.as_str().chars().count() <= 20);
            }
        }
        3 => telephone_number(text),
        4 => bandwidth(text),
        5 => price(text),
        6 => api_url(text),
        7 => location(text),
        8 => span(text),
        9 => drop(one_form::<Percent>(text)),
        10 => drop(stored::<NotificationCode>(text)),
        _ => retry_after(text),
    }
});

/// Parses a text, and checks that its canonical form parses to the same value.
fn one_form<T: FromStr<Err: Display> + Display + PartialEq + Debug>(text: &str) -> Option<T> {
    match text.parse::<T>() {
        Ok(read) => {
            let written = read.to_string();
            assert!(written.len() <= text.len() + 64, "{text:?} became {written:?}");
            match written.parse::<T>() {
                Ok(again) => assert_eq!(again, read, "{text:?} was written as {written:?}"),
                Err(error) => panic!("{text:?} was written as {written:?}: {error}"),
            }
            Some(read)
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            None
        }
    }
}

/// The same for values that are stored as JSON.
fn stored<T>(text: &str) -> Option<T>
where
    T: FromStr<Err: Display> + Display + PartialEq + Debug + Serialize + DeserializeOwned,
{
    let read = one_form::<T>(text)?;
    let json = serde_json::to_string(&read).expect("JSON");
    assert_eq!(serde_json::from_str::<T>(&json).ok().as_ref(), Some(&read), "{json}");
    Some(read)
}

fn telephone_number(text: &str) {
    let Some(number) = stored::<TelephoneNumber>(text) else { return };
    assert_eq!(TelephoneNumber::from_digits(number.digits()), Ok(number));
    if let (Some(npa), Some(nxx)) = (number.npa(), number.nxx()) {
        let line = format!("{:04}", number.digits() % 10_000);
        assert_eq!(TelephoneNumber::from_parts(&npa, &nxx, &line), Ok(number));
    }
    for line in [format!("0{text}"), text.chars().take(7).collect()] {
        let _ = TelephoneNumber::from_parts("303", "555", &line);
    }
}

fn bandwidth(text: &str) {
    let Some(bandwidth) = stored::<Bandwidth>(text) else { return };
    assert_eq!(Bandwidth::from_mbps(bandwidth.mbps()), Some(bandwidth));
    assert_eq!(bandwidth.to_wire().parse(), Ok(bandwidth));
}

fn price(text: &str) {
    let (hourly, monthly) = (one_form::<HourlyPrice>(text), one_form::<MonthlyPrice>(text));
    assert_eq!(hourly.is_some(), monthly.is_some());
    if let Some(hourly) = hourly {
        let month = hourly.per_month();
        assert!("0".parse::<MonthlyPrice>().is_ok_and(|nothing| nothing <= month));
        assert!(month.to_string().contains('.'));
    }
}

fn api_url(text: &str) {
    let Ok(url) = text.parse::<ApiUrl>() else { return };
    let written = url.to_string();
    let again = written.parse::<ApiUrl>().expect("an address");
    assert_eq!((again.to_string(), again.canonical()), (written, url.canonical()), "{text:?}");
    assert!(!url.host().is_empty());
    assert!(url.username().is_empty() && url.password().is_none());
    let canonical = url.canonical();
    let again = canonical.parse::<ApiUrl>().expect("an address");
    assert_eq!(again.canonical(), canonical, "the canonical form is its own canonical form");
    assert_eq!(SameApi::of(&canonical, &again.canonical()), SameApi::Yes);
    let token = url.join("oauth/v2/token");
    assert_eq!(
        (token.host(), token.scheme()),
        (url.host(), url.scheme()),
        "secrets are sent to one host only"
    );
    assert!(token.path().ends_with("/oauth/v2/token"));
}

fn location(text: &str) {
    let Ok(location) = text.parse::<JournalLocation>() else { return };
    let written = location.to_string();
    let again = written.parse::<JournalLocation>().expect("a place");
    assert_eq!(again.to_string(), written, "a location has one name");
    if let JournalLocation::Bucket(url) = &again {
        assert!(url.password().is_none() && url.query().is_none(), "no secret is shown");
    }
}

fn span(text: &str) {
    let Ok(span) = text.parse::<Span>() else { return };
    assert!(!span.duration().is_zero());
    assert!(!span.to_string().is_empty());
}

fn retry_after(text: &str) {
    let now = Timestamp::from_second(1_750_000_000).expect("a time");
    let Some(pause) = fuzzing::retry_after(text, now) else { return };
    let is_a_number = text.trim().trim_start_matches('+').bytes().all(|byte| byte.is_ascii_digit());
    // A date has a year of four digits at most, which limits the pause.
    assert!(is_a_number || pause <= Duration::from_hours(24 * 366 * 8_000), "{pause:?}");
}
