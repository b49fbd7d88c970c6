terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

data "lumen_voice_utilization" "denver" {
  product     = "local_inbound"
  rate_center = "DENVER"
  state       = "CO"
}

output "orderable" {
  value = data.lumen_voice_utilization.denver.orderable
}
