use std::collections::BTreeMap;
use std::time::Duration;

use expect_test::{Expect, expect};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::framework::Convert;

const CREDENTIALS: [(&str, &str); 3] = [
    ("LUMEN_CLIENT_ID", "key"),
    ("LUMEN_CLIENT_SECRET", "s3cret"),
    ("LUMEN_CUSTOMER_NUMBER", "1-ABC-23"),
];

/// A provider block of these arguments, with these variables in the environment.
fn configured(
    arguments: impl IntoIterator<Item = (&'static str, Value)>,
    variables: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> (Option<Session>, String) {
    let variables: BTreeMap<&str, &str> = variables.into_iter().collect();
    let context = Context::new(CancellationToken::new(), Duration::from_secs(1));
    let block = ProviderBlock::from_value(&Value::object(arguments)).unwrap_or_default();
    let variable = |name: &str| variables.get(name).map(ToString::to_string);
    let machine: Arc<dyn Machine> = Arc::new(ThisMachine);
    let (session, errors) = match session(block, variable, &machine, &context) {
        Ok(session) => (Some(session), Vec::new()),
        Err(errors) => (None, errors),
    };
    let told: Vec<String> = context
        .into_warnings()
        .into_iter()
        .chain(errors)
        .map(|told| {
            let path = told.path.as_ref().map_or_else(String::new, |path| format!(" (at {path})"));
            format!("{:?}: {}{path}\n{}", told.severity, told.summary, told.detail())
        })
        .collect();
    (session, told.join("\n\n"))
}

fn told(
    arguments: impl IntoIterator<Item = (&'static str, Value)>,
    variables: impl IntoIterator<Item = (&'static str, &'static str)>,
    expected: &Expect,
) {
    expected.assert_eq(&configured(arguments, variables).1);
}

fn settings(session: Option<Session>) -> Option<Settings> {
    Some(session?.lumen?.settings().clone())
}

#[test]
fn everything_can_come_from_the_environment() {
    let others = [
        ("LUMEN_ENVIRONMENT", "sandbox"),
        ("LUMEN_BILLING_ACCOUNT_ID", "5-RHQBGCGK"),
        ("LUMEN_TOKEN_URL", "https://tokens.example/token"),
        ("LUMEN_VOICE_BASE_URL", "https://voice.example"),
    ];
    let (session, told) = configured([], CREDENTIALS.into_iter().chain(others));

    assert_eq!(told, "");
    let account = session.as_ref().and_then(|session| session.billing_account_id.known().cloned());
    assert_eq!(account.map(|account| account.to_string()).as_deref(), Some("5-RHQBGCGK"));
    let urls = settings(session).map(|made| {
        [made.base_url, made.token_url, made.voice_base_url].map(|url| url.to_string())
    });
    let expected =
        ["https://api-test.lumen.com", "https://tokens.example/token", "https://voice.example"];
    assert_eq!(urls, Some(expected.map(str::to_owned)));
}

#[test]
fn arguments_come_before_variables_and_old_names_of_variables_last() {
    let variables = [
        ("LUMEN_CLIENT_ID", "new"),
        ("LUMEN_CONSUMER_KEY", "old"),
        ("LUMEN_CONSUMER_SECRET", "old secret"),
        ("LUMEN_CUSTOMER_NUMBER", "1-ENV"),
        ("LUMEN_BASE_URL", "https://env.example"),
    ];
    let made = settings(configured([("customer_number", Value::text("1-ARG"))], variables).0);

    let made = made
        .map(|made| (made.client_id, made.customer_number.to_string(), made.token_url.to_string()));
    let expected = ("new", "1-ARG", "https://env.example/oauth/v2/token");
    assert_eq!(made, Some((expected.0.to_owned(), expected.1.to_owned(), expected.2.to_owned())));
}

#[test]
fn production_is_where_nothing_else_is_said() {
    let made = settings(configured([], CREDENTIALS).0);

    assert_eq!(
        made.as_ref().map(|made| made.base_url.to_string()).as_deref(),
        Some("https://api.lumen.com")
    );
    let made =
        made.map(|made| (made.max_retries, made.max_concurrent_requests, made.request_timeout));
    assert_eq!(made, Some((5, 32, Duration::from_secs(30))));
}

#[test]
fn a_missing_credential_names_the_argument_and_the_variable() {
    told(
        [],
        [],
        &expect![[r#"
        Error: `client_id` is missing (at client_id)
        Neither the argument nor the environment variable LUMEN_CLIENT_ID or LUMEN_CONSUMER_KEY is set.

        Set `LUMEN_CLIENT_ID` in the environment, or `client_id` in the `provider "lumen"` block.

        Error: `client_secret` is missing (at client_secret)
        Neither the argument nor the environment variable LUMEN_CLIENT_SECRET or LUMEN_CONSUMER_SECRET is set.

        Set `LUMEN_CLIENT_SECRET` in the environment, or `client_secret` in the `provider "lumen"` block.

        Error: `customer_number` is missing (at customer_number)
        Neither the argument nor the environment variable LUMEN_CUSTOMER_NUMBER is set.

        Set `LUMEN_CUSTOMER_NUMBER` in the environment, or `customer_number` in the `provider "lumen"` block."#]],
    );
}

#[test]
fn a_variable_that_cannot_be_used_is_named() {
    let wrong = [
        ("LUMEN_BASE_URL", "http://api.lumen.com"),
        ("LUMEN_ENVIRONMENT", "staging"),
        ("LUMEN_CUSTOMER_NUMBER", " "),
        ("LUMEN_TOKEN_URL", "https://key:s3cret@api.lumen.com"),
    ];
    told(
        [],
        CREDENTIALS.into_iter().chain(wrong),
        &expect![[r#"
        Error: The environment variable `LUMEN_CUSTOMER_NUMBER` is not valid
        A customer number must not be empty.

        Correct `LUMEN_CUSTOMER_NUMBER`, or unset it.

        Error: The environment variable `LUMEN_ENVIRONMENT` is not valid
        It is neither `production` nor `sandbox`.

        Correct `LUMEN_ENVIRONMENT`, or unset it.

        Error: The environment variable `LUMEN_BASE_URL` is not valid
        It must be an https URL; http is accepted only for localhost.

        Correct `LUMEN_BASE_URL`, or unset it.

        Error: The environment variable `LUMEN_TOKEN_URL` is not valid
        It must not contain credentials.

        Correct `LUMEN_TOKEN_URL`, or unset it."#]],
    );
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let arguments = [
        ("poll_interval", Value::text("2m")),
        ("poll_interval_max", Value::text("90s")),
        ("iod_api", Value::text("connections")),
    ];
    told(
        arguments,
        CREDENTIALS,
        &expect![[r#"
        Error: `poll_interval_max` is shorter than `poll_interval` (at poll_interval_max)
        The pause would have to grow from 120s to 90s.

        Set `poll_interval_max` to the longest pause that you accept, such as `60s`, or remove it.

        Error: `iod_api = "connections"` is not available in this version (at iod_api)
        The provider uses only the `ordering` API: the other one can neither price nor disconnect a connection.

        Remove `iod_api`, or set it to `ordering`."#]],
    );
}

#[test]
fn a_host_that_lumen_has_retired_is_warned_of() {
    let arguments = [("base_url", Value::text("https://api.centurylink.com"))];
    told(
        arguments,
        CREDENTIALS,
        &expect![[r#"
        Warning: Lumen has retired `api.centurylink.com` (at base_url)
        The host may stop answering at any time.

        Remove `base_url`, or set it to `https://api.lumen.com`."#]],
    );
}

#[test]
fn as_long_as_credentials_are_unknown_nothing_fails_and_nothing_connects() {
    for unknown in ["client_id", "client_secret", "customer_number", "base_url", "environment"] {
        let (session, told) = configured([(unknown, Value::unknown())], CREDENTIALS);

        assert_eq!(told, "", "{unknown}");
        assert!(session.is_some_and(|session| session.lumen.is_none()), "{unknown}");
    }
}

#[test]
fn no_secret_is_ever_printed() {
    let (session, told) = configured([("client_secret", Value::text("s3cret"))], CREDENTIALS);
    let made = settings(session);

    assert!(made.is_some());
    assert!(!format!("{made:?}{told}").contains("s3cret"));
}

/// What a plan that orders something says of the journal, as often as it is asked.
fn said_of_the_journal(
    arguments: impl IntoIterator<Item = (&'static str, Value)>,
    variables: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> Vec<String> {
    let (session, _) = configured(arguments, CREDENTIALS.into_iter().chain(variables));
    let context = Context::new(CancellationToken::new(), Duration::from_secs(1));
    for _ in 0..2 {
        if let Some(session) = &session {
            session.review_journal(&context);
        }
    }
    let warnings = context.into_warnings().into_iter();
    warnings.map(|told| format!("{}\n{}", told.summary, told.detail())).collect()
}

#[test]
fn a_journal_that_nobody_chose_is_warned_of_in_pipelines_once() {
    let data = ("TF_DATA_DIR", "/data");
    let said = said_of_the_journal([], [("CI", "true"), ("GITLAB_CI", "true"), data]);

    expect![[r#"
        The order journal is on a temporary runner
        `GITLAB_CI` indicates that this run is part of a pipeline, and neither `order_journal` nor `LUMEN_ORDER_JOURNAL` is set. This run records its orders only on this machine, in `/data/lumen/orders`.

        If the machine is deleted before Terraform saves its state, the next run does not know what was ordered, and may order it again.

        Set `order_journal` or `LUMEN_ORDER_JOURNAL` to a place that all runs share, such as `s3://example/lumen-orders`. Plans need it as well as applies."#]].assert_eq(&said.join("\n\n"));
    for variable in AUTOMATION {
        let said = said_of_the_journal([], [(variable, "1")]);
        assert!(said.len() == 1 && said.concat().contains(&format!("`{variable}`")), "{said:?}");
    }
}

#[test]
fn a_journal_that_somebody_chose_or_that_no_pipeline_uses_is_not_warned_of() {
    let pipeline = ("CI", "true");
    let chosen = [("order_journal", Value::text("s3://bucket/orders"))];
    assert_eq!(said_of_the_journal(chosen, [pipeline]), [""; 0]);
    let unknown = [("order_journal", Value::unknown())];
    assert_eq!(said_of_the_journal(unknown, [pipeline]), [""; 0]);
    let variable = ("LUMEN_ORDER_JOURNAL", "/mnt/orders");
    assert_eq!(said_of_the_journal([], [pipeline, variable]), [""; 0]);
    for value in ["", "0", "false", "False"] {
        assert_eq!(said_of_the_journal([], [("CI", value)]), [""; 0], "{value:?}");
    }
    assert_eq!(said_of_the_journal([], []), [""; 0]);
}
