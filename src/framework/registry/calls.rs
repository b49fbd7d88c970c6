//! The operations that Terraform may request of the objects in the registry.

use tokio::sync::mpsc;

use super::super::{
    ApplyRequest, Diagnostic, ImportKey, ListRequest, Listing, Opened, PlanRequest, PlanResponse,
    Progress, Renewed, StateResponse, StoredValue, Value, generate,
};
use super::Registry;
use crate::framework::resource::validate;

impl Registry {
    /// Checks a provider block. All checks here run offline.
    #[must_use]
    pub fn validate_provider(&self, config: &Value) -> Vec<Diagnostic> {
        validate::violations(self.provider.schema(), config)
    }

    /// Checks the configuration of a resource.
    #[must_use]
    pub fn validate_resource(&self, name: &str, config: &Value) -> Vec<Diagnostic> {
        self.resource(name).map_or_else(|unknown| vec![unknown], |found| found.validate(config))
    }

    /// Checks that the configuration of a resource sets no write-only attribute, for a Terraform that doesn't
    /// support them.
    #[must_use]
    pub fn refuse_write_only(&self, name: &str, config: &Value) -> Vec<Diagnostic> {
        let schema = self.resource_schema(name);
        schema.map_or_else(|_| Vec::new(), |schema| validate::write_only_violations(schema, config))
    }

    /// Checks the configuration of a data source.
    #[must_use]
    pub fn validate_data_source(&self, name: &str, config: &Value) -> Vec<Diagnostic> {
        self.data_source(name).map_or_else(|unknown| vec![unknown], |found| found.validate(config))
    }

    /// Checks the configuration of an ephemeral resource.
    #[must_use]
    pub fn validate_ephemeral(&self, name: &str, config: &Value) -> Vec<Diagnostic> {
        self.ephemeral_resource(name)
            .map_or_else(|unknown| vec![unknown], |found| found.validate(config))
    }

    /// Checks the configuration of a list resource.
    #[must_use]
    pub fn validate_list(&self, name: &str, config: &Value) -> Vec<Diagnostic> {
        self.list_resource(name)
            .map_or_else(|unknown| vec![unknown], |found| found.validate(config))
    }

    /// Checks the configuration of an action.
    #[must_use]
    pub fn validate_action(&self, name: &str, config: &Value) -> Vec<Diagnostic> {
        self.action(name).map_or_else(|unknown| vec![unknown], |found| found.validate(config))
    }

    /// Configures the provider.
    pub async fn configure(&self, config: Value) -> Vec<Diagnostic> {
        self.provider.configure(config, self.stop_signal()).await
    }

    /// Plans a create, an update, a replacement or a destroy.
    pub async fn plan(&self, name: &str, request: PlanRequest) -> PlanResponse {
        match self.resource(name) {
            Ok(resource) => resource.plan(request, &self.stop_signal()).await,
            Err(unknown) => PlanResponse {
                planned: StoredValue::absent(),
                replaces: Vec::new(),
                diagnostics: vec![unknown],
            },
        }
    }

    /// Applies a planned change.
    pub async fn apply(&self, name: &str, request: ApplyRequest) -> StateResponse {
        match self.resource(name) {
            Ok(resource) => resource.apply(request, &self.stop_signal()).await,
            Err(unknown) => StateResponse::failed(StoredValue::bare(request.prior), unknown),
        }
    }

    /// Reads the current state of an object. After an error the stored state is kept.
    pub async fn read(&self, name: &str, current: StoredValue) -> StateResponse {
        match self.resource(name) {
            Ok(resource) => resource.read(current, &self.stop_signal()).await,
            Err(unknown) => StateResponse::failed(current, unknown),
        }
    }

    /// Imports an existing object.
    pub async fn import(&self, name: &str, key: ImportKey<Value>) -> StateResponse {
        match self.resource(name) {
            Ok(resource) => resource.import(key, &self.stop_signal()).await,
            Err(unknown) => StateResponse::failed(StoredValue::absent(), unknown),
        }
    }

    /// Reads a data source. The value is null if the diagnostics contain an error.
    pub async fn read_data_source(&self, name: &str, config: Value) -> (Value, Vec<Diagnostic>) {
        match self.data_source(name) {
            Ok(source) => source.read(config, &self.stop_signal()).await,
            Err(unknown) => (Value::Null, vec![unknown]),
        }
    }

    /// Opens an ephemeral resource.
    ///
    /// # Errors
    ///
    /// There is no object with this name. All other errors are in the diagnostics of the result.
    pub async fn open(&self, name: &str, config: Value) -> Result<Opened, Diagnostic> {
        Ok(self.ephemeral_resource(name)?.open(config, self.stop_signal()).await)
    }

    /// Extends the lease of an ephemeral resource.
    ///
    /// # Errors
    ///
    /// See [`Self::open`].
    pub async fn renew(&self, name: &str, private: Vec<u8>) -> Result<Renewed, Diagnostic> {
        Ok(self.ephemeral_resource(name)?.renew(private, self.stop_signal()).await)
    }

    /// Ends the lease of an ephemeral resource.
    ///
    /// # Errors
    ///
    /// See [`Self::open`].
    pub async fn close(&self, name: &str, private: Vec<u8>) -> Result<Vec<Diagnostic>, Diagnostic> {
        Ok(self.ephemeral_resource(name)?.close(private, self.stop_signal()).await)
    }

    /// Searches for existing objects, and sends each as soon as it is found.
    ///
    /// # Errors
    ///
    /// See [`Self::open`].
    pub async fn list(
        &self,
        name: &str,
        request: ListRequest,
        listings: mpsc::Sender<Listing>,
    ) -> Result<Vec<Diagnostic>, Diagnostic> {
        Ok(self.list_resource(name)?.list(request, listings, self.stop_signal()).await)
    }

    /// Checks during a plan whether an action is possible.
    ///
    /// # Errors
    ///
    /// See [`Self::open`].
    pub async fn plan_action(
        &self,
        name: &str,
        config: Value,
    ) -> Result<Vec<Diagnostic>, Diagnostic> {
        Ok(self.action(name)?.review(config, self.stop_signal()).await)
    }

    /// Runs an action.
    ///
    /// # Errors
    ///
    /// See [`Self::open`].
    pub async fn invoke(
        &self,
        name: &str,
        config: Value,
        progress: Progress,
    ) -> Result<Vec<Diagnostic>, Diagnostic> {
        Ok(self.action(name)?.invoke(config, progress, self.stop_signal()).await)
    }

    /// Generates the configuration of an existing object.
    ///
    /// # Errors
    ///
    /// There is no resource with this name.
    pub fn generate_config(&self, name: &str, state: &Value) -> Result<Value, Diagnostic> {
        Ok(generate::configuration(self.resource_schema(name)?, state))
    }

    /// Upgrades a stored state, as JSON, from that version of the schema to the current one.
    ///
    /// # Errors
    ///
    /// There is no resource with this name, or a later version of the provider stored the state.
    pub fn upgrade_state(
        &self,
        name: &str,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        let resource = self.resource(name)?;
        let schema = resource.schema();
        if schema.version < version {
            return Err(Diagnostic::error(format!("The state of `{name}` is from a later provider version"))
                .because(format!(
                    "it has schema version {version}, and this provider supports {} and earlier",
                    schema.version
                ))
                .remedy("Run `terraform init -upgrade` to get the provider version that wrote it, or a later one."));
        }
        if state.is_null() { Ok(state) } else { resource.upgrade(version, state) }
    }

    /// Converts a stored state, as JSON, that a `moved` block takes from another resource type or
    /// provider.
    ///
    /// # Errors
    ///
    /// The source is not the same resource type. It may have one of its former names, or another
    /// provider address, such as that of a mirror.
    pub fn move_state(
        &self,
        target: &str,
        source: &str,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        if source == target || self.resource(target)?.former_names().contains(&source) {
            return self.upgrade_state(target, version, state);
        }
        Err(Diagnostic::error(format!("A `{source}` can't become a `{target}`"))
            .because("the two describe different things")
            .remedy(format!("Remove the `moved` block, and import the existing object with an `import` block for the `{target}`.")))
    }
}
