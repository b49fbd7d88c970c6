//! `cargo xtask bench --calls`: the cost of starting the provider and of single calls, without Terraform.
//!
//! `plugin` is a provider process with a tonic client. `tls` sets up TLS as Terraform does, and `value`
//! encodes values as Terraform does. `resource` makes the calls in the life of a resource.

mod plugin;
mod resource;
mod tls;
mod value;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use futures::future::try_join_all;
use lumen_report::failure::{Context, Failure};
use lumen_report::narration::chapter;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use self::plugin::tfplugin6::{DynamicValue, get_provider_schema};
use self::plugin::{Plugin, Protocol, check};
use self::resource::{Created, Kind, configure};
use self::tls::Terraform;
use self::value::Value;
use super::lumen::Lumen;
use super::table::median;
use super::{installed, null};

/// The number of starts from which the median is taken.
const STARTS: usize = 50;
/// The number of calls of each kind from which the median is taken. `WARM_UP` calls before them are ignored.
const CALLS: usize = 1_000;
const WARM_UP: usize = 100;
/// The number of concurrent reads when pages may answer them.
const AT_ONCE: usize = 100;
/// How long to wait after the start of a provider before measuring its memory.
const REST: Duration = Duration::from_millis(200);

/// A provider, and the resource whose calls are measured.
struct Measured<'p> {
    title: &'p str,
    terraform: &'p Terraform,
    program: &'p Path,
    protocol: Protocol,
    environment: Vec<(String, String)>,
    kind: &'static str,
    provider: Vec<(&'static str, Value<'static>)>,
    /// The configuration, except for the attribute that differs between resources.
    resource: Vec<(&'static str, Value<'static>)>,
    /// The attribute that differs between resources.
    name: Option<&'static str>,
}

/// Named figures, in the order of the report.
type Figures = Vec<(&'static str, String)>;

/// Measures the provider and, for comparison, the Go provider that does nothing.
pub(crate) fn measure(
    runtime: &Runtime,
    provider: &Path,
    lumen: &Lumen,
) -> Result<String, Failure> {
    lumen.start_anew()?;
    let terraform = Terraform::new()?;
    // The journal is not on a disk, because then the measurement would include the cost of the disk.
    let memory = Path::new("/dev/shm");
    let journal = TempDir::with_prefix_in("lumen-bench-", memory)
        .context("no folder in memory for the journal")?;
    let mut environment = lumen.environment.clone();
    environment.push(("LUMEN_ORDER_JOURNAL".into(), journal.path().display().to_string()));
    let ours = Measured {
        title: "lumen",
        terraform: &terraform,
        program: provider,
        protocol: Protocol::Six,
        environment,
        kind: "lumen_iod_connection",
        provider: vec![("contact", contact())],
        resource: vec![
            ("master_site_id", Value::Text("PL0001247634")),
            ("partner_id", Value::Text("43558")),
            ("bandwidth", Value::Text("100 Mbps")),
        ],
        name: Some("name"),
    };
    let mut columns = vec![("lumen", runtime.block_on(ours.figures())?)];
    if let Some(program) = installed(null::install()) {
        let null = Measured {
            title: "null (Go)",
            terraform: &terraform,
            program: &program,
            protocol: Protocol::Five,
            environment: Vec::new(),
            kind: "null_resource",
            provider: Vec::new(),
            resource: Vec::new(),
            name: None,
        };
        columns.push(("null (Go)", runtime.block_on(null.figures())?));
    }
    Ok(table(&columns))
}

fn contact() -> Value<'static> {
    Value::Object(vec![
        ("name", Value::Text("Ada Lovelace")),
        ("email", Value::Text("noc@example.com")),
        ("phone", Value::Text("+16157691234")),
        ("organization", Value::Text("Example Corp")),
    ])
}

impl Measured<'_> {
    async fn figures(&self) -> Result<Figures, Failure> {
        chapter(&format!("Calling {}", self.title));
        let mut figures = self.at_rest().await?;
        let (plugin, schemas) = self.started().await?;
        configure(&plugin, &schemas, &self.provider).await?;
        figures.extend(self.calls(&plugin, &Kind::of(self.kind, &schemas)?).await?);
        Ok(figures)
    }

    /// Starts it and requests its schemas.
    async fn started(&self) -> Result<(Plugin, get_provider_schema::Response), Failure> {
        let plugin =
            Plugin::start(self.terraform, self.program, self.protocol, &self.environment).await?;
        let method = self.protocol.get_schema();
        let schemas = plugin.call(method, get_provider_schema::Request {}).await?;
        Ok((plugin, schemas))
    }

    async fn at_rest(&self) -> Result<Figures, Failure> {
        let mut walls = Vec::new();
        let mut cpus = Vec::new();
        for _ in 0..STARTS {
            let began = Instant::now();
            let (plugin, _) = self.started().await?;
            walls.push(began.elapsed().as_secs_f64() * 1e3);
            cpus.push(plugin.cpu()?.as_secs_f64() * 1e3);
        }
        let (plugin, schemas) = self.started().await?;
        check(&schemas.diagnostics)?;
        tokio::time::sleep(REST).await;
        let size = fs::metadata(self.program).context("the provider's program is gone")?.len();
        Ok(vec![
            ("start to schema answered, median", format!("{:.1} ms", middle(&walls))),
            ("CPU of that", format!("{:.1} ms", middle(&cpus))),
            ("program", mebibytes(size / 1024)),
            ("memory at rest", mebibytes(plugin.resident_kib()?)),
        ])
    }

    /// Makes the calls one after the other, except for the last kind.
    async fn calls(&self, plugin: &Plugin, kind: &Kind) -> Result<Figures, Failure> {
        let configs = (0..WARM_UP + CALLS).map(|number| self.config(kind, number));
        let configs = configs.collect::<Result<Vec<_>, _>>()?;
        let validate = each(plugin, &configs, async |config| kind.validate(plugin, config).await);
        let (validate, _) = validate.await?;
        let plan = each(plugin, &configs, async |config| kind.plan(plugin, config).await);
        let (plan, planned) = plan.await?;
        let wanted: Vec<_> = configs.iter().zip(&planned).collect();
        let create = each(plugin, &wanted, async |(config, planned)| {
            kind.create(plugin, config, planned).await
        });
        let (create, created) = create.await?;
        let no_op = each(plugin, &created, async |it| kind.plan_nothing(plugin, it).await).await?.0;
        let read = each(plugin, &created, async |it| kind.read(plugin, it).await).await?.0;
        let together = read_together(plugin, kind, &created).await?;
        Ok(vec![
            ("CPU of validate", micros(validate)),
            ("CPU of plan, of something new", micros(plan)),
            ("CPU of plan, of nothing to do", micros(no_op)),
            ("CPU of create, the journal in memory", micros(create)),
            ("CPU of read, one at a time", micros(read)),
            ("CPU of read, 100 at once", micros(together)),
            ("memory with 1,100 resources", mebibytes(plugin.resident_kib()?)),
        ])
    }

    fn config(&self, kind: &Kind, number: usize) -> Result<DynamicValue, Failure> {
        let name = format!("Branch {number}");
        let mut set: Vec<(&str, Value<'_>)> = self.resource.clone();
        set.extend(self.name.map(|attribute| (attribute, Value::Text(&name))));
        kind.value(&set)
    }
}

/// Makes a call for every item, one after the other. Returns the median of the CPU time per call, without
/// the warm-up calls, and all results. A mean would include disturbances by the machine's other guests.
async fn each<Item, Made>(
    plugin: &Plugin,
    items: &[Item],
    call: impl AsyncFn(&Item) -> Result<Made, Failure>,
) -> Result<(Duration, Vec<Made>), Failure> {
    let (mut made, mut taken) = (Vec::new(), Vec::new());
    let mut before = plugin.cpu()?;
    for (number, item) in items.iter().enumerate() {
        made.push(call(item).await?);
        let now = plugin.cpu()?;
        if WARM_UP <= number {
            taken.push(now.saturating_sub(before).as_secs_f64());
        }
        before = now;
    }
    Ok((Duration::from_secs_f64(middle(&taken)), made))
}

/// Reads all resources, `AT_ONCE` at a time.
async fn read_together(
    plugin: &Plugin,
    kind: &Kind,
    created: &[Created],
) -> Result<Duration, Failure> {
    let before = plugin.cpu()?;
    for some in created.chunks(AT_ONCE) {
        try_join_all(some.iter().map(|it| kind.read(plugin, it))).await?;
    }
    Ok(mean(plugin.cpu()?.saturating_sub(before), created.len()))
}

fn mean(all: Duration, count: usize) -> Duration {
    all / u32::try_from(count.max(1)).unwrap_or(u32::MAX)
}

fn middle(values: &[f64]) -> f64 {
    median(values).unwrap_or_default()
}

fn micros(duration: Duration) -> String {
    format!("{} µs", duration.as_micros())
}

fn mebibytes(kib: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "nothing here has 2^53 KiB")]
    let kib = kib as f64;
    format!("{:.1} MiB", kib / 1024.0)
}

fn table(columns: &[(&str, Figures)]) -> String {
    let titles: Vec<&str> = columns.iter().map(|(title, _)| *title).collect();
    let mut text = format!("| | {} |\n|---{}|\n", titles.join(" | "), "|---".repeat(titles.len()));
    for (name, _) in columns.first().into_iter().flat_map(|(_, figures)| figures) {
        let _ = write!(text, "| {name} |");
        for (_, figures) in columns {
            let figure = figures.iter().find(|(other, _)| other == name);
            let _ = write!(text, " {} |", figure.map_or("–", |(_, figure)| figure));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_only_one_has_leaves_a_dash() {
        let ours = vec![("start", "8.0 ms".to_owned()), ("read", "60 µs".to_owned())];
        let other = vec![("start", "28.0 ms".to_owned())];

        let text = table(&[("lumen", ours), ("null", other)]);

        let expected = "\
| | lumen | null |
|---|---|---|
| start | 8.0 ms | 28.0 ms |
| read | 60 µs | – |
";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_mean_of_nothing_is_no_division_by_zero() {
        assert_eq!(mean(Duration::from_micros(300), 100), Duration::from_micros(3));
        assert_eq!(mean(Duration::ZERO, 0), Duration::ZERO);
    }
}
