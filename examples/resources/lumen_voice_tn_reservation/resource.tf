terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1"
    }
  }
}

provider "lumen" {}

resource "lumen_voice_tn_reservation" "support" {
  product     = "local_inbound"
  rate_center = "DENVER"
  state       = "CO"
  quantity    = 10

  # If Lumen has fewer numbers, take those that there are.
  on_shortage = "accept_available"

  # Reserved numbers can't be given back. Set it to "fail" for those that Terraform must not forget.
  on_destroy = "retain"

  timeouts {
    create = "90m"
  }
}
