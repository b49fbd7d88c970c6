terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

data "lumen_iod_connections" "headquarters" {
  master_site_id = "PL0001247634"
}

# Bandwidth of each active service at the site, including services that were ordered without Terraform.
output "bandwidths" {
  value = {
    for connection in data.lumen_iod_connections.headquarters.connections :
    connection.service_id => connection.bandwidth
  }
}
