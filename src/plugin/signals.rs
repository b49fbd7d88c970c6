//! The events that end the process, other than a request from Terraform: a signal, or the death of the
//! parent process.

use std::future::Future;
use std::io;

/// Ignores Ctrl-C while the returned value lives.
///
/// The terminal sends the signal to all processes, but Terraform handles it for the plugin: it
/// calls `StopProvider`, and waits until the results of running changes are saved.
#[cfg(unix)]
pub(super) fn ignore_interrupts() -> io::Result<impl Sized> {
    use tokio::signal::unix::{SignalKind, signal};
    signal(SignalKind::interrupt())
}

/// Ignores Ctrl-C while the returned value lives.
#[cfg(windows)]
pub(super) fn ignore_interrupts() -> io::Result<impl Sized> {
    tokio::signal::windows::ctrl_c()
}

/// Completes when the process receives SIGTERM, or SIGHUP because the terminal was closed.
#[cfg(unix)]
pub(super) fn terminated() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => (),
            _ = hang_up.recv() => (),
        }
    })
}

/// Completes when the console is closed.
#[cfg(windows)]
pub(super) fn terminated() -> io::Result<impl Future<Output = ()>> {
    let mut closed = tokio::signal::windows::ctrl_close()?;
    Ok(async move {
        closed.recv().await;
    })
}

/// Completes when the parent process has died. The system then gives this process another parent.
#[cfg(unix)]
pub(super) fn orphaned() -> impl Future<Output = ()> {
    use std::os::unix::process::parent_id;
    use std::time::Duration;

    const PAUSE: Duration = Duration::from_secs(1);
    let parent = parent_id();
    async move {
        while parent_id() == parent {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Never completes, because Windows itself ends the processes of a console.
#[cfg(windows)]
pub(super) fn orphaned() -> impl Future<Output = ()> {
    std::future::pending()
}
