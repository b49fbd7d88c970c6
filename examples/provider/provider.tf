terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1"
    }
  }
}

# LUMEN_CLIENT_ID, LUMEN_CLIENT_SECRET and LUMEN_CUSTOMER_NUMBER come from the environment.
provider "lumen" {
  # Whom Lumen writes to about orders, unless a resource names somebody else.
  contact = {
    name         = "Ada Lovelace"
    email        = "noc@example.com"
    phone        = "+16157691234"
    organization = "Example Corp"
  }

  # Nothing dearer than this, in USD per hour, is ever ordered.
  max_hourly_price = "2.00"
}
