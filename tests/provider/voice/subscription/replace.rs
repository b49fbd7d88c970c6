//! Replacing a subscription, on demand or because it is tainted, under each `on_destroy`.

use expect_test::expect;
use lumen_core::{Block, Status};

use super::{given_voice, inbound, ordered};
use crate::voice::slowly;
use crate::world::{World, timeout};

/// How a subscription is replaced.
#[derive(Clone, Copy, Debug)]
enum Way {
    OnDemand,
    CreateFirst,
    Tainted,
}

const WAYS: [Way; 3] = [Way::OnDemand, Way::CreateFirst, Way::Tainted];
const CHOICES: [&str; 3] = ["fail", "retain", "disconnect"];

/// Replaces the subscription, and describes what happened and what exists.
async fn replaced(world: &mut World, inbound: &Block, way: Way) -> String {
    world.replace_on_demand = !matches!(way, Way::Tainted);
    let run = match way {
        Way::OnDemand => world.apply_unfinished(inbound).await,
        Way::CreateFirst => world.apply_create_first(inbound).await,
        Way::Tainted => {
            world.state.as_mut().unwrap().status = Status::Tainted;
            world.apply_unfinished(inbound).await
        }
    };
    let summaries: Vec<&str> = run.diagnostics.iter().map(|it| it.summary.as_str()).collect();
    let state = if world.object().is_null() { "no state".into() } else { world.text("status") };
    format!("{state}; {}; {}", ordered(world), summaries.join("; "))
}

#[tokio::test(start_paused = true)]
async fn numbers_in_service_are_never_replaced() {
    let mut told = Vec::new();
    for choice in CHOICES {
        for way in WAYS {
            let mut world = super::given().await;
            let inbound = inbound().with("on_destroy", choice);
            world.apply(&inbound).await.quietly();
            let outcome = replaced(&mut world, &inbound, way).await;
            assert_eq!(world.lumen.lines().len(), 2);
            told.push(format!("{choice}, {way:?}: {outcome}"));
        }
    }
    expect![[r#"
        fail, OnDemand: active; Install 0 1; The subscription of +13035550100 is protected, and would be replaced
        fail, CreateFirst: active; Install 0 1; The subscription of +13035550100 is protected, and would be replaced
        fail, Tainted: active; Install 0 1; `+13035550100`, `+13035550101` are in service already
        retain, OnDemand: active; Install 0 1; The subscription of +13035550100 is protected, and would be replaced
        retain, CreateFirst: active; Install 0 1; The subscription of +13035550100 is protected, and would be replaced
        retain, Tainted: active; Install 0 1; `+13035550100`, `+13035550101` are in service already
        disconnect, OnDemand: active; Install 0 1; The subscription of +13035550100 is protected, and would be replaced
        disconnect, CreateFirst: active; Install 0 1; The subscription of +13035550100 is protected, and would be replaced
        disconnect, Tainted: active; Install 0 1; `+13035550100`, `+13035550101` are in service already"#]].assert_eq(&told.join("\n"));
}

/// The numbers of an order that is in progress are ordered again only after that order was canceled.
#[tokio::test(start_paused = true)]
async fn numbers_on_their_way_are_ordered_again_only_after_a_cancellation() {
    let mut told = Vec::new();
    for choice in CHOICES {
        for way in WAYS {
            let mut world = given_voice(slowly).await;
            let inbound = timeout(inbound().with("on_destroy", choice), "create", "1m");
            let _ = world.apply_unfinished(&inbound).await;
            let outcome = replaced(&mut world, &inbound, way).await;
            told.push(format!("{choice}, {way:?}: {outcome}"));
        }
    }
    expect![[r#"
        fail, OnDemand: pending; Install 0 1; The apply waits until the subscription of +13035550100 is in service; The subscription of +13035550100 is protected, and would be replaced
        fail, CreateFirst: pending; Install 0 1; The apply waits until the subscription of +13035550100 is in service; The subscription of +13035550100 is protected, and would be replaced
        fail, Tainted: pending; Install 0 1; The subscription of +13035550100 is protected, and would be replaced
        retain, OnDemand: pending; Install 0 1; The apply waits until the subscription of +13035550100 is in service; The subscription of +13035550100 is protected, and would be replaced
        retain, CreateFirst: pending; Install 0 1; The apply waits until the subscription of +13035550100 is in service; The subscription of +13035550100 is protected, and would be replaced
        retain, Tainted: pending; Install 0 1; The subscription of +13035550100 is protected, and would be replaced
        disconnect, OnDemand: pending; Install 0 1, Install 0 1; The apply waits until the subscription of +13035550100 is in service; The order of the subscription of +13035550100 was canceled; The subscription of +13035550100 is not in service yet
        disconnect, CreateFirst: pending; Install 0 1; `+13035550100`, `+13035550101` are not reserved
        disconnect, Tainted: pending; Install 0 1, Install 0 1; The order of the subscription of +13035550100 was canceled; The subscription of +13035550100 is not in service yet"#]].assert_eq(&told.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn what_is_retained_is_not_ordered_twice() {
    let mut world = given_voice(slowly).await;
    let inbound = timeout(inbound().with("on_destroy", "retain"), "create", "1m");
    let _ = world.apply_unfinished(&inbound).await;
    world.replace_on_demand = true;

    let run = world.apply_unfinished(&inbound).await;

    assert!(run.failed());
    expect![[r#"
        Warning: The apply waits until the subscription of +13035550100 is in service

        Voice order 600184202 is in progress.

        Waiting orders nothing.

        Run `terraform apply` to wait for it, or plan again later.

        Error: The subscription of +13035550100 is protected, and would be replaced (at on_destroy)

        `on_destroy` is "retain", so its numbers stay as they are, and can't be ordered again.

        Nothing was ordered.

        Change the arguments in place instead of replacing it. To forget it, remove it from the configuration: its numbers stay, and its order continues.
    "#]].assert_eq(&run.shown());
}
