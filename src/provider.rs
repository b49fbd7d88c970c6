//! The provider block: its arguments, their environment variables, and the session that results from them.

mod automation;
mod voice_paths;

use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;

use crate::framework::schema::{number, string};
use crate::framework::{
    Context, Diagnostic, Field, Number, Provider, Registry, Rule, Schema, Span, Value,
};
use crate::journal::{Author, Journal, JournalLocation, Origin};
use crate::lumen::{
    ApiUrl, BillingAccountId, Client, CustomerNumber, Environment, HourlyPrice, OrderStatusSource,
    Poll, Settings,
};
use crate::machine::{Machine, ThisMachine};
use crate::model;
use crate::services::{self, Contact, LocalJournal, Replacements, Session, Sightings};

pub use automation::AUTOMATION;
use automation::automation;
use voice_paths::VoicePathsBlock;

/// All objects of this provider.
#[must_use]
pub fn registry() -> Registry {
    registry_on(Arc::new(ThisMachine))
}

/// Like [`registry`], but on another machine.
#[must_use]
pub fn registry_on(machine: Arc<dyn Machine>) -> Registry {
    services::all(Registry::of(Lumen(machine))).build()
}

/// The provider `lumen`, on a machine.
pub struct Lumen(Arc<dyn Machine>);

model! {
    /// The provider block.
    pub struct ProviderBlock {
        client_id: Field<String>,
        client_secret: Field<String>,
        customer_number: Field<CustomerNumber>,
        environment: Field<Environment>,
        base_url: Field<ApiUrl>,
        token_url: Field<ApiUrl>,
        voice_base_url: Field<ApiUrl>,
        voice_paths: Field<VoicePathsBlock>,
        iod_api: Field<String>,
        order_status: Field<String>,
        billing_account_id: Field<BillingAccountId>,
        contact: Field<Contact>,
        purchase_order_number: Field<String>,
        note: Field<String>,
        max_hourly_price: Field<HourlyPrice>,
        request_timeout: Field<Span>,
        max_retries: Field<i64>,
        max_concurrent_requests: Field<i64>,
        requests_per_second: Field<Number>,
        poll_interval: Field<Span>,
        poll_interval_max: Field<Span>,
        order_journal: Field<JournalLocation>,
    }
}

/// Hosts that Lumen has retired. They may still answer for a while.
const RETIRED_HOSTS: [&str; 5] = [
    "api.centurylink.com",
    "api-test.centurylink.com",
    "api-test1.centurylink.com",
    "api-test1.lumen.com",
    "api-dev1.lumen.com",
];

const JOURNAL: &str = "a folder, or a bucket with a prefix such as `s3://example/lumen-orders`";

const URL: &str = "an https URL, such as `https://api.lumen.com`; http is accepted only for localhost, such as `http://127.0.0.1:8080`";

#[async_trait]
impl Provider for Lumen {
    const NAME: &'static str = "lumen";
    type Session = Session;
    type Model = ProviderBlock;

    fn schema() -> Schema {
        Schema::new("Orders and manages Lumen's on-demand network and voice services.")
            .attribute("client_id", string().rule(Rule::length_up_to(512)).about("OAuth 2.0 client ID of your Lumen API key (Lumen calls it *consumer key*). Falls back to the environment variable `LUMEN_CLIENT_ID`, then `LUMEN_CONSUMER_KEY`."))
            .attribute("client_secret", string().sensitive().rule(Rule::length_up_to(512)).about("OAuth 2.0 client secret of your Lumen API key (*consumer secret*). Falls back to the environment variable `LUMEN_CLIENT_SECRET`, then `LUMEN_CONSUMER_SECRET`. Use an environment variable to keep the secret out of the configuration."))
            .attribute("customer_number", string().rule(Rule::reads_as::<CustomerNumber>("your Lumen customer number, such as `1-ABC-23`")).about("Your Lumen customer number (*BusOrg*), such as `1-ABC-23`. It is sent with every request. Falls back to the environment variable `LUMEN_CUSTOMER_NUMBER`."))
            .attribute("environment", string().rule(Rule::one_of(&["production", "sandbox"])).documented_default("production").about("Lumen environment: `production` (`https://api.lumen.com`) or `sandbox` (`https://api-test.lumen.com`). Falls back to the environment variable `LUMEN_ENVIRONMENT`."))
            .attribute("base_url", string().rule(Rule::reads_as::<ApiUrl>(URL)).about("Base URL of the API. Overrides the URL of `environment`. Falls back to the environment variable `LUMEN_BASE_URL`."))
            .attribute("token_url", string().rule(Rule::reads_as::<ApiUrl>(URL)).documented_default("{base_url}/oauth/v2/token").about("URL of the OAuth 2.0 token endpoint. Falls back to the environment variable `LUMEN_TOKEN_URL`."))
            .attribute("voice_base_url", string().rule(Rule::reads_as::<ApiUrl>(URL)).documented_default("base_url").about("Base URL of the Voice API. Falls back to the environment variable `LUMEN_VOICE_BASE_URL`."))
            .attribute("voice_paths", voice_paths::voice_paths().about("Paths of the Voice requests that Lumen's guide does not document, as `[METHOD ]path` below `voice_base_url`, such as `PUT Voice/v1/Numbers/order/change`. Set them if you have Lumen's specification and it differs from the defaults."))
            .attribute("iod_api", string().rule(Rule::one_of(&["ordering", "connections"])).documented_default("ordering").about("Internet On-Demand API to use. `ordering` is the API that Lumen documents and customers use. `connections` is not available in this version."))
            .attribute("order_status", string().rule(Rule::one_of(&["auto", "status_endpoint", "inventory"])).documented_default("auto").about("How to get the status of a connection's order: `status_endpoint` uses Lumen's order status endpoint, `inventory` uses the inventory, and `auto` uses the endpoint and falls back to the inventory if Lumen doesn't offer the endpoint."))
            .attribute("billing_account_id", string().rule(Rule::reads_as::<BillingAccountId>("the `id` of one of `lumen_billing_accounts`")).about("Default billing account for connections, by its `id` in `lumen_billing_accounts`. Falls back to the environment variable `LUMEN_BILLING_ACCOUNT_ID`."))
            .attribute("contact", services::contact().about("Default contact for the orders of connections. Lumen emails the result of every order to this contact."))
            .attribute("purchase_order_number", string().rule(Rule::length_up_to(64)).about("Default purchase order number for the quotes of connections. Changing it places no order."))
            .attribute("note", string().rule(Rule::length_up_to(255)).about("Default note for the orders of connections. Lumen keeps it with each order. Changing it places no order."))
            .attribute("max_hourly_price", string().rule(services::price_limit()).about("Maximum price of a connection, in USD per hour. If a new connection or a new bandwidth costs more, the plan or the apply fails, and nothing is ordered. Telephone numbers are not limited, because Lumen's API returns no prices for them."))
            .attribute("request_timeout", string().rule(Rule::duration()).documented_default("30s").about("Time limit for a single HTTP request, including the time to connect."))
            .attribute("max_retries", number().rule(Rule::integer(0, 20)).documented_default("5").about("Maximum number of retries of a request that failed temporarily. A request that places an order is retried only if it is certain that Lumen did not accept it."))
            .attribute("max_concurrent_requests", number().rule(Rule::integer(1, 256)).documented_default("32").about("Maximum number of concurrent requests, regardless of Terraform's `-parallelism`."))
            .attribute("requests_per_second", number().rule(rate()).about("Maximum number of requests per second. Unlimited by default."))
            .attribute("poll_interval", string().rule(Rule::duration()).documented_default("5s").about("Initial delay between order-status checks, used when Lumen sends no `Retry-After`."))
            .attribute("poll_interval_max", string().rule(Rule::duration()).documented_default("60s").about("Maximum delay between order-status checks. When Lumen sends no `Retry-After`, the delay grows by half after each check, up to this value."))
                .attribute("order_journal", string().rule(Rule::reads_as::<JournalLocation>(JOURNAL)).documented_default("`lumen/orders` in Terraform's data directory").about("Location of the order journal, which records each order before it is sent so that no order is placed twice: a folder, or a bucket and a prefix (`s3://`, `gs://` or `az://`). Credentials for a bucket come from the environment. Pipelines with ephemeral runners need a location that all runs share. Falls back to the environment variable `LUMEN_ORDER_JOURNAL`."))
    }

    async fn configure(
        &self,
        config: ProviderBlock,
        context: &Context,
    ) -> Result<Session, Vec<Diagnostic>> {
        let session = session(config, |name| self.0.variable(name), &self.0, context)?;
        session.check_credentials(context).await.map_err(|refused| vec![refused])?;
        Ok(session)
    }
}

/// The default place of the journal: in the directory where Terraform stores its own data for the working
/// directory.
#[must_use]
pub fn default_journal(variable: impl Fn(&str) -> Option<String>) -> JournalLocation {
    let folder = variable("TF_DATA_DIR").unwrap_or_else(|| ".terraform".to_owned());
    JournalLocation::Folder(PathBuf::from(folder).join("lumen").join("orders"))
}

fn rate() -> Rule {
    Rule::new("a number above 0", |value| match value {
        Value::Number(number) if *number <= Number::from(0_i64) => {
            Err("it is not above 0".to_owned())
        }
        _ => Ok(()),
    })
}

/// Creates a session from the provider block and the environment.
///
/// As long as something that every request needs is unknown, as in a plan that also creates the credentials,
/// the session has no client, and plans send no requests.
fn session(
    config: ProviderBlock,
    variable: impl Fn(&str) -> Option<String>,
    machine: &Arc<dyn Machine>,
    context: &Context,
) -> Result<Session, Vec<Diagnostic>> {
    let mut reader = ArgumentReader { variable, errors: Vec::new() };
    let access = Access::read(&config, &mut reader);
    let billing_account_id =
        reader.optional(&config.billing_account_id, &["LUMEN_BILLING_ACCOUNT_ID"]);
    let (journal, local_journal) = journal(&config.order_journal, &mut reader, machine);
    let poll = poll(&config.poll_interval, &config.poll_interval_max)
        .map_err(|contradiction| reader.errors.push(contradiction));
    reader.errors.extend(unavailable_api(&config.iod_api));
    // Report all errors together, so that users can correct them in one go.
    let Some(poll) = poll.ok().filter(|_| reader.errors.is_empty()) else {
        return Err(reader.errors);
    };

    if let Some(warning) = retired(&access.base_url) {
        context.warn(warning);
    }
    let customer_number = access.customer_number.clone();
    let settings = access.settings(&config, poll);
    Ok(Session {
        lumen: settings
            .map(|settings| client(settings, machine))
            .transpose()
            .map_err(|unusable| vec![unusable])?,
        customer_number,
        billing_account_id,
        contact: config.contact,
        purchase_order_number: config.purchase_order_number,
        note: config.note,
        max_hourly_price: config.max_hourly_price,
        journal,
        local_journal,
        replacements: Replacements::default(),
        sightings: Sightings::default(),
        is_told_of_missing_report: AtomicBool::new(false),
    })
}

/// The credentials and URLs that every request needs.
struct Access {
    client_id: Field<String>,
    client_secret: Field<String>,
    customer_number: Field<CustomerNumber>,
    base_url: Field<ApiUrl>,
    token_url: Field<ApiUrl>,
    voice_base_url: Field<ApiUrl>,
}

impl Access {
    fn read(
        config: &ProviderBlock,
        reader: &mut ArgumentReader<impl Fn(&str) -> Option<String>>,
    ) -> Self {
        let client_id = reader.required(
            &config.client_id,
            "client_id",
            &["LUMEN_CLIENT_ID", "LUMEN_CONSUMER_KEY"],
        );
        let client_secret = reader.required(
            &config.client_secret,
            "client_secret",
            &["LUMEN_CLIENT_SECRET", "LUMEN_CONSUMER_SECRET"],
        );
        let customer_number =
            reader.required(&config.customer_number, "customer_number", &["LUMEN_CUSTOMER_NUMBER"]);
        let environment = reader
            .optional(&config.environment, &["LUMEN_ENVIRONMENT"])
            .or(|| Field::Known(Environment::Production));
        let base_url = reader
            .optional(&config.base_url, &["LUMEN_BASE_URL"])
            .or(|| environment.map(Environment::url));
        let token_url = reader
            .optional(&config.token_url, &["LUMEN_TOKEN_URL"])
            .or(|| base_url.clone().map(|base| base.join("oauth/v2/token")));
        let voice_base_url = reader
            .optional(&config.voice_base_url, &["LUMEN_VOICE_BASE_URL"])
            .or(|| base_url.clone());
        Self { client_id, client_secret, customer_number, base_url, token_url, voice_base_url }
    }

    /// The settings of a client, or `None` as long as something is unknown.
    fn settings(self, config: &ProviderBlock, poll: Poll) -> Option<Settings> {
        Some(Settings {
            base_url: self.base_url.known()?.clone(),
            token_url: self.token_url.known()?.clone(),
            voice_base_url: self.voice_base_url.known()?.clone(),
            client_id: self.client_id.known()?.clone(),
            client_secret: SecretString::from(self.client_secret.known()?.as_str()),
            customer_number: self.customer_number.known()?.clone(),
            request_timeout: span(&config.request_timeout, 30),
            max_retries: whole(&config.max_retries, 5),
            max_concurrent_requests: whole(&config.max_concurrent_requests, 32),
            requests_per_second: config.requests_per_second.known().and_then(Number::to_f64),
            poll,
            order_status: match config.order_status.known().map(String::as_str) {
                Some("status_endpoint") => OrderStatusSource::StatusEndpoint,
                Some("inventory") => OrderStatusSource::Inventory,
                _ => OrderStatusSource::Auto,
            },
            voice_paths: voice_paths::configured(&config.voice_paths)?,
        })
    }
}

fn client(settings: Settings, machine: &Arc<dyn Machine>) -> Result<Client, Diagnostic> {
    Client::on(machine.clone(), settings).map_err(|error| {
        Diagnostic::error("The provider's settings are not valid")
            .because(error)
            .remedy("Correct the `provider \"lumen\"` block.")
    })
}

/// Creates the journal at the configured place or, if none is configured, at the default one. Also returns
/// whether to warn about the default place, because this run seems to be in a pipeline.
fn journal(
    location: &Field<JournalLocation>,
    reader: &mut ArgumentReader<impl Fn(&str) -> Option<String>>,
    machine: &Arc<dyn Machine>,
) -> (Journal, LocalJournal) {
    let location = reader.optional(location, &["LUMEN_ORDER_JOURNAL"]);
    let automation = location.is_null().then(|| automation(&reader.variable)).flatten();
    // Don't use the default while the place is unknown: closing an entry in another journal has no effect.
    let location = match location {
        Field::Known(location) => Some(location),
        Field::Unknown => None,
        Field::Null => Some(default_journal(&reader.variable)),
    };
    let author = author(&reader.variable, &**machine);
    let journal = Journal::of(location, author, machine.clone());
    (journal, LocalJournal::new(automation))
}

/// The author of the journal's entries: the state of the Terraform process that started this one, and that
/// process. Without Terraform, as in tests, there is no such process.
fn author(variable: impl Fn(&str) -> Option<String>, machine: &dyn Machine) -> Author {
    let origin = machine.folder().map(|folder| Origin::detect(&variable, &folder));
    let is_started_by_terraform = variable("TF_PLUGIN_MAGIC_COOKIE").is_some();
    Author::new(origin, machine.terraform().filter(|_| is_started_by_terraform))
}

fn unavailable_api(iod_api: &Field<String>) -> Option<Diagnostic> {
    iod_api.known().is_some_and(|api| api == "connections").then(|| {
        Diagnostic::error("`iod_api = \"connections\"` is not available in this version")
            .at("iod_api")
            .because("the provider uses only the `ordering` API: the other one can neither price nor disconnect a connection")
            .remedy("Remove `iod_api`, or set it to `ordering`.")
    })
}

/// Reads arguments and, if they are not set, the environment variables that replace them.
struct ArgumentReader<Variable> {
    variable: Variable,
    errors: Vec<Diagnostic>,
}

impl<Variable: Fn(&str) -> Option<String>> ArgumentReader<Variable> {
    /// The argument, or the first variable that is set. A variable that is not valid is an error. Its value
    /// then counts as unknown, so that it is not also reported as missing.
    fn optional<T: FromStr<Err: Display> + Clone>(
        &mut self,
        argument: &Field<T>,
        variables: &[&str],
    ) -> Field<T> {
        if !argument.is_null() {
            return argument.clone();
        }
        let found = variables.iter().find_map(|name| Some((name, (self.variable)(name)?)));
        let Some((variable, text)) = found else { return Field::Null };
        match text.parse() {
            Ok(value) => Field::Known(value),
            Err(why) => {
                self.errors.push(
                    Diagnostic::error(format!(
                        "The environment variable `{variable}` is not valid"
                    ))
                    .because(why)
                    .remedy(format!("Correct `{variable}`, or unset it.")),
                );
                Field::Unknown
            }
        }
    }

    /// Like [`Self::optional`], but for an argument that the provider needs.
    fn required<T: FromStr<Err: Display> + Clone>(
        &mut self,
        argument: &Field<T>,
        name: &str,
        variables: &[&str],
    ) -> Field<T> {
        let value = self.optional(argument, variables);
        if value.is_null() {
            let variable = variables.first().copied().unwrap_or_default();
            self.errors.push(
                Diagnostic::error(format!("`{name}` is missing"))
                    .at(name)
                    .because(format!("neither the argument nor the environment variable {} is set", variables.join(" or ")))
                    .remedy(format!("Set `{variable}` in the environment, or `{name}` in the `provider \"lumen\"` block.")),
            );
        }
        value
    }
}

fn poll(first: &Field<Span>, longest: &Field<Span>) -> Result<Poll, Diagnostic> {
    let (interval, interval_max) = (span(first, 5), span(longest, 60));
    match (first, longest) {
        // If only one of the two is set, the default of the other must not contradict it.
        (Field::Null, _) => Ok(Poll { interval: interval.min(interval_max), interval_max }),
        (_, Field::Null) => Ok(Poll { interval, interval_max: interval_max.max(interval) }),
        _ if interval <= interval_max => Ok(Poll { interval, interval_max }),
        _ => Err(Diagnostic::error("`poll_interval_max` is shorter than `poll_interval`")
            .at("poll_interval_max")
            .because(format!("the pause would have to grow from {interval:?} to {interval_max:?}"))
            .remedy("Set `poll_interval_max` to the longest pause that you accept, such as `60s`, or remove it.")),
    }
}

fn retired(base_url: &Field<ApiUrl>) -> Option<Diagnostic> {
    let host = base_url.known().map(ApiUrl::host)?;
    RETIRED_HOSTS.contains(&host).then(|| {
        Diagnostic::warning(format!("Lumen has retired `{host}`"))
            .at("base_url")
            .because("the host may stop answering at any time")
            .remedy("Remove `base_url`, or set it to `https://api.lumen.com`.")
    })
}

fn span(field: &Field<Span>, default_seconds: u64) -> Duration {
    field.known().map_or(Duration::from_secs(default_seconds), |span| span.duration())
}

/// A whole number. The rules of the schema keep it within bounds that fit the type.
fn whole(field: &Field<i64>, default: u32) -> u32 {
    field.known().and_then(|number| u32::try_from(*number).ok()).unwrap_or(default)
}

#[cfg(test)]
mod tests;
