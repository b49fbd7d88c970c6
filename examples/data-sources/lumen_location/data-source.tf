terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

data "lumen_location" "headquarters" {
  partner_id     = "43558"
  master_site_id = "PL0001247634"
}

output "address" {
  value = join(", ", [
    data.lumen_location.headquarters.street_address,
    data.lumen_location.headquarters.city,
    data.lumen_location.headquarters.state,
  ])
}
