//! Other workspaces, other provider aliases, and other Lumen environments: which of them a connection
//! belongs to.

use lumen_simulator::Action::Add;

use crate::connection::{Connection, PROVIDER};
use crate::world::{given, given_lumen};

#[test]
fn another_workspace_does_not_take_over_what_the_first_one_has() {
    let world = given();
    world.wants(&Connection::default());
    world.terraform.apply(&[]).succeeds();
    world.terraform.run(&["workspace", "new", "blue"]).succeeds();

    let planned = world.terraform.plan(&[]).fails();
    let applied = world.terraform.apply(&["-refresh=false"]).fails();

    planned.says("Connection `Headquarters` already exists");
    applied.says("Connection `Headquarters` already exists");
    assert_eq!(world.orders(), [Add]);
    world.terraform.run(&["workspace", "select", "default"]).succeeds();
    world.has_nothing_to_do();
}

/// Each alias has its own process. Only the operating system shows that both belong to the same run.
#[cfg(target_os = "linux")]
#[test]
fn two_aliases_do_not_share_a_connection() {
    let world = given_lumen(|lumen| lumen.order_seconds = 2.0);
    let alias = PROVIDER[PROVIDER.find("provider \"lumen\" {").unwrap()..]
        .replace("provider \"lumen\" {", "provider \"lumen\" {\n  alias = \"other\"");
    let one = Connection::default().to_module();
    let more = Connection { more: "provider = lumen.other", ..Connection::default() };
    let two = more.to_resource().replace("\"test\"", "\"other\"");
    world.terraform.write("main.tf", &[one, alias, two].concat());

    let applied = world.terraform.apply(&[]).fails();

    applied.says("can't be distinguished from another object of this run");
    assert_eq!(world.orders(), [Add]);
}

/// The environment points to another Lumen. The connection must not be considered gone, or ordered again.
#[test]
fn another_lumen_in_the_environment_is_refused() {
    let mut world = given();
    world.wants(&Connection::default());
    world.applies();
    let other = given();

    world.terraform.set("LUMEN_BASE_URL", other.lumen.url());
    let planned = world.terraform.plan(&[]).fails();
    let destroyed = world.terraform.destroy().fails();
    world.terraform.set("LUMEN_BASE_URL", world.lumen.url());
    world.terraform.set("LUMEN_CUSTOMER_NUMBER", "1-OTHER");
    let customer = world.terraform.apply(&["-refresh=false"]).fails();

    for refused in [planned, destroyed, customer] {
        refused.says("Connection `Headquarters` belongs to another customer number or API address");
    }
    assert_eq!((world.orders(), other.orders().len()), (vec![Add], 0));
    world.terraform.set("LUMEN_CUSTOMER_NUMBER", "1-ABCDE");
    world.has_nothing_to_do();
}
