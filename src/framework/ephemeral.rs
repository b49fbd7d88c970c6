//! The trait of an ephemeral resource: a value that Terraform never stores.

use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::context::DEFAULT_TIMEOUT;
use super::decode::{check_rules, decode, decode_private, encode_private, one, validate};
use super::schema_check::schema_errors;
use super::session::{Session, SharedSession};
use super::{Context, Convert, Diagnostic, Model, Private, Schema, Value};

/// A value that exists only while Terraform runs. Terraform opens it when it is needed, renews it
/// while the run lasts, and closes it at the end. A plan and an apply each open one.
#[async_trait]
pub trait EphemeralResource: Send + Sync + Sized + 'static {
    /// The name without the provider's prefix, such as `access_token`.
    const NAME: &'static str;
    /// The session that configuring the provider creates.
    type Session: Session;
    /// The arguments and the results.
    type Model: Model;
    /// The data that renewing and closing need. Terraform keeps it in memory only.
    type Private: Private;

    /// The attributes: arguments that users may set, and results.
    fn schema() -> Schema;

    /// Creates the ephemeral resource for a configured provider.
    fn new(session: Arc<Self::Session>) -> Self;

    /// Checks rules that span several attributes. It runs offline, and values may be unknown.
    fn validate(config: &Self::Model) -> Vec<Diagnostic> {
        let _ = config;
        Vec::new()
    }

    /// Obtains the value.
    ///
    /// # Errors
    ///
    /// The value can't be obtained.
    async fn open(
        &self,
        config: Self::Model,
        context: &Context,
    ) -> Result<(Self::Model, Lease<Self::Private>), Diagnostic>;

    /// Extends the lease. The values that users were given stay the same.
    ///
    /// # Errors
    ///
    /// The lease can't be extended.
    async fn renew(
        &self,
        private: Self::Private,
        context: &Context,
    ) -> Result<Lease<Self::Private>, Diagnostic>;

    /// Ends the lease.
    ///
    /// # Errors
    ///
    /// The lease can't be ended.
    async fn close(&self, private: Self::Private, context: &Context) -> Result<(), Diagnostic>;
}

/// How long an opened value is valid, and the data that renewing it needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lease<Private> {
    /// The time at which it must be renewed; `None` if never.
    pub renew_at: Option<SystemTime>,
    /// The data that renewing and closing need.
    pub private: Private,
}

/// An [`EphemeralResource`] with its types erased, as the registry holds it. Private data are
/// bytes.
#[async_trait]
pub(super) trait AnyEphemeral: Send + Sync {
    fn schema(&self) -> &Schema;
    fn validate(&self, config: &Value) -> Vec<Diagnostic>;
    async fn open(&self, config: Value, stop: CancellationToken) -> Opened;
    async fn renew(&self, private: Vec<u8>, stop: CancellationToken) -> Renewed;
    async fn close(&self, private: Vec<u8>, stop: CancellationToken) -> Vec<Diagnostic>;
    fn schema_errors(&self, name: &str) -> Vec<String>;
}

/// The result of opening.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The results; null if the diagnostics contain an error.
    pub value: Value,
    /// How long it is valid.
    pub lease: Lease<Vec<u8>>,
    /// The errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

/// The result of renewing.
#[derive(Clone, Debug)]
pub struct Renewed {
    /// How long it is valid.
    pub lease: Lease<Vec<u8>>,
    /// The errors and warnings.
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
        check_rules(self.schema(), &config)?;
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
