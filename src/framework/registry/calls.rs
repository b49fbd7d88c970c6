//! What Terraform may ask of the objects.

use tokio::sync::mpsc;

use super::super::{
    ApplyRequest, Diagnostic, ImportKey, ListRequest, Listing, Opened, Outcome, PlanRequest,
    PlanResponse, Progress, Renewed, StoredValue, Value, generate,
};
use super::Registry;
use crate::framework::resource::plan;

impl Registry {
    /// Checks a provider block, offline.
    #[must_use]
    pub fn validate_provider(&self, config: &Value) -> Vec<Diagnostic> {
        plan::validate(self.provider.schema(), config)
    }

    /// Checks the configuration of a resource, offline.
    #[must_use]
    pub fn validate_resource(&self, name: &str, config: &Value) -> Vec<Diagnostic> {
        self.resource(name).map_or_else(|unknown| vec![unknown], |found| found.validate(config))
    }

    /// Checks the configuration of a data source, offline.
    #[must_use]
    pub fn validate_data_source(&self, name: &str, config: &Value) -> Vec<Diagnostic> {
        self.data_source(name).map_or_else(|unknown| vec![unknown], |found| found.validate(config))
    }

    /// Checks the configuration of an ephemeral resource, offline.
    #[must_use]
    pub fn validate_ephemeral(&self, name: &str, config: &Value) -> Vec<Diagnostic> {
        self.ephemeral_resource(name)
            .map_or_else(|unknown| vec![unknown], |found| found.validate(config))
    }

    /// Checks what shall be looked for, offline.
    #[must_use]
    pub fn validate_list(&self, name: &str, config: &Value) -> Vec<Diagnostic> {
        self.list_resource(name)
            .map_or_else(|unknown| vec![unknown], |found| found.validate(config))
    }

    /// Checks the configuration of an action, offline.
    #[must_use]
    pub fn validate_action(&self, name: &str, config: &Value) -> Vec<Diagnostic> {
        self.action(name).map_or_else(|unknown| vec![unknown], |found| found.validate(config))
    }

    /// Takes over the provider block.
    pub async fn configure(&self, config: Value) -> Vec<Diagnostic> {
        self.provider.configure(config, self.stopped()).await
    }

    /// Plans a create, an update, a replacement or a destroy.
    pub async fn plan(&self, name: &str, request: PlanRequest) -> PlanResponse {
        match self.resource(name) {
            Ok(resource) => resource.plan(request, &self.stopped()).await,
            Err(unknown) => PlanResponse {
                planned: StoredValue::absent(),
                replaces: Vec::new(),
                diagnostics: vec![unknown],
            },
        }
    }

    /// Applies a planned change.
    pub async fn apply(&self, name: &str, request: ApplyRequest) -> Outcome {
        match self.resource(name) {
            Ok(resource) => resource.apply(request, &self.stopped()).await,
            Err(unknown) => Outcome::failed(StoredValue::bare(request.prior), unknown),
        }
    }

    /// Looks at an object again. On an error the object is kept as it was.
    pub async fn read(&self, name: &str, current: StoredValue) -> Outcome {
        match self.resource(name) {
            Ok(resource) => resource.read(current, &self.stopped()).await,
            Err(unknown) => Outcome::failed(current, unknown),
        }
    }

    /// Finds an object that exists already.
    pub async fn import(&self, name: &str, key: ImportKey<Value>) -> Outcome {
        match self.resource(name) {
            Ok(resource) => resource.import(key, &self.stopped()).await,
            Err(unknown) => Outcome::failed(StoredValue::absent(), unknown),
        }
    }

    /// Reads a data source; the value is null where the diagnostics hold an error.
    pub async fn read_data_source(&self, name: &str, config: Value) -> (Value, Vec<Diagnostic>) {
        match self.data_source(name) {
            Ok(source) => source.read(config, &self.stopped()).await,
            Err(unknown) => (Value::Null, vec![unknown]),
        }
    }

    /// Opens an ephemeral resource.
    ///
    /// # Errors
    ///
    /// Where there is none of that name; so with all calls below.
    pub async fn open(&self, name: &str, config: Value) -> Result<Opened, Diagnostic> {
        Ok(self.ephemeral_resource(name)?.open(config, self.stopped()).await)
    }

    /// Keeps an ephemeral resource usable.
    ///
    /// # Errors
    ///
    /// See [`Self::open`].
    pub async fn renew(&self, name: &str, private: Vec<u8>) -> Result<Renewed, Diagnostic> {
        Ok(self.ephemeral_resource(name)?.renew(private, self.stopped()).await)
    }

    /// Gives an ephemeral resource back.
    ///
    /// # Errors
    ///
    /// See [`Self::open`].
    pub async fn close(&self, name: &str, private: Vec<u8>) -> Result<Vec<Diagnostic>, Diagnostic> {
        Ok(self.ephemeral_resource(name)?.close(private, self.stopped()).await)
    }

    /// Looks for existing objects, and hands each over as it is found.
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
        Ok(self.list_resource(name)?.list(request, listings, self.stopped()).await)
    }

    /// Checks at plan whether an action can be done.
    ///
    /// # Errors
    ///
    /// See [`Self::open`].
    pub async fn plan_action(
        &self,
        name: &str,
        config: Value,
    ) -> Result<Vec<Diagnostic>, Diagnostic> {
        Ok(self.action(name)?.review(config, self.stopped()).await)
    }

    /// Does an action.
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
        Ok(self.action(name)?.invoke(config, progress, self.stopped()).await)
    }

    /// The configuration that an existing object calls for: what users may set, without what they
    /// need not.
    ///
    /// # Errors
    ///
    /// Where there is no resource of that name.
    pub fn generate_config(&self, name: &str, state: &Value) -> Result<Value, Diagnostic> {
        Ok(generate::configuration(self.resource_schema(name)?, state))
    }

    /// Brings a stored state, as JSON, from that version of the schema to the present one.
    ///
    /// # Errors
    ///
    /// Where the state is from a later version than this provider knows.
    pub fn upgrade_state(
        &self,
        name: &str,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        let resource = self.resource(name)?;
        let schema = resource.schema();
        if schema.version < version {
            return Err(Diagnostic::error(format!("The state of `{name}` is from a later provider"))
                .because(format!(
                    "it has schema version {version}, and this provider knows {} and earlier",
                    schema.version
                ))
                .remedy("Run `terraform init -upgrade` to get the provider version that wrote it, or a later one."));
        }
        if state.is_null() { Ok(state) } else { resource.upgrade(version, state) }
    }

    /// Takes over a state from another resource type or provider, as JSON.
    ///
    /// # Errors
    ///
    /// Unless it is the same resource type, by one of its former names or under another provider
    /// address, such as a mirror's.
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
            .remedy(format!("Remove the `moved` block, and bring the existing object under Terraform with an `import` block for the `{target}`.")))
    }
}
