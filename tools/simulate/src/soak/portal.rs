//! What happens at Lumen: people change services in the portal, and orders fail.

use std::time::Duration;

use fastrand::Rng;

use super::Day;
use super::estate;
use crate::portal::living;

/// The pause between two changes, in seconds.
const PAUSE: std::ops::Range<u64> = 120..600;

/// Changes something at random moments, until the day is over.
pub(super) async fn drift(day: &Day, mut rng: Rng) {
    loop {
        tokio::time::sleep(Duration::from_secs(rng.u64(PAUSE))).await;
        if !day.goes_on() {
            return;
        }
        if rng.u8(0..8) == 0 {
            let count = rng.u32(1..4);
            day.lumen().set(|settings| {
                settings.fail_orders = Some("no more ports at this site".to_owned());
                settings.fail_orders_count = Some(count);
            });
        } else {
            change_service(day, &mut rng);
        }
    }
}

fn change_service(day: &Day, rng: &mut Rng) {
    let mut services = living(day.lumen());
    services.retain(|service| service.status == "Active");
    if services.is_empty() {
        return;
    }
    let service = services.swap_remove(rng.usize(0..services.len()));
    let id = &service.service_id;
    match rng.u8(0..10) {
        0..6 => {
            let mbps = estate::speed(rng);
            day.lumen().change_service(id, |service| service.bandwidth_mbps = mbps);
        }
        6..8 => {
            let name = format!("{} (portal)", service.name);
            day.lumen().change_service(id, |service| service.name = name);
        }
        _ => end(day, id),
    }
    day.record.borrow_mut().changed_in_portal(id, day.ground.now());
    day.drifts.set(day.drifts.get() + 1);
}

/// Somebody disconnects a service in the portal.
pub(super) fn end(day: &Day, id: &str) {
    day.lumen().change_service(id, |service| "Disconnected".clone_into(&mut service.status));
    day.record.borrow_mut().changed_in_portal(id, day.ground.now());
}
