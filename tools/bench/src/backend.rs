//! The HTTP backend that keeps Terraform's state in memory on this machine. Terraform rewrites a local state
//! file after every object, which would dominate all other costs with a thousand objects.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Method, StatusCode, Uri};
use lumen_report::failure::{Context, Failure};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

type States = Arc<Mutex<HashMap<String, Bytes>>>;

/// Serves until the runtime is dropped.
pub(crate) struct Backend {
    address: SocketAddr,
}

impl Backend {
    pub(crate) fn start(runtime: &Runtime) -> Result<Self, Failure> {
        let listener = runtime
            .block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
            .context("there is no port for the state backend")?;
        let address = listener.local_addr().context("there is no port for the state backend")?;
        let states = States::default();
        // The state of thousands of objects is several megabytes large.
        let router =
            Router::new().fallback(answer).layer(DefaultBodyLimit::disable()).with_state(states);
        runtime.spawn(async { axum::serve(listener, router).await });
        Ok(Self { address })
    }

    /// The configuration that keeps the state with this name in this backend.
    pub(crate) fn module(&self, name: &str) -> String {
        let url = format!("http://{}/{name}", self.address);
        format!(
            r#"terraform {{
  backend "http" {{
    address        = "{url}"
    lock_address   = "{url}"
    unlock_address = "{url}"
  }}
}}
"#
        )
    }
}

/// Grants every lock, because the state has no other users.
async fn answer(
    State(states): State<States>,
    method: Method,
    uri: Uri,
    body: Bytes,
) -> (StatusCode, Bytes) {
    let mut states = states.lock().unwrap_or_else(PoisonError::into_inner);
    match method.as_str() {
        "GET" => match states.get(uri.path()) {
            Some(state) => return (StatusCode::OK, state.clone()),
            None => return (StatusCode::NOT_FOUND, Bytes::new()),
        },
        "POST" => _ = states.insert(uri.path().to_owned(), body),
        "DELETE" => _ = states.remove(uri.path()),
        "LOCK" | "UNLOCK" => {}
        _ => return (StatusCode::METHOD_NOT_ALLOWED, Bytes::new()),
    }
    (StatusCode::OK, Bytes::new())
}
