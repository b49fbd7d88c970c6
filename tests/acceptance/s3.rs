//! A local S3 server with the operations that a journal needs: put, read, list, and delete. It can be told
//! to misbehave.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

const BUCKET: &str = "orders";

/// How the server responds to requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manners {
    /// It works like S3.
    Good,
    /// It overwrites an object even if a condition forbids that.
    IgnoresConditions,
    /// It refuses every request.
    Forbids,
    /// It has no such bucket.
    Empty,
}

/// A running server. It stops when the process ends.
pub(crate) struct S3 {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    manners: Manners,
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
    requests: Mutex<Vec<String>>,
}

impl Shared {
    fn objects(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn requests(&self) -> MutexGuard<'_, Vec<String>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl S3 {
    pub(crate) fn start(manners: Manners) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let (objects, requests) = (Mutex::default(), Mutex::default());
        let shared = Arc::new(Shared { manners, objects, requests });
        let served = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let served = served.clone();
                // A client that disconnects in the middle of a request does not affect the server.
                thread::spawn(move || drop(serve(&served, stream)));
            }
        });
        Ok(Self { address, shared })
    }

    /// The location of the journal in the bucket.
    pub(crate) const PLACE: &str = "s3://orders/journal";

    /// The environment variables that a provider needs to reach the server.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", format!("http://{}", self.address)),
            ("AWS_ACCESS_KEY_ID", "key".into()),
            ("AWS_SECRET_ACCESS_KEY", "secret".into()),
            ("NO_PROXY", "127.0.0.1".into()),
        ]
    }

    /// The names of the objects below the journal's location.
    pub(crate) fn names(&self) -> Vec<String> {
        let names = self.shared.objects();
        names.keys().map(|key| key.trim_start_matches("journal/").to_owned()).collect()
    }

    /// Every request so far: its method and its object.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.shared.requests().clone()
    }

    /// Puts an object below the journal's location.
    pub(crate) fn put(&self, name: &str, text: &str) {
        self.shared.objects().insert(format!("journal/{name}"), text.into());
    }
}

struct Answer {
    status: &'static str,
    body: Vec<u8>,
    /// Whether the body is the content of an object.
    is_object: bool,
}

impl Answer {
    fn new(status: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into(), is_object: false }
    }
}

fn serve(shared: &Shared, mut stream: TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(()) };
    let (mut length, mut is_conditional) = (0, false);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "if-none-match" => is_conditional = true,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let key = path.trim_start_matches(&format!("/{BUCKET}")).trim_start_matches('/');
    shared.requests().push(format!("{method} {key}"));

    let Answer { status, body, is_object } =
        answer(shared, &method, key, query, body, is_conditional);
    let object = if is_object {
        "ETag: \"1\"\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
    } else {
        "ETag: \"1\"\r\n"
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\n{object}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    if method == "HEAD" { Ok(()) } else { stream.write_all(&body) }
}

fn answer(
    shared: &Shared,
    method: &str,
    key: &str,
    query: &str,
    body: Vec<u8>,
    is_conditional: bool,
) -> Answer {
    let failed = |status, code: &str, message: &str| {
        let error = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
        Answer::new(status, format!("<?xml version=\"1.0\"?>{error}"))
    };
    match shared.manners {
        Manners::Forbids => return failed("403 Forbidden", "AccessDenied", "Access Denied"),
        Manners::Empty => return failed("404 Not Found", "NoSuchBucket", "No such bucket"),
        Manners::Good | Manners::IgnoresConditions => {}
    }
    let mut objects = shared.objects();
    match method {
        "PUT" => {
            let is_refused = is_conditional && shared.manners != Manners::IgnoresConditions;
            if is_refused && objects.contains_key(key) {
                return Answer::new("412 Precondition Failed", "");
            }
            objects.insert(key.to_owned(), body);
            Answer::new("200 OK", "")
        }
        "DELETE" => {
            objects.remove(key);
            Answer::new("204 No Content", "")
        }
        _ if key.is_empty() => {
            let prefix = query.split('&').find_map(|part| part.strip_prefix("prefix="));
            let prefix = prefix.unwrap_or_default().replace("%2F", "/");
            let found = objects.iter().filter(|(key, _)| key.starts_with(&prefix));
            let found: Vec<String> = found
                .map(|(key, body)| {
                    let size = body.len();
                    format!("<Contents><Key>{key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>\"1\"</ETag><Size>{size}</Size></Contents>")
                })
                .collect();
            let found = found.concat();
            Answer::new("200 OK", format!("<ListBucketResult>{found}</ListBucketResult>"))
        }
        _ => match objects.get(key) {
            Some(body) => Answer { status: "200 OK", body: body.clone(), is_object: true },
            None => Answer::new(
                "404 Not Found",
                "<Error><Code>NoSuchKey</Code><Message>No such key</Message></Error>",
            ),
        },
    }
}
