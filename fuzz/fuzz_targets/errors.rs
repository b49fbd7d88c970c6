//! Whatever Lumen, a gateway or a proxy answers instead of a success, the resulting error is short, and
//! states correctly whether the request may have arrived.

#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use terraform_provider_lumen::lumen::Error;
use terraform_provider_lumen::lumen::fuzzing;

/// The members of all envelopes.
const NAMES: [&str; 20] = [
    "code",
    "ErrorCode",
    "errorCode",
    "reason",
    "info",
    "error_description",
    "Error",
    "faultstring",
    "message",
    "title",
    "detail",
    "propertyPath",
    "pointer",
    "exception",
    "error",
    "errors",
    "fault",
    "status",
    "correlationId",
    "details",
];

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    status: u16,
    /// How often the body is repeated, because an error page may be long.
    times: u8,
    /// Whether the body is also sent as a header.
    has_id: bool,
    body: &'a [u8],
}

fuzz_target!(|input: Input<'_>| {
    let Input { status, times, has_id, body } = input;
    let status = 100 + status % 900;
    let id = has_id.then_some(("x-correlation-id", body));
    let body = match lumen_fuzz::input(body, &NAMES) {
        Some(value) => value.to_string().into_bytes(),
        None => body.repeat(usize::from(times) + 1),
    };
    let problem = fuzzing::problem(status, id.as_slice(), &body);
    assert!(problem.body.len() <= 2048);
    assert_eq!(problem.status, status);
    if let (Some(words), Some(reason)) = (problem.words(), &problem.reason) {
        assert!(
            words.len() + 2 >= reason.trim().trim_end_matches('.').len(),
            "{words} of {reason}"
        );
    }

    let text = problem.to_string();
    assert!(text.starts_with(&format!("HTTP {status}")));
    assert!(text.len() <= 16_384, "{} bytes", text.len());

    let error = fuzzing::error(problem.clone());
    assert_eq!(error.problem(), Some(&problem));
    assert!(error.to_string().ends_with(&text));
    let is_refused = (400..500).contains(&status) && status != 408;
    assert!(!(is_refused && error.may_have_arrived()), "a refusal is certain: {error:?}");
    let is_clear = is_refused || matches!(status, 501 | 503);
    assert!(
        is_clear || error.may_have_arrived(),
        "if in doubt, the request may have arrived: {error:?}"
    );
    if let Error::NotFound(_) = error {
        assert!(matches!(status, 404 | 410));
    }
});
