//! The objects that are created, and their configuration.

use std::fmt::Write as _;

use clap::ValueEnum;
use lumen_terraform::SOURCE_ADDRESS;

use super::null;

/// Terraform's own cost: a resource without a provider process. All other wall times are reported as a
/// multiple of it.
pub(crate) const TERRAFORM_DATA: Subject = Subject::TerraformData;

/// Objects of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Subject {
    /// Terraform's built-in `terraform_data`.
    TerraformData,
    /// `lumen_iod_connection`, all at one site and speed.
    Connections,
    /// `lumen_voice_tn_reservation`, with five numbers each.
    Reservations,
    /// `null_resource` of terraform-provider-null, which is written in Go and does nothing.
    NullResource,
}

/// Rate centers with enough numbers for all reservations, by name and state.
const RATE_CENTERS: [(&str, &str); 10] = [
    ("PHOENIX", "AZ"),
    ("SAN DIEGO", "CA"),
    ("MIAMI", "FL"),
    ("ATLANTA", "GA"),
    ("BOISE", "ID"),
    ("CHICAGO", "IL"),
    ("DULUTH", "MN"),
    ("OMAHA", "NE"),
    ("DALLAS", "TX"),
    ("SEATTLE", "WA"),
];

impl Subject {
    pub(crate) fn title(self) -> &'static str {
        match self {
            Subject::TerraformData => "terraform_data",
            Subject::Connections => "connections",
            Subject::Reservations => "reservations",
            Subject::NullResource => "null_resource (Go)",
        }
    }

    /// The name for use in a path.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Subject::TerraformData => "terraform_data",
            Subject::Connections => "connections",
            Subject::Reservations => "reservations",
            Subject::NullResource => "null_resource",
        }
    }

    /// Whether these are objects of this project's provider.
    pub(crate) fn is_ours(self) -> bool {
        matches!(self, Subject::Connections | Subject::Reservations)
    }

    /// The configuration with this many objects, and with these provider settings (`name=value`).
    pub(crate) fn module(self, size: usize, settings: &[String]) -> String {
        let resources = self.resources(size);
        match self {
            Subject::TerraformData => resources,
            Subject::NullResource => {
                format!("{}\n{resources}", required("null", null::SOURCE_ADDRESS))
            }
            Subject::Connections | Subject::Reservations => {
                let required = required("lumen", SOURCE_ADDRESS);
                format!("{required}\n{}\n{resources}", provider(settings))
            }
        }
    }

    fn resources(self, size: usize) -> String {
        match self {
            Subject::TerraformData => format!(
                "resource \"terraform_data\" \"bench\" {{\n  count = {size}\n  input = \"Bench ${{count.index}}\"\n}}\n"
            ),
            Subject::NullResource => format!(
                "resource \"null_resource\" \"bench\" {{\n  count    = {size}\n  triggers = {{\n    name = \"Bench ${{count.index}}\"\n  }}\n}}\n"
            ),
            Subject::Connections => format!(
                r#"resource "lumen_iod_connection" "bench" {{
  count          = {size}
  name           = "Bench ${{count.index}}"
  master_site_id = "PL0001247634"
  partner_id     = "43558"
  bandwidth      = "100 Mbps"
}}
"#
            ),
            Subject::Reservations => {
                let [names, states] =
                    [RATE_CENTERS.map(|center| center.0), RATE_CENTERS.map(|center| center.1)];
                format!(
                    r#"resource "lumen_voice_tn_reservation" "bench" {{
  count             = {size}
  product           = "local_inbound"
  rate_center       = element({names:?}, count.index)
  state             = element({states:?}, count.index)
  quantity          = 5
  external_order_id = "bench-${{count.index}}"
}}
"#
                )
            }
        }
    }
}

fn required(name: &str, source: &str) -> String {
    format!(
        r#"terraform {{
  required_providers {{
    {name} = {{
      source = "{source}"
    }}
  }}
}}
"#
    )
}

fn provider(settings: &[String]) -> String {
    let mut lines = String::new();
    for (name, value) in settings.iter().filter_map(|setting| setting.split_once('=')) {
        let _ = writeln!(lines, "  {name} = {value:?}");
    }
    format!(
        r#"provider "lumen" {{
{lines}  contact = {{
    name         = "Ada Lovelace"
    email        = "noc@example.com"
    phone        = "+16157691234"
    organization = "Example Corp"
  }}
}}
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_become_lines_of_the_provider_block() {
        let settings = ["max_concurrent_requests=256".to_owned()];

        let module = Subject::Connections.module(7, &settings);

        assert!(module.contains("provider \"lumen\" {\n  max_concurrent_requests = \"256\"\n"));
        assert!(module.contains("count          = 7\n"), "{module}");
    }

    #[test]
    fn the_floor_needs_no_provider() {
        let module = Subject::TerraformData.module(7, &[]);

        assert!(!module.contains("provider"), "{module}");
    }
}
