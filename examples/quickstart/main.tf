# Internet access at a data center: look up the site and its prices, and order a connection.

terraform {
  required_version = ">= 1.8"

  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

# The credentials, customer number and billing account come from environment variables: see the README.
provider "lumen" {
  contact = var.contact
}

data "lumen_provider" "partner" {
  name = var.partner
}

data "lumen_location" "site" {
  partner_id     = data.lumen_provider.partner.id
  master_site_id = var.master_site_id

  lifecycle {
    postcondition {
      condition     = self.naas_enabled
      error_message = "On-demand services can't be ordered at this site. Choose another site."
    }
  }
}

data "lumen_iod_price" "site" {
  master_site_id = data.lumen_location.site.master_site_id
}

# Applying this orders the connection, which costs money until it is disconnected.
resource "lumen_iod_connection" "internet" {
  name             = var.name
  partner_id       = data.lumen_provider.partner.id
  master_site_id   = data.lumen_location.site.master_site_id
  bandwidth        = var.bandwidth
  max_hourly_price = var.max_hourly_price
}
