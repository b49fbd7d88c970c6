//! The plugin as Terraform uses it: over a socket with mutual TLS, until it is stopped.

mod plain;
mod plain_rpcs;
mod rpcs;
mod toy;

use std::future;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use p521::ecdsa::signature::Signer as _;
use p521::ecdsa::{DerSignature, SigningKey};
use rustls::client::ResolvesClientCert;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::sign::{self, CertifiedKey};
use rustls::{ClientConfig, RootCertStore, SignatureAlgorithm, SignatureScheme};
use tokio::net::UnixStream;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};
use tower::service_fn;

use super::proto::plugin::Empty;
use super::proto::plugin::grpc_controller_client::GrpcControllerClient;
use super::proto::plugin::grpc_stdio_client::GrpcStdioClient;
use super::proto::tfplugin6::provider_client::ProviderClient;
use super::proto::tfplugin6::{RawState, get_provider_schema, upgrade_resource_state};
use super::*;
use crate::framework::Value;

type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;

/// Certificates as Terraform creates them: self-signed, marked as an authority, on the curve P-521. The keys
/// are the bare scalars, and are used only in these tests.
const TERRAFORM: &str = include_str!("testdata/terraform.pem");
const TERRAFORM_KEY: &[u8; 66] = include_bytes!("testdata/terraform.key");
const STRANGER: &str = include_str!("testdata/stranger.pem");
const STRANGER_KEY: &[u8; 66] = include_bytes!("testdata/stranger.key");

#[tokio::test]
async fn terraform_is_answered() -> Result {
    let plugin = Plugin::started_by(TERRAFORM).await?;
    let terraform = plugin.connect(TERRAFORM, TERRAFORM_KEY).await?;

    let request = get_provider_schema::Request {};
    let answer = ProviderClient::new(terraform).get_provider_schema(request).await?.into_inner();

    let schema = answer.resource_schemas.get("toy_thing").ok_or("no thing")?;
    let body = schema.block.as_ref().ok_or("an empty schema")?;
    let names: Vec<&str> =
        body.attributes.iter().map(|attribute| attribute.name.as_str()).collect();
    assert_eq!(names, ["id", "name", "secret"]);
    assert!(answer.server_capabilities.is_some_and(|can| can.plan_destroy));
    Ok(())
}

#[tokio::test]
async fn a_client_with_another_certificate_is_refused() -> Result {
    let plugin = Plugin::started_by(TERRAFORM).await?;

    assert!(plugin.refuses(STRANGER, STRANGER_KEY).await);
    Ok(())
}

#[tokio::test]
async fn a_client_that_shows_terraforms_certificate_without_its_key_is_refused() -> Result {
    let plugin = Plugin::started_by(TERRAFORM).await?;

    assert!(plugin.refuses(TERRAFORM, STRANGER_KEY).await);
    Ok(())
}

#[tokio::test]
async fn a_silent_stranger_keeps_nobody_out() -> Result {
    let plugin = Plugin::started_by(TERRAFORM).await?;
    let _stranger = UnixStream::connect(&plugin.path).await?;

    assert!(!plugin.refuses(TERRAFORM, TERRAFORM_KEY).await);
    Ok(())
}

#[tokio::test]
async fn shutdown_ends_the_server_and_its_idle_streams_and_removes_the_socket() -> Result {
    let plugin = Plugin::started_by(TERRAFORM).await?;
    let terraform = plugin.connect(TERRAFORM, TERRAFORM_KEY).await?;
    let mut stdio = GrpcStdioClient::new(terraform.clone()).stream_stdio(()).await?.into_inner();

    GrpcControllerClient::new(terraform).shutdown(Empty {}).await?;

    assert_eq!(stdio.message().await?, None);
    time::timeout(GRACE / 2, plugin.server).await???;
    assert!(!plugin.path.exists());
    Ok(())
}

#[tokio::test]
async fn messages_may_be_larger_than_grpc_usually_allows() -> Result {
    const FIVE_MEBIBYTES: usize = 5 << 20;
    let plugin = Plugin::started_by(TERRAFORM).await?;
    let terraform = plugin.connect(TERRAFORM, TERRAFORM_KEY).await?;
    let mut terraform = ProviderClient::new(terraform).max_decoding_message_size(LARGEST_MESSAGE);
    let state = format!(r#"{{"title": "{}"}}"#, "x".repeat(FIVE_MEBIBYTES)).into_bytes();
    let request = upgrade_resource_state::Request {
        type_name: "toy_thing".to_owned(),
        version: 0,
        raw_state: Some(RawState { json: state, ..RawState::default() }),
    };

    let upgraded = terraform.upgrade_resource_state(request).await?.into_inner();

    let sent = upgraded.upgraded_state.map(|state| state.msgpack.len());
    assert!(sent.is_some_and(|length| length > FIVE_MEBIBYTES));
    Ok(())
}

#[tokio::test]
async fn a_change_outlives_a_broken_connection_until_the_process_ends() -> Result {
    let calls = TaskTracker::new();
    let registry = Arc::new(toy::registry());
    let service = Service::new(Arc::clone(&registry), calls.clone());
    let mut terraform = ProviderClient::new(provider_server(service));
    rpcs::configure(&mut terraform).await?;

    let request = rpcs::create(&rpcs::thing(Value::unknown(), toy::ENDLESS), toy::ENDLESS);
    let call = terraform.apply_resource_change(request);
    let cut_off = time::timeout(Duration::from_millis(50), call).await;

    assert!(cut_off.is_err(), "the answer never arrived");
    assert_eq!(calls.len(), 1);
    registry.stop();
    calls.close();
    time::timeout(GRACE, calls.wait()).await?;
    Ok(())
}

#[tokio::test]
async fn the_end_of_terraform_is_the_end_of_the_plugin() -> Result {
    let (terraform, end) = tokio::sync::oneshot::channel::<()>();
    let plugin = Plugin::serving_until(TERRAFORM, async { end.await.unwrap_or_default() }).await?;
    let _connected = plugin.connect(TERRAFORM, TERRAFORM_KEY).await?;

    drop(terraform);

    time::timeout(GRACE / 2, plugin.server).await???;
    assert!(!plugin.path.exists());
    Ok(())
}

/// A plugin in this process, on a socket of its own.
struct Plugin {
    path: std::path::PathBuf,
    certificate: CertificateDer<'static>,
    server: JoinHandle<Result<(), ServeError>>,
}

impl Plugin {
    async fn started_by(client: &str) -> Result<Self> {
        Self::serving_until(client, future::pending()).await
    }

    async fn serving_until(
        client: &str,
        end: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Self> {
        let environment = |name: &str| match name {
            "PLUGIN_CLIENT_CERT" => Some(client.to_owned()),
            "TF_PLUGIN_MAGIC_COOKIE" => Some(handshake::COOKIE_VALUE.to_owned()),
            _ => None,
        };
        let identity = Handshake::read(environment)?.identity()?.ok_or("TLS is on")?;
        let listener = Listener::open().await?;
        let Address::Unix(path) = listener.address.clone() else { return Err("no socket".into()) };
        let certificate = identity.certificate.clone();
        let tls = TlsAcceptor::from(identity.tls);
        let server = tokio::spawn(run(toy::registry(), listener, Some(tls), OnShutdown::Stop, end));
        Ok(Self { path, certificate, server })
    }

    async fn connect(&self, certificate: &str, key: &[u8; 66]) -> Result<Channel> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone())?;
        let client = Client {
            certificate: CertificateDer::from_pem_slice(certificate.as_bytes())?,
            key: SigningKey::from_slice(key)?,
        };
        let mut tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_client_cert_resolver(Arc::new(client));
        tls.alpn_protocols = vec![b"h2".to_vec()];

        let tls = TlsConnector::from(Arc::new(tls));
        let path = self.path.clone();
        let connect = service_fn(move |_| {
            let (tls, path) = (tls.clone(), path.clone());
            async move {
                let stream = UnixStream::connect(path).await?;
                let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
                tls.connect(name, stream).await.map(TokioIo::new)
            }
        });
        Ok(Endpoint::from_static("http://localhost").connect_with_connector(connect).await?)
    }

    /// In TLS 1.3 a client learns that it was refused only when it first reads.
    async fn refuses(&self, certificate: &str, key: &[u8; 66]) -> bool {
        let Ok(channel) = self.connect(certificate, key).await else { return true };
        let request = get_provider_schema::Request {};
        ProviderClient::new(channel).get_provider_schema(request).await.is_err()
    }
}

/// Terraform's side of mutual TLS: a key that *ring* cannot sign with.
#[derive(Clone, Debug)]
struct Client {
    certificate: CertificateDer<'static>,
    key: SigningKey,
}

impl ResolvesClientCert for Client {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let key = CertifiedKey::new(vec![self.certificate.clone()], Arc::new(self.clone()));
        Some(Arc::new(key))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl sign::SigningKey for Client {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn sign::Signer>> {
        offered
            .contains(&SignatureScheme::ECDSA_NISTP521_SHA512)
            .then(|| Box::new(self.clone()) as Box<dyn sign::Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl sign::Signer for Client {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        let signature: DerSignature = self.key.sign(message);
        Ok(signature.as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}
