//! The schema of a subscription.

use super::notification::notification;
use super::port_in::{date, port_in};
use super::record::{cnam, directory_listing, reported_address, service_address, subscriber};
use super::rules::{telephone_numbers, text};
use crate::framework::schema::{Nesting, boolean, list, map, nested, number, set, string};
use crate::framework::{Rule, Schema, Type, Value};
use crate::lumen::ExternalId;
use crate::services::voice::product;

pub(super) fn schema() -> Schema {
    Schema::new("Puts telephone numbers into service for one subscriber: reserved numbers, or numbers of another carrier. **Disconnected numbers go back to the carrier**: by default, plans that would disconnect a number fail.")
        .attribute("product", product().required().about("Product of the numbers: `local_inbound` or `enhanced_local_service`. It can't be changed."))
        .attribute("telephone_numbers", set(Type::String).required().rule(telephone_numbers()).about("Numbers in E.164 format, such as `+13035550100`: 1 to 399 numbers of your reserved inventory, or of another carrier with `port_in`. Adding a number orders it, and `on_destroy` decides what removing one does. Use `all_telephone_numbers` of a reservation, because its `telephone_numbers` loses each number when it is subscribed."))
        .attribute("customer_service_name", text::<255>().required().about("Name of your route (trunk group) for the calls to the numbers. Changing it places a change order."))
        .attribute("subscriber", subscriber().about("Subscriber of the numbers. Required for `enhanced_local_service` and with `port_in`. Changing it places a change order."))
        .attribute("service_address", service_address().about("Address of the subscriber. Required for `enhanced_local_service` and with `port_in`. With `static_911`, this is where help is sent. Changing it places a change order."))
        .attribute("e911_option", string().rule(Rule::one_of(&["static_911", "customer_provided"])).about("How emergency calls find the address: `static_911` registers `service_address`, and with `customer_provided` you provide 911 yourself. Required for `enhanced_local_service`. Changing it places a change order."))
        .attribute("directory_listing", directory_listing().about("Entry in the directory, for `enhanced_local_service` only. Adding, changing, and removing it places a change order."))
        .attribute("cnam", cnam().about("Name that is shown when the numbers call. Without it, city and state are shown. Changing it places a change order. It can't be removed."))
        .attribute("request_date", string().rule(date()).about("Date on which Lumen puts the first numbers into service, 7 to 30 days ahead. Without it, Lumen does so at once. Required with `port_in`: date of the port, 1 to 30 days ahead. Changing it while a port is in progress sends a supplement, and later it places no order."))
        .attribute("port_in", port_in().about("Takes the numbers over from another carrier, at most 49 when they are ordered. It can't be added to numbers that are in service. Changing or removing it once the numbers are in service places no order."))
        .attribute("external_order_id", string().optional_computed().stable().documented_default("derived, when the numbers are ordered, from the product and the lead number").rule(Rule::reads_as::<ExternalId>("text of 1 to 20 characters")).about("Your reference for the first order, sent to Lumen as `externalOrderID`. It can't be changed."))
        .attribute("check_numbers", boolean().default(Value::Bool(true)).about("Whether plans check that new numbers are in your reserved inventory, or can be ported, and that Lumen provides static 911 in their rate centers if `e911_option` is `static_911`."))
        .attribute("wait_for", string().optional_computed().stable().documented_default("`active`, or `accepted` with `port_in`").rule(Rule::one_of(&["active", "foc", "accepted"])).about("How long an apply waits for the first numbers: until they are in service (`active`), until the losing carrier has agreed to the date of a port (`foc`), or only until Lumen has accepted the order (`accepted`)."))
        .attribute("on_destroy", string().default(Value::text("fail")).rule(Rule::one_of(&["fail", "retain", "disconnect"])).about("What happens to the numbers on destroy, and to a number that is removed from `telephone_numbers`: `fail` makes the plan fail, `retain` leaves the numbers in service and billed, and `disconnect` orders their disconnection."))
        .attribute("disconnect_notice_days", number().default(Value::Number(1_i64.into())).rule(Rule::integer(1, 20)).about("Number of business days from a disconnect order to its date."))
        .attribute("id", string().computed().stable().about("Lead number: the lowest number when the subscription was created or imported. It stays the same when numbers are added or removed."))
        .attribute("status", string().computed().about("Status of the subscription: `pending`, `active`, `changing`, `disconnecting`, or, if none of these applies, Lumen's own status in lowercase."))
        .attribute("port_status", string().computed().about("Status of a port: `submitted`, `foc_scheduled` once the losing carrier has agreed to a date, or `completed`."))
        .attribute("foc_date", string().computed().about("Date on which Lumen takes the numbers over, once the losing carrier has agreed to it (firm order commitment)."))
        .attribute("active_telephone_numbers", set(Type::String).computed().about("Numbers of the subscription that are in service and are not being disconnected."))
        .attribute("number_statuses", map(Type::String).computed().about("Status of each number: `pending`, `porting`, `active`, or `disconnecting`."))
        .attribute("e911_address", reported_address().computed().about("Address that emergency services see, as far as Lumen reports it."))
        .attribute("voice_order_ids", list(Type::String).computed().about("IDs of all voice orders of the subscription, oldest first."))
        .attribute("notifications", nested(Nesting::List, notification()).computed().about("Lumen's notifications about the orders."))
        .timeout("create", "60m", "How long to wait for the numbers to be in service. If it takes longer, the apply succeeds with a warning and the next apply resumes waiting.")
        .timeout("read", "5m", "How long reading the subscription may take.")
        .timeout("update", "60m", "How long to wait for orders to complete. If the last one takes longer, the apply succeeds with a warning and the next apply resumes waiting.")
        .timeout("delete", "10m", "How long to wait for Lumen to accept the disconnection, and to cancel an order that is in progress. If it takes longer, the destroy fails, the subscription stays in the state, and the next destroy resumes waiting.")
}
