terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

resource "lumen_voice_tn_reservation" "support" {
  product     = "local_inbound"
  rate_center = "DENVER"
  state       = "CO"
  quantity    = 10

  # If Lumen has fewer than 10 numbers, reserve the available ones.
  on_shortage = "accept_available"

  # Reserved numbers can't be given back. Set to "fail" to make plans that destroy the reservation fail.
  on_destroy = "retain"

  timeouts {
    create = "90m"
  }
}
