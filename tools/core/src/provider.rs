//! The provider as Terraform reaches it: every call goes through the generated client and the
//! service, every value through the codec.

use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;

use futures::future::{BoxFuture, Either, select};
use terraform_provider_lumen::framework::schema::Presence;
use terraform_provider_lumen::framework::{IdentityAttribute, Registry, Schema, Type, Value};
use terraform_provider_lumen::plugin;
use terraform_provider_lumen::plugin::proto::tfplugin6::provider_client::ProviderClient;
use terraform_provider_lumen::plugin::proto::tfplugin6::{
    ClientCapabilities, Diagnostic, DynamicValue, RawState, ResourceIdentityData,
    configure_provider, generate_resource_config, stop_provider, upgrade_resource_state,
    validate_data_resource_config, validate_provider_config, validate_resource_config,
};
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::http::{Request, Response};
use tower::util::BoxCloneService;
use tower::{Service as _, service_fn};

use super::state::to_json;
use super::wire::{answered, answered_always, decode, encode, has_errors};
use super::{Block, Object, rules};

type Service = BoxCloneService<Request<Body>, Response<Body>, Infallible>;

/// The provider's program, which Terraform starts several times per run.
#[derive(Clone)]
pub struct Program {
    process: Rc<dyn Fn() -> Process>,
    /// The schemas, which Terraform requests once.
    schemas: Rc<Registry>,
}

impl Program {
    /// The program whose processes serve the registries that this function creates. Each process has its
    /// own registry, because a registry contains its configuration.
    pub fn new(process: impl Fn() -> Registry + 'static) -> Self {
        let schemas = Rc::new(process());
        Self { process: Rc::new(move || Process { registry: process(), death: None }), schemas }
    }

    /// The same program on another machine. The schemas are not created again.
    #[must_use]
    pub fn elsewhere(&self, process: impl Fn() -> Process + 'static) -> Self {
        Self { process: Rc::new(process), schemas: Rc::clone(&self.schemas) }
    }

    pub(crate) fn resource_schema(&self, name: &str) -> &Schema {
        known(self.schemas.resource_schema(name), name)
    }

    fn start(&self) -> ProviderClient<Service> {
        let Process { registry, death } = (self.process)();
        let service = plugin::service(registry);
        ProviderClient::new(match death {
            None => BoxCloneService::new(service),
            Some(death) => BoxCloneService::new(service_fn(move |request| {
                let (mut service, death) = (service.clone(), death());
                async move {
                    match select(death, service.call(request)).await {
                        Either::Left(_) => Ok(Status::unavailable("the plugin died").into_http()),
                        Either::Right((answer, _)) => answer,
                    }
                }
            })),
        })
    }
}

/// A process of the provider.
pub struct Process {
    /// The registry that it serves.
    pub registry: Registry,
    /// Completes when the process dies. From then on, none of its calls is answered. Nothing else ends: the
    /// machine decides what it still does for a dead process.
    pub death: Option<Death>,
}

/// Creates a future that completes when a process dies.
pub type Death = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// The two provider processes of a run: Terraform starts one to plan, and another one to apply. Clones use
/// the same processes.
#[derive(Clone)]
pub struct Provider {
    /// The process that plans.
    pub client: ProviderClient<Service>,
    /// The process that applies.
    pub applying: ProviderClient<Service>,
    /// Whether this Terraform supports write-only attributes, as version 1.11 and later do.
    pub supports_write_only: bool,
    /// The configuration of both.
    configuration: Option<configure_provider::Request>,
    program: Program,
}

impl Provider {
    /// A provider that has not been configured.
    #[must_use]
    pub fn start(program: &Program) -> Self {
        let (client, applying) = (program.start(), program.start());
        Self {
            client,
            applying,
            supports_write_only: true,
            configuration: None,
            program: program.clone(),
        }
    }

    /// The program that its processes run.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.program.schemas
    }

    /// Begins another plan with a new process that has only its configuration. Returns errors if it can't
    /// be configured.
    pub async fn restart_planning(&mut self) -> Vec<Diagnostic> {
        self.client = self.program.start();
        reconfigure(&mut self.client, self.configuration.as_ref()).await
    }

    /// The same for an apply.
    pub async fn restart_applying(&mut self) -> Vec<Diagnostic> {
        self.applying = self.program.start();
        reconfigure(&mut self.applying, self.configuration.as_ref()).await
    }

    /// Validates the provider block, and configures the processes with it.
    pub async fn configure(&mut self, block: &Block) -> Vec<Diagnostic> {
        let kind = self.program.schemas.provider_schema().implied_type();
        let config = block.complete(kind);
        let request = validate_provider_config::Request { config: Some(encode(&config, kind)) };
        let answer = self.client.validate_provider_config(request).await;
        let mut told = match answered("ValidateProviderConfig", answer) {
            Ok(answer) => answer.diagnostics,
            Err(why) => return vec![why],
        };
        rules::diagnostics(&told);
        if !has_errors(&told) {
            let request = configure_provider::Request {
                terraform_version: "1.14.0".to_owned(),
                config: Some(encode(&config, kind)),
                ..configure_provider::Request::default()
            };
            let planning = configure(&mut self.client, &request).await;
            let mut applying = Vec::new();
            // Nothing is applied without a plan.
            if !has_errors(&planning) {
                applying = configure(&mut self.applying, &request).await;
                // What is wrong with the block is wrong for each process. Lumen may answer only one of them.
                if !has_errors(&applying) {
                    assert_eq!(
                        applying, planning,
                        "rule broken: every process returns the same warnings"
                    );
                    applying.clear();
                }
            }
            self.configuration = Some(request);
            told.extend(planning);
            told.extend(applying);
        }
        told
    }

    pub(crate) async fn validate_resource(
        &mut self,
        name: &str,
        config: &Value,
    ) -> Vec<Diagnostic> {
        let request = validate_resource_config::Request {
            type_name: name.to_owned(),
            config: Some(self.encode_resource(name, config)),
            client_capabilities: Some(ClientCapabilities {
                write_only_attributes_allowed: self.supports_write_only,
                ..ClientCapabilities::default()
            }),
        };
        let answer = self.client.validate_resource_config(request).await;
        match answered("ValidateResourceConfig", answer) {
            Ok(answer) => checked(answer.diagnostics),
            Err(why) => vec![why],
        }
    }

    pub(crate) async fn validate_data_source(
        &mut self,
        name: &str,
        config: &Value,
    ) -> Vec<Diagnostic> {
        let request = validate_data_resource_config::Request {
            type_name: name.to_owned(),
            config: Some(encode(config, &self.data_source_type(name))),
        };
        let answer = self.client.validate_data_resource_config(request).await;
        match answered("ValidateDataResourceConfig", answer) {
            Ok(answer) => checked(answer.diagnostics),
            Err(why) => vec![why],
        }
    }

    /// Checks that an object survives being stored in a state file.
    pub(crate) async fn check_stored(
        &mut self,
        name: &str,
        object: &Object,
    ) -> Result<(), Diagnostic> {
        let json = to_json(&object.value).to_string().into_bytes();
        let request = upgrade_resource_state::Request {
            type_name: name.to_owned(),
            version: self.resource_schema(name).version,
            raw_state: Some(RawState { json, ..RawState::default() }),
        };
        let answer = self.client.upgrade_resource_state(request).await;
        let answer = answered("UpgradeResourceState", answer)?;
        assert_eq!(answer.diagnostics, [], "rule broken: a current state can be read");
        let upgraded = self.decode_resource(name, answer.upgraded_state.as_ref());
        assert_eq!(upgraded, object.value, "rule broken: a current state is read unchanged");
        Ok(())
    }

    /// `GenerateResourceConfig`: the configuration that a user would write for the object.
    pub async fn generate_config(&mut self, name: &str, object: &Value) -> Value {
        let request = generate_resource_config::Request {
            type_name: name.to_owned(),
            state: Some(self.encode_resource(name, object)),
        };
        let answer = self.client.generate_resource_config(request).await;
        let answer = answered_always("GenerateResourceConfig", answer);
        assert_eq!(answer.diagnostics, [], "rule broken: an existing object has a configuration");
        let config = self.decode_resource(name, answer.config.as_ref());
        for (name, attribute) in &self.resource_schema(name).attributes {
            let computed = attribute.presence == Presence::Computed;
            assert!(
                !computed || config.get(name).is_null(),
                "rule broken: users can't set `{name}`"
            );
        }
        config
    }

    /// Ctrl-C. A dead process does not answer.
    pub async fn stop(&mut self) {
        for process in [&mut self.client, &mut self.applying] {
            if let Ok(answer) = process.stop_provider(stop_provider::Request {}).await {
                let error = answer.into_inner().error;
                assert_eq!(error, "", "rule broken: a process stops when it is asked to");
            }
        }
    }

    /// The schema of a resource.
    #[must_use]
    pub fn resource_schema(&self, name: &str) -> &Schema {
        self.program.resource_schema(name)
    }

    /// The type of a resource's objects.
    #[must_use]
    pub fn resource_type(&self, name: &str) -> Type {
        self.resource_schema(name).implied_type().clone()
    }

    pub(crate) fn data_source_type(&self, name: &str) -> Type {
        known(self.registry().data_source_schema(name), name).implied_type().clone()
    }

    pub(crate) fn encode_resource(&self, name: &str, value: &Value) -> DynamicValue {
        encode(value, self.resource_schema(name).implied_type())
    }

    /// An object of a resource, as it was sent.
    #[must_use]
    pub fn decode_resource(&self, name: &str, wire: Option<&DynamicValue>) -> Value {
        decode(wire, self.resource_schema(name).implied_type())
    }

    pub(crate) fn identity_type(&self, name: &str) -> Type {
        IdentityAttribute::object_type(known(self.registry().identity(name), name))
    }

    pub(crate) fn encode_identity(&self, name: &str, identity: &Block) -> ResourceIdentityData {
        let kind = self.identity_type(name);
        ResourceIdentityData { identity_data: Some(encode(&identity.complete(&kind), &kind)) }
    }
}

async fn reconfigure(
    process: &mut ProviderClient<Service>,
    configuration: Option<&configure_provider::Request>,
) -> Vec<Diagnostic> {
    let Some(request) = configuration else { return Vec::new() };
    let told = configure(process, request).await;
    // The warnings were shown when the provider was first configured.
    if has_errors(&told) { told } else { Vec::new() }
}

async fn configure(
    process: &mut ProviderClient<Service>,
    request: &configure_provider::Request,
) -> Vec<Diagnostic> {
    let answer = process.configure_provider(request.clone()).await;
    match answered("ConfigureProvider", answer) {
        Ok(answer) => checked(answer.diagnostics),
        Err(why) => vec![why],
    }
}

fn checked(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    rules::diagnostics(&diagnostics);
    diagnostics
}

/// The entry in the registry with this name.
pub(crate) fn known<Found, Error>(found: Result<Found, Error>, name: &str) -> Found {
    found.unwrap_or_else(|_| panic!("the provider has no `{name}`"))
}
