//! A connection as users write it.

use lumen_simulator::Service;

/// The first site in the catalog: Equinix, in Monroe.
pub(crate) const MONROE: &str = "PL0001247634";
/// The second site: Equinix, in Ashburn.
pub(crate) const ASHBURN: &str = "PL0001247635";

/// The provider block of most tests. It polls often.
pub(crate) const PROVIDER: &str = r#"
terraform {
  required_providers {
    lumen = {
      source = "registry.terraform.io/lumen-community/lumen"
    }
  }
}

provider "lumen" {
  poll_interval     = "100ms"
  poll_interval_max = "200ms"
  contact = {
    name         = "Ada Lovelace"
    email        = "noc@example.com"
    phone        = "+16157691234"
    organization = "Example Corp"
  }
}
"#;

/// A `lumen_iod_connection.test` resource.
pub(crate) struct Connection<'a> {
    pub(crate) name: &'a str,
    pub(crate) site: &'a str,
    pub(crate) bandwidth: &'a str,
    /// Additional lines in the block.
    pub(crate) more: &'a str,
}

impl Default for Connection<'_> {
    fn default() -> Self {
        Self { name: "Headquarters", site: MONROE, bandwidth: "100 Mbps", more: "" }
    }
}

impl Connection<'_> {
    /// A module that contains only this connection.
    pub(crate) fn to_module(&self) -> String {
        format!("{PROVIDER}\n{}", self.to_resource())
    }

    pub(crate) fn to_resource(&self) -> String {
        let Self { name, site, bandwidth, more } = self;
        format!(
            r#"
resource "lumen_iod_connection" "test" {{
  name           = "{name}"
  master_site_id = "{site}"
  partner_id     = "43558"
  bandwidth      = "{bandwidth}"
  {more}
}}
"#
        )
    }

    /// Whether the service matches this connection.
    pub(crate) fn is(&self, service: &Service) -> bool {
        let bandwidth = format!("{} Mbps", service.bandwidth_mbps);
        (self.name, self.site, self.bandwidth)
            == (&service.name, &service.master_site_id, &bandwidth)
            && service.status == "Active"
    }
}
