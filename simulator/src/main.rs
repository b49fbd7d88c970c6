//! Serves Lumen's API offline until Ctrl-C, and says how to point Terraform at it.

use std::io::{self, Write};
use std::net::IpAddr;
use std::process::ExitCode;

use clap::Parser;
use lumen_simulator::{Options, Settings, Simulator};

const CONTROL: &str = "\
While it runs, under /_simulator and without a token:
  GET    ledger         orders accepted and requests counted
  GET    requests       requests counted, without the orders
  GET    services       every service; POST adds one, PATCH services/{id} changes one
  GET    settings       how Lumen behaves; PATCH changes what the body names
  POST   faults         {\"method\": \"GET\", \"path\": \"/Product\", \"times\": 2, \"kind\": {\"status\": {\"code\": 503}}}
  DELETE faults         no more failures
  POST   voice/orders   {\"product_id\": \"2036\", \"rate_center\": \"DENVER\", \"state\": \"CO\", \"quantity\": 5}: never ordered, yet there
  DELETE voice/numbers/13035550100       Lumen takes a number back
  POST   voice/credit/release (reject)   voice orders on credit hold go on (end)
  POST   voice/resume   voice orders go on that another notification holds
  POST   time           {\"advance_seconds\": 900}
  POST   tokens/revoke  every token is stale from now on
  POST   reset          as at the start";

/// Lumen's Internet On-Demand and Voice APIs, offline: nothing here costs money.
#[derive(Parser)]
#[command(version, after_help = CONTROL)]
struct Arguments {
    /// The loopback address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port to listen on; 0 takes any that is free.
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// How many simulated seconds pass in a second.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// How many orders are accepted per day (GMT), as Lumen limits them; 0 for no limit.
    #[arg(long, default_value_t = 24)]
    quota: u32,
    /// How many active connections the customer has at first.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    services: usize,
    /// How many telephone numbers the customer has at first, in orders of 50.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    numbers: usize,
    /// A pause before every answer, in milliseconds.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    latency: u64,
    /// How many requests are let in per second, the others being answered 429; no limit without it.
    #[arg(long, value_name = "COUNT")]
    requests_per_second: Option<u32>,
}

/// One thread: everything is behind one lock, and what is measured against the simulator wants the
/// other processors.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "lumen-simulator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> io::Result<()> {
    let Arguments {
        host,
        port,
        speed,
        quota,
        services,
        numbers,
        latency: latency_ms,
        requests_per_second,
    } = Arguments::parse();
    let daily_quota = (quota > 0).then_some(quota);
    let settings = Settings { daily_quota, latency_ms, requests_per_second, ..Settings::default() };
    let options = Options { host, port, speed, services, numbers, settings };
    let simulator = Simulator::start(options).await?;
    introduce(&simulator, &mut io::stdout().lock())?;
    tokio::signal::ctrl_c().await
}

fn introduce(simulator: &Simulator, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "# Lumen, simulated at {}. Stop it with Ctrl-C.", simulator.url())?;
    writeln!(out, "# What it accepted: {}/_simulator/ledger", simulator.url())?;
    writeln!(out, "# Point Terraform at it:")?;
    for (name, value) in simulator.environment() {
        writeln!(out, "export {name}='{value}'")?;
    }
    out.flush()
}
