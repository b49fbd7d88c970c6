//! The provider as a process: how it is installed, and how it ends.

use lumen_simulator::Action::{Add, Delete};

use crate::connection::Connection;
use crate::world::{given_a_mirror, given_lumen};

#[test]
fn the_provider_is_installed_from_a_mirror_of_the_registry() {
    let world = given_a_mirror();
    let wanted = Connection::default();
    world.wants(&wanted);

    let initialized = world.terraform.run(&["init", "-no-color"]).succeeds();
    initialized.says(&format!("Installing lumen-community/lumen v{}", env!("CARGO_PKG_VERSION")));
    world.applies();
    assert!(wanted.is(&world.connection()));
    world.terraform.destroy().succeeds();

    assert_eq!(world.orders(), [Add, Delete]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_killed_terraform_leaves_no_provider_behind() {
    use std::thread;
    use std::time::{Duration, Instant};

    let world = given_lumen(|lumen| lumen.order_seconds = 3600.0);
    let temporary = world.terraform.temporary();
    world.wants(&Connection::default());

    let mut applying = world.terraform.start(&["apply", "-auto-approve", "-no-color"]);
    applying.until("it waits for the order", || world.is_waiting());
    assert_eq!(providers_of(&temporary), 1);
    applying.kill();

    // The provider no longer has a client, so it exits and removes its socket. Every test checks for
    // leftover sockets at its end.
    let deadline = Instant::now() + Duration::from_secs(10);
    while providers_of(&temporary) > 0 {
        assert!(Instant::now() < deadline, "the provider outlives Terraform");
        thread::sleep(Duration::from_millis(50));
    }
}

/// The provider processes that the Terraform of this test started.
#[cfg(target_os = "linux")]
fn providers_of(temporary: &std::path::Path) -> usize {
    use std::fs;

    let variable = format!("TMPDIR={}", temporary.display());
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    processes
        .filter(|process| {
            let of = |name| fs::read(process.join(name)).unwrap_or_default();
            let program = of("cmdline");
            let program = program.split(|byte| *byte == 0).next().unwrap_or_default();
            program == crate::terraform::provider().as_os_str().as_encoded_bytes()
                && of("environ").split(|byte| *byte == 0).any(|it| it == variable.as_bytes())
        })
        .count()
}
