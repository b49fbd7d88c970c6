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

output "partner_id" {
  value = data.lumen_provider.equinix.id
}
