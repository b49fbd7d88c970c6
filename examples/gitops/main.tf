# Connections that are ordered by a pipeline. They are listed in connections.auto.tfvars.

terraform {
  required_version = ">= 1.8"

  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }

  # The connection string comes from PG_CONN_STR, because it contains a password.
  backend "pg" {
    schema_name = "lumen"
  }
}

# The credentials, customer number, billing account and order journal come from environment variables:
# see the README. This file contains no secrets.
provider "lumen" {
  contact          = var.contact
  max_hourly_price = var.max_hourly_price
}

data "lumen_provider" "partner" {
  name = var.partner
}

data "lumen_location" "site" {
  for_each = var.connections

  partner_id     = data.lumen_provider.partner.id
  master_site_id = each.value.master_site_id

  lifecycle {
    postcondition {
      condition     = self.naas_enabled
      error_message = "On-demand services can't be ordered at ${self.master_site_id}. Choose another site for ${each.key}."
    }
  }
}

resource "lumen_iod_connection" "this" {
  for_each = var.connections

  name           = each.key
  partner_id     = data.lumen_provider.partner.id
  master_site_id = data.lumen_location.site[each.key].master_site_id
  bandwidth      = each.value.bandwidth
}
