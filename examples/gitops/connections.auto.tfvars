# What runs. A pull request changes this file; its plan says what that costs.
connections = {
  headquarters = {
    master_site_id = "PL0001247634"
    bandwidth      = "100 Mbps"
  }
  branch = {
    master_site_id = "PL0001247635"
    bandwidth      = "50 Mbps"
  }
}
