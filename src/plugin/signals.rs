//! When the process ends, besides being asked to by Terraform: told to by a signal, or left alone.

use std::future::Future;
use std::io;

/// Takes Ctrl-C out of effect while the returned value lives.
///
/// The terminal sends it to the whole process group, but Terraform decides what it means: it calls
/// `StopProvider` and waits for the running changes to be saved.
#[cfg(unix)]
pub(super) fn ignore_interrupts() -> io::Result<impl Sized> {
    use tokio::signal::unix::{SignalKind, signal};
    signal(SignalKind::interrupt())
}

/// Takes Ctrl-C out of effect while the returned value lives.
#[cfg(windows)]
pub(super) fn ignore_interrupts() -> io::Result<impl Sized> {
    tokio::signal::windows::ctrl_c()
}

/// Completes when the process is told to terminate: SIGTERM, or the terminal was closed.
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

/// Completes when the process is told to terminate: the console was closed.
#[cfg(windows)]
pub(super) fn terminated() -> io::Result<impl Future<Output = ()>> {
    let mut closed = tokio::signal::windows::ctrl_close()?;
    Ok(async move {
        closed.recv().await;
    })
}

/// Completes when the process that started this one has died: the orphan gets another parent.
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

/// Never completes: Windows ends a console's processes by itself.
#[cfg(windows)]
pub(super) fn orphaned() -> impl Future<Output = ()> {
    std::future::pending()
}
