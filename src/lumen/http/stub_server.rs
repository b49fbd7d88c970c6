//! A server for tests. A closure chooses its answers, and it records the requests.
//!
//! Crates such as `wiremock` run their server on its own threads or runtime. This server must run on the
//! runtime of the test, which has one thread and a paused clock: the clock jumps to the next timer as soon as
//! no task on the runtime can make progress. With a server elsewhere, the clock would jump over timeouts and
//! poll intervals while an answer is still on its way.

#![expect(clippy::expect_used, reason = "a test that can't be set up must fail")]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::lumen::voice::VoicePaths;
use crate::lumen::{ApiUrl, Client, OrderStatusSource, Poll, Settings};

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lumen) struct ReceivedRequest {
    /// Method, path and query, such as `GET /Network/v1/provider?pageNumber=1`.
    pub(in crate::lumen) line: String,
    /// The headers in lower case, one per line.
    pub(in crate::lumen) headers: String,
    pub(in crate::lumen) body: String,
}

impl ReceivedRequest {
    pub(in crate::lumen) fn is(&self, beginning: &str) -> bool {
        self.line.starts_with(beginning)
    }
}

pub(in crate::lumen) enum Reply {
    Answer {
        status: u16,
        headers: &'static str,
        body: String,
    },
    /// Read the request, and cut the connection.
    Cut,
    /// Choose and send the answer after this delay, while other requests are answered.
    Late {
        by: Duration,
        decide: Box<dyn FnOnce() -> Reply + Send>,
    },
}

impl Reply {
    pub(in crate::lumen) fn json(status: u16, body: &Value) -> Self {
        Self::Answer { status, headers: "", body: body.to_string() }
    }

    pub(in crate::lumen) fn late(
        by: Duration,
        decide: impl FnOnce() -> Self + Send + 'static,
    ) -> Self {
        Self::Late { by, decide: Box::new(decide) }
    }

    async fn send(self, mut stream: TcpStream) {
        let mut reply = self;
        while let Self::Late { by, decide } = reply {
            tokio::time::sleep(by).await;
            reply = decide();
        }
        if let Self::Answer { status, headers, body } = reply {
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status} Status\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    }
}

#[derive(Clone)]
pub(in crate::lumen) struct StubServer {
    url: ApiUrl,
    seen: Arc<Mutex<Vec<ReceivedRequest>>>,
}

impl StubServer {
    /// Answers token requests with `token-1`, `token-2`, …, and other requests with the closure's answers.
    pub(in crate::lumen) async fn start(
        mut answer: impl FnMut(&ReceivedRequest) -> Reply + Send + 'static,
    ) -> Self {
        let mut tokens = 0;
        Self::start_raw("127.0.0.1:0", move |seen| {
            if !seen.is("POST /oauth/v2/token") {
                return answer(seen);
            }
            tokens += 1;
            let token = json!({ "access_token": format!("token-{tokens}"), "expires_in": "1799" });
            Reply::json(200, &token)
        })
        .await
    }

    /// Answers all requests with the closure's answers.
    pub(in crate::lumen) async fn start_raw(
        address: &str,
        mut answer: impl FnMut(&ReceivedRequest) -> Reply + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let stub = Self { url: format!("http://{address}").parse().expect("a URL"), seen };
        let kept = Arc::clone(&stub.seen);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let Some(request) = receive(&mut stream).await else { continue };
                let reply = answer(&request);
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(request);
                tokio::spawn(reply.send(stream));
            }
        });
        stub
    }

    pub(in crate::lumen) fn settings(&self) -> Settings {
        Settings {
            base_url: self.url.clone(),
            token_url: self.url.join("oauth/v2/token"),
            voice_base_url: self.url.clone(),
            client_id: "key".to_owned(),
            client_secret: "s3cret".into(),
            customer_number: "1-ABC-23".parse().expect("a customer number"),
            request_timeout: Duration::from_secs(30),
            max_retries: 5,
            max_concurrent_requests: 4,
            requests_per_second: None,
            poll: Poll { interval: Duration::from_secs(5), interval_max: Duration::from_mins(1) },
            order_status: OrderStatusSource::Auto,
            voice_paths: VoicePaths::default(),
        }
    }

    pub(in crate::lumen) fn client(&self) -> Client {
        Client::new(self.settings()).expect("settings that work")
    }

    /// The requests whose first line begins with this text.
    pub(in crate::lumen) fn seen(&self, beginning: &str) -> Vec<ReceivedRequest> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().filter(|request| request.is(beginning)).cloned().collect()
    }
}

async fn receive(stream: &mut TcpStream) -> Option<ReceivedRequest> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let (line, headers) = head.split_once("\r\n")?;
            let headers = headers.to_ascii_lowercase();
            let length = headers.lines().find_map(|line| line.strip_prefix("content-length: "));
            if length.map_or(0, |length| length.parse().unwrap_or(0)) <= body.len() {
                let line = line.trim_end_matches(" HTTP/1.1").to_owned();
                return Some(ReceivedRequest { line, headers, body: body.to_owned() });
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
