//! Arguments of the provider block that can't work: each error names the argument and the remedy.

use expect_test::expect;
use lumen_core::{Block, Literal, diagnostics};
use terraform_provider_lumen::framework::Value;
use terraform_provider_lumen::plugin::codec;
use terraform_provider_lumen::plugin::proto::tfplugin6::configure_provider;
use terraform_provider_lumen::provider::registry;

use crate::world::{a_contact, a_provider, started};

/// An address without a server.
const NOWHERE: &str = "http://127.0.0.1:9";

async fn configured(block: &Block) -> String {
    diagnostics(&started().configure(block).await)
}

/// The messages about each of these provider arguments, one below the other.
async fn told_by_provider(arguments: impl IntoIterator<Item = (&str, Value)>) -> String {
    let mut told = Vec::new();
    for (argument, value) in arguments {
        let about = configured(&a_provider(NOWHERE).with(argument, value.clone())).await;
        assert!(about.contains(&format!("(at {argument}")), "{argument} = {value:?}: {about:?}");
        told.push(about);
    }
    told.join("\n")
}

#[tokio::test(start_paused = true)]
async fn provider_arguments() {
    let told = told_by_provider([
        ("client_id", "".value()),
        ("client_secret", "".value()),
        ("customer_number", "".value()),
        ("environment", "staging".value()),
        ("base_url", "http://api.lumen.com".value()),
        ("base_url", "api.lumen.com".value()),
        ("token_url", "ftp://api.lumen.com".value()),
        ("voice_base_url", "http://lumen.example".value()),
        ("iod_api", "mef".value()),
        ("iod_api", "connections".value()),
        ("order_status", "guess".value()),
        ("billing_account_id", "".value()),
        ("max_hourly_price", "cheap".value()),
        ("max_hourly_price", "-1".value()),
    ])
    .await;

    expect![[r#"
        Error: `client_id` is not valid (at client_id)

        "" can't be used: it is empty.

        Set `client_id` to text of 1 to 512 characters.

        Error: `client_secret` is not valid (at client_secret)

        The value given (not shown: it is sensitive) can't be used: it is empty.

        Set `client_secret` to text of 1 to 512 characters.

        Error: `customer_number` is not valid (at customer_number)

        "" can't be used: a customer number must not be empty.

        Set `customer_number` to your Lumen customer number, such as `1-ABC-23`.

        Error: `environment` is not valid (at environment)

        "staging" can't be used: it is not one of the allowed values.

        Set `environment` to one of `production`, `sandbox`.

        Error: `base_url` is not valid (at base_url)

        "http://api.lumen.com" can't be used: it must be an https URL; http is accepted only for localhost.

        Set `base_url` to an https URL, such as `https://api.lumen.com`; http is accepted only for localhost, such as `http://127.0.0.1:…`.

        Error: `base_url` is not valid (at base_url)

        "api.lumen.com" can't be used: it is not a URL: relative URL without a base.

        Set `base_url` to an https URL, such as `https://api.lumen.com`; http is accepted only for localhost, such as `http://127.0.0.1:…`.

        Error: `token_url` is not valid (at token_url)

        "ftp://api.lumen.com" can't be used: it must be an https URL; http is accepted only for localhost.

        Set `token_url` to an https URL, such as `https://api.lumen.com`; http is accepted only for localhost, such as `http://127.0.0.1:…`.

        Error: `voice_base_url` is not valid (at voice_base_url)

        "http://lumen.example" can't be used: it must be an https URL; http is accepted only for localhost.

        Set `voice_base_url` to an https URL, such as `https://api.lumen.com`; http is accepted only for localhost, such as `http://127.0.0.1:…`.

        Error: `iod_api` is not valid (at iod_api)

        "mef" can't be used: it is not one of the allowed values.

        Set `iod_api` to one of `ordering`, `connections`.

        Error: `iod_api = "connections"` is not available in this version (at iod_api)

        The provider uses only the `ordering` API: the other one can neither price nor disconnect a connection.

        Remove `iod_api`, or set it to `ordering`.

        Error: `order_status` is not valid (at order_status)

        "guess" can't be used: it is not one of the allowed values.

        Set `order_status` to one of `auto`, `status_endpoint`, `inventory`.

        Error: `billing_account_id` is not valid (at billing_account_id)

        "" can't be used: a billing account ID must not be empty.

        Set `billing_account_id` to the `id` of one of `lumen_billing_accounts`.

        Error: `max_hourly_price` is not valid (at max_hourly_price)

        "cheap" can't be used: a price must be a decimal number of US dollars, 0 or more, such as `0.46`.

        Set `max_hourly_price` to a decimal number of USD per hour, such as `"0.46"`.

        Error: `max_hourly_price` is not valid (at max_hourly_price)

        "-1" can't be used: a price must be a decimal number of US dollars, 0 or more, such as `0.46`.

        Set `max_hourly_price` to a decimal number of USD per hour, such as `"0.46"`.
    "#]].assert_eq(&told);
}

#[tokio::test(start_paused = true)]
async fn provider_arguments_about_orders() {
    let told = told_by_provider([
        ("purchase_order_number", "".value()),
        ("purchase_order_number", "p".repeat(65).as_str().value()),
        ("note", "".value()),
        ("note", "n".repeat(256).as_str().value()),
    ])
    .await;

    expect![[r#"
        Error: `purchase_order_number` is not valid (at purchase_order_number)

        "" can't be used: it is empty.

        Set `purchase_order_number` to text of 1 to 64 characters.

        Error: `purchase_order_number` is not valid (at purchase_order_number)

        "ppp…" can't be used: it has 65 characters.

        Set `purchase_order_number` to text of 1 to 64 characters.

        Error: `note` is not valid (at note)

        "" can't be used: it is empty.

        Set `note` to text of 1 to 255 characters.

        Error: `note` is not valid (at note)

        "nnn…" can't be used: it has 256 characters.

        Set `note` to text of 1 to 255 characters.
    "#]]
    .assert_eq(&told.replace(&"p".repeat(65), "ppp…").replace(&"n".repeat(256), "nnn…"));
}

#[tokio::test(start_paused = true)]
async fn provider_arguments_about_requests() {
    let told = told_by_provider([
        ("request_timeout", "30".value()),
        ("request_timeout", "0s".value()),
        ("max_retries", (-1).value()),
        ("max_retries", 21.value()),
        ("max_retries", 1.5.value()),
        ("max_concurrent_requests", 0.value()),
        ("max_concurrent_requests", 257.value()),
        ("requests_per_second", 0.value()),
        ("poll_interval", "soon".value()),
        ("poll_interval_max", "-5s".value()),
    ])
    .await;

    expect![[r#"
        Error: `request_timeout` is not valid (at request_timeout)

        "30" can't be used: it is not a duration.

        Set `request_timeout` to a duration with a unit, such as `90s`, `45m` or `2h`.

        Error: `request_timeout` is not valid (at request_timeout)

        "0s" can't be used: it must be longer than zero.

        Set `request_timeout` to a duration with a unit, such as `90s`, `45m` or `2h`.

        Error: `max_retries` is not valid (at max_retries)

        -1 can't be used: it is too small.

        Set `max_retries` to a whole number from 0 to 20.

        Error: `max_retries` is not valid (at max_retries)

        21 can't be used: it is too large.

        Set `max_retries` to a whole number from 0 to 20.

        Error: `max_retries` is not valid (at max_retries)

        1.5 can't be used: it is not a whole number, or is too large.

        Set `max_retries` to a whole number from 0 to 20.

        Error: `max_concurrent_requests` is not valid (at max_concurrent_requests)

        0 can't be used: it is too small.

        Set `max_concurrent_requests` to a whole number from 1 to 256.

        Error: `max_concurrent_requests` is not valid (at max_concurrent_requests)

        257 can't be used: it is too large.

        Set `max_concurrent_requests` to a whole number from 1 to 256.

        Error: `requests_per_second` is not valid (at requests_per_second)

        0 can't be used: it is not above 0.

        Set `requests_per_second` to a number above 0.

        Error: `poll_interval` is not valid (at poll_interval)

        "soon" can't be used: it is not a duration.

        Set `poll_interval` to a duration with a unit, such as `90s`, `45m` or `2h`.

        Error: `poll_interval_max` is not valid (at poll_interval_max)

        "-5s" can't be used: it must be longer than zero.

        Set `poll_interval_max` to a duration with a unit, such as `90s`, `45m` or `2h`.
    "#]]
    .assert_eq(&told);
}

/// The order contact with one member changed.
pub(crate) fn contact_with(member: &str, text: &str) -> Value {
    Value::object(
        a_contact()
            .map(|(name, usual)| (name, Value::text(if name == member { text } else { usual }))),
    )
}

#[tokio::test(start_paused = true)]
async fn the_members_of_a_contact() {
    let told = told_by_provider([
        ("contact", contact_with("name", "Ada")),
        ("contact", contact_with("email", "noc")),
        ("contact", contact_with("phone", "+44 20 7946 0000")),
        ("contact", contact_with("organization", " ")),
    ])
    .await;

    expect![[r#"
        Error: `contact.name` is not valid (at contact)

        "Ada" can't be used: Lumen requires a first and a last name.

        Set `contact.name` to a first and a last name, such as `Ada Lovelace`.

        Error: `contact.email` is not valid (at contact)

        "noc" can't be used: it is not an email address.

        Set `contact.email` to an email address, such as `noc@example.com`.

        Error: `contact.phone` is not valid (at contact)

        "+44 20 7946 0000" can't be used: it is not a telephone number of ten digits.

        Set `contact.phone` to a telephone number in the United States, such as `+16157691234`.

        Error: `contact.organization` is not valid (at contact)

        " " can't be used: it is empty.

        Set `contact.organization` to text of 1 to 255 characters.
    "#]]
    .assert_eq(&told);
}

#[tokio::test(start_paused = true)]
async fn arguments_that_every_request_needs() {
    let none = Block::default().with("base_url", NOWHERE);

    expect![[r#"
        Error: `client_id` is missing (at client_id)

        Neither the argument nor the environment variable LUMEN_CLIENT_ID or LUMEN_CONSUMER_KEY is set.

        Set `LUMEN_CLIENT_ID` in the environment, or `client_id` in the `provider "lumen"` block.

        Error: `client_secret` is missing (at client_secret)

        Neither the argument nor the environment variable LUMEN_CLIENT_SECRET or LUMEN_CONSUMER_SECRET is set.

        Set `LUMEN_CLIENT_SECRET` in the environment, or `client_secret` in the `provider "lumen"` block.

        Error: `customer_number` is missing (at customer_number)

        Neither the argument nor the environment variable LUMEN_CUSTOMER_NUMBER is set.

        Set `LUMEN_CUSTOMER_NUMBER` in the environment, or `customer_number` in the `provider "lumen"` block.
    "#]].assert_eq(&configured(&none).await);
}

#[tokio::test(start_paused = true)]
async fn pauses_that_do_not_fit_each_other() {
    let block = a_provider(NOWHERE).with("poll_interval", "2m").with("poll_interval_max", "1m");

    expect![[r#"
        Error: `poll_interval_max` is shorter than `poll_interval` (at poll_interval_max)

        The pause would have to grow from 120s to 60s.

        Set `poll_interval_max` to the longest pause that you accept, such as `60s`, or remove it.
    "#]]
    .assert_eq(&configured(&block).await);
}

#[tokio::test(start_paused = true)]
async fn a_retired_host_is_warned_of() {
    // No test sends a request to Lumen.
    let block = a_provider("https://api.centurylink.com").with("token_url", NOWHERE);

    expect![[r#"
        Warning: Lumen has retired `api.centurylink.com` (at base_url)

        The host may stop answering at any time.

        Remove `base_url`, or set it to `https://api.lumen.com`.
    "#]]
    .assert_eq(&configured(&block).await);
}

/// A value that is unknown during validation is known when the provider is configured.
#[tokio::test(start_paused = true)]
async fn an_argument_that_becomes_known_later_is_checked_then() {
    for (argument, value) in [("poll_interval", "soon".value()), ("order_status", "guess".value())]
    {
        let mut provider = started();
        let registry = registry();
        let kind = registry.provider_schema().implied_type();
        let block = a_provider(NOWHERE).with(argument, value).complete(kind);
        let config = Some(codec::encode(&block, kind).unwrap());
        let request = configure_provider::Request { config, ..Default::default() };

        let answer = provider.client.configure_provider(request).await.unwrap().into_inner();

        let told = diagnostics(&answer.diagnostics);
        assert!(told.starts_with(&format!("Error: `{argument}` is not valid")), "{told}");
    }
}
