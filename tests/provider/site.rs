//! The site of a new connection: a plan checks whether Lumen lists it, and for which partner, and refuses
//! only what is certain.

use expect_test::expect;
use lumen_core::{Action, Block};
use lumen_simulator::Fault;
use serde_json::json;
use terraform_provider_lumen::framework::Value;

use crate::world::{
    DISABLED_SITE, EQUINIX, FLEXENTIAL, FLEXENTIAL_SITE, INVENTORY, LOCATIONS, ORDER, PARTNERS,
    PORT, PORT_SITE, PRICE, QUOTE, World, a_connection, given,
};

/// A site that Lumen does not have.
const NO_SITE: &str = "PL0009999999";

fn at_a_port() -> Block {
    a_connection().without("partner_id").with("port_service_id", PORT)
}

/// Returns the messages of a plan, which must not order anything.
async fn told(world: &mut World, block: &Block) -> String {
    let plan = world.plan(block).await;
    assert_eq!((world.requests(QUOTE), world.requests(ORDER)), (0, 0));
    plan.shown()
}

#[tokio::test(start_paused = true)]
async fn a_partner_that_is_not_at_the_site_is_refused() {
    let mut world = given().await;

    let shown = told(&mut world, &a_connection().with("partner_id", FLEXENTIAL)).await;
    let unknown = told(&mut world, &a_connection().with("partner_id", "999999")).await;

    expect![[r#"
        Error: Partner `501877` is not at site `PL0001247634` (at partner_id)

        Lumen lists it as a data center site of partner `43558` (Equinix).

        Nothing was ordered for connection `edge-1`.

        Set `partner_id` to `43558` (Equinix), or set `master_site_id` to one of `lumen_locations` with `partner_id = "501877"`.
    "#]].assert_eq(&shown);
    expect![[r#"
        Error: There is no partner `999999` (at partner_id)

        Lumen's list of partners does not have it.

        Nothing was ordered for connection `edge-1`.

        Set `partner_id` to the `id` of one of `lumen_providers`.
    "#]]
    .assert_eq(&unknown);
    for remedy in [
        a_connection(),
        a_connection().with("partner_id", FLEXENTIAL).with("master_site_id", FLEXENTIAL_SITE),
    ] {
        assert_eq!(told(&mut world, &remedy).await, "");
    }
}

#[tokio::test(start_paused = true)]
async fn a_site_of_ones_own_takes_a_port_and_a_data_centre_a_partner() {
    let mut world = given().await;

    let own = told(&mut world, &a_connection().with("master_site_id", PORT_SITE)).await;
    let data_centre = told(&mut world, &at_a_port()).await;

    expect![[r#"
        Error: Site `PL0001247894` is not a data center site (at partner_id)

        Lumen lists the site, but not for partner `43558` or any other partner. It is one of your own sites, where a connection ends at a port. Lumen rejected the request: HTTP 422 INVALIDVALUE: Not a NaaS Enabled Location (GET /Product/v1/price, tracking ID …).

        Nothing was ordered for connection `edge-1`.

        Remove `partner_id`, and set `port_service_id` to the UNI Service ID of your port at the site. For a connection at a data center, set `master_site_id` to one of `lumen_locations` with `partner_id = "43558"`.
    "#]].assert_eq(&own);
    expect![[r#"
        Error: Site `PL0001247634` is a data center site (at port_service_id)

        Lumen lists it as a data center site of partner `43558` (Equinix). Your own ports are at other sites.

        Nothing was ordered for connection `edge-1`.

        Remove `port_service_id`, and set `partner_id` to `43558` (Equinix). For a connection at your own port, set `master_site_id` to the site of that port.
    "#]].assert_eq(&data_centre);
    assert_eq!(told(&mut world, &at_a_port().with("master_site_id", PORT_SITE)).await, "");
}

#[tokio::test(start_paused = true)]
async fn a_site_that_does_not_exist_is_refused() {
    let mut world = given().await;

    let partner = told(&mut world, &a_connection().with("master_site_id", NO_SITE)).await;
    let port = told(&mut world, &at_a_port().with("master_site_id", NO_SITE)).await;

    assert_eq!(partner, port);
    expect![[r#"
        Error: Lumen does not list site `PL0009999999` (at master_site_id)

        Lumen's lists of sites don't have it. Lumen rejected the request: HTTP 422 INVALIDVALUE: Not a NaaS Enabled Location (GET /Product/v1/price, tracking ID …).

        Nothing was ordered for connection `edge-1`.

        Check `master_site_id` for a typo, and set it to the `master_site_id` of one of `lumen_locations`. Lumen can also return this error temporarily: if the site is right, plan again in a few minutes.
    "#]].assert_eq(&partner);
}

/// A list without the site, for every query.
fn incomplete() -> Fault {
    let other = json!({"masterSiteId": "PL1", "partner": "Somewhere"});
    let body = json!({"pagination": [{"totalRecords": 1}], "location": [other]});
    Fault::answer(LOCATIONS, 200, body.to_string())
}

#[tokio::test(start_paused = true)]
async fn a_site_with_a_price_is_not_refused_because_a_list_is_incomplete() {
    let mut world = given().await;
    world.fault(incomplete());

    let plan = world.plan(&a_connection()).await;

    assert_eq!((plan.action, plan.text("hourly_price")), (Action::Create, "0.46"));
    expect![[r#"
        Warning: Lumen does not list site `PL0001247634` (at master_site_id)

        Lumen's lists of sites don't have it.

        Lumen returned a price for the site, so the plan continues: the list may be incomplete. Lumen checks the site again before anything is ordered.

        Check `master_site_id`, `partner_id` and `port_service_id`. If they are right, continue.
    "#]].assert_eq(&plan.shown());
}

#[tokio::test(start_paused = true)]
async fn what_can_not_be_read_is_named_and_stops_nothing() {
    for fault in [LOCATIONS, PARTNERS] {
        let mut world = given().await;
        world.fault(Fault::status(fault, 503));
        let unlisted = a_connection().with("master_site_id", PORT_SITE);
        let block = if fault == LOCATIONS { a_connection() } else { unlisted };

        let plan = world.plan(&block).await;

        let shown = plan.shown();
        if fault == LOCATIONS {
            assert_eq!(plan.action, Action::Create);
            expect![[r#"
                Warning: Site `PL0001247634` could not be checked (at master_site_id)

                Lumen is unavailable: HTTP 503 503: Fault injected by the simulator (GET /Network/v1/location, tracking ID …).

                The plan continues, but the provider does not know whether Lumen lists the site, or for which partner. Lumen checks that before anything is ordered.

                Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.
            "#]].assert_eq(&shown);
        } else {
            // Lumen refuses the price, and the lists do not show why, so the message quotes Lumen.
            assert!(shown.contains("Lumen returned no price for site"), "{shown}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_site_whose_price_can_not_be_asked_for_is_only_doubted() {
    let mut world = given().await;
    world.fault(Fault::status(PRICE, 503));
    let mut shown = Vec::new();
    for site in [DISABLED_SITE, PORT_SITE, NO_SITE] {
        let plan = world.plan(&a_connection().with("master_site_id", site)).await;
        assert_eq!(plan.action, Action::Create, "{site}");
        let told = plan.shown();
        let (_, doubt) = told.rsplit_once("Warning: ").unwrap();
        shown.push(format!("Warning: {doubt}"));
    }
    expect![[r#"
        Warning: Site `PL0001247686` is not enabled for on-demand services (at master_site_id)

        Lumen's list of locations shows the site with `naas_enabled = false`.

        The plan continues, because the price could not be requested. Lumen checks the site again before anything is ordered.

        Check `master_site_id`, `partner_id` and `port_service_id`. If they are right, continue.

        Warning: Site `PL0001247894` is not a data center site (at partner_id)

        Lumen lists the site, but not for partner `43558` or any other partner. It is one of your own sites, where a connection ends at a port.

        The plan continues, because the price could not be requested. Lumen checks the site again before anything is ordered.

        Check `master_site_id`, `partner_id` and `port_service_id`. If they are right, continue.

        Warning: Lumen does not list site `PL0009999999` (at master_site_id)

        Lumen's lists of sites don't have it.

        The plan continues, because the price could not be requested. Lumen checks the site again before anything is ordered.

        Check `master_site_id`, `partner_id` and `port_service_id`. If they are right, continue.
    "#]].assert_eq(&shown.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn the_site_of_an_enabled_list_that_has_no_price_may_be_refused_for_a_while() {
    let mut world = given().await;
    world.lumen.set(|lumen| lumen.naas_transient = true);

    let shown = told(&mut world, &a_connection()).await;

    assert!(shown.contains("Lumen can also return this error temporarily"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_looked_up_that_is_not_known_yet() {
    let mut world = given().await;
    for unknown in ["master_site_id", "partner_id"] {
        told(&mut world, &a_connection().with(unknown, Value::unknown())).await;
    }
    assert_eq!((world.requests(LOCATIONS), world.requests(PARTNERS)), (0, 0));
    // The name at a site can be checked without the partner and the port. An empty inventory is requested a
    // second time.
    assert_eq!(world.requests(INVENTORY), 2);
}

/// The 140 sites of a partner fill two pages, and are requested once.
#[tokio::test(start_paused = true)]
async fn many_plans_share_the_lists() {
    let mut world = given().await;
    for number in 0..20 {
        let mut other = world.another_resource();
        let name = format!("edge-{number}");
        assert_eq!(told(&mut other, &a_connection().with("name", name.as_str())).await, "");
    }
    assert_eq!((world.requests(LOCATIONS), world.requests(PARTNERS)), (2, 0));

    for site in [NO_SITE, FLEXENTIAL_SITE, PORT_SITE] {
        for partner in [EQUINIX, "362232"] {
            let block = a_connection().with("partner_id", partner).with("master_site_id", site);
            world.plan(&block).await;
        }
    }
    let lists = world.requests(LOCATIONS) + world.requests(PARTNERS);
    // The list of partners, the sites of each partner (two pages, one, and one), and all 320 sites (four
    // pages).
    assert_eq!(lists, 1 + 2 + 1 + 1 + 4);
}
