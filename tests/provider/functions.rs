//! Functions: what they return, and which argument their errors point to.

use expect_test::expect;
use terraform_provider_lumen::framework::{Number, Value};

use crate::world::started;

#[tokio::test]
async fn functions_need_no_credentials_and_no_lumen() {
    let mut provider = started();
    let number = |number: i64| Value::Number(Number::from(number));

    for (name, arguments, returned) in [
        ("bandwidth_mbps", vec![Value::text("1 Gbps")], number(1000)),
        ("format_bandwidth", vec![number(1000)], Value::text("1 Gbps")),
        ("e164", vec![Value::text("303-555-0100")], Value::text("+13035550100")),
        (
            "tn_range",
            ["+13035550199", "+13035550200"].map(Value::text).to_vec(),
            Value::List(["+13035550199", "+13035550200"].map(Value::text).to_vec()),
        ),
        (
            "add_business_days",
            vec![Value::text("2026-12-04T17:00:00Z"), number(1)],
            Value::text("2026-12-07T17:00:00Z"),
        ),
    ] {
        assert_eq!(provider.call(name, &arguments).await, Ok(returned), "{name}");
    }
}

#[tokio::test]
async fn errors_point_at_the_argument() {
    let mut provider = started();
    let mut told = Vec::new();
    let number = |number: i64| Value::Number(Number::from(number));
    for (name, arguments) in [
        ("bandwidth_mbps", vec![Value::text("fast")]),
        ("format_bandwidth", vec![number(-1)]),
        ("e164", vec![Value::text("555")]),
        ("tn_range", ["+13035550199", "+13035560000"].map(Value::text).to_vec()),
        ("add_business_days", vec![Value::text("tomorrow"), number(1)]),
        ("add_business_days", vec![Value::text("2026-12-04T17:00:00Z"), number(-1)]),
    ] {
        told.push(provider.call(name, &arguments).await.unwrap_err());
    }
    expect![[r#"
        argument Some(0): `fast` is not a bandwidth: the unit must be Mbps or Gbps, as in `100 Mbps`.
        argument Some(0): -1 is not a bandwidth in Mbps: give a whole number from 1 to 4294967295.
        argument Some(0): `555` is not a telephone number: a telephone number must look like `+13035550100` or `303-555-0100`.
        argument Some(1): +13035550199 to +13035560000 is not a block: give two numbers with the same area code (NPA) and exchange (NXX), the lower one first.
        argument Some(0): `tomorrow` is not a date: a date must exist, and look like `2026-12-07T17:00:00Z`.
        argument Some(1): -1 is not a number of business days: give a whole number from 0 to 1000."#]].assert_eq(&told.join("\n"));
}

#[tokio::test]
async fn all_functions_are_described() {
    let described = started().functions().await;
    assert_eq!(
        described,
        [
            "add_business_days(date, days)",
            "bandwidth_mbps(bandwidth)",
            "e164(telephone_number)",
            "format_bandwidth(mbps)",
            "tn_range(start, end)"
        ]
    );
}
