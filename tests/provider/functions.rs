//! Functions: what they return, and which argument their errors point to.

use expect_test::expect;
use terraform_provider_lumen::framework::{Number, Value};

use crate::world::started;

#[tokio::test]
async fn functions_need_no_credentials_and_no_lumen() {
    let mut provider = started();
    let number = |mbps: i64| Value::Number(Number::from(mbps));

    assert_eq!(provider.call("bandwidth_mbps", Value::text("1 Gbps")).await, Ok(number(1000)));
    assert_eq!(provider.call("format_bandwidth", number(1000)).await, Ok(Value::text("1 Gbps")));
    assert_eq!(
        provider.call("e164", Value::text("303-555-0100")).await,
        Ok(Value::text("+13035550100"))
    );
}

#[tokio::test]
async fn errors_point_at_the_argument() {
    let mut provider = started();
    let mut told = Vec::new();
    for (name, argument) in [
        ("bandwidth_mbps", Value::text("fast")),
        ("format_bandwidth", Value::Number(Number::from(-1_i64))),
        ("e164", Value::text("555")),
    ] {
        told.push(provider.call(name, argument).await.unwrap_err());
    }
    expect![[r#"
        argument Some(0): `fast` is not a bandwidth: the unit must be Mbps or Gbps, as in `100 Mbps`.
        argument Some(0): -1 is not a bandwidth in Mbps: give a whole number from 1 to 4294967295.
        argument Some(0): `555` is not a telephone number: a telephone number must look like `+13035550100` or `303-555-0100`."#]].assert_eq(&told.join("\n"));
}

#[tokio::test]
async fn all_functions_are_described() {
    let described = started().functions().await;
    assert_eq!(
        described,
        ["bandwidth_mbps(bandwidth)", "e164(telephone_number)", "format_bandwidth(mbps)"]
    );
}
