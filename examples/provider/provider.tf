terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

# Set LUMEN_CLIENT_ID, LUMEN_CLIENT_SECRET and LUMEN_CUSTOMER_NUMBER in the environment.
provider "lumen" {
  # Default contact for orders. A connection can set its own.
  contact = {
    name         = "Ada Lovelace"
    email        = "noc@example.com"
    phone        = "+16157691234"
    organization = "Example Corp"
  }

  # Maximum price of a connection, in USD per hour.
  max_hourly_price = "2.00"
}
