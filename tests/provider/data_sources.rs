//! Data sources: what they look up.

use expect_test::expect;
use lumen_core::{Block, object};
use lumen_simulator::{Fault, PageFaults};
use terraform_provider_lumen::framework::Value;

use crate::world::{
    DISABLED_SITE, EQUINIX, PORT, PORT_SITE, SITE, World, a_connection, given, given_connection,
    given_lumen,
};

fn nothing() -> Block {
    Block::default()
}

/// Reads a data source, which must succeed.
async fn read(world: &mut World, name: &str, block: Block) -> Value {
    let (value, told) = world.read_data(name, &block).await;
    assert_eq!(told, "");
    value
}

/// Reads a data source, which must fail, and returns the message.
async fn refused(world: &mut World, name: &str, block: Block) -> String {
    let (value, told) = world.read_data(name, &block).await;
    assert_eq!(value, Value::Null);
    told
}

fn list<'a>(value: &'a Value, attribute: &str) -> &'a [Value] {
    let Value::List(elements) = value.get(attribute) else { panic!("{attribute} is a list") };
    elements
}

#[tokio::test(start_paused = true)]
async fn providers() {
    let world = &mut given().await;

    let all = read(world, "lumen_providers", nothing()).await;
    let by_name = read(world, "lumen_provider", nothing().with("name", "equinix")).await;
    let by_id = read(world, "lumen_provider", nothing().with("id", EQUINIX)).await;

    assert_eq!(list(&all, "providers").len(), 3);
    assert_eq!(by_id.get("name").as_str(), Some("Equinix"));
    expect![[r#"
        datacenter_fabric_url = "https://ecxfabric.equinix.com/"
        id = "43558"
        name = "Equinix"
        partner_type = "CLOUD_PARTNER"
    "#]]
    .assert_eq(&object(&by_name));
}

#[tokio::test(start_paused = true)]
async fn a_provider_must_be_named_and_exist() {
    let world = &mut given().await;

    let unnamed = refused(world, "lumen_provider", nothing()).await;
    let unknown = refused(world, "lumen_provider", nothing().with("name", "Switch")).await;

    expect![[r#"
        Error: Neither `id` nor `name` is set

        A partner is looked up by its ID or its name.

        Set `id` or `name`.
    "#]]
    .assert_eq(&unnamed);
    expect![[r#"
        Error: No partner matches

        No partner at Lumen matches the arguments of the data source.

        Find the partner in `lumen_providers`, and set `id`.
    "#]]
    .assert_eq(&unknown);
}

#[tokio::test(start_paused = true)]
async fn locations_come_from_all_pages_however_these_misbehave() {
    for faults in [
        PageFaults::None,
        PageFaults::RepeatLastPage,
        PageFaults::OverlapPages,
        PageFaults::WrongTotals,
        PageFaults::MissingTotals,
    ] {
        let world = &mut given_lumen(|lumen| lumen.page_faults = faults).await;

        let all = read(world, "lumen_locations", nothing()).await;

        let mut ids: Vec<&Value> =
            list(&all, "locations").iter().map(|site| site.get("master_site_id")).collect();
        assert_eq!(ids.len(), 320, "{faults:?}");
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 320, "{faults:?}: each once");
    }
}

#[tokio::test(start_paused = true)]
async fn locations_are_narrowed_by_every_argument() {
    let world = &mut given().await;
    for (argument, value, count) in [
        ("partner_id", EQUINIX, 140),
        ("city", "monroe", 8),
        ("state", "la", 8),
        ("post_code", "71203", 8),
        ("market", "WASHINGTON DC", 1),
        ("master_site_id", SITE, 1),
    ] {
        let some = read(world, "lumen_locations", nothing().with(argument, value)).await;
        assert_eq!(list(&some, "locations").len(), count, "{argument}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_location() {
    let world = &mut given().await;

    let site = read(world, "lumen_location", nothing().with("master_site_id", SITE)).await;
    let disabled =
        read(world, "lumen_location", nothing().with("master_site_id", DISABLED_SITE)).await;

    assert_eq!(disabled.get("naas_enabled"), &Value::Bool(false));
    expect![[r#"
        bandwidths = ["10 Mbps", "20 Mbps", "50 Mbps", "100 Mbps", "200 Mbps", "500 Mbps", "1 Gbps", "2 Gbps", "5 Gbps", "10 Gbps"]
        city = "Monroe"
        country = "US"
        locality = "string"
        market = "WASHINGTON DC"
        master_site_id = "PL0001247634"
        naas_enabled = true
        network_status = "ON_NET"
        partner = "Equinix Ethernet Exchange - Silicon Valley IBX"
        post_code = "71203"
        post_code_extension = "2041"
        state = "LA"
        street_address = "100 CenturyLink Dr"
    "#]].assert_eq(&object(&site));
}

#[tokio::test(start_paused = true)]
async fn a_location_must_be_the_only_one() {
    let world = &mut given().await;

    let several = refused(world, "lumen_location", nothing().with("city", "Monroe")).await;
    let none = refused(world, "lumen_location", nothing().with("city", "Paris")).await;

    expect![[r#"
        Error: More than one site matches

        8 match the arguments of the data source: PL0001247634 (100 CenturyLink Dr, Monroe LA), PL0001247674 (1100 CenturyLink Dr, Monroe LA), PL0001247714 (2100 CenturyLink Dr, Monroe LA), PL0001247754 (3100 CenturyLink Dr, Monroe LA), PL0001247794 (4100 CenturyLink Dr, Monroe LA), ….

        Find the site in `lumen_locations`, and set `master_site_id`.
    "#]].assert_eq(&several);
    expect![[r#"
        Error: No site matches

        No site at Lumen matches the arguments of the data source.

        Find the site in `lumen_locations`, and set `master_site_id`.
    "#]]
    .assert_eq(&none);
}

#[tokio::test(start_paused = true)]
async fn billing_accounts() {
    let world = &mut given().await;

    let all = read(world, "lumen_billing_accounts", nothing()).await;
    let entitled = read(world, "lumen_billing_accounts", nothing().with("entitled", true)).await;
    let canadian =
        read(world, "lumen_billing_accounts", nothing().with("country_code", "124")).await;
    let one = read(world, "lumen_billing_account", nothing().with("id", "5-RHQBGCGK")).await;
    let named =
        read(world, "lumen_billing_account", nothing().with("name", "Canadian subsidiary")).await;

    let orderable = |account: &&Value| account.get("orderable") == &Value::Bool(true);
    assert_eq!(list(&all, "billing_accounts").len(), 4);
    assert_eq!(list(&all, "billing_accounts").iter().filter(orderable).count(), 3);
    assert_eq!(list(&entitled, "billing_accounts").len(), 3);
    assert_eq!(list(&canadian, "billing_accounts").len(), 1);
    assert_eq!(named.get("orderable"), &Value::Bool(false));
    expect![[r#"
        address = { city = "BROOMFIELD", country = "USA", post_code = "80021", state = "CO", street_address = "1025 ELDORADO BLVD.,  14C-511" }
        country_code = "100"
        currency = "USD"
        hq_country = "US"
        id = "5-RHQBGCGK"
        invoice_display_number = "5-RHQBGCGK"
        name = "Company or account name"
        orderable = true
    "#]].assert_eq(&object(&one));
}

#[tokio::test(start_paused = true)]
async fn a_billing_account_must_exist() {
    let world = &mut given().await;

    let unknown = refused(world, "lumen_billing_account", nothing().with("id", "5-NOBODY")).await;

    expect![[r#"
        Error: No billing account matches

        No billing account at Lumen matches the arguments of the data source.

        Find the account in `lumen_billing_accounts`, and set `id`.
    "#]]
    .assert_eq(&unknown);
}

#[tokio::test(start_paused = true)]
async fn prices() {
    let world = &mut given().await;

    let site = read(world, "lumen_iod_price", nothing().with("master_site_id", SITE)).await;
    let port = nothing().with("master_site_id", PORT_SITE).with("port_service_id", PORT);
    let port = read(world, "lumen_iod_price", port).await;

    assert_eq!(list(&site, "offers").len(), 10);
    assert!(!list(&port, "offers").is_empty());
    expect![[r#"
        bandwidth = "10 Mbps"
        hourly_price = "0.14"
        monthly_price = "100.80"
        bandwidth = "20 Mbps"
        hourly_price = "0.19"
        monthly_price = "136.80"
        bandwidth = "50 Mbps"
        hourly_price = "0.31"
        monthly_price = "223.20"
        bandwidth = "100 Mbps"
        hourly_price = "0.46"
        monthly_price = "331.20"
        bandwidth = "200 Mbps"
        hourly_price = "0.68"
        monthly_price = "489.60"
        bandwidth = "500 Mbps"
        hourly_price = "1.12"
        monthly_price = "806.40"
        bandwidth = "1 Gbps"
        hourly_price = "1.65"
        monthly_price = "1188.00"
        bandwidth = "2 Gbps"
        hourly_price = "2.58"
        monthly_price = "1857.60"
        bandwidth = "5 Gbps"
        hourly_price = "4.95"
        monthly_price = "3564.00"
        bandwidth = "10 Gbps"
        hourly_price = "8.25"
        monthly_price = "5940.00"
    "#]]
    .assert_eq(&list(&site, "offers").iter().map(object).collect::<String>());
}

#[tokio::test(start_paused = true)]
async fn a_site_without_prices() {
    let world = &mut given().await;

    let shown =
        refused(world, "lumen_iod_price", nothing().with("master_site_id", DISABLED_SITE)).await;

    expect![[r#"
        Error: Lumen returned no price for site `PL0001247686` (at master_site_id)

        Lumen rejected the request: HTTP 422 INVALIDVALUE: Not a NaaS Enabled Location (GET /Product/v1/price, tracking ID …).

        Check that `naas_enabled` is true for the site in `lumen_locations`, and that `port_service_id` is set if the site is one of your own. Lumen can also return this error temporarily: if the site is right, run the same command again in a few minutes.
    "#]].assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn connections() {
    let world = &mut given_connection().await;
    let _other = world.lumen.add_service("edge-2", crate::world::OTHER_SITE, 200);
    let id = world.text("id");

    let all = read(world, "lumen_iod_connections", nothing()).await;
    let named = read(world, "lumen_iod_connections", nothing().with("name", "edge-2")).await;
    let at_site = nothing().with("master_site_id", SITE).with("status", "active");
    let at_site = read(world, "lumen_iod_connections", at_site).await;
    let one = read(world, "lumen_iod_connection", nothing().with("service_id", id.as_str())).await;

    assert_eq!(list(&all, "connections").len(), 2);
    assert_eq!(list(&named, "connections").len(), 1);
    assert_eq!(list(&at_site, "connections").len(), 1);
    expect![[r#"
        bandwidth = "100 Mbps"
        billing_account_id = "5-RHQBGCGK"
        billing_account_name = "Company or account name"
        location = { city = "Monroe", country = "US", post_code = "71203", state = "LA", street_address = "100 CenturyLink Dr" }
        master_site_id = "PL0001247634"
        name = "edge-1"
        partner_id = "43558"
        port_service_id = "XX/XXXX/164523/LUMN"
        service_id = "77133831778"
        status = "active"
    "#]].assert_eq(&object(&one));
}

#[tokio::test(start_paused = true)]
async fn a_connection_must_exist() {
    let world = &mut given().await;

    let block = nothing().with("service_id", "77999999999");
    let shown = refused(world, "lumen_iod_connection", block).await;

    expect![[r#"
        Error: There is no service `77999999999` (at service_id)

        Lumen's inventory does not have it.

        Find the ID in `lumen_iod_connections`, and check `customer_number`.
    "#]]
    .assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn orders() {
    let world = &mut given().await;
    world.apply(&a_connection().with("wait_for", "accepted")).await.quietly();
    let order = nothing().with("order_request_id", world.text("order_request_id").as_str());

    let running = read(world, "lumen_iod_order", order.clone()).await;
    world.lumen.advance(std::time::Duration::from_mins(1));
    let ended = read(world, "lumen_iod_order", order).await;

    assert_eq!(running.get("status").as_str(), Some("running"));
    expect![[r#"
        order_id = "88240017001"
        order_request_id = "1ec0b2a0-41e7-11ee-86e8-0b78fbf26f76"
        service_id = "77133831778"
        status = "succeeded"
    "#]]
    .assert_eq(&object(&ended));
}

#[tokio::test(start_paused = true)]
async fn an_order_must_exist() {
    let world = &mut given().await;

    let block = nothing().with("order_request_id", "00000000-41e7-11ee-86e8-0b78fbf26f76");
    let shown = refused(world, "lumen_iod_order", block).await;

    expect![[r#"
        Error: The status of order request `00000000-41e7-11ee-86e8-0b78fbf26f76` can't be read (at order_request_id)

        Not found: HTTP 404 notFound: There is no order request 00000000-41e7-11ee-86e8-0b78fbf26f76 (GET /Customer/v3/Ordering/orderRequest/{id}, tracking ID …).

        Check the ID: Lumen has no such object under this customer number. Then run the same command again.
    "#]].assert_eq(&shown);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_can_not_be_read() {
    let world = &mut given().await;
    for (name, block) in [
        ("lumen_providers", nothing()),
        ("lumen_locations", nothing()),
        ("lumen_billing_accounts", nothing()),
        ("lumen_iod_price", nothing().with("master_site_id", SITE)),
        ("lumen_iod_connections", nothing()),
    ] {
        world.fault(Fault::status("GET /", 403));
        let shown = refused(world, name, block).await;
        assert!(shown.contains("HTTP 403"), "{name}: {shown}");
        world.lumen.clear_faults();
    }
}
