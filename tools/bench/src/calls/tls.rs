//! Terraform's side of the mutual TLS between Terraform and a provider.

use std::sync::Arc;

use lumen_report::failure::{Context, Failure};
use p521::ecdsa::signature::Signer as _;
use p521::ecdsa::{DerSignature, SigningKey};
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::{self, CertifiedKey};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, SignatureAlgorithm, SignatureScheme,
};

/// A certificate like the ones that Terraform creates: self-signed, a certificate authority, on the curve
/// P-521. The key is the bare scalar. It is used only here and protects nothing else.
pub(crate) const CERTIFICATE: &str =
    include_str!("../../../../src/plugin/tests/testdata/terraform.pem");
const KEY: &[u8; 66] = include_bytes!("../../../../src/plugin/tests/testdata/terraform.key");

/// Settings that present Terraform's certificate, and accept the certificate that the provider announced.
pub(crate) fn settings(
    terraform: &Terraform,
    announced: CertificateDer<'static>,
) -> Result<Arc<ClientConfig>, Failure> {
    let mut tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .context("TLS can't be set up")?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Announced(announced)))
        .with_client_cert_resolver(Arc::new(terraform.clone()));
    tls.alpn_protocols = vec![b"h2".to_vec()];
    Ok(Arc::new(tls))
}

/// The provider's certificate. Possession of its key is not verified: the provider is a child process, only
/// its time is measured, and *ring* does not support the curve that Go providers use.
#[derive(Debug)]
struct Announced(CertificateDer<'static>);

impl ServerCertVerifier for Announced {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if *certificate == self.0 {
            return Ok(ServerCertVerified::assertion());
        }
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ECDSA_NISTP256_SHA256, SignatureScheme::ECDSA_NISTP521_SHA512]
    }
}

/// Terraform's certificate, with a key that *ring* can't sign with.
#[derive(Clone, Debug)]
pub(crate) struct Terraform {
    certificate: CertificateDer<'static>,
    key: SigningKey,
}

impl Terraform {
    /// Created once, because Terraform creates its certificate before it starts a provider.
    pub(crate) fn new() -> Result<Self, Failure> {
        let certificate = CertificateDer::from_pem_slice(CERTIFICATE.as_bytes());
        let key = SigningKey::from_slice(KEY).context("the key is invalid")?;
        Ok(Self { certificate: certificate.context("the certificate is invalid")?, key })
    }
}

impl ResolvesClientCert for Terraform {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let key = CertifiedKey::new(vec![self.certificate.clone()], Arc::new(self.clone()));
        Some(Arc::new(key))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl sign::SigningKey for Terraform {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn sign::Signer>> {
        offered
            .contains(&SignatureScheme::ECDSA_NISTP521_SHA512)
            .then(|| Box::new(self.clone()) as Box<dyn sign::Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl sign::Signer for Terraform {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        let signature: DerSignature = self.key.sign(message);
        Ok(signature.as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}
