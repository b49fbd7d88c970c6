//! Runs the simulator until Ctrl-C and prints how to point Terraform at it.

use std::io::{self, Write};
use std::net::IpAddr;
use std::process::ExitCode;

use clap::Parser;
use lumen_simulator::{Options, Settings, Simulator};

const CONTROL: &str = "\
Control API, under /_simulator; it needs no token:
  GET    ledger                      accepted orders, and the number of requests by method and path
  GET    requests                    the number of requests only
  GET    services                    every service
  POST   services                    adds one
  PATCH  services/{id}               changes one
  GET    settings                    the settings
  PATCH  settings                    changes the settings in the body
  POST   faults                      adds a fault
           {\"method\": \"GET\", \"path\": \"/Product\", \"times\": 2, \"kind\": {\"status\": {\"code\": 503}}}
  DELETE faults                      removes every fault
  POST   voice/orders                adds a completed order that is not in the ledger
           {\"product_id\": \"2036\", \"rate_center\": \"DENVER\", \"state\": \"CO\", \"quantity\": 5}
  DELETE voice/numbers/13035550100   takes a number away from the customer, as Lumen may do
  GET    voice/lines                 every telephone number in service, with its record
  POST   voice/lines                 puts numbers into service without an order
           {\"telephone_numbers\": [13035552000], \"product_id\": \"2036\", \"customer_service_name\": \"DENVER-SBC-1\"}
  PATCH  voice/lines/13035552000     changes the record of a number without an order
  DELETE voice/lines/13035552000     takes a number out of service, as if another carrier had taken it over
  POST   voice/ports/{id}/foc        sets the FOC date of a port now: {} or {\"date\": \"2026-12-07T17:00:00Z\"}
  POST   voice/ports/{id}/reject     rejects a port now: {} or {\"reason\": \"The PIN is wrong.\"}
  POST   voice/ports/{id}/complete   completes a port now
  POST   voice/credit/release        releases voice orders that are on credit hold
  POST   voice/credit/reject         rejects voice orders that are on credit hold
  POST   voice/resume                releases voice orders that another notification holds
  POST   time                        advances the simulated time: {\"advance_seconds\": 900}
  POST   tokens/revoke               makes every token invalid
  POST   reset                       restores the initial state, except for the time";

/// Offline simulator of Lumen's Internet On-Demand and Voice APIs. Orders cost nothing.
#[derive(Parser)]
#[command(version, after_help = CONTROL)]
struct Arguments {
    /// The loopback address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port to listen on; 0 selects a free port.
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// How many simulated seconds pass in a second.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// How many orders are accepted per day (GMT), as Lumen limits them; 0 for no limit.
    #[arg(long, default_value_t = 24)]
    quota: u32,
    /// How many active connections the customer has at the start.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    services: usize,
    /// How many telephone numbers the customer has at the start, in orders of 50.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    numbers: usize,
    /// The latency of every answer, in milliseconds.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    latency: u64,
    /// How many requests are accepted per second; the rest are answered with 429. Unlimited by default
    #[arg(long, value_name = "COUNT")]
    requests_per_second: Option<u32>,
}

/// Runs on one thread: the state is behind one lock, and benchmarks need the other processors for
/// the program that they measure.
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
    print_instructions(&simulator, &mut io::stdout().lock())?;
    tokio::signal::ctrl_c().await
}

fn print_instructions(simulator: &Simulator, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "# Lumen simulator at {}. Stop it with Ctrl-C.", simulator.url())?;
    writeln!(out, "# Accepted orders: {}/_simulator/ledger", simulator.url())?;
    writeln!(out, "# Point Terraform at it:")?;
    for (name, value) in simulator.environment() {
        // The shell of Windows is PowerShell.
        if cfg!(windows) {
            writeln!(out, "$env:{name} = '{value}'")?;
        } else {
            writeln!(out, "export {name}='{value}'")?;
        }
    }
    out.flush()
}
