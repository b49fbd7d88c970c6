//! The handshake of a plugin. Terraform passes its certificate in the environment, and reads one
//! line from stdout with the address of the plugin and the certificate to expect.

use std::env;
use std::io::{self, Write};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use p521::ecdsa::signature::Verifier;
use p521::ecdsa::{DerSignature, VerifyingKey};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme,
};

use super::listener::Address;

/// The versions of the protocol of `go-plugin` and of Terraform's protocol.
const VERSIONS: &str = "1|6";
const COOKIE: &str = "TF_PLUGIN_MAGIC_COOKIE";
pub(super) const COOKIE_VALUE: &str =
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
const CLIENT_CERTIFICATE: &str = "PLUGIN_CLIENT_CERT";

/// The reason why the handshake failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum HandshakeError {
    #[error(
        "This program is a Terraform provider and is not meant to be run by itself: `terraform` \
         starts it. Write a configuration that requires it and run `terraform init`; to develop \
         the provider, start it with -debug and follow what it prints."
    )]
    NotStartedByTerraform,
    #[error("{CLIENT_CERTIFICATE} does not hold a PEM certificate; Terraform should have set it")]
    ClientCertificate(#[source] rustls::pki_types::pem::Error),
    #[error("cannot make the provider's certificate")]
    OwnCertificate(#[from] rcgen::Error),
    #[error("cannot set up TLS")]
    Tls(#[from] rustls::Error),
}

/// The information in the environment about the process that started the plugin.
pub(super) struct Handshake {
    /// Terraform's certificate. It is absent if `TF_DISABLE_PLUGIN_TLS` switched off TLS.
    client: Option<CertificateDer<'static>>,
}

impl Handshake {
    /// Reads the environment. Without Terraform's cookie, a person started the program by mistake.
    pub(super) fn from_environment() -> Result<Self, HandshakeError> {
        Self::read(|name| env::var(name).ok())
    }

    /// Reads the environment through `variable`, which tests replace.
    pub(super) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, HandshakeError> {
        if variable(COOKIE).as_deref() != Some(COOKIE_VALUE) {
            return Err(HandshakeError::NotStartedByTerraform);
        }
        let client = variable(CLIENT_CERTIFICATE)
            .filter(|pem| !pem.is_empty())
            .map(|pem| CertificateDer::from_pem_slice(pem.as_bytes()))
            .transpose()
            .map_err(HandshakeError::ClientCertificate)?;
        Ok(Self { client })
    }

    /// Makes a certificate for this process, and a TLS configuration that accepts only the client
    /// that started it.
    pub(super) fn identity(self) -> Result<Option<ServerIdentity>, HandshakeError> {
        self.client.map(ServerIdentity::for_client).transpose()
    }
}

/// The plugin's side of mutual TLS. Each process makes its own.
pub(super) struct ServerIdentity {
    pub(super) certificate: CertificateDer<'static>,
    pub(super) tls: Arc<ServerConfig>,
}

impl ServerIdentity {
    fn for_client(client: CertificateDer<'static>) -> Result<Self, HandshakeError> {
        let key = rcgen::KeyPair::generate()?;
        let certificate = rcgen::CertificateParams::new(["localhost".to_owned()])?
            .self_signed(&key)?
            .der()
            .clone();

        // The provider of cryptography is explicit, so that TLS works without a default in the
        // process.
        let crypto = Arc::new(ring::default_provider());
        let only_terraform = OnlyThisClient { certificate: client, crypto: Arc::clone(&crypto) };
        let mut tls = ServerConfig::builder_with_provider(crypto)
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(Arc::new(only_terraform))
            .with_single_cert(
                vec![certificate.clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )?;
        tls.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self { certificate, tls: Arc::new(tls) })
    }
}

/// Prints the one line that Terraform waits for. Nothing else may go to stdout.
pub(super) fn announce(address: &Address, identity: Option<&ServerIdentity>) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", line(address, identity))?;
    stdout.flush()
}

fn line(address: &Address, identity: Option<&ServerIdentity>) -> String {
    let certificate = identity.map(|own| STANDARD_NO_PAD.encode(&own.certificate));
    let network = address.network();
    format!("{VERSIONS}|{network}|{address}|grpc|{}", certificate.unwrap_or_default())
}

/// Accepts only the client with the certificate that Terraform passed.
///
/// The standard verifier can't be used: Terraform's certificate claims to be an authority, which
/// that verifier refuses for a client, and its key is on the curve P-521, which *ring* can't
/// verify. The certificate is compared byte by byte, which is stricter than any chain of trust, and
/// the signature is verified here.
#[derive(Debug)]
struct OnlyThisClient {
    certificate: CertificateDer<'static>,
    crypto: Arc<CryptoProvider>,
}

impl ClientCertVerifier for OnlyThisClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if *end_entity == self.certificate {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        if signed.scheme == SignatureScheme::ECDSA_NISTP521_SHA512 {
            return verify_p521(message, certificate, signed.signature());
        }
        let algorithms = &self.crypto.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        if signed.scheme == SignatureScheme::ECDSA_NISTP521_SHA512 {
            return verify_p521(message, certificate, signed.signature());
        }
        let algorithms = &self.crypto.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.crypto.signature_verification_algorithms.supported_schemes();
        schemes.push(SignatureScheme::ECDSA_NISTP521_SHA512);
        schemes
    }
}

/// The DER encoding of a public key on secp521r1, up to the 133 bytes of the uncompressed point.
const P521_PUBLIC_KEY: [u8; 25] = [
    0x30, 0x81, 0x9b, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05,
    0x2b, 0x81, 0x04, 0x00, 0x23, 0x03, 0x81, 0x86, 0x00,
];

fn verify_p521(
    message: &[u8],
    certificate: &CertificateDer<'_>,
    signature: &[u8],
) -> Result<HandshakeSignatureValid, rustls::Error> {
    let public_key = ParsedCertificate::try_from(certificate)?.subject_public_key_info();
    let point = public_key.strip_prefix(&P521_PUBLIC_KEY).ok_or(CertificateError::BadEncoding)?;
    let key = VerifyingKey::from_sec1_bytes(point).map_err(|_| CertificateError::BadEncoding)?;
    let signature =
        DerSignature::try_from(signature).map_err(|_| CertificateError::BadSignature)?;
    key.verify(message, &signature).map_err(|_| CertificateError::BadSignature)?;
    Ok(HandshakeSignatureValid::assertion())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_who_starts_the_program_is_told_what_to_do() {
        let refused = Handshake::read(|_| None).err().map(|error| error.to_string());

        let advice = refused.unwrap_or_default();
        assert!(advice.contains("`terraform`") && advice.contains("-debug"), "{advice}");
    }

    #[test]
    fn a_certificate_that_is_none_is_refused() {
        let environment = |name: &str| match name {
            COOKIE => Some(COOKIE_VALUE.to_owned()),
            _ => Some("not PEM".to_owned()),
        };

        let refused = Handshake::read(environment);

        assert!(matches!(refused, Err(HandshakeError::ClientCertificate(_))));
    }

    #[test]
    fn the_line_has_six_fields_and_is_unpadded() -> Result<(), HandshakeError> {
        let identity = ServerIdentity::for_client(CertificateDer::from(vec![1, 2, 3]))?;

        let line = line(&Address::Unix("/tmp/plugin.sock".into()), Some(&identity));

        let start = "1|6|unix|/tmp/plugin.sock|grpc|";
        let certificate = line.strip_prefix(start).map(|encoded| STANDARD_NO_PAD.decode(encoded));
        assert!(matches!(certificate, Some(Ok(der)) if der == identity.certificate.as_ref()));
        Ok(())
    }
}
