//! Plans with unknown values, which are kept when the values become known.

use lumen_core::{Action, Block, Core};
use terraform_provider_lumen::framework::Value;

use crate::world::{
    CONNECTION, ORDER, PRICE, World, a_connection, a_provider, given, started, with_journal,
};

/// Plans with an unknown value, and applies when everything is known, as Terraform does if it applies
/// another resource in between.
async fn applied_later(world: &mut World, unknown: &Block, known: &Block) {
    let plan = world.plan(unknown).await;
    assert_eq!((plan.action, plan.shown().as_str()), (Action::Create, ""));

    let kind = world.provider.resource_type("lumen_iod_connection");
    let later = lumen_core::Plan { config: known.complete(&kind), ..plan };
    world.apply_plan(later).await.quietly();

    world.apply(known).await.quietly();
    assert_eq!(world.orders().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn every_argument_may_become_known_only_at_apply() {
    let known = a_connection()
        .with("billing_account_id", "5-LABQ7731")
        .with("external_id", "edge-1-2026")
        .with("max_hourly_price", "0.50")
        .with("note", "Ask at the desk");
    for argument in [
        "name",
        "master_site_id",
        "bandwidth",
        "partner_id",
        "billing_account_id",
        "external_id",
        "max_hourly_price",
        "note",
        "contact",
        "ipv4_block_size",
        "deletion_protection",
        "wait_for",
    ] {
        let mut world = given().await;
        let unknown = known.clone().with(argument, Value::unknown());

        applied_later(&mut world, &unknown, &known).await;
    }
}

#[tokio::test(start_paused = true)]
async fn no_price_is_asked_for_a_site_that_is_not_known_yet() {
    let mut world = given().await;

    let plan = world.plan(&a_connection().with("master_site_id", Value::unknown())).await;

    assert_eq!(world.requests(PRICE), 0);
    assert!(plan.planned.get("hourly_price").is_unknown());
}

#[tokio::test(start_paused = true)]
async fn a_provider_block_that_is_not_known_yet_plans_without_lumen() {
    let world = given().await;
    let whole = with_journal(a_provider(&world.lumen.url()), &world.orders_folder());
    for argument in ["base_url", "client_id", "client_secret", "customer_number"] {
        let mut provider = started();
        let block = whole.clone().with(argument, Value::unknown());
        assert_eq!(provider.configure(&block).await, [], "{argument}");
        let mut terraform = Core::new(CONNECTION, provider);

        let plan = terraform.plan(&a_connection()).await;

        assert_eq!((plan.action, plan.shown().as_str()), (Action::Create, ""), "{argument}");
        assert!(plan.planned.get("hourly_price").is_unknown(), "{argument}");
        assert_eq!(world.requests(ORDER), 0);

        let mut provider = started();
        assert_eq!(provider.configure(&whole).await, []);
        let again = Core::new(CONNECTION, provider).plan_change(&plan.config).await;
        let broken: Vec<String> = lumen_core::broken_promises(&plan.planned, &again.planned);
        assert_eq!(broken, Vec::<String>::new(), "{argument}");
    }
}
