//! The trait of a value that exists only while Terraform runs, and is never stored.

use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::context::DEFAULT_TIMEOUT;
use super::decode::{decode, decode_private, encode_private, one, refuse, validate};
use super::schema_check::schema_errors;
use super::session::{Session, SharedSession};
use super::{Context, Convert, Diagnostic, Model, Private, Schema, Value};

/// A value that exists only while Terraform runs: opened when it is needed, renewed as long as the
/// run lasts, closed at its end. Planning and applying each open their own.
#[async_trait]
pub trait EphemeralResource: Send + Sync + Sized + 'static {
    /// Its name without the provider's: `access_token`.
    const NAME: &'static str;
    /// What configuring the provider yields.
    type Session: Session;
    /// What users ask and what they get.
    type Model: Model;
    /// What renewing and closing it need; Terraform keeps it in memory.
    type Private: Private;

    /// What users may write and what they get.
    fn schema() -> Schema;

    /// The ephemeral resource of a configured provider.
    fn new(session: Arc<Self::Session>) -> Self;

    /// Checks that no single attribute can, offline, with values that may be unknown.
    fn validate(config: &Self::Model) -> Vec<Diagnostic> {
        let _ = config;
        Vec::new()
    }

    /// Obtains the value.
    ///
    /// # Errors
    ///
    /// Where there is none to be had.
    async fn open(
        &self,
        config: Self::Model,
        context: &Context,
    ) -> Result<(Self::Model, Lease<Self::Private>), Diagnostic>;

    /// Keeps what was opened usable. What users were given stays as it is.
    ///
    /// # Errors
    ///
    /// Where that can't be.
    async fn renew(
        &self,
        private: Self::Private,
        context: &Context,
    ) -> Result<Lease<Self::Private>, Diagnostic>;

    /// Gives it back.
    ///
    /// # Errors
    ///
    /// Where that can't be.
    async fn close(&self, private: Self::Private, context: &Context) -> Result<(), Diagnostic>;
}

/// How long something that was opened lasts, and what renewing it needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lease<Private> {
    /// When it has to be renewed; `None` if never.
    pub renew_at: Option<SystemTime>,
    /// What renewing and closing it need.
    pub private: Private,
}

/// An [`EphemeralResource`] without its types; private data are bytes.
#[async_trait]
pub(super) trait AnyEphemeral: Send + Sync {
    fn schema(&self) -> &Schema;
    fn validate(&self, config: &Value) -> Vec<Diagnostic>;
    async fn open(&self, config: Value, stop: CancellationToken) -> Opened;
    async fn renew(&self, private: Vec<u8>, stop: CancellationToken) -> Renewed;
    async fn close(&self, private: Vec<u8>, stop: CancellationToken) -> Vec<Diagnostic>;
    fn schema_errors(&self, name: &str) -> Vec<String>;
}

/// What opening came to.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What users get; null where the diagnostics hold an error.
    pub value: Value,
    /// How long it lasts.
    pub lease: Lease<Vec<u8>>,
    /// What the user is told.
    pub diagnostics: Vec<Diagnostic>,
}

/// What renewing came to.
#[derive(Clone, Debug)]
pub struct Renewed {
    /// How long it lasts.
    pub lease: Lease<Vec<u8>>,
    /// What the user is told.
    pub diagnostics: Vec<Diagnostic>,
}

pub(super) struct TypedEphemeral<E: EphemeralResource> {
    schema: OnceLock<Schema>,
    session: SharedSession<E::Session>,
}

impl<E: EphemeralResource> TypedEphemeral<E> {
    pub(super) fn new(session: SharedSession<E::Session>) -> Self {
        Self { schema: OnceLock::new(), session }
    }

    fn object(&self) -> Result<E, Diagnostic> {
        self.session.get().map(E::new)
    }

    async fn obtain(
        &self,
        config: Value,
        context: &Context,
    ) -> Result<(Value, Lease<Vec<u8>>), Vec<Diagnostic>> {
        refuse(self.schema(), &config)?;
        let config = decode(&config).map_err(one)?;
        let (model, lease) =
            self.object().map_err(one)?.open(config, context).await.map_err(one)?;
        Ok((model.into_value(), lease.erased()))
    }
}

#[async_trait]
impl<E: EphemeralResource> AnyEphemeral for TypedEphemeral<E> {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(E::schema)
    }

    fn validate(&self, config: &Value) -> Vec<Diagnostic> {
        validate(self.schema(), config, E::validate)
    }

    async fn open(&self, config: Value, stop: CancellationToken) -> Opened {
        let context = self.session.context(stop, DEFAULT_TIMEOUT);
        let result = self.obtain(config, &context).await;
        let (opened, diagnostics) = context.conclude(result);
        let (value, lease) = opened.unwrap_or((Value::Null, Lease::default()));
        Opened { value, lease, diagnostics }
    }

    async fn renew(&self, private: Vec<u8>, stop: CancellationToken) -> Renewed {
        let context = self.session.context(stop, DEFAULT_TIMEOUT);
        let prepared = self.object().and_then(|object| Ok((object, decode_private(&private)?)));
        let result = match prepared {
            Ok((object, private)) => object.renew(private, &context).await,
            Err(why) => Err(why),
        };
        let (lease, diagnostics) = context.conclude(result.map_err(one));
        let lease = lease.map_or(Lease { renew_at: None, private }, Lease::erased);
        Renewed { lease, diagnostics }
    }

    async fn close(&self, private: Vec<u8>, stop: CancellationToken) -> Vec<Diagnostic> {
        let context = self.session.context(stop, DEFAULT_TIMEOUT);
        let prepared = self.object().and_then(|object| Ok((object, decode_private(&private)?)));
        let result = match prepared {
            Ok((object, private)) => object.close(private, &context).await,
            Err(why) => Err(why),
        };
        context.conclude(result.map_err(one)).1
    }

    fn schema_errors(&self, name: &str) -> Vec<String> {
        schema_errors::<E::Model>(name, self.schema())
    }
}

impl<P: Private> Lease<P> {
    fn erased(self) -> Lease<Vec<u8>> {
        Lease { renew_at: self.renew_at, private: encode_private(&self.private) }
    }
}
