terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

resource "lumen_voice_tn_subscription" "office" {
  product               = "enhanced_local_service"
  customer_service_name = "DENVER-SBC-1"
  e911_option           = "static_911"

  # These numbers are in your reserved inventory.
  telephone_numbers = ["+13035550100", "+13035550101", "+13035550102"]

  subscriber = {
    type          = "business"
    business_name = "Example Corp"
  }

  service_address = {
    street_number      = "1025"
    street_name        = "Eldorado"
    street_suffix      = "Blvd"
    secondary_location = "STE 200"
    city               = "Broomfield"
    state              = "CO"
    zip                = "80021"
  }

  directory_listing = {
    type = "list_and_publish"
  }

  cnam = {
    name = "EXAMPLE CORP"
  }

  # A destroy leaves the numbers in service. The default, "fail", makes plans that destroy the subscription fail.
  on_destroy = "retain"
}
