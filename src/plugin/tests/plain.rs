//! A template for a plain resource: one that a single request creates, changes or removes.
//!
//! Copy [`Webhook`] into a file under `src/services/`, replace [`Api`] with the session's client, and add a
//! line for it to `src/services/mod.rs`. It has no identity, no private data, no review of its plans and no
//! import: each of these is one more method of [`Resource`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::framework::schema::{number, string};
use crate::framework::{
    Context, Diagnostic, Field, Resource, Rule, Schema, Session, Stored, Unfinished,
};
use crate::model;

model! {
    /// A webhook as users see it.
    pub(super) struct WebhookModel {
        url: Field<String>,
        secret_wo: Field<String>,
        secret_wo_version: Field<i64>,
        id: Field<String>,
        secret_hint: Field<String>,
    }
}

/// `toy_webhook`
pub(super) struct Webhook(Arc<Api>);

#[async_trait]
impl Resource for Webhook {
    const NAME: &'static str = "webhook";
    type Session = Api;
    type Model = WebhookModel;
    type Private = ();
    type Identity = ();

    fn schema() -> Schema {
        Schema::new("Calls a URL when something happens.")
            .attribute(
                "url",
                string().required().rule(Rule::length_up_to(200)).about("The URL to call."),
            )
            .attribute(
                "secret_wo",
                string()
                    .write_only()
                    .about("The secret that signs the calls. Terraform never stores it."),
            )
            .attribute("secret_wo_version", number().about("Change it to send `secret_wo` again."))
            .attribute("id", string().computed().stable().about("ID of the webhook."))
            .attribute(
                "secret_hint",
                string().computed().about("The last two characters of the secret."),
            )
    }

    fn new(session: Arc<Api>) -> Self {
        Self(session)
    }

    /// Only the configuration has the secret. It is in `planned` here and in `update`, and nowhere else. The
    /// returned model is stored without it.
    async fn create(
        &self,
        planned: Stored<Self>,
        _: &Context,
    ) -> Result<Stored<Self>, Unfinished<Self>> {
        let model = planned.model;
        let url = model.url.require("url").map_err(Unfinished::Nothing)?;
        let made = self.0.create(url, model.secret_wo.known());
        let (id, hook) = made.map_err(|why| Unfinished::Nothing(refused("created", &why)))?;
        Ok(Stored { model: model.after(id, hook), private: () })
    }

    async fn read(
        &self,
        current: Stored<Self>,
        _: &Context,
    ) -> Result<Option<Stored<Self>>, Diagnostic> {
        let id = current.model.id.require("id")?.clone();
        let found = self.0.read(&id);
        Ok(found.map(|hook| Stored { model: current.model.after(id, hook), private: () }))
    }

    /// A secret can't be compared with a stored one, so `secret_wo_version` shows when it is a new one.
    async fn update(
        &self,
        prior: Stored<Self>,
        planned: Stored<Self>,
        _: &Context,
    ) -> Result<Stored<Self>, Unfinished<Self>> {
        let model = planned.model;
        let id = prior.model.id.require("id").map_err(Unfinished::Nothing)?.clone();
        let url = model.url.require("url").map_err(Unfinished::Nothing)?;
        let is_new_secret = model.secret_wo_version != prior.model.secret_wo_version;
        let secret = model.secret_wo.known().filter(|_| is_new_secret);
        let changed = self.0.update(&id, url, secret);
        let hook = changed.map_err(|why| Unfinished::Nothing(refused("changed", &why)))?;
        Ok(Stored { model: model.after(id, hook), private: () })
    }

    /// A webhook that somebody else has removed is as good as removed.
    async fn delete(&self, prior: Stored<Self>, _: &Context) -> Result<(), Unfinished<Self>> {
        let id = prior.model.id.require("id").map_err(Unfinished::Nothing)?;
        self.0.delete(id);
        Ok(())
    }
}

impl WebhookModel {
    /// The model with the values from the API. Only Terraform knows `secret_wo_version`.
    fn after(self, id: String, hook: Hook) -> Self {
        let Hook { url, secret_hint } = hook;
        Self {
            url: Field::Known(url),
            id: Field::Known(id),
            secret_hint: secret_hint.into(),
            ..self
        }
    }
}

fn refused(done: &str, why: &str) -> Diagnostic {
    Diagnostic::error(format!("The webhook could not be {done}"))
        .because(why)
        .remedy("Correct what the API refuses, and apply again.")
}

/// An API in memory. A real resource has a client here.
#[derive(Default)]
pub(super) struct Api(Mutex<BTreeMap<String, Hook>>);

/// A webhook as the API returns it.
#[derive(Clone)]
struct Hook {
    url: String,
    secret_hint: Option<String>,
}

impl Session for Api {}

impl Api {
    fn create(&self, url: &str, secret: Option<&String>) -> Result<(String, Hook), String> {
        let hook = Hook::new(url, secret)?;
        self.change(|hooks| {
            let id = format!("hook-{}", hooks.len() + 1);
            hooks.insert(id.clone(), hook.clone());
            Ok((id, hook))
        })
    }

    fn read(&self, id: &str) -> Option<Hook> {
        self.change(|hooks| hooks.get(id).cloned())
    }

    fn update(&self, id: &str, url: &str, secret: Option<&String>) -> Result<Hook, String> {
        let new = Hook::new(url, secret)?;
        self.change(|hooks| {
            let hook = hooks.get_mut(id).ok_or_else(|| format!("there is no webhook `{id}`"))?;
            hook.url = new.url;
            hook.secret_hint = new.secret_hint.or(hook.secret_hint.take());
            Ok(hook.clone())
        })
    }

    fn delete(&self, id: &str) {
        self.change(|hooks| hooks.remove(id));
    }

    fn change<T>(&self, change: impl FnOnce(&mut BTreeMap<String, Hook>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Hook {
    fn new(url: &str, secret: Option<&String>) -> Result<Self, String> {
        if !url.starts_with("https://") {
            return Err(format!("`{url}` is not an https URL"));
        }
        let hint = |secret: &String| {
            secret.chars().skip(secret.chars().count().saturating_sub(2)).collect()
        };
        Ok(Self { url: url.to_owned(), secret_hint: secret.map(hint) })
    }
}
