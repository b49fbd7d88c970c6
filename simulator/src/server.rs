//! The server: accepts connections, and sends the answers of the `gateway`.

use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::response::Response;
use futures::StreamExt;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::gateway::{self, Reply};
use crate::state::Shared;

/// How long to wait for the port to become free.
const REBIND_TIMEOUT: Duration = Duration::from_secs(5);
/// How many connections the operating system queues before they are accepted.
const BACKLOG: u32 = 1024;

/// Makes hyper drop the connection without sending another byte.
#[derive(Debug)]
struct DropConnection;

impl std::fmt::Display for DropConnection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the connection is dropped by an injected fault")
    }
}

impl std::error::Error for DropConnection {}

/// Serves until the task is dropped. Dropping the task also drops the connections.
pub(crate) async fn serve(mut listener: TcpListener, shared: Shared, router: Router) {
    let mut refused = shared.lock().faults.connections_refused();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            true = async { refused.wait_for(|refused| *refused).await.is_ok() } => {
                let Ok(reopened) = refuse_connections(listener, &mut refused).await else { return };
                listener = reopened;
            }
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(serve_connection(stream, shared.clone(), router.clone()));
            },
        }
    }
}

/// Refuses connections until the faults are cleared, then returns a listener on the same port. A
/// socket that is bound but does not listen refuses connections and keeps the port reserved.
async fn refuse_connections(
    listener: TcpListener,
    refused: &mut watch::Receiver<bool>,
) -> io::Result<TcpListener> {
    let address = listener.local_addr()?;
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    drop(listener);
    // A child process that is being started may hold a copy of the listener until it calls `exec`, so
    // the port may be in use for a moment.
    let deadline = Instant::now() + REBIND_TIMEOUT;
    while let Err(error) = socket.bind(address) {
        if deadline < Instant::now() {
            return Err(error);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let _ = refused.wait_for(|refused| !refused).await;
    socket.listen(BACKLOG)
}

async fn serve_connection(stream: TcpStream, shared: Shared, router: Router) {
    // Without this, a small answer waits until the client has acknowledged the previous one.
    let _ = stream.set_nodelay(true);
    let mut refused = shared.lock().faults.connections_refused();
    let service = service_fn(|request| answer(&shared, &router, request));
    // `add_common_headers` sets `Date`, because it is a date on the simulated calendar.
    let connection = http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // An error is either an injected fault or a client that has closed the connection.
    tokio::select! {
        biased;
        _ = connection.as_mut() => return,
        _ = refused.wait_for(|refused| *refused) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

/// Sends the gateway's answer to a request.
async fn answer(
    shared: &Shared,
    router: &Router,
    request: Request<Incoming>,
) -> Result<Response, DropConnection> {
    match gateway::answer(shared, router, request.map(Body::new)).await {
        Reply::Whole(response) => Ok(response.map(Body::from)),
        Reply::Cut(response) => Ok(response.map(dropped_after)),
        Reply::Dropped | Reply::Refused => Err(DropConnection),
    }
}

/// A body that sends these bytes before the connection is dropped.
fn dropped_after(bytes: Bytes) -> Body {
    let first = futures::stream::once(async { Ok::<Bytes, DropConnection>(bytes) });
    // Yielding lets hyper send the bytes before the connection is dropped.
    let then = futures::stream::once(async {
        tokio::task::yield_now().await;
        Err(DropConnection)
    });
    Body::from_stream(first.chain(then))
}
