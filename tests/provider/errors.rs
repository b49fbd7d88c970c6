//! Every HTTP code that Lumen documents, at each step of an order, with the message that users see.

use expect_test::expect;
use lumen_simulator::Fault;

use crate::world::{ORDER, PRICE, QUOTE, World, a_connection, given};

/// Lumen's answers: a name, the HTTP code, and the body.
const ANSWERS: [(&str, u16, &str); 15] = [
    (
        "400",
        400,
        r#"{"code":"invalidBody","reason":"The body is not valid","message":"Bad request"}"#,
    ),
    ("401", 401, r#"{"code":"invalidCredentials","reason":"Invalid or expired access token"}"#),
    ("403", 403, r#"{"code":"accessDenied","reason":"The product is not in the key"}"#),
    (
        "404 of the gateway",
        404,
        r#"{"code":"404","message":"Not Found","info":"Requested resource not found"}"#,
    ),
    ("404 of Lumen", 404, r#"{"code":"notFound","reason":"There is no such thing"}"#),
    (
        "405",
        405,
        r#"{"code":"405","message":"Method Not Allowed","info":"Requested method not allowed"}"#,
    ),
    ("409", 409, r#"{"code":"conflict","reason":"The resource is in another state"}"#),
    (
        "422",
        422,
        r#"{"code":"invalidValue","reason":"The speed is not sold","propertyPath":"$.speed"}"#,
    ),
    ("429 of the rate", 429, r#"{"code":"tooManyRequests","reason":"Slow down"}"#),
    (
        "429 of the day",
        429,
        r#"{"code":"tooManyRequests","reason":"you cannot send more than 24 change requests in a day"}"#,
    ),
    ("500", 500, r#"{"code":"internalError","reason":"Internal error"}"#),
    ("501", 501, r#"{"code":"notImplemented","reason":"Not implemented yet"}"#),
    ("502", 502, "<html>Bad Gateway</html>"),
    ("503", 503, r#"{"code":"serviceUnavailable","reason":"Maintenance"}"#),
    ("504", 504, r#"{"code":"504","message":"Gateway Timeout"}"#),
];

/// Applies while an endpoint returns each answer, and lists the messages by the names of the answers.
async fn told(endpoint: &str, check: impl Fn(&str, &World)) -> String {
    let mut shown = Vec::new();
    for (name, code, body) in ANSWERS {
        let mut world = given().await;
        world.fault(Fault::status(endpoint, code).body(body));

        let run = world.apply(&a_connection()).await;

        assert!(world.object().is_null() == run.failed(), "{name}: what exists is in the state");
        check(name, &world);
        shown.push(format!("===== {name}\n{}", run.shown()));
    }
    shown.concat()
}

fn nothing_ordered(name: &str, world: &World) {
    assert_eq!(world.requests(ORDER), 0, "{name}");
}

#[tokio::test(start_paused = true)]
async fn at_the_price() {
    let shown = expect![[r#"
        ===== 400
        Error: Lumen returned no price for site `PL0001247634`

        Lumen rejected the request: HTTP 400 invalidBody: The body is not valid (GET /Product/v1/price, tracking ID …).

        Nothing was ordered.

        Correct what Lumen's message names. Then run the same command again.
        ===== 401
        Error: Lumen returned no price for site `PL0001247634`

        Lumen does not accept the access token: HTTP 401 invalidCredentials: Invalid or expired access token (GET /Product/v1/price, tracking ID …).

        Nothing was ordered.

        Check that the API key is approved (new keys are pending at first) and that its products include this API. Then check `client_id` and `client_secret`. Then run the same command again.
        ===== 403
        Error: Lumen returned no price for site `PL0001247634`

        Lumen does not allow this: HTTP 403 accessDenied: The product is not in the key (GET /Product/v1/price, tracking ID …).

        Nothing was ordered.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
        ===== 404 of the gateway
        Error: Lumen returned no price for site `PL0001247634`

        Not found: HTTP 404 404: Requested resource not found (GET /Product/v1/price, tracking ID …).

        Nothing was ordered.

        Check `base_url` (`LUMEN_BASE_URL`) and `environment` (`LUMEN_ENVIRONMENT`): there is no such API at that address. Then run the same command again.
        ===== 404 of Lumen
        Error: Lumen returned no price for site `PL0001247634`

        Not found: HTTP 404 notFound: There is no such thing (GET /Product/v1/price, tracking ID …).

        Nothing was ordered.

        Check the ID: Lumen has no such object under this customer number. Then run the same command again.
        ===== 405
        Error: Lumen returned no price for site `PL0001247634`

        Lumen does not offer this: HTTP 405 405: Requested method not allowed (GET /Product/v1/price, tracking ID …).

        Nothing was ordered.

        Check `base_url` (`LUMEN_BASE_URL`) and `environment` (`LUMEN_ENVIRONMENT`): there is no such API at that address. Then run the same command again.
        ===== 409
        Error: Lumen returned no price for site `PL0001247634`

        Lumen rejected the request: HTTP 409 conflict: The resource is in another state (GET /Product/v1/price, tracking ID …).

        Nothing was ordered.

        Correct what Lumen's message names. Then run the same command again.
        ===== 422
        Error: Lumen returned no price for site `PL0001247634`

        Lumen rejected the request: HTTP 422 invalidValue: The speed is not sold (GET /Product/v1/price, tracking ID …).

        Nothing was ordered.

        Correct the argument that the provider sends as `$.speed`. Then run the same command again.
        ===== 429 of the rate
        Warning: The price at site `PL0001247634` is not known

        Lumen is limiting the request rate: HTTP 429 tooManyRequests: Slow down (GET /Product/v1/price, tracking ID …).

        The plan continues without it. The provider checks it before it orders anything.

        Run the same command again later, with a lower `-parallelism`, or set `requests_per_second` in the provider block.
        ===== 429 of the day
        Error: Lumen returned no price for site `PL0001247634`

        Lumen's daily limit of change requests is reached: HTTP 429 tooManyRequests: you cannot send more than 24 change requests in a day (GET /Product/v1/price, tracking ID …).

        Nothing was ordered.

        Run the same command again after 00:00 GMT, when Lumen resets the daily limit of 24 change requests.
        ===== 500
        Warning: The price at site `PL0001247634` is not known

        Lumen is unavailable: HTTP 500 internalError: Internal error (GET /Product/v1/price, tracking ID …).

        The plan continues without it. The provider checks it before it orders anything.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
        ===== 501
        Error: Lumen returned no price for site `PL0001247634`

        Lumen does not offer this: HTTP 501 notImplemented: Not implemented yet (GET /Product/v1/price, tracking ID …).

        Nothing was ordered.

        Look for a newer version of the provider: this part of Lumen's API has changed. Then run the same command again.
        ===== 502
        Warning: The price at site `PL0001247634` is not known

        Lumen is unavailable: HTTP 502 (GET /Product/v1/price, tracking ID …).

        The plan continues without it. The provider checks it before it orders anything.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
        ===== 503
        Warning: The price at site `PL0001247634` is not known

        Lumen is unavailable: HTTP 503 serviceUnavailable: Maintenance (GET /Product/v1/price, tracking ID …).

        The plan continues without it. The provider checks it before it orders anything.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
        ===== 504
        Warning: The price at site `PL0001247634` is not known

        Lumen is unavailable: HTTP 504 504: Gateway Timeout (GET /Product/v1/price, tracking ID …).

        The plan continues without it. The provider checks it before it orders anything.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
    "#]];

    let told = told(PRICE, |name, world| {
        let ordered = world.orders().len();
        assert!(ordered <= 1, "{name}");
    })
    .await;

    shown.assert_eq(&told);
}

#[tokio::test(start_paused = true)]
async fn at_the_quote() {
    expect![[r#"
        ===== 400
        Error: Connection `edge-1` can't be ordered

        Lumen rejected the request: HTTP 400 invalidBody: The body is not valid (POST /Product/v1/priceRequest, tracking ID …).

        Nothing was ordered.

        Correct what Lumen's message names. Then run the same command again.
        ===== 401
        Error: Connection `edge-1` can't be ordered

        Lumen does not accept the access token: HTTP 401 invalidCredentials: Invalid or expired access token (POST /Product/v1/priceRequest, tracking ID …).

        Nothing was ordered.

        Check that the API key is approved (new keys are pending at first) and that its products include this API. Then check `client_id` and `client_secret`. Then run the same command again.
        ===== 403
        Error: Connection `edge-1` can't be ordered

        Lumen does not allow this: HTTP 403 accessDenied: The product is not in the key (POST /Product/v1/priceRequest, tracking ID …).

        Nothing was ordered.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
        ===== 404 of the gateway
        Error: Connection `edge-1` can't be ordered

        Not found: HTTP 404 404: Requested resource not found (POST /Product/v1/priceRequest, tracking ID …).

        Nothing was ordered.

        Check `base_url` (`LUMEN_BASE_URL`) and `environment` (`LUMEN_ENVIRONMENT`): there is no such API at that address. Then run the same command again.
        ===== 404 of Lumen
        Error: Connection `edge-1` can't be ordered

        Not found: HTTP 404 notFound: There is no such thing (POST /Product/v1/priceRequest, tracking ID …).

        Nothing was ordered.

        Check the ID: Lumen has no such object under this customer number. Then run the same command again.
        ===== 405
        Error: Connection `edge-1` can't be ordered

        Lumen does not offer this: HTTP 405 405: Requested method not allowed (POST /Product/v1/priceRequest, tracking ID …).

        Nothing was ordered.

        Check `base_url` (`LUMEN_BASE_URL`) and `environment` (`LUMEN_ENVIRONMENT`): there is no such API at that address. Then run the same command again.
        ===== 409
        Error: Connection `edge-1` can't be ordered

        Lumen rejected the request: HTTP 409 conflict: The resource is in another state (POST /Product/v1/priceRequest, tracking ID …).

        Nothing was ordered.

        Correct what Lumen's message names. Then run the same command again.
        ===== 422
        Error: Connection `edge-1` can't be ordered (at bandwidth)

        Lumen rejected the request: HTTP 422 invalidValue: The speed is not sold (POST /Product/v1/priceRequest, tracking ID …).

        Nothing was ordered.

        Correct `bandwidth`, and apply again.
        ===== 429 of the rate
        Error: Connection `edge-1` can't be ordered

        Lumen is limiting the request rate: HTTP 429 tooManyRequests: Slow down (POST /Product/v1/priceRequest, tracking ID …).

        Nothing was ordered.

        Run the same command again later, with a lower `-parallelism`, or set `requests_per_second` in the provider block.
        ===== 429 of the day
        Error: Connection `edge-1` can't be ordered

        Lumen's daily limit of change requests is reached: HTTP 429 tooManyRequests: you cannot send more than 24 change requests in a day (POST /Product/v1/priceRequest, tracking ID …).

        Nothing was ordered.

        Run the same command again after 00:00 GMT, when Lumen resets the daily limit of 24 change requests.
        ===== 500
        Error: Connection `edge-1` can't be ordered

        Lumen is unavailable: HTTP 500 internalError: Internal error (POST /Product/v1/priceRequest, tracking ID …).

        Nothing was ordered.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
        ===== 501
        Error: Connection `edge-1` can't be ordered

        Lumen does not offer this: HTTP 501 notImplemented: Not implemented yet (POST /Product/v1/priceRequest, tracking ID …).

        Nothing was ordered.

        Look for a newer version of the provider: this part of Lumen's API has changed. Then run the same command again.
        ===== 502
        Error: Connection `edge-1` can't be ordered

        Lumen is unavailable: HTTP 502 (POST /Product/v1/priceRequest, tracking ID …).

        Nothing was ordered.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
        ===== 503
        Error: Connection `edge-1` can't be ordered

        Lumen is unavailable: HTTP 503 serviceUnavailable: Maintenance (POST /Product/v1/priceRequest, tracking ID …).

        Nothing was ordered.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
        ===== 504
        Error: Connection `edge-1` can't be ordered

        Lumen is unavailable: HTTP 504 504: Gateway Timeout (POST /Product/v1/priceRequest, tracking ID …).

        Nothing was ordered.

        Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
    "#]].assert_eq(&told(QUOTE, nothing_ordered).await);
}

#[tokio::test(start_paused = true)]
async fn at_the_order() {
    let told = told(ORDER, |name, world| assert_eq!(world.orders().len(), 0, "{name}")).await;

    expect![[r#"
        ===== 400
        Error: Connection `edge-1` can't be ordered

        Lumen rejected the request: HTTP 400 invalidBody: The body is not valid (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        Nothing was ordered.

        Correct what Lumen's message names. Then run the same command again.
        ===== 401
        Error: Connection `edge-1` can't be ordered

        Lumen does not accept the access token: HTTP 401 invalidCredentials: Invalid or expired access token (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        Nothing was ordered.

        Check that the API key is approved (new keys are pending at first) and that its products include this API. Then check `client_id` and `client_secret`. Then run the same command again.
        ===== 403
        Error: Connection `edge-1` can't be ordered

        Lumen does not allow this: HTTP 403 accessDenied: The product is not in the key (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        Nothing was ordered.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
        ===== 404 of the gateway
        Error: Connection `edge-1` can't be ordered

        Not found: HTTP 404 404: Requested resource not found (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        Nothing was ordered.

        Check `base_url` (`LUMEN_BASE_URL`) and `environment` (`LUMEN_ENVIRONMENT`): there is no such API at that address. Then run the same command again.
        ===== 404 of Lumen
        Error: Connection `edge-1` can't be ordered

        Not found: HTTP 404 notFound: There is no such thing (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        Nothing was ordered.

        Check the ID: Lumen has no such object under this customer number. Then run the same command again.
        ===== 405
        Error: Connection `edge-1` can't be ordered

        Lumen does not offer this: HTTP 405 405: Requested method not allowed (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        Nothing was ordered.

        Check `base_url` (`LUMEN_BASE_URL`) and `environment` (`LUMEN_ENVIRONMENT`): there is no such API at that address. Then run the same command again.
        ===== 409
        Error: Connection `edge-1` can't be ordered

        Lumen rejected the request: HTTP 409 conflict: The resource is in another state (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        Nothing was ordered.

        Correct what Lumen's message names. Then run the same command again.
        ===== 422
        Error: Connection `edge-1` can't be ordered (at bandwidth)

        Lumen rejected the request: HTTP 422 invalidValue: The speed is not sold (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        Nothing was ordered.

        Correct `bandwidth`, and apply again.
        ===== 429 of the rate
        Error: Connection `edge-1` can't be ordered

        Lumen is limiting the request rate: HTTP 429 tooManyRequests: Slow down (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        Nothing was ordered.

        Run the same command again later, with a lower `-parallelism`, or set `requests_per_second` in the provider block.
        ===== 429 of the day
        Error: Connection `edge-1` can't be ordered

        Lumen's daily limit of change requests is reached: HTTP 429 tooManyRequests: you cannot send more than 24 change requests in a day (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        Nothing was ordered.

        Run the same command again after 00:00 GMT, when Lumen resets the daily limit of 24 change requests.
        ===== 500
        Error: It is not known whether connection `edge-1` was ordered

        Lumen is unavailable: HTTP 500 internalError: Internal error (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If it was ordered, Lumen bills it once it is active.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, look for a service named `edge-1` in Lumen's portal, or ask Lumen about order `tf-…`. If there is one, import it with `terraform import`.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
        ===== 501
        Error: Connection `edge-1` can't be ordered

        Lumen does not offer this: HTTP 501 notImplemented: Not implemented yet (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        Nothing was ordered.

        Look for a newer version of the provider: this part of Lumen's API has changed. Then run the same command again.
        ===== 502
        Error: It is not known whether connection `edge-1` was ordered

        Lumen is unavailable: HTTP 502 (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If it was ordered, Lumen bills it once it is active.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, look for a service named `edge-1` in Lumen's portal, or ask Lumen about order `tf-…`. If there is one, import it with `terraform import`.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
        ===== 503
        Error: It is not known whether connection `edge-1` was ordered

        Lumen is unavailable: HTTP 503 serviceUnavailable: Maintenance (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If it was ordered, Lumen bills it once it is active.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, look for a service named `edge-1` in Lumen's portal, or ask Lumen about order `tf-…`. If there is one, import it with `terraform import`.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
        ===== 504
        Error: It is not known whether connection `edge-1` was ordered

        Lumen is unavailable: HTTP 504 504: Gateway Timeout (POST /Customer/v3/Ordering/orderRequest, tracking ID …).

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If it was ordered, Lumen bills it once it is active.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, look for a service named `edge-1` in Lumen's portal, or ask Lumen about order `tf-…`. If there is one, import it with `terraform import`.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&told);
}
