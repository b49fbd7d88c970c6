//! Every HTTP code that can answer an order of numbers: the message that users see, and that nothing is
//! ordered twice.

use expect_test::expect;
use lumen_simulator::{Fault, VoiceEnvelope};

use super::{ORDER, a_reservation, given, given_voice, orders};
use crate::world::World;

/// An error in the envelope of a related API.
fn wrapped(status: u16, code: &str, message: &str) -> String {
    format!(
        r#"{{"exception":{{"httpStatusCode":"{status}","code":"{code}","message":"{message}","detail":""}}}}"#
    )
}

/// Applies while Lumen answers the order with each of these, and lists the messages.
async fn told(answers: &[(u16, &str, &str)]) -> String {
    let mut shown = Vec::new();
    for (status, code, message) in answers {
        let mut world = given().await;
        world.fault(Fault::status(ORDER, *status).body(&wrapped(*status, code, message)));
        shown.push(format!("===== {code}\n{}", refused(&mut world).await));
    }
    shown.concat()
}

async fn refused(world: &mut World) -> String {
    let run = world.apply(&a_reservation()).await;
    assert!(run.failed() && world.object().is_null());
    assert_eq!(orders(world).len(), 0);
    run.shown()
}

#[tokio::test(start_paused = true)]
async fn requests_that_lumen_rejects() {
    let shown = told(&[
        (400, "1405", "Customer service name is invalid for given customer number."),
        (400, "10007", "Order exceeds limit for 399 telephone numbers per rate center."),
        (400, "10011", "Telephone number quantity cannot be zero, please resubmit."),
        (400, "20000", "Invalid or missing product ID."),
        (400, "20082", "Invalid or missing PBX index."),
        (400, "20083", "Invalid or missing PBX value."),
        (400, "20084", "Invalid or missing sequential Telephone number."),
        (400, "20088", "Rate Center or state is missing"),
        (400, "20237", "Only basic Latin characters are supported at this time."),
    ])
    .await;

    expect![[r#"
        ===== 1405
        Error: Numbers can't be ordered for the reservation in DENVER, CO (at customer_service_name)

        Lumen rejected the request: HTTP 400 1405: Customer service name is invalid for given customer number. (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Correct `customer_service_name`, and apply again.
        ===== 10007
        Error: Numbers can't be ordered for the reservation in DENVER, CO (at quantity)

        Lumen rejected the request: HTTP 400 10007: Order exceeds limit for 399 telephone numbers per rate center. (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Correct `quantity`, and apply again.
        ===== 10011
        Error: Numbers can't be ordered for the reservation in DENVER, CO (at quantity)

        Lumen rejected the request: HTTP 400 10011: Telephone number quantity cannot be zero, please resubmit. (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Correct `quantity`, and apply again.
        ===== 20000
        Error: Numbers can't be ordered for the reservation in DENVER, CO (at product)

        Lumen rejected the request: HTTP 400 20000: Invalid or missing product ID. (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Correct `product`, and apply again.
        ===== 20082
        Error: Numbers can't be ordered for the reservation in DENVER, CO (at pbx_index)

        Lumen rejected the request: HTTP 400 20082: Invalid or missing PBX index. (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Correct `pbx_index`, and apply again.
        ===== 20083
        Error: Numbers can't be ordered for the reservation in DENVER, CO (at pbx_value)

        Lumen rejected the request: HTTP 400 20083: Invalid or missing PBX value. (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Correct `pbx_value`, and apply again.
        ===== 20084
        Error: Numbers can't be ordered for the reservation in DENVER, CO (at sequential)

        Lumen rejected the request: HTTP 400 20084: Invalid or missing sequential Telephone number. (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Correct `sequential`, and apply again.
        ===== 20088
        Error: Numbers can't be ordered for the reservation in DENVER, CO (at rate_center)

        Lumen rejected the request: HTTP 400 20088: Rate Center or state is missing (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Correct `rate_center`, and apply again.
        ===== 20237
        Error: Numbers can't be ordered for the reservation in DENVER, CO

        Lumen rejected the request: HTTP 400 20237: Only basic Latin characters are supported at this time. (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Correct what Lumen's message names. Then run the same command again.
    "#]].assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn callers_that_lumen_rejects() {
    let shown = told(&[
        (401, "401", "Unauthorized"),
        (403, "403001", "User authentication failed"),
        (403, "403002", "Token validation failed"),
        (403, "403003", "Application key validation failed"),
        (403, "403004", "Digest validation failed"),
        (403, "403005", "Method not allowed for the application"),
        (403, "403006", "Token expired"),
        (404, "404001", "Requested resource not found"),
        (405, "405001", "Method not allowed for resource"),
        (406, "406001", "Not acceptable"),
        (409, "409001", "Conflict"),
        (429, "429", "Too many requests"),
    ])
    .await;

    expect![[r#"
        ===== 401
        Error: Numbers can't be ordered for the reservation in DENVER, CO

        Lumen does not accept the access token: HTTP 401 401: Unauthorized (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Check that the API key is approved (new keys are pending at first) and that its products include this API. Then check `client_id` and `client_secret`. Then run the same command again.
        ===== 403001
        Error: Numbers can't be ordered for the reservation in DENVER, CO

        Lumen does not allow this: HTTP 403 403001: User authentication failed (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
        ===== 403002
        Error: Numbers can't be ordered for the reservation in DENVER, CO

        Lumen does not allow this: HTTP 403 403002: Token validation failed (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
        ===== 403003
        Error: Numbers can't be ordered for the reservation in DENVER, CO

        Lumen does not allow this: HTTP 403 403003: Application key validation failed (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
        ===== 403004
        Error: Numbers can't be ordered for the reservation in DENVER, CO

        Lumen does not allow this: HTTP 403 403004: Digest validation failed (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
        ===== 403005
        Error: Numbers can't be ordered for the reservation in DENVER, CO

        Lumen does not allow this: HTTP 403 403005: Method not allowed for the application (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
        ===== 403006
        Error: Numbers can't be ordered for the reservation in DENVER, CO

        Lumen does not allow this: HTTP 403 403006: Token expired (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
        ===== 404001
        Error: Numbers can't be ordered for the reservation in DENVER, CO

        Not found: HTTP 404 404001: Requested resource not found (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Check `base_url` (`LUMEN_BASE_URL`) and `environment` (`LUMEN_ENVIRONMENT`): there is no such API at that address. Then run the same command again.
        ===== 405001
        Error: Numbers can't be ordered for the reservation in DENVER, CO

        Lumen does not offer this: HTTP 405 405001: Method not allowed for resource (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Check `base_url` (`LUMEN_BASE_URL`) and `environment` (`LUMEN_ENVIRONMENT`): there is no such API at that address. Then run the same command again.
        ===== 406001
        Error: Numbers can't be ordered for the reservation in DENVER, CO

        Lumen rejected the request: HTTP 406 406001: Not acceptable (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Correct what Lumen's message names. Then run the same command again.
        ===== 409001
        Error: Numbers can't be ordered for the reservation in DENVER, CO

        Lumen rejected the request: HTTP 409 409001: Conflict (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Correct what Lumen's message names. Then run the same command again.
        ===== 429
        Error: Numbers can't be ordered for the reservation in DENVER, CO

        Lumen is limiting the request rate: HTTP 429 429: Too many requests (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Run the same command again later, with a lower `-parallelism`, or set `requests_per_second` in the provider block.
    "#]].assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn troubles_of_lumen() {
    let shown = told(&[
        (500, "500001", "Internal server error"),
        (503, "503001", "Service unavailable"),
        (504, "504001", "Gateway timeout"),
        (504, "504002", "Backend timeout"),
    ])
    .await;

    expect![[r#"
        ===== 500001
        Error: It is not known whether numbers were ordered for the reservation in DENVER, CO

        Lumen is unavailable: HTTP 500 500001: Internal server error (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If they were ordered, they are reserved, and can't be given back.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, look for it with `lumen_voice_inventory` and `external_order_id = "tf-…"`, or ask Lumen about that reference. If there is an order, import it with `terraform import` by its voice order ID.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
        ===== 503001
        Error: It is not known whether numbers were ordered for the reservation in DENVER, CO

        Lumen is unavailable: HTTP 503 503001: Service unavailable (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If they were ordered, they are reserved, and can't be given back.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, look for it with `lumen_voice_inventory` and `external_order_id = "tf-…"`, or ask Lumen about that reference. If there is an order, import it with `terraform import` by its voice order ID.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
        ===== 504001
        Error: It is not known whether numbers were ordered for the reservation in DENVER, CO

        Lumen is unavailable: HTTP 504 504001: Gateway timeout (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If they were ordered, they are reserved, and can't be given back.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, look for it with `lumen_voice_inventory` and `external_order_id = "tf-…"`, or ask Lumen about that reference. If there is an order, import it with `terraform import` by its voice order ID.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
        ===== 504002
        Error: It is not known whether numbers were ordered for the reservation in DENVER, CO

        Lumen is unavailable: HTTP 504 504002: Backend timeout (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If they were ordered, they are reserved, and can't be given back.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, look for it with `lumen_voice_inventory` and `external_order_id = "tf-…"`, or ask Lumen about that reference. If there is an order, import it with `terraform import` by its voice order ID.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
    "#]].assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn in_other_envelopes() {
    let mut shown = Vec::new();
    for (name, fault) in [
        (
            "plain",
            Fault::status(ORDER, 400)
                .body(r#"{"code":"10007","message":"Order exceeds limit for 399 telephone numbers per rate center."}"#),
        ),
        ("HTML with 403", Fault::html(ORDER, 403)),
        ("HTML with 502", Fault::html(ORDER, 502)),
        ("empty", Fault::status(ORDER, 400).body(" ")),
    ] {
        let mut world = given().await;
        world.fault(fault);
        shown.push(format!("===== {name}\n{}", refused(&mut world).await));
    }

    expect![[r#"
        ===== plain
        Error: Numbers can't be ordered for the reservation in DENVER, CO (at quantity)

        Lumen rejected the request: HTTP 400 10007: Order exceeds limit for 399 telephone numbers per rate center. (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Correct `quantity`, and apply again.
        ===== HTML with 403
        Error: Numbers can't be ordered for the reservation in DENVER, CO

        Lumen does not allow this: HTTP 403 (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`). Then run the same command again.
        ===== HTML with 502
        Error: It is not known whether numbers were ordered for the reservation in DENVER, CO

        Lumen is unavailable: HTTP 502 (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        The order `tf-…` was sent at most once; Lumen's inventory doesn't show it so far. It was not sent again. If they were ordered, they are reserved, and can't be given back.

        1. Run the same command again later: each run searches again, and adopts the order if it appears.
        2. If it does not appear, look for it with `lumen_voice_inventory` and `external_order_id = "tf-…"`, or ask Lumen about that reference. If there is an order, import it with `terraform import` by its voice order ID.
        3. Only if Lumen says that it has no such order, run the command below, and then the same Terraform command again, which places the order again.

            terraform-provider-lumen journal settle tf-… --journal …
        ===== empty
        Error: Numbers can't be ordered for the reservation in DENVER, CO

        Lumen rejected the request: HTTP 400 (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

        Nothing was ordered.

        Ask Lumen's support for the reason, and include the tracking ID. Then run the same command again.
    "#]].assert_eq(&shown.concat());
}

#[tokio::test(start_paused = true)]
async fn a_route_that_is_not_the_customers() {
    for envelope in [VoiceEnvelope::Exception, VoiceEnvelope::Plain] {
        let mut world = given_voice(|voice| {
            voice.envelope = envelope;
            voice.customer_service_names = Some(vec!["East".to_owned()]);
        })
        .await;

        let run = world.apply(&a_reservation().with("customer_service_name", "West")).await;

        assert_eq!(orders(&world).len(), 0);
        let shown = expect![[r#"
            Error: Numbers can't be ordered for the reservation in DENVER, CO (at customer_service_name)

            Lumen rejected the request: HTTP 400 1405: Customer service name is invalid for given customer number. Please check your customer service name (route name) and try again (West) (POST /Voice/v1/Numbers/orderInventory, tracking ID …).

            Nothing was ordered.

            Correct `customer_service_name`, and apply again.
        "#]];
        if envelope == VoiceEnvelope::Exception {
            shown.assert_eq(&run.shown());
        } else {
            assert!(run.shown().contains("1405") && run.failed());
        }
        world.apply(&a_reservation().with("customer_service_name", "East")).await.quietly();
        assert_eq!(orders(&world)[0].customer_service_name.as_deref(), Some("East"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_voice_calls_expired_is_renewed() {
    for code in [403_001, 403_002, 403_006] {
        let mut world = given_voice(|voice| voice.expired_token_code = code).await;
        let plan = world.plan(&a_reservation()).await;
        world.lumen.revoke_tokens();

        world.apply_plan(plan).await.quietly();

        assert_eq!(
            (orders(&world).len(), world.text("status").as_str()),
            (1, "reserved"),
            "{code}"
        );
    }
}
