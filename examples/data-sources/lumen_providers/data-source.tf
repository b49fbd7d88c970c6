terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

data "lumen_providers" "all" {}

output "partner_ids" {
  value = { for partner in data.lumen_providers.all.providers : partner.name => partner.id }
}
