terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

data "lumen_provider" "equinix" {
  name = "Equinix"
}

data "lumen_locations" "ashburn" {
  partner_id = data.lumen_provider.equinix.id
  city       = "Ashburn"
  state      = "VA"
}

# Sites in Ashburn where on-demand services can be ordered.
output "sites" {
  value = {
    for site in data.lumen_locations.ashburn.locations :
    site.master_site_id => site.street_address if site.naas_enabled
  }
}
